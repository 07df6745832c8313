/* SPDX-License-Identifier: Apache-2.0 */
/* What staff should know before they approve: in words, with a code that stays. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "scheduler/forecast_impl.h"
#include "scheduler/post_cap.h"

enum { WARNINGS_MAX = 200, DAYS_SIZE = 160 };

void forecast_warn(struct sched_forecast *f, const char *code, enum sched_warning_level level,
                   const struct sched_forecast_account *a, int64_t at_ms, const char *fmt, ...)
{
    struct sched_warning *w;
    va_list ap;

    if (f->n_warnings == WARNINGS_MAX)
        return;
    if (!(f->n_warnings & (f->n_warnings - 1)))
        f->warnings = loa_xrealloc(f->warnings,
                                   (f->n_warnings ? 2 * f->n_warnings : 1) * sizeof(*f->warnings));
    w = &f->warnings[f->n_warnings++];
    *w = (struct sched_warning){.code = code, .level = level, .at_ms = at_ms};
    if (a)
        (void)snprintf(w->account, sizeof(w->account), "%s", a->name);
    va_start(ap, fmt);
    (void)vsnprintf(w->text, sizeof(w->text), fmt, ap);
    va_end(ap);
}

/* ---- words ----------------------------------------------------------------------------- */

const char *forecast_when(int64_t ms, char out[FORECAST_TIME])
{
    struct loa_civil c = loa_tz_civil(ms);

    (void)snprintf(out, FORECAST_TIME, "%02d:%02d ngày %02d/%02d/%d", c.hour, c.minute, c.day,
                   c.month, c.year);
    return out;
}

const char *forecast_day(int64_t ms, char out[FORECAST_TIME])
{
    struct loa_civil c = loa_tz_civil(ms);

    (void)snprintf(out, FORECAST_TIME, "%02d/%02d", c.day, c.month);
    return out;
}

