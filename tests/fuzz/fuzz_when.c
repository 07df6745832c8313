/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz: days, times of day and hours of the clock. The first two bytes move the moment of the
 * message. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bot/answer/answer.h"
#include "bot/answer/parse.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct msg_catalog *catalog;
static struct answer_index *answers;

static void open_index(void)
{
    struct msg_event e = {.id = loa_xstrdup("e1"),
                          .title = loa_xstrdup("Hội sách"),
                          .start_ms = INT64_C(1790900000000),
                          .end_ms = INT64_C(1791500000000)};

    if (loa_tz_set("Asia/Ho_Chi_Minh") != LOA_OK)
        abort();
    catalog = msg_catalog_new();
    msg_catalog_add_event(catalog, &e);
    msg_catalog_sort(catalog);
    answers = answer_index_new(catalog, answer_words_load_builtin());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct answer_parse p;
    const struct answer_dates *d = &p.dates;
    char text[512];

    if (!answers)
        open_index();
    if (size < 2 || size - 2 >= sizeof(text))
        return 0;
    memcpy(text, data + 2, size - 2);
    text[size - 2] = '\0';
    p = (struct answer_parse){0};
    answer_mend(answers, text, &p);
    answer_spot(answers, &p);
    answer_dates_find(answers, &p.t, &p.spans, 20000 + data[0] * 8, (int16_t)(data[1] * 5),
                      &p.dates);
    if (d->has && d->to < d->from)
        abort();
    if (d->clock && (d->minute_from < 0 || d->minute_to <= d->minute_from || d->minute_to > 1440))
        abort();
    return 0;
}
