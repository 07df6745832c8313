/* SPDX-License-Identifier: Apache-2.0 */
/* What staff should know of an account before they approve: its package, rights, ways, templates,
 * and whom it reaches at all. */
#include <inttypes.h>

#include "messages/base/clock.h"
#include "scheduler/forecast_impl.h"

static void warn_package(struct sched_forecast *f, const struct sched_forecast_account *a)
{
    if (a->deal.sure || !a->rules->posts_reach_followers)
        return;
    forecast_warn(f, "package_unknown", SCHED_NOTE, a, 0,
                  "Chưa khai báo gói dịch vụ của %s (ZALO_PACKAGE, ZALO_POSTS_MONTH): tạm tính %d "
                  "bài một tháng.",
                  a->ops->title, a->deal.posts_month);
}

static void warn_token(struct sched_forecast *f, const struct sched_forecast_account *a,
                       int64_t first, int64_t last)
{
    int64_t end = a->right_ends_ms;
    char at[FORECAST_TIME];

    if (!a->has_token)
        forecast_warn(f, "no_token", SCHED_WARNING, a, 0,
                      "Tài khoản chưa có mã truy cập nên không gửi được.");
    else if (end && end <= last)
        forecast_warn(f, "token_expires", SCHED_WARNING, a, end,
                      "Quyền gửi (%s) hết hạn lúc %s, %s%s: %s.", msg_right_title(a->right),
                      forecast_when(end, at),
                      end <= first ? "trước kỳ gửi đầu tiên" : "trước kỳ cuối",
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
    char at[FORECAST_TIME];

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
                      "Tin gửi riêng không tới được ai trong %d/%d kỳ, từ %s.%s", n, all,
                      forecast_when(first, at),
                      a->ops->caps & CHANNEL_CAP_UTILITY && !a->has_template &&
                              !a->why_not_template[0]
                          ? " Mẫu tin được nền tảng duyệt tới được cả người ngoài cửa sổ trả lời."
                          : "");
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
    char n[FORECAST_NUMBER];

    for (size_t i = 0; i < f->n_items; i++) {
        const struct sched_forecast_item *it = &f->items[i];

        if (it->account == k && it->mine && it->fates[SCHED_FATE_TEMPLATE] > most)
            most = it->fates[SCHED_FATE_TEMPLATE];
    }
    if (a->why_not_template[0])
        forecast_warn(f, "template", SCHED_WARNING, a, 0,
                      "%s. %s người ngoài cửa sổ trả lời sẽ không nhận được; người trong cửa sổ "
                      "vẫn nhận bản thường.",
                      a->why_not_template, forecast_number(most, n));
}

void forecast_warn_account(struct sched_forecast *f, size_t k)
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
