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

enum { WARNINGS_MAX = 200, TIME_SIZE = 48, DAYS_SIZE = 160, NUMBER_SIZE = 32 };

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

static const char *when(int64_t ms, char out[TIME_SIZE])
{
    struct loa_civil c = loa_tz_civil(ms);

    (void)snprintf(out, TIME_SIZE, "%02d:%02d ngày %02d/%02d/%d", c.hour, c.minute, c.day, c.month,
                   c.year);
    return out;
}

static const char *day(int64_t ms, char out[TIME_SIZE])
{
    struct loa_civil c = loa_tz_civil(ms);

    (void)snprintf(out, TIME_SIZE, "%02d/%02d", c.day, c.month);
    return out;
}

/* "1.234.567" */
static const char *number(int64_t v, char out[NUMBER_SIZE])
{
    char digits[NUMBER_SIZE];
    size_t n, at = 0;

    (void)snprintf(digits, sizeof(digits), "%" PRId64, v);
    n = strlen(digits);
    for (size_t i = 0; i < n && at + 2 < NUMBER_SIZE; i++) {
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
    char from[TIME_SIZE], proposed[DAYS_SIZE], rest[400];
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
            day(first, from), a->ops->title, a->deal.posts_month, a->deal.sure ? "" : "giả định ",
            a->deal.package ? a->deal.package->title : "", loa_tz_civil(m->start_ms).month,
            m->n_used, planned, days_text(m, m->proposed, proposed));
    else
        forecast_warn(f, "post_cap", SCHED_WARNING, a, first,
                      "Từ ngày %s bài đăng trên %s không tới được ai: trong tháng %d người quan "
                      "tâm đã nhận đủ %d bài.",
                      day(first, from), a->ops->title, loa_tz_civil(m->start_ms).month,
                      a->deal.posts_month);
    if (m->proposed && m->mine & ~m->proposed)
        forecast_warn(f, "post_days", SCHED_NOTE, a, first,
                      "Để theo đề xuất: tách bài đăng %s thành một tin riêng với --skip %s.",
                      a->ops->title, skip_text(m, m->mine & ~m->proposed, rest, sizeof(rest)));
}

static void warn_post(struct sched_forecast *f, const struct sched_forecast_item *i)
{
    const struct sched_forecast_account *a = &f->accounts[i->account];
    char at[TIME_SIZE], n[NUMBER_SIZE];

    if (i->day_full)
        forecast_warn(f, "post_day", SCHED_WARNING, a, i->from_ms,
                      "Ngày %s đã có bài khác đăng trên %s: mỗi người chỉ nhận %d bài một ngày, "
                      "bài này không tới được ai.",
                      day(i->from_ms, at), a->ops->title, a->deal.posts_day);
    else if (i->fates[SCHED_FATE_CAP] && i->reach)
        forecast_warn(f, "post_cap_part", SCHED_NOTE, a, i->from_ms,
                      "Ngày %s chỉ %s người mới quan tâm còn nhận được bài trên %s; những người "
                      "khác đã nhận đủ.",
                      day(i->from_ms, at), number(i->reach, n), a->ops->title);
}

static void warn_package(struct sched_forecast *f, const struct sched_forecast_account *a)
{
    if (a->deal.sure || !a->rules->posts_reach_followers)
        return;
    forecast_warn(f, "package_unknown", SCHED_NOTE, a, 0,
                  "Chưa khai báo gói dịch vụ của %s (ZALO_PACKAGE, ZALO_POSTS_MONTH): tạm tính %d "
                  "bài một tháng.",
                  a->ops->title, a->deal.posts_month);
}

/* ---- accounts -------------------------------------------------------------------------- */

static void warn_token(struct sched_forecast *f, const struct sched_forecast_account *a,
                       int64_t first, int64_t last)
{
    int64_t end = a->right_ends_ms;
    char at[TIME_SIZE];

    if (!a->has_token)
        forecast_warn(f, "no_token", SCHED_WARNING, a, 0,
                      "Tài khoản chưa có mã truy cập nên không gửi được.");
    else if (end && end <= last)
        forecast_warn(f, "token_expires", SCHED_WARNING, a, end,
                      "Quyền gửi (%s) hết hạn lúc %s, %s%s: %s.", msg_right_title(a->right),
                      when(end, at), end <= first ? "trước kỳ gửi đầu tiên" : "trước kỳ cuối",
                      a->can_refresh ? ", nếu từ nay đến đó loa serve không chạy để làm mới" : "",
                      msg_right_advice(a->right));
}

static void warn_price(struct sched_forecast *f, const struct sched_forecast_account *a,
                       int64_t charged)
{
    if (charged && !a->deal.price)
        forecast_warn(f, "price_zero", SCHED_NOTE, a, 0,
                      "%s tính tiền tin gửi ngoài khoảng miễn phí nhưng giá đang đặt là 0 đồng "
                      "(%s): chi phí thật có thể cao hơn dự báo.",
                      a->ops->title, a->rules->price_setting);
}

/* Occurrences that are sent to each person and reach nobody on an account, told as one. */
static void warn_nobody(struct sched_forecast *f, size_t k)
{
    const struct sched_forecast_account *a = &f->accounts[k];
    int64_t first = 0;
    int n = 0, all = 0;
    char at[TIME_SIZE];

    for (size_t i = 0; i < f->n_items; i++) {
        const struct sched_forecast_item *it = &f->items[i];

        if (it->account != k || !it->mine || it->open || it->no_right ||
            it->way == CHANNEL_WAY_POST)
            continue;
        all++;
        if (it->reach)
            continue;
        n++;
        first = first ? first : it->from_ms;
    }
    if (n)
        forecast_warn(f, "nobody", SCHED_WARNING, a, first,
                      "Tin gửi riêng không tới được ai trong %d/%d kỳ, từ %s.", n, all,
                      when(first, at));
}

