/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"

enum { BAR = 20, WAY_POST = 2 };

int64_t watch_possible(const struct bot_config *cfg, const struct channel_ops *ops)
{
    const struct channel_limits *l = &ops->limits;
    bool batches = ops->caps & CHANNEL_CAP_BATCH;
    double set = bot_config_rate(cfg, ops->name);
    double calls = set > 0 ? set : 60 * (batches ? l->batches_per_s : l->singles_per_s);

    return (int64_t)(batches ? calls * (double)l->batch : calls);
}

int64_t watch_done(const struct watch_run *w)
{
    return w->now.sent + w->now.failed + w->now.skipped + w->now.in_doubt;
}

/* ---- speed and end --------------------------------------------------------------------- */

static void sample(struct watch_run *w, int64_t mono_ms)
{
    const struct watch_sample now = {mono_ms, watch_done(w)};
    size_t drop = 0;

    while (drop < w->n_samples && mono_ms - w->samples[drop].mono_ms > WATCH_SPAN_MS)
        drop++;
    if (drop == 0 && w->n_samples == WATCH_SAMPLES)
        drop = 1;
    memmove(w->samples, w->samples + drop, (w->n_samples - drop) * sizeof(*w->samples));
    w->n_samples -= drop;
    w->samples[w->n_samples++] = now;
}

static double speed(const struct watch_run *w)
{
    const struct watch_sample *first = &w->samples[0], *last = &w->samples[w->n_samples - 1];
    int64_t ms = last->mono_ms - first->mono_ms;

    return ms > 0 ? (double)(last->done - first->done) * 1000 / (double)ms : -1;
}

/* While nothing has moved yet, the pace that would be possible. */
static double expected(const struct watch_run *w, int64_t possible)
{
    if (w->per_s > 0)
        return w->per_s;
    if (w->now.cap_per_minute && w->now.cap_per_minute < possible)
        possible = w->now.cap_per_minute;
    return (double)possible / 60;
}

static int64_t end_of(const struct watch_run *w, int64_t wall_ms, const struct sched_quiet *quiet,
                      int64_t possible)
{
    double per_s = expected(w, possible);
    int64_t left = w->total - watch_done(w);

    if (w->now.over || w->held || w->now.state == MSG_RUN_HELD || w->now.account_paused ||
        w->total < 0 || left <= 0 || w->now.way == WAY_POST || per_s <= 0)
        return 0;
    return sched_quiet_after(w->now.urgent ? NULL : quiet, wall_ms,
                             (int64_t)((double)left * 1000 / per_s));
}

void watch_take(struct watch_run *w, const struct msg_progress *now, bool held, int64_t wall_ms,
                int64_t mono_ms, const struct sched_quiet *quiet, int64_t possible)
{
    w->now = *now;
    w->held = held && !now->over;
    if (now->over)
        w->total = watch_done(w);
    sample(w, mono_ms);
    w->per_s = speed(w);
    w->quiet_till = !now->over && !now->urgent && sched_quiet_is(quiet, wall_ms)
                        ? sched_quiet_next(quiet, wall_ms)
                        : 0;
    w->ends_ms = end_of(w, wall_ms, quiet, possible);
}

/* ---- words ----------------------------------------------------------------------------- */

static const char *state_words(const struct watch_run *w)
{
    if (w->now.over)
        return w->now.state == MSG_RUN_CANCELLED ? "đã dừng" : "xong";
    if (w->now.state == MSG_RUN_HELD)
        return "chờ cán bộ quyết định (loa held list)";
    if (w->held)
        return "tạm dừng";
    if (w->now.account_paused)
        return "tài khoản tạm dừng";
    if (w->quiet_till)
        return "giờ yên lặng";
    return w->now.state == MSG_RUN_SENDING ? "đang gửi" : "chờ";
}

static const char *state_word(const struct watch_run *w)
{
    if (w->now.over)
        return msg_run_state_name(w->now.state);
    if (w->now.state == MSG_RUN_HELD)
        return msg_run_state_name(w->now.state);
    if (w->held)
        return "paused";
    if (w->now.account_paused)
        return "account_paused";
    return w->quiet_till ? "quiet" : msg_run_state_name(w->now.state);
}

static const char *way_word(const struct watch_run *w)
{
    static const char *const ways[] = {"single", "batch", "post"};

    return ways[w->now.way % 3];
}

/* 1234567 -> "1.234.567" */
static void add_number(struct loa_buf *b, int64_t n)
{
    char digits[24];
    size_t len;

    (void)snprintf(digits, sizeof(digits), "%" PRId64, n);
    len = strlen(digits);
    for (size_t i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            loa_buf_addc(b, '.');
        loa_buf_addc(b, digits[i]);
    }
}

static void add_bar(struct loa_buf *b, const struct watch_run *w)
{
    int64_t done = watch_done(w);
    int full = w->total > 0 ? (int)(done * BAR / w->total) : w->now.over ? BAR : 0;

    loa_buf_adds(b, " [");
    for (int i = 0; i < BAR; i++)
        loa_buf_addc(b, i < full ? '#' : '-');
    loa_buf_adds(b, "] ");
    add_number(b, done);
    if (w->total >= 0) {
        loa_buf_addc(b, '/');
        add_number(b, w->total);
        loa_buf_addf(b, " (%" PRId64 "%%)", w->total ? done * 100 / w->total : (int64_t)100);
    }
}

