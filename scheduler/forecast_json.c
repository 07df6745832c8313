/* SPDX-License-Identifier: Apache-2.0 */
/* The forecast as JSON, as the API gives it and the store keeps it; docs/forecast.md says what each
 * member means. Numbers that are 0 for most are left out. */
#include <stdio.h>

#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "scheduler/forecast.h"

static const char *const way_names[] = {"single", "batch", "post"};

static const struct {
    const char *name, *title;
} fates[SCHED_FATES] = {
    {"unsubscribed", "không theo dõi"},
    {"opted_out", "đã từ chối nhận tin"},
    {"blocked", "đã chặn tài khoản"},
    {"invalid", "không còn dùng"},
    {"erased", "đã yêu cầu xóa dữ liệu"},
    {"window", "ngoài cửa sổ trả lời"},
    {"template_not_approved", "ngoài cửa sổ trả lời, mẫu tin chưa dùng được"},
    {"no_right", "tài khoản không có quyền gửi cách này"},
    {"token_expired", "quyền gửi của tài khoản đã hết hạn trước lúc đó"},
    {"cap", "đã nhận đủ số bài nền tảng cho phép"},
    {"late", "không kịp trước hạn"},
};

const char *sched_fate_name(enum sched_fate f)
{
    return fates[f].name;
}

const char *sched_fate_title(enum sched_fate f)
{
    return fates[f].title;
}

static void add_time(cJSON *o, const char *key, int64_t ms)
{
    char iso[LOA_ISO_SIZE];

    if (ms)
        cJSON_AddStringToObject(o, key, loa_iso_format(ms, iso));
}

static void add_some(cJSON *o, const char *key, int64_t n)
{
    if (n)
        loa_json_add_int(o, key, n);
}

cJSON *sched_forecast_item_json(const struct sched_forecast_item *i, const char *account,
                                const char *channel)
{
    cJSON *o = cJSON_CreateObject(), *lost;

    add_time(o, "due", i->due_ms);
    cJSON_AddStringToObject(o, "account", account);
    cJSON_AddStringToObject(o, "channel", channel);
    cJSON_AddStringToObject(o, "way", way_names[i->way]);
    if (i->open)
        cJSON_AddTrueToObject(o, "under_way");
    if (i->public_post) {
        cJSON_AddTrueToObject(o, "public");
    } else {
        loa_json_add_int(o, "people", i->people);
        loa_json_add_int(o, "reach", i->reach);
    }
    if (i->way != CHANNEL_WAY_POST) {
        loa_json_add_int(o, "free", i->by_window_free);
        loa_json_add_int(o, "paid", i->by_window_paid);
        loa_json_add_int(o, "template", i->by_template);
    }
    lost = cJSON_AddObjectToObject(o, "not_reached");
    for (int k = 0; k < SCHED_FATES; k++)
        add_some(lost, fates[k].name, i->fates[k]);
    add_some(o, "closing", i->closing);
    loa_json_add_int(o, "requests", i->requests);
    add_time(o, "start", i->start_ms);
    add_time(o, "end", i->end_ms);
    add_time(o, "deadline", i->deadline_ms);
    add_some(o, "charged", i->charged);
    loa_json_add_int(o, "cost", i->cost);
    return o;
}

static void add_hours(cJSON *o, const struct sched_forecast_account *a)
{
    cJSON *list = cJSON_AddArrayToObject(o, "hours");

    for (size_t i = 0; i < a->n_hours; i++) {
        const struct sched_forecast_hour *h = &a->hours[i];
        cJSON *row = cJSON_CreateObject();

        add_time(row, "at", h->at_ms);
        loa_json_add_int(row, "free", h->free);
        loa_json_add_int(row, "paid", h->paid);
        loa_json_add_int(row, "template", h->by_template);
        loa_json_add_int(row, "closed", h->closed);
        if (h->quiet)
            cJSON_AddTrueToObject(row, "quiet");
        cJSON_AddItemToArray(list, row);
    }
}

static cJSON *account_json(const struct sched_forecast_account *a, bool with_hours)
{
    cJSON *o = cJSON_CreateObject(), *pace, *rules;

    cJSON_AddStringToObject(o, "account", a->name);
    cJSON_AddStringToObject(o, "channel", a->ops->name);
    cJSON_AddStringToObject(o, "state", a->paused ? "paused" : "active");
    loa_json_add_str(o, "reason", a->paused ? a->pause_reason : NULL);
    loa_json_add_int(o, "followers", a->followers);
    if (a->deal.package)
        cJSON_AddStringToObject(o, "package", a->deal.package->name);
    if (a->deal.package && !a->deal.sure && a->rules->posts_reach_followers)
        cJSON_AddTrueToObject(o, "package_assumed");
    add_some(o, "posts_month", a->deal.posts_month);
    add_some(o, "posts_day", a->deal.posts_day);
    add_some(o, "free_month", a->deal.free_month);
    add_some(o, "free_used", a->deal.free_month ? a->free_used : 0);
    loa_json_add_int(o, "price", a->deal.price);
    loa_json_add_int(o, "template_price", a->deal.utility_price);
    add_time(o, "right_ends", a->right_ends_ms);
    pace = cJSON_AddObjectToObject(o, "pace");
    for (int way = 0; way < 3; way++) {
        if (a->per_s[way] > 0)
            cJSON_AddNumberToObject(pace, way_names[way], a->per_s[way]);
    }
    rules = cJSON_AddObjectToObject(o, "rules");
    cJSON_AddStringToObject(rules, "source", a->rules->source);
    cJSON_AddStringToObject(rules, "valid_from", a->rules->valid_from);
    if (with_hours)
        add_hours(o, a);
    return o;
}