/* Windows close by themselves and only open when people write. */
static void warn_silent(struct sched_forecast *f, size_t k)
{
    const struct sched_forecast_account *a = &f->accounts[k];

    for (size_t i = 0; i < f->n_items && a->ops->limits.window_ms; i++) {
        const struct sched_forecast_item *it = &f->items[i];

        if (it->account != k || !it->mine || it->way == CHANNEL_WAY_POST ||
            it->from_ms < f->now_ms + LOA_DAY_MS)
            continue;
        forecast_warn(f, "silent", SCHED_NOTE, a, it->from_ms,
                      "Chỉ gửi riêng được cho ai đã tương tác trong %" PRId64 " giờ gần nhất: các "
                      "kỳ sau tính như không ai nhắn thêm, thực tế có thể tới nhiều người hơn.",
                      a->ops->limits.window_ms / LOA_HOUR_MS);
        return;
    }
}

/* A way that this account lacks is no matter while another one of the channel has it. */
static void warn_ways(struct sched_forecast *f, size_t k)
{
    const struct sched_forecast_account *a = &f->accounts[k];
    bool direct = false, post = false;

    for (size_t i = 0; i < f->n_items; i++) {
        const struct sched_forecast_item *it = &f->items[i];

        if (!it->mine || f->accounts[it->account].ops != a->ops)
            continue;
        post = post || it->way == CHANNEL_WAY_POST;
        direct = direct || (it->way != CHANNEL_WAY_POST && !it->no_right);
        if (it->account == k && it->no_right && it->people)
            direct = false;
    }
    if (a->why_not_direct[0] && !direct)
        forecast_warn(f, "no_right", SCHED_WARNING, a, 0, "Không gửi riêng được: %s.",
                      a->why_not_direct);
    if (a->why_not_post[0] && !post)
        forecast_warn(f, "no_right", SCHED_WARNING, a, 0, "Không đăng bài được: %s.",
                      a->why_not_post);
}

static void warn_template(struct sched_forecast *f, size_t k)
{
    const struct sched_forecast_account *a = &f->accounts[k];
    int64_t most = 0;
    char n[NUMBER_SIZE];

    for (size_t i = 0; i < f->n_items; i++) {
        const struct sched_forecast_item *it = &f->items[i];

        if (it->account == k && it->mine && it->fates[SCHED_FATE_TEMPLATE] > most)
            most = it->fates[SCHED_FATE_TEMPLATE];
    }
    if (a->why_not_template[0])
        forecast_warn(f, "template", SCHED_WARNING, a, 0,
                      "%s. %s người ngoài cửa sổ trả lời sẽ không nhận được; người trong cửa sổ "
                      "vẫn nhận bản thường.",
                      a->why_not_template, number(most, n));
}

static void warn_account(struct sched_forecast *f, size_t k)
{
    const struct sched_forecast_account *a = &f->accounts[k];
    int64_t first = 0, last = 0, charged = 0;
    bool posts = false;

    for (size_t i = 0; i < f->n_items; i++) {
        const struct sched_forecast_item *it = &f->items[i];

        if (it->account != k || !it->mine)
            continue;
        first = first ? first : it->from_ms;
        last = it->from_ms > last ? it->from_ms : last;
        charged += it->charged;
        posts = posts || it->way == CHANNEL_WAY_POST;
    }
    warn_ways(f, k);
    if (!last)
        return;
    if (a->paused)
        forecast_warn(f, "account_paused", SCHED_WARNING, a, 0,
                      "Tài khoản đang tạm dừng%s%s: không gửi gì cho tới khi mở lại.",
                      a->pause_reason ? ": " : "", a->pause_reason ? a->pause_reason : "");
    warn_token(f, a, first, last);
    warn_price(f, a, charged);
    warn_template(f, k);
    warn_nobody(f, k);
    warn_silent(f, k);
    if (posts)
        warn_package(f, a);
}

/* ---- occurrences ----------------------------------------------------------------------- */

static void warn_direct(struct sched_forecast *f, const struct sched_forecast_item *i)
{
    const struct sched_forecast_account *a = &f->accounts[i->account];
    char at[TIME_SIZE], n[NUMBER_SIZE];

    if (i->fates[SCHED_FATE_LATE])
        forecast_warn(f, "deadline", SCHED_WARNING, a, i->deadline_ms,
                      "%s người không kịp nhận trước hạn %s.", number(i->fates[SCHED_FATE_LATE], n),
                      when(i->deadline_ms, at));
    if (i->closing)
        forecast_warn(f, "closing", SCHED_NOTE, a, i->start_ms,
                      "Khoảng %s người hết cửa sổ trả lời trong lúc gửi kỳ %s.",
                      number(i->closing, n), when(i->due_ms, at));
}

static void warn_quiet(struct sched_forecast *f, const struct sched_forecast_item *i)
{
    char due[TIME_SIZE], from[TIME_SIZE];

    if (i->from_ms > i->due_ms && i->from_ms > f->now_ms)
        forecast_warn(f, "quiet", SCHED_NOTE, NULL, i->from_ms,
                      "Kỳ %s rơi vào giờ yên tĩnh: bắt đầu gửi lúc %s.", when(i->due_ms, due),
                      when(i->from_ms, from));
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
        warn_account(f, k);
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
