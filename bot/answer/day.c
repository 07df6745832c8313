/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/index.h"
#include "messages/base/tz.h"

/* Days from the civil calendar without the C library's time zone: the proleptic Gregorian rule,
 * counted in eras of 400 years that begin on 1 March. */
int32_t answer_day_civil(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

    return era * 146097 + doe - 719468;
}

int32_t answer_day_of(int64_t ms)
{
    struct loa_civil c = loa_tz_civil(ms);

    return answer_day_civil(c.year, c.month, c.day);
}

int64_t answer_day_ms(int32_t day)
{
    struct loa_civil c = {.year = 1970, .month = 1, .day = 1 + day};

    return loa_tz_ms(&c);
}
