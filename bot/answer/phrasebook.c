/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/phrasebook.h"

#include <string.h>

#include "messages/base/tz.h"

const char *answer_say(enum answer_sentence s, bool english)
{
    static const char *const vi[] = {
#define X(id, v, e) v,
        ANSWER_SENTENCES(X)
#undef X
    };
    static const char *const en[] = {
#define X(id, v, e) e,
        ANSWER_SENTENCES(X)
#undef X
    };

    return english ? en[s] : vi[s];
}

void answer_say_day(struct loa_buf *b, int64_t ms, bool english)
{
    static const char *const vi[] = {"thứ Hai", "thứ Ba",  "thứ Tư",  "thứ Năm",
                                     "thứ Sáu", "thứ Bảy", "Chủ nhật"};
    static const char *const en[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                     "Friday", "Saturday", "Sunday"};
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    struct loa_civil c = loa_tz_civil(ms);

    if (english)
        loa_buf_addf(b, "%s %d %s", en[c.weekday], c.day, months[c.month - 1]);
    else
        loa_buf_addf(b, "%s %02d/%02d", vi[c.weekday], c.day, c.month);
}

void answer_say_when(struct loa_buf *b, const struct msg_event *e, bool english)
{
    struct loa_civil from = loa_tz_civil(e->start_ms), to = loa_tz_civil(e->end_ms);
    bool all_day = from.hour == 0 && from.minute == 0 && to.hour == 23 && to.minute >= 59;
    bool days = from.day != to.day || from.month != to.month || from.year != to.year;

    if (all_day)
        loa_buf_adds(b, english ? "all day" : "cả ngày");
    else
        loa_buf_addf(b, "%02d:%02d–%02d:%02d", from.hour, from.minute, to.hour, to.minute);
    loa_buf_adds(b, ", ");
    answer_say_day(b, e->start_ms, english);
    if (days) {
        loa_buf_adds(b, english ? " to " : " đến ");
        answer_say_day(b, e->end_ms, english);
    }
}

void answer_say_where(struct loa_buf *b, const struct msg_event *e, bool english, bool address)
{
    const char *place = e->place ? e->place : e->district;

    if (!place)
        place = english ? "place to be announced" : "địa điểm sẽ báo sau";
    loa_buf_adds(b, place);
    if (address && e->address)
        loa_buf_addf(b, ", %s", e->address);
    else if (e->district && !strstr(place, e->district))
        loa_buf_addf(b, ", %s", e->district);
}

static void say_tod(struct loa_buf *b, enum answer_tod tod, bool english)
{
    static const char *const en[] = {"", "in the morning", "around noon", "in the afternoon",
                                     "in the evening"};

    if (tod == ANSWER_TOD_NONE)
        return;
    if (english)
        loa_buf_addf(b, " %s", en[tod]);
    else
        loa_buf_addf(b, " buổi %s", answer_tod_name(tod));
}

static void say_clock(struct loa_buf *b, const struct answer_query *q, bool english)
{
    int from = q->minute_from, to = q->minute_to;

    if (!q->has_clock)
        return;
    if (to == from + 1)
        loa_buf_addf(b, english ? " at %02d:%02d" : " lúc %02d:%02d", from / 60, from % 60);
    else if (to >= 24 * 60)
        loa_buf_addf(b, english ? " after %02d:%02d" : " sau %02d:%02d", from / 60, from % 60);
    else if (from == 0)
        loa_buf_addf(b, english ? " before %02d:%02d" : " trước %02d:%02d", to / 60, to % 60);
    else
        loa_buf_addf(b, english ? " from %02d:%02d to %02d:%02d" : " từ %02d:%02d đến %02d:%02d",
                     from / 60, from % 60, to / 60, to % 60);
}

static void say_days(struct loa_buf *b, const struct answer_result *r, bool english)
{
    if (!r->has_date)
        return;
    loa_buf_adds(b, english ? " on " : " ");
    answer_say_day(b, r->from_ms, english);
    if (r->to_ms != r->from_ms) {
        loa_buf_adds(b, english ? " to " : " đến ");
        answer_say_day(b, r->to_ms, english);
    }
}

void answer_say_query(struct loa_buf *b, const struct answer_result *r, bool english)
{
    const struct answer_query *q = &r->query;

    if (q->audience[0])
        loa_buf_addf(b, english ? " for %s" : " cho %s", q->audience);
    say_clock(b, q, english);
    say_tod(b, r->tod, english);
    say_days(b, r, english);
    if (!r->place)
        return;
    if (r->place->kind == MSG_PLACE_ONLINE)
        loa_buf_adds(b, english ? " online" : " trực tuyến");
    else
        loa_buf_addf(b, english ? " in %s" : " ở %s", r->place->name);
}
