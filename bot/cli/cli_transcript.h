/* SPDX-License-Identifier: Apache-2.0 */
/* cli_transcript.h - what was said in a conversation, as far as it is kept: the citizen's words,
 * the bot's, those of the staff here and in the platform's own inbox. */
#ifndef LOA_BOT_CLI_CLI_TRANSCRIPT_H
#define LOA_BOT_CLI_CLI_TRANSCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/base/err.h"
#include "messages/conversation.h"
#include "messages/store/db.h"

struct cli_transcript {
    struct cli_utterance {
        int64_t at_ms;
        const char *from;    /* "citizen", "bot" or "staff" */
        char *author, *text; /* author NULL: not known, or not staff */
        const char *state;   /* of what we sent; NULL otherwise */
    } * items;
    size_t n;
};

/* The last `max` utterances, oldest first. End *out with cli_transcript_release(). */
LOA_MUST_USE enum loa_err cli_transcript_read(struct db *db, const struct msg_conversation *c,
                                              size_t max, struct cli_transcript *out);
void cli_transcript_release(struct cli_transcript *t);
cJSON *cli_transcript_json(const struct cli_transcript *t); /* an array; caller owns */
void cli_transcript_print(const struct cli_transcript *t);

#endif
