/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/forecast.h"

#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/forecast_store.h"
#include "scheduler/post_cap.h"

static double pace_of(void *ctx, const char *channel)
{
    const struct bot_config *cfg = ctx;

    return bot_config_rate(cfg, channel);
}

static struct channel_terms terms_of(void *ctx, const char *channel)
{
    const struct bot_config *cfg = ctx;

    return bot_config_terms(cfg, channel);
}

struct sched_forecast_options bot_forecast_options(const struct bot_config *cfg)
{
    return (struct sched_forecast_options){
        .quiet = cfg->quiet,
        .pace_of = pace_of,
        .terms_of = terms_of,
        .ctx = (void *)(uintptr_t)cfg,
    };
}

enum loa_err bot_forecast_save(struct db *db, const struct sched_forecast *f, const char *stage)
{
    cJSON *json = sched_forecast_json(f, false);
    char *text = loa_json_print(json);
    enum loa_err err = msg_forecast_save(db, f->message_id, 0, stage, text, f->now_ms);

    free(text);
    cJSON_Delete(json);
    return err;
}

/* ---- beside what happened -------------------------------------------------------------- */

struct one {
    int64_t id, due_ms, way, account_id, created_ms;
    char *account, *channel;
    int64_t price, free_month; /* of what is charged there */
    int64_t used;              /* of free_month, by runs before it */
};

static cJSON *parsed(struct db *db, int64_t message_id, int64_t run_id, const char *stage)
{
    char *text = NULL;
    cJSON *json = NULL;

    if (msg_forecast_load(db, message_id, run_id, stage, &text, NULL) == LOA_OK)
        json = loa_json_parse(text, strlen(text));
    free(text);
    return json;
}

static bool is_same(const cJSON *o, const char *key, const char *value)
{
    const char *v = loa_json_str(o, key);

    return v && strcmp(v, value) == 0;
}

/* The one of a run among those of its message; NULL: it was not foreseen. */
static const cJSON *find_in(const cJSON *forecast, const struct one *r, const char *way)
{
    const cJSON *item;
    char due[LOA_ISO_SIZE];

    (void)loa_iso_format(r->due_ms, due);
    cJSON_ArrayForEach(item, loa_json_get(forecast, "occurrences"))
    {
        /* Without a time of its own it was foreseen for the moment of the forecast. */
        bool same_time = is_same(item, "due", due) || !loa_json_bool(forecast, "timed", true);

        if (same_time && is_same(item, "account", r->account) && is_same(item, "way", way))
            return item;
    }
    return NULL;
}

/* What the ledger knows apart: who does not follow and who said stop are one to it, as are the
 * invalid and the erased. */
static void add_lost(cJSON *o, const struct msg_run_result *r)
{
    static const char *const names[MSG_SKIPS] = {
        [MSG_SKIP_NONE] = "not_told",       [MSG_SKIP_UNSUBSCRIBED] = "unsubscribed",
        [MSG_SKIP_WINDOW] = "window",       [MSG_SKIP_BLOCKED] = "blocked",
        [MSG_SKIP_INVALID] = "invalid",     [MSG_SKIP_EXPIRED] = "late",
        [MSG_SKIP_CANCELLED] = "cancelled", [MSG_SKIP_CAP] = "cap",
    };
    cJSON *lost = cJSON_AddObjectToObject(o, "not_reached");

    for (int i = 0; i < MSG_SKIPS; i++) {
        if (r->skipped[i])
            loa_json_add_int(lost, names[i], r->skipped[i]);
    }
}

/* What the package covers is used up in the order in which runs began. */
static int64_t cost_of(const struct one *run, const struct msg_run_result *r)
{
    int64_t covered = run->free_month - run->used;

    covered = covered < 0 ? 0 : covered;
    return r->charged > covered ? (r->charged - covered) * run->price : 0;
}

static cJSON *happened(const struct one *run, const struct msg_run_result *r)
{
    cJSON *o = cJSON_CreateObject();
    char iso[LOA_ISO_SIZE];

    loa_json_add_int(o, "people", r->people);
    loa_json_add_int(o, "reach", r->sent);
    loa_json_add_int(o, "failed", r->failed);
    loa_json_add_int(o, "in_doubt", r->in_doubt);
    add_lost(o, r);
    cJSON_AddStringToObject(o, "start", loa_iso_format(r->start_ms, iso));
    if (r->end_ms)
        cJSON_AddStringToObject(o, "end", loa_iso_format(r->end_ms, iso));
    loa_json_add_int(o, "paid", r->charged);
    loa_json_add_int(o, "cost", cost_of(run, r));
    return o;
}

