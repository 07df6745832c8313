/* SPDX-License-Identifier: Apache-2.0 */
/* payload.h - what our buttons send back: "#event:e01", "#more:5;i=event_by_date;d=1-2". */
#ifndef LOA_BOT_ANSWER_PAYLOAD_H
#define LOA_BOT_ANSWER_PAYLOAD_H

#include "bot/answer/parse.h"

/* False when the text is none of ours, and so a message; *r is then as it was. */
bool answer_payload(const struct answer_index *x, const char *text, int64_t now_ms,
                    struct answer_result *r);

#endif
