/* SPDX-License-Identifier: Apache-2.0 */
/* finder.h - what the two readers of dates share: words (when.c) and numbers (daynumber.c). */
#ifndef LOA_BOT_ANSWER_FINDER_H
#define LOA_BOT_ANSWER_FINDER_H

#include "bot/answer/index.h"
#include "bot/answer/when.h"

struct answer_finder {
    const struct answer_index *x;
    struct answer_tokens *t;
    int32_t today;
    struct answer_dates *out;
};

/* Widens what was found by a day or a range. */
void answer_finder_add(struct answer_finder *f, int32_t from, int32_t to);
void answer_find_day_numbers(struct answer_finder *f);

#endif
