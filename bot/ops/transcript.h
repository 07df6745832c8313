/* SPDX-License-Identifier: Apache-2.0 */
/* transcript.h - what was said in a conversation, as far as it is kept: the citizen's words,
 * the bot's, those of the staff here and in the platform's own inbox. */
#ifndef LOA_BOT_OPS_TRANSCRIPT_H
#define LOA_BOT_OPS_TRANSCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/base/err.h"
#include "messages/conversation.h"
#include "messages/store/db.h"

struct ops_transcript {
    struct ops_utterance {
        int64_t at_ms;
        const char *from;    /* "citizen", "bot" or "staff" */
        char *author, *text; /* author NULL: not known, or not staff */
        const char *state;   /* of what we sent; NULL otherwise */
    } * items;
    size_t n;
};

/* The last `max` utterances, oldest first. End *out with ops_transcript_release(). */
LOA_MUST_USE enum loa_err ops_transcript_read(struct db *db, const struct msg_conversation *c,
                                              size_t max, struct ops_transcript *out);
void ops_transcript_release(struct ops_transcript *t);
cJSON *ops_transcript_json(const struct ops_transcript *t); /* an array; caller owns */

#endif
