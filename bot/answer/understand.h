/* SPDX-License-Identifier: Apache-2.0 */
/* understand.h - the pipeline, for those who need what it found and not only its result. */
#ifndef LOA_BOT_ANSWER_UNDERSTAND_H
#define LOA_BOT_ANSWER_UNDERSTAND_H

#include "bot/answer/parse.h"

/* Runs all steps on `text`. */
void answer_understand(struct answer_index *x, const char *text, int64_t now_ms,
                       struct answer_parse *p);
/* Fills the events of a result whose query is set. */
void answer_fill_query(const struct answer_index *x, int64_t now_ms, struct answer_result *r);

#endif
