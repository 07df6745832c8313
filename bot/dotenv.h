/* SPDX-License-Identifier: Apache-2.0 */
/* dotenv.h - reads KEY=VALUE files: comments, "export ", single and double quotes (in double ones
 * \n \t \" \\ \$), CRLF, a byte order mark. Knows no settings. */
#ifndef LOA_BOT_DOTENV_H
#define LOA_BOT_DOTENV_H

#include <stddef.h>

#include "messages/base/err.h"

struct bot_dotenv {
    struct bot_dotenv_pair {
        char *key, *value;
        int line;
    } * pairs;
    size_t n;
};

/* Parses `len` bytes. LOA_EINVAL: `why` names the line and what to do; *out is then empty. */
LOA_MUST_USE enum loa_err bot_dotenv_parse(const char *text, size_t len, struct bot_dotenv *out,
                                           struct loa_problem *why);
/* Reads a file of at most 1 MiB. LOA_ENOENT: it is not there. */
LOA_MUST_USE enum loa_err bot_dotenv_read(const char *path, struct bot_dotenv *out,
                                          struct loa_problem *why);
/* The last value of a key, borrowed; NULL if absent. */
const char *bot_dotenv_get(const struct bot_dotenv *e, const char *key);
void bot_dotenv_release(struct bot_dotenv *e);

#endif
