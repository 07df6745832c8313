/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/reminder_text.h"

#include <stdlib.h>

#include "bot/answer/phrasebook.h"
#include "messages/base/buf.h"
#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/online.h"

enum { BEFORE_QUIET_MS = 30 * LOA_MINUTE_MS, SEARCH_STEP_MS = 15 * LOA_MINUTE_MS };

/* ---- when ------------------------------------------------------------------------------ */

/* The hour before would be at night: rather the evening before than a call at five. */
static int64_t before_quiet(const struct sched_quiet *quiet, int64_t ms)
{
    int64_t at = ms;

    for (int i = 0; i < 96 && sched_quiet_is(quiet, at); i++)
        at -= SEARCH_STEP_MS;
    return at == ms ? ms : at - BEFORE_QUIET_MS;
}

bool bot_reminder_times(const struct msg_event *e, const struct sched_quiet *quiet, int64_t now,
                        struct msg_reminder_times *out)
{
    int64_t day = sched_quiet_next(quiet, loa_tz_add_days(e->start_ms, -1));
    int64_t hour = before_quiet(quiet, e->start_ms - LOA_HOUR_MS);

    *out = (struct msg_reminder_times){0};
    if (hour > now)
        out->ms[MSG_REMINDER_HOUR - 1] = hour;
    if (day > now && day < hour)
        out->ms[MSG_REMINDER_DAY - 1] = day;
    return out->ms[0] || out->ms[1];
}

static void say_time(struct loa_buf *b, int64_t ms)
{
    struct loa_civil c = loa_tz_civil(ms);

    loa_buf_addf(b, "%02d:%02d, ", c.hour, c.minute);
    answer_say_day(b, ms, false);
}

void bot_reminder_say_times(struct loa_buf *b, const struct msg_reminder_times *t)
{
    loa_buf_adds(b, "lúc ");
    for (int i = 0; i < MSG_REMINDER_STEPS; i++) {
        if (!t->ms[i])
            continue;
        if (i && t->ms[0])
            loa_buf_adds(b, " và ");
        say_time(b, t->ms[i]);
    }
}

bool bot_reminder_reaches(int64_t window_ms, int64_t last_seen_ms, int64_t at_ms)
{
    return !window_ms || at_ms - last_seen_ms < window_ms;
}

/* ---- what ------------------------------------------------------------------------------ */

static void say_facts(struct loa_buf *b, const struct msg_event *e)
{
    const char *service = msg_online_service(e->online_url);

    loa_buf_adds(b, "\n🕒 ");
    answer_say_when(b, e, false);
    loa_buf_adds(b, "\n📍 ");
    answer_say_where(b, e, false, true);
    if (e->online_url)
        loa_buf_addf(b, "\n💻 Tham gia trực tuyến%s%s%s: %s", service ? " (" : "",
                     service ? service : "", service ? ")" : "", e->online_url);
}

static void add_button(struct msg_content *c, enum msg_button_kind kind, const char *title,
                       const char *head, const char *value)
{
    char *whole = loa_xasprintf("%s%s", head, value);

    (void)msg_content_add_button(c, kind, title, whole);
    free(whole);
}

static void add_buttons(struct msg_content *c, const struct msg_event *e, bool goes_on)
{
    if (goes_on && e->online_url)
        add_button(c, MSG_BUTTON_URL, "Tham gia trực tuyến", "", e->online_url);
    add_button(c, MSG_BUTTON_REPLY, "Chi tiết", "#event:", e->id);
    if (goes_on)
        add_button(c, MSG_BUTTON_REPLY, "Thôi nhắc", "#unremind:", e->id);
}

static void say_left(struct loa_buf *b, int64_t start, int64_t now)
{
    int64_t days = (loa_tz_day_start(start) - loa_tz_day_start(now) + LOA_DAY_MS / 2) / LOA_DAY_MS;
    int64_t left = start - now;

    if (left <= 0)
        loa_buf_adds(b, "đang diễn ra");
    else if (left < 90 * LOA_MINUTE_MS)
        loa_buf_addf(b, "còn khoảng %lld phút nữa",
                     (long long)((left + LOA_MINUTE_MS - 1) / LOA_MINUTE_MS));
    else if (days == 0)
        loa_buf_adds(b, "hôm nay");
    else if (days == 1)
        loa_buf_adds(b, "ngày mai");
    else
        loa_buf_addf(b, "còn %lld ngày nữa", (long long)days);
}

void bot_reminder_text(const struct msg_event *e, int64_t now, struct msg_content *out)
{
    struct loa_buf b = {0};

    *out = (struct msg_content){0};
    loa_buf_adds(&b, "🔔 Nhắc bạn, ");
    say_left(&b, e->start_ms, now);
    loa_buf_addf(&b, ": %s", e->title);
    say_facts(&b, e);
    if (e->registration_url)
        loa_buf_addf(&b, "\n📝 Đăng ký: %s", e->registration_url);
    out->text = loa_buf_take(&b);
    add_buttons(out, e, true);
}

void bot_change_text(const struct msg_event *e, const struct msg_change *c, struct msg_content *out)
{
    bool gone = c->kind == MSG_EVENT_CHANGE_GONE;
    bool off = gone || e->state == MSG_EVENT_CANCELLED, back = c->kind != MSG_EVENT_CHANGE_MOVED;
    struct loa_buf b = {0};

    *out = (struct msg_content){0};
    loa_buf_addf(&b, "%s %s", off || !back ? "⚠️" : "✅", e->title);
    if (off) {
        loa_buf_adds(&b, " (");
        say_time(&b, c->was_start_ms);
        loa_buf_addf(&b, ") đã %s, mời bạn không đến nữa.", gone ? "được gỡ khỏi lịch" : "hủy");
    } else if (back) {
        loa_buf_adds(&b, " vẫn diễn ra.");
    } else {
        loa_buf_adds(&b, " đã thay đổi.\nTrước: ");
        say_time(&b, c->was_start_ms);
        if (c->was_place)
            loa_buf_addf(&b, ", %s", c->was_place);
        loa_buf_adds(&b, "\nNay là:");
    }
    if (!off)
        say_facts(&b, e);
    if (e->note)
        loa_buf_addf(&b, "\nLý do: %s", e->note);
    loa_buf_adds(&b, off ? "\nXin lỗi bạn vì sự bất tiện này."
                         : "\nLời nhắc của bạn được dời theo giờ mới.");
    out->text = loa_buf_take(&b);
    if (gone)
        add_button(out, MSG_BUTTON_REPLY, "Sắp diễn ra", "", "#next");
    else
        add_buttons(out, e, !off);
}
