/* SPDX-License-Identifier: Apache-2.0 */
/* text_file.h - a text file as people's programs write it, as UTF-8: a byte order mark goes,
 * UTF-16 (Excel's "Unicode text", Outlook) is converted. Pure. */
#ifndef LOA_MESSAGES_TEXT_FILE_H
#define LOA_MESSAGES_TEXT_FILE_H

#include <stddef.h>

#include "messages/base/err.h"

struct msg_text_file {
    const char *bytes; /* valid UTF-8, no NUL inside; borrowed from what was opened, or `own` */
    size_t n;
    char *own;
};

/* LOA_EINVAL: another encoding, or a file that is no text; `why` has the line and what to do. */
LOA_MUST_USE enum loa_err msg_text_file_open(const char *bytes, size_t n, struct msg_text_file *out,
                                             struct loa_problem *why);
void msg_text_file_close(struct msg_text_file *t);

#endif