/* "1.234.567" */
const char *forecast_number(int64_t v, char out[FORECAST_NUMBER])
{
    char digits[FORECAST_NUMBER];
    size_t n, at = 0;

    (void)snprintf(digits, sizeof(digits), "%" PRId64, v);
    n = strlen(digits);
    for (size_t i = 0; i < n && at + 2 < FORECAST_NUMBER; i++) {
        if (i && (n - i) % 3 == 0)
            out[at++] = '.';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

/* "01, 03, 05/10" */
static const char *days_text(const struct sched_forecast_month *m, uint32_t days,
                             char out[DAYS_SIZE])
{
    size_t at = 0;

    out[0] = '\0';
    for (int d = 0; d < 31; d++) {
        if (days >> d & 1)
            at += (size_t)snprintf(out + at, DAYS_SIZE - at, "%s%02d", at ? ", " : "", d + 1);
    }
    (void)snprintf(out + at, DAYS_SIZE - at, "/%02d", loa_tz_civil(m->start_ms).month);
    return out;
}

/* The days of a month as --skip takes them. */
static const char *skip_text(const struct sched_forecast_month *m, uint32_t days, char *out,
                             size_t size)
{
    struct loa_civil c = loa_tz_civil(m->start_ms);
    size_t at = 0;

    out[0] = '\0';
    for (int d = 0; d < 31 && at < size; d++) {
        if (days >> d & 1)
            at += (size_t)snprintf(out + at, size - at, "%s%04d-%02d-%02d", at ? "," : "", c.year,
                                   c.month, d + 1);
    }
    return out;
}

/* ---- caps on posts --------------------------------------------------------------------- */

static void warn_month(struct sched_forecast *f, const struct sched_forecast_month *m)
{
    const struct sched_forecast_account *a = &f->accounts[m->account];
    uint32_t dry = m->mine & ~m->served;
    char from[FORECAST_TIME], proposed[DAYS_SIZE], rest[400];
    int64_t first = 0;
    int planned = 0;

    for (uint32_t v = m->planned; v; v &= v - 1)
        planned++;
    for (size_t i = 0; i < f->n_items && !first; i++) {
        const struct sched_forecast_item *it = &f->items[i];

        if (it->account == m->account && it->mine && it->month_full &&
            sched_month_start(it->from_ms) == m->start_ms)
            first = it->from_ms;
    }
    if (!dry || !first)
        return;
    if (m->proposed)
        forecast_warn(
            f, "post_cap", SCHED_WARNING, a, first,
            "Từ ngày %s bài đăng trên %s không tới được ai: mỗi người quan tâm nhận tối "
            "đa %d bài một tháng (%sgói %s); trong tháng %d đã đăng %d, kế hoạch còn %d ngày. Đề "
            "xuất đăng các ngày %s (ngày có tin khẩn trước, rồi chia đều).",
            forecast_day(first, from), a->ops->title, a->deal.posts_month,
            a->deal.sure ? "" : "giả định ", a->deal.package ? a->deal.package->title : "",
            loa_tz_civil(m->start_ms).month, m->n_used, planned,
            days_text(m, m->proposed, proposed));
    else
        forecast_warn(f, "post_cap", SCHED_WARNING, a, first,
                      "Từ ngày %s bài đăng trên %s không tới được ai: trong tháng %d người quan "
                      "tâm đã nhận đủ %d bài.",
                      forecast_day(first, from), a->ops->title, loa_tz_civil(m->start_ms).month,
                      a->deal.posts_month);
    if (m->proposed && m->mine & ~m->proposed)
        forecast_warn(f, "post_days", SCHED_NOTE, a, first,
                      "Để theo đề xuất: tách bài đăng %s thành một tin riêng với --skip %s.",
                      a->ops->title, skip_text(m, m->mine & ~m->proposed, rest, sizeof(rest)));
}

static void warn_post(struct sched_forecast *f, const struct sched_forecast_item *i)
{
    const struct sched_forecast_account *a = &f->accounts[i->account];
    char at[FORECAST_TIME], n[FORECAST_NUMBER];

    if (i->day_full)
        forecast_warn(f, "post_day", SCHED_WARNING, a, i->from_ms,
                      "Ngày %s đã có bài khác đăng trên %s: mỗi người chỉ nhận %d bài một ngày, "
                      "bài này không tới được ai.",
                      forecast_day(i->from_ms, at), a->ops->title, a->deal.posts_day);
    else if (i->fates[SCHED_FATE_CAP] && i->reach)
        forecast_warn(f, "post_cap_part", SCHED_NOTE, a, i->from_ms,
                      "Ngày %s chỉ %s người mới quan tâm còn nhận được bài trên %s; những người "
                      "khác đã nhận đủ.",
                      forecast_day(i->from_ms, at), forecast_number(i->reach, n), a->ops->title);
}

/* ---- occurrences ----------------------------------------------------------------------- */

static void warn_direct(struct sched_forecast *f, const struct sched_forecast_item *i)
{
    const struct sched_forecast_account *a = &f->accounts[i->account];
    char at[FORECAST_TIME], n[FORECAST_NUMBER];

    if (i->fates[SCHED_FATE_LATE])
        forecast_warn(f, "deadline", SCHED_WARNING, a, i->deadline_ms,
                      "%s người không kịp nhận trước hạn %s.",
                      forecast_number(i->fates[SCHED_FATE_LATE], n),
                      forecast_when(i->deadline_ms, at));
    if (i->closing)
        forecast_warn(f, "closing", SCHED_NOTE, a, i->start_ms,
                      "Khoảng %s người hết cửa sổ trả lời trong lúc gửi kỳ %s.",
                      forecast_number(i->closing, n), forecast_when(i->due_ms, at));
}

static void warn_quiet(struct sched_forecast *f, const struct sched_forecast_item *i)
{
    char due[FORECAST_TIME], from[FORECAST_TIME];

    if (i->from_ms > i->due_ms && i->from_ms > f->now_ms)
        forecast_warn(f, "quiet", SCHED_NOTE, NULL, i->from_ms,
                      "Kỳ %s rơi vào giờ yên tĩnh: bắt đầu gửi lúc %s.",
                      forecast_when(i->due_ms, due), forecast_when(i->from_ms, from));
}

static void warn_items(struct sched_forecast *f)
{
    int64_t quiet_said = 0;

    for (size_t k = 0; k < f->n_items; k++) {
        const struct sched_forecast_item *i = &f->items[k];

        if (!i->mine || i->open)
            continue;
        if (i->due_ms > quiet_said) {
            warn_quiet(f, i);
            quiet_said = i->due_ms;
        }
        if (i->way == CHANNEL_WAY_POST)
            warn_post(f, i);
        else
            warn_direct(f, i);
    }
}

/* ---- the message ----------------------------------------------------------------------- */

static void warn_channels(struct sched_forecast_work *w)
{
    const struct msg_spec *s = &w->messages[0]->spec;
    struct sched_forecast *f = w->f;

    for (size_t i = 0; i < s->channels.n; i++) {
        const struct channel_ops *ops = channel_find(s->channels.items[i]);
        unsigned deliver = msg_spec_deliver(s, s->channels.items[i]);
        bool found = false, post = ops && deliver & MSG_DELIVER_POST;

        for (size_t k = 0; k < f->n_accounts; k++)
            found = found || f->accounts[k].ops == ops;
        if (!found)
            forecast_warn(f, "no_account", SCHED_WARNING, NULL, 0,
                          "Chưa có tài khoản nào của kênh “%s”.", s->channels.items[i]);
        if (post && !(ops->caps & CHANNEL_CAP_POST))
            forecast_warn(f, "no_way", SCHED_WARNING, NULL, 0, "%s không có bài đăng công khai.",
                          ops->title);
        else if (post && (s->topics.n || s->districts.n))
            forecast_warn(f, "post_to_all", SCHED_NOTE, NULL, 0,
                          "Bài đăng trên %s tới mọi người theo dõi: không chọn được chủ đề, địa "
                          "bàn, và người đã từ chối tin riêng vẫn thấy.",
                          ops->title);
    }
}

static int mine_ahead(const struct sched_forecast *f)
{
    int n = 0;

    for (size_t i = 0; i < f->n_items; i++)
        n += f->items[i].mine;
    return n;
}

/* What needs an answer first; the order among equals stays. */
static void warnings_first(struct sched_forecast *f)
{
    size_t to = 0;

    for (size_t i = 0; i < f->n_warnings; i++) {
        struct sched_warning w = f->warnings[i];

        if (w.level != SCHED_WARNING)
            continue;
        memmove(f->warnings + to + 1, f->warnings + to, (i - to) * sizeof(w));
        f->warnings[to++] = w;
    }
}

void forecast_warn_all(struct sched_forecast_work *w)
{
    struct sched_forecast *f = w->f;
    const struct msg_message *m = w->messages[0];
    bool over = m->state == MSG_SENT || m->state == MSG_CANCELLED;

    if (!over)
        warn_channels(w);
    for (size_t k = 0; k < f->n_accounts; k++)
        forecast_warn_account(f, k);
    for (size_t k = 0; k < f->n_months; k++)
        warn_month(f, &f->months[k]);
    warn_items(f);
    if (!over && f->n_accounts && !mine_ahead(f) && !f->n_warnings)
        forecast_warn(f, "nothing_ahead", SCHED_NOTE, NULL, 0, "Tin này không còn kỳ gửi nào.");
    if (f->cut)
        forecast_warn(f, "cut", SCHED_NOTE, NULL, 0,
                      "Kế hoạch quá dài nên dự báo chỉ xét phần đầu.");
    warnings_first(f);
}
