/* SPDX-License-Identifier: Apache-2.0 */
/* follow.h - messages that lean on the one before: "ở đâu?", "còn ngày mai?", "đăng ký thế nào?".
 */
#ifndef LOA_BOT_ANSWER_FOLLOW_H
#define LOA_BOT_ANSWER_FOLLOW_H

#include "bot/answer/parse.h"

/* Changes `q`, what the message says by itself, to what it means after `before`. False when it
 * stands alone; `q` is then as it was. */
bool answer_follow(const struct answer_index *x, const struct answer_parse *p,
                   const struct answer_query *before, struct answer_query *q);

#endif