static void add_count(struct loa_buf *b, const char *label, int64_t n)
{
    if (!n)
        return;
    loa_buf_addf(b, ", %s ", label);
    add_number(b, n);
}

static void add_clock(struct loa_buf *b, const char *label, int64_t ms, int64_t now)
{
    struct loa_civil c = loa_tz_civil(ms), today = loa_tz_civil(now);

    loa_buf_addf(b, "%s%02d:%02d", label, c.hour, c.minute);
    if (c.day != today.day || c.month != today.month || c.year != today.year)
        loa_buf_addf(b, " ngày %d/%d", c.day, c.month);
}

static void add_end(struct loa_buf *b, const struct watch_run *w, int64_t now)
{
    int64_t left = (w->ends_ms - now + LOA_SECOND_MS - 1) / LOA_SECOND_MS;

    if (!w->ends_ms)
        return;
    if (left < 3600)
        loa_buf_addf(b, ", còn %" PRId64 ":%02" PRId64, left / 60, left % 60);
    else
        loa_buf_addf(b, ", còn %" PRId64 " giờ %02" PRId64, left / 3600, left / 60 % 60);
    add_clock(b, ", xong lúc ", w->ends_ms, now);
    if (w->ends_ms > w->now.deadline_ms)
        add_clock(b, ", QUÁ HẠN ", w->now.deadline_ms, now);
}

/* What staff can do where nothing moves by itself. */
static void add_hint(struct loa_buf *b, const struct watch_run *w, int64_t message)
{
    if (w->now.over || !w->now.account_paused)
        return;
    if (w->now.reason[0])
        loa_buf_addf(b, ": %s", w->now.reason);
    if (w->now.way == WAY_POST)
        loa_buf_addf(b, "; đăng tay: loa handpost %" PRId64, message);
    else
        loa_buf_addf(b, "; bật lại: loa account resume %s", w->now.account);
}

void watch_line(const struct watch_run *w, int64_t message, int64_t wall_ms, size_t columns,
                struct loa_buf *out)
{
    struct loa_buf b = {0};
    const char *text;

    loa_buf_addf(&b, "%s (%s", w->now.account, way_word(w));
    if (w->now.attempt > 1)
        loa_buf_addf(&b, ", lần %d", w->now.attempt);
    loa_buf_addf(&b, ") %s", state_words(w));
    if (w->quiet_till && !w->held && !w->now.account_paused)
        add_clock(&b, " tới ", w->quiet_till, wall_ms);
    add_bar(&b, w);
    if (!w->now.over && w->per_s >= 0)
        loa_buf_addf(&b, " %.1f/giây", w->per_s);
    if (!w->now.over && w->now.cap_per_minute)
        loa_buf_addf(&b, " (nhiều nhất %" PRId64 "/phút)", w->now.cap_per_minute);
    add_count(&b, "lỗi", w->now.failed);
    add_count(&b, "bỏ qua", w->now.skipped);
    add_count(&b, "chưa rõ", w->now.in_doubt);
    add_end(&b, w, wall_ms);
    add_hint(&b, w, message);
    text = loa_buf_str(&b);
    loa_buf_add(out, text, columns ? loa_utf8_cut(text, columns) : b.len);
    loa_buf_release(&b);
}

/* ---- JSON ------------------------------------------------------------------------------ */

static void add_time(cJSON *o, const char *key, int64_t ms)
{
    char iso[LOA_ISO_SIZE];

    if (ms)
        cJSON_AddStringToObject(o, key, loa_iso_format(ms, iso));
    else
        cJSON_AddNullToObject(o, key);
}

cJSON *watch_json(const struct watch_run *w, int64_t wall_ms)
{
    cJSON *o = cJSON_CreateObject();

    add_time(o, "time", wall_ms);
    loa_json_add_int(o, "run", w->now.run_id);
    cJSON_AddStringToObject(o, "account", w->now.account);
    cJSON_AddStringToObject(o, "channel", w->now.channel);
    cJSON_AddStringToObject(o, "way", way_word(w));
    loa_json_add_int(o, "attempt", w->now.attempt);
    cJSON_AddStringToObject(o, "state", state_word(w));
    loa_json_add_int(o, "done", watch_done(w));
    if (w->total >= 0)
        loa_json_add_int(o, "total", w->total);
    loa_json_add_int(o, "sent", w->now.sent);
    loa_json_add_int(o, "failed", w->now.failed);
    loa_json_add_int(o, "skipped", w->now.skipped);
    loa_json_add_int(o, "in_doubt", w->now.in_doubt);
    if (w->per_s >= 0)
        cJSON_AddNumberToObject(o, "per_s", (double)(int64_t)(w->per_s * 10) / 10);
    if (w->now.cap_per_minute)
        loa_json_add_int(o, "rate_per_min", w->now.cap_per_minute);
    add_time(o, "ends", w->ends_ms);
    if (w->now.account_paused && !w->now.over)
        cJSON_AddStringToObject(o, "account_paused", w->now.reason);
    return o;
}