/* What else is in the line of these accounts. */
static cJSON *other_json(const struct sched_forecast *f, const struct sched_forecast_item *i)
{
    cJSON *o = cJSON_CreateObject();

    loa_json_add_int(o, "message", i->message_id);
    add_time(o, "due", i->due_ms);
    cJSON_AddStringToObject(o, "account", f->accounts[i->account].name);
    cJSON_AddStringToObject(o, "way", way_names[i->way]);
    if (i->urgent)
        cJSON_AddTrueToObject(o, "urgent");
    if (!i->public_post)
        loa_json_add_int(o, "reach", i->reach);
    add_time(o, "start", i->start_ms);
    add_time(o, "end", i->end_ms);
    return o;
}

static const char *date_of(int64_t month_ms, int d, char out[LOA_ISO_SIZE])
{
    return loa_iso_date(loa_tz_add_days(month_ms, d), out);
}

static cJSON *month_json(const struct sched_forecast *f, const struct sched_forecast_month *m)
{
    const struct sched_forecast_account *a = &f->accounts[m->account];
    cJSON *o = cJSON_CreateObject(), *days, *proposed = NULL;
    char date[LOA_ISO_SIZE];

    cJSON_AddStringToObject(o, "account", a->name);
    (void)loa_iso_date(m->start_ms, date);
    date[7] = '\0';
    cJSON_AddStringToObject(o, "month", date);
    add_some(o, "cap", a->deal.posts_month);
    add_some(o, "cap_day", a->deal.posts_day);
    loa_json_add_int(o, "used", m->n_used);
    days = cJSON_AddArrayToObject(o, "days");
    if (m->proposed)
        proposed = cJSON_AddArrayToObject(o, "proposed");
    for (int d = 0; d < 31; d++) {
        cJSON *day;

        if (m->proposed >> d & 1)
            cJSON_AddItemToArray(proposed, cJSON_CreateString(date_of(m->start_ms, d, date)));
        if (!(m->planned >> d & 1))
            continue;
        day = cJSON_CreateObject();
        cJSON_AddStringToObject(day, "date", date_of(m->start_ms, d, date));
        cJSON_AddBoolToObject(day, "mine", m->mine >> d & 1);
        cJSON_AddBoolToObject(day, "urgent", m->urgent >> d & 1);
        cJSON_AddBoolToObject(day, "reached", m->served >> d & 1);
        cJSON_AddItemToArray(days, day);
    }
    return o;
}

static cJSON *warning_json(const struct sched_warning *w)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "code", w->code);
    cJSON_AddStringToObject(o, "level", w->level == SCHED_WARNING ? "warning" : "note");
    loa_json_add_str(o, "account", w->account);
    add_time(o, "at", w->at_ms);
    cJSON_AddStringToObject(o, "text", w->text);
    return o;
}

cJSON *sched_forecast_json(const struct sched_forecast *f, bool with_hours)
{
    cJSON *o = cJSON_CreateObject(), *accounts, *mine, *others, *list;
    int64_t cost = 0;

    loa_json_add_int(o, "message", f->message_id);
    cJSON_AddStringToObject(o, "title", f->title);
    cJSON_AddStringToObject(o, "state", f->state);
    add_time(o, "at", f->now_ms);
    add_time(o, "until", f->until_ms);
    cJSON_AddBoolToObject(o, "timed", f->timed);
    for (size_t i = 0; i < f->n_items; i++)
        cost += f->items[i].mine ? f->items[i].cost : 0;
    loa_json_add_int(o, "cost", cost);
    list = cJSON_AddArrayToObject(o, "warnings");
    for (size_t i = 0; i < f->n_warnings; i++)
        cJSON_AddItemToArray(list, warning_json(&f->warnings[i]));
    accounts = cJSON_AddArrayToObject(o, "accounts");
    for (size_t i = 0; i < f->n_accounts; i++)
        cJSON_AddItemToArray(accounts, account_json(&f->accounts[i], with_hours));
    mine = cJSON_AddArrayToObject(o, "occurrences");
    others = with_hours ? cJSON_AddArrayToObject(o, "ahead") : NULL;
    for (size_t i = 0; i < f->n_items; i++) {
        const struct sched_forecast_item *it = &f->items[i];
        const struct sched_forecast_account *a = &f->accounts[it->account];

        if (it->no_right && !it->people) /* a channel that nobody can write to one by one */
            continue;
        if (it->mine)
            cJSON_AddItemToArray(mine, sched_forecast_item_json(it, a->name, a->ops->name));
        else if (others)
            cJSON_AddItemToArray(others, other_json(f, it));
    }
    list = cJSON_AddArrayToObject(o, "posts");
    for (size_t i = 0; i < f->n_months; i++) {
        if (f->months[i].mine)
            cJSON_AddItemToArray(list, month_json(f, &f->months[i]));
    }
    if (f->cut)
        cJSON_AddTrueToObject(o, "cut");
    return o;
}
