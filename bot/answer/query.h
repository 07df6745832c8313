/* SPDX-License-Identifier: Apache-2.0 */
/* query.h - a query as a short line of text, for buttons ("Xem thêm") and for the context. */
#ifndef LOA_BOT_ANSWER_QUERY_H
#define LOA_BOT_ANSWER_QUERY_H

#include "bot/answer/answer.h"

enum { ANSWER_QUERY_TEXT = 640 };

/* "i=event_by_date;d=20729-20730;p=Nha Trang"; names hold no ';'. Returns out. */
const char *answer_query_format(const struct answer_query *q, char out[ANSWER_QUERY_TEXT]);
/* Reads what it knows and skips the rest; false when no intent is named. */
bool answer_query_parse(const char *text, struct answer_query *out);

#endif