static const char *const stages[] = {MSG_FORECAST_SUBMIT, MSG_FORECAST_APPROVE};
enum { N_STAGES = sizeof(stages) / sizeof(stages[0]) };

/* `before`: the forecasts of the whole message, by stage; `newest`: one of them will do. */
static enum loa_err beside(struct db *db, int64_t message_id, const struct one *r,
                           cJSON *const before[N_STAGES], bool newest, cJSON *runs)
{
    static const char *const ways[] = {"single", "batch", "post"};
    const char *way = ways[r->way % 3];
    struct msg_run_result result;
    cJSON *o = cJSON_CreateObject(), *found;
    char iso[LOA_ISO_SIZE];
    enum loa_err err = msg_run_result(db, r->id, &result);

    loa_json_add_int(o, "id", r->id);
    cJSON_AddStringToObject(o, "due", loa_iso_format(r->due_ms, iso));
    cJSON_AddStringToObject(o, "account", r->account);
    cJSON_AddStringToObject(o, "channel", r->channel);
    cJSON_AddStringToObject(o, "way", way);
    found = parsed(db, message_id, r->id, MSG_FORECAST_RUN);
    if (found)
        cJSON_AddItemToObject(o, MSG_FORECAST_RUN, found);
    for (size_t i = N_STAGES; i-- > 0 && !(newest && found);) {
        const cJSON *item = find_in(before[i], r, way);

        if (!item)
            continue;
        found = cJSON_Duplicate(item, true);
        cJSON_AddItemToObject(o, stages[i], found);
    }
    cJSON_AddItemToObject(o, "happened", happened(r, &result));
    cJSON_AddItemToArray(runs, o);
    return err;
}

/* Caller frees the array and the strings in it. */
static enum loa_err list_runs(struct db *db, int64_t message_id, struct one **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st,
        "SELECT r.id, r.due_ms, r.way, a.name, a.channel, a.id, r.created_ms FROM runs r JOIN "
        "accounts a ON a.id = r.account_id WHERE r.message_id = $1 AND "
        "r.retry_of = 0 ORDER BY r.due_ms, r.id",
        "i", message_id);

    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = (struct one){.id = db_int(st, 0),
                                      .due_ms = db_int(st, 1),
                                      .way = db_int(st, 2),
                                      .account = loa_xstrdup(db_text(st, 3)),
                                      .channel = loa_xstrdup(db_text(st, 4)),
                                      .account_id = db_int(st, 5),
                                      .created_ms = db_int(st, 6)};
    }
    return err;
}

/* A channel with templates charges for these, the others for what goes outside the free time. */
static enum loa_err set_price(struct db *db, const struct bot_config *cfg,
                              const struct msg_account *accounts, size_t n, struct one *r)
{
    struct channel_terms terms = bot_config_terms(cfg, r->channel);

    for (size_t i = 0; i < n; i++) {
        const struct channel_ops *ops = channel_find(accounts[i].channel);
        struct channel_deal d;

        if (!ops || accounts[i].id != r->account_id)
            continue;
        d = channel_deal_of(channel_rules_at(ops, r->created_ms), &terms, &accounts[i]);
        r->price = ops->caps & CHANNEL_CAP_UTILITY ? d.utility_price : d.price;
        r->free_month = d.free_month;
    }
    return db_get_int(db, &r->used,
                      "SELECT CAST(COALESCE(SUM(charged), 0) AS BIGINT) FROM runs WHERE "
                      "account_id = $1 AND created_ms >= $2 AND id < $3",
                      "iii", r->account_id, sched_month_start(r->created_ms), r->id);
}

enum loa_err bot_forecast_beside(struct db *db, const struct bot_config *cfg, int64_t message_id,
                                 bool newest, cJSON *runs)
{
    struct msg_account *accounts = NULL;
    struct one *list = NULL;
    cJSON *before[N_STAGES];
    size_t n = 0, n_accounts = 0;
    enum loa_err err = list_runs(db, message_id, &list, &n);

    if (!err && n)
        err = msg_account_load(db, NULL, &accounts, &n_accounts, NULL);
    for (size_t i = 0; i < N_STAGES; i++)
        before[i] = parsed(db, message_id, 0, stages[i]);
    for (size_t i = 0; i < n; i++) {
        if (!err)
            err = set_price(db, cfg, accounts, n_accounts, &list[i]);
        if (!err)
            err = beside(db, message_id, &list[i], before, newest, runs);
        free(list[i].account);
        free(list[i].channel);
    }
    for (size_t i = 0; i < n_accounts; i++)
        msg_account_release(&accounts[i]);
    for (size_t i = 0; i < N_STAGES; i++)
        cJSON_Delete(before[i]);
    free(accounts);
    free(list);
    return err;
}
