/* SPDX-License-Identifier: Apache-2.0 */
/* reply.h - what the parts of the reply writer share. */
#ifndef LOA_BOT_ANSWER_REPLY_H
#define LOA_BOT_ANSWER_REPLY_H

#include "bot/answer/answer.h"
#include "bot/answer/phrasebook.h"
#include "messages/base/buf.h"

struct answer_writer {
    struct msg_content *out;
    struct loa_buf text;
    bool english;
};

void answer_write_button(struct answer_writer *w, enum answer_sentence title, const char *payload);
void answer_write_event_button(struct answer_writer *w, const struct msg_event *e);
void answer_write_event(struct answer_writer *w, const struct msg_event *e, int64_t now_ms,
                        bool registration);
void answer_write_list(struct answer_writer *w, const struct answer_result *r, int64_t now_ms);
/* Everything that is not about events found (talk.c). */
void answer_write_talk(struct answer_writer *w, const struct answer_result *r,
                       const struct answer_options *opt);

#endif
