/* SPDX-License-Identifier: Apache-2.0 */
/* loa account ways: by which ways each account delivers, its approved templates, and staff's own
 * word on it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli_account_ways.h"
#include "channels/channel.h"
#include "messages/account.h"
#include "messages/account_template.h"
#include "messages/account_way.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"

static const struct {
    enum channel_way way;
    unsigned cap;
    const char *name, *title;
} ways[MSG_WAYS] = {
    {CHANNEL_WAY_SINGLE, CHANNEL_CAP_SINGLE, "single", "từng người"},
    {CHANNEL_WAY_BATCH, CHANNEL_CAP_BATCH, "batch", "theo lô"},
    {CHANNEL_WAY_POST, CHANNEL_CAP_POST, "post", "bài đăng công khai"},
};

/* ---- list ------------------------------------------------------------------------------ */

static cJSON *way_json(size_t i, const struct msg_way *w)
{
    cJSON *o = cJSON_CreateObject();
    char iso[LOA_ISO_SIZE];

    cJSON_AddStringToObject(o, "way", ways[i].name);
    cJSON_AddStringToObject(o, "state", msg_way_state_name(w->state));
    if (w->state == MSG_WAY_UNKNOWN)
        return o;
    cJSON_AddStringToObject(o, "source", msg_way_source_name(w->source));
    loa_json_add_str(o, "detail", w->detail[0] ? w->detail : NULL);
    if (w->until_ms)
        cJSON_AddStringToObject(o, "until", loa_iso_format(w->until_ms, iso));
    return o;
}

static const char *in_words(const struct msg_way *w)
{
    switch (w->state) {
    case MSG_WAY_OPEN:
        return "có";
    case MSG_WAY_CLOSED:
        return "không";
    case MSG_WAY_UNKNOWN:
        break;
    }
    return "có (chưa thấy bị từ chối)";
}

static void print_way(size_t i, const struct msg_way *w)
{
    char iso[LOA_ISO_SIZE];

    (void)printf("    %s: %s%s%s", ways[i].title, in_words(w), w->detail[0] ? ", " : "", w->detail);
    if (w->until_ms)
        (void)printf(" (thử lại sau %s)", loa_iso_format(w->until_ms, iso));
    (void)putchar('\n');
}

static cJSON *template_json(const struct msg_listed_template *t)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "name", t->name);
    cJSON_AddStringToObject(o, "language", t->language);
    cJSON_AddStringToObject(o, "status", t->status);
    loa_json_add_int(o, "params", t->params);
    loa_json_add_int(o, "buttons", t->buttons);
    cJSON_AddBoolToObject(o, "named", t->named);
    return o;
}

static void print_template(const struct msg_listed_template *t)
{
    (void)printf("      %s (%s): %s, %d chỗ điền", t->name, t->language,
                 msg_template_status_title(t->status), t->params);
    if (t->buttons)
        (void)printf(", %d nút trả lời", t->buttons);
    (void)puts(t->named ? ", đặt tên nên không dùng được" : "");
}

/* Those that reach people outside the reply window, as the platform listed them last. */
static enum loa_err list_templates(struct cli *cli, const struct msg_account *a, cJSON *o)
{
    struct msg_listed_template *list;
    char iso[LOA_ISO_SIZE];
    int64_t at;
    size_t n;
    cJSON *all;
    enum loa_err err = msg_account_templates_load(cli->db, a->id, &list, &n, &at);

    if (err)
        return err;
    if (at)
        cJSON_AddStringToObject(o, "templates_at", loa_iso_format(at, iso));
    all = cJSON_AddArrayToObject(o, "templates");
    if (!cli->json)
        (void)printf("    mẫu tin gửi ngoài cửa sổ trả lời: %s%s%s\n",
                     !at  ? "chưa hỏi được nền tảng"
                     : !n ? "chưa có mẫu nào, xem lúc "
                          : "xem lúc ",
                     at ? iso : "", n ? ":" : "");
    for (size_t i = 0; i < n; i++) {
        cJSON_AddItemToArray(all, template_json(&list[i]));
        if (!cli->json)
            print_template(&list[i]);
    }
    free(list);
    return LOA_OK;
}

static enum loa_err list_one(struct cli *cli, const struct msg_account *a, cJSON *list)
{
    const struct channel_ops *ops = channel_find(a->channel);
    struct msg_way known[MSG_WAYS];
    cJSON *o = cJSON_CreateObject(), *all;
    enum loa_err err = msg_account_ways(cli->db, a->id, loa_clock_wall(), known);

    cJSON_AddStringToObject(o, "name", a->name);
    cJSON_AddStringToObject(o, "channel", a->channel);
    all = cJSON_AddArrayToObject(o, "ways");
    cJSON_AddItemToArray(list, o);
    if (!cli->json)
        (void)printf("%s (%s)\n", a->name, a->channel);
    for (size_t i = 0; i < MSG_WAYS && ops && !err; i++) {
        if (!(ops->caps & ways[i].cap))
            continue;
        cJSON_AddItemToArray(all, way_json(i, &known[ways[i].way]));
        if (!cli->json)
            print_way(i, &known[ways[i].way]);
    }
    if (!err && ops && ops->caps & CHANNEL_CAP_TEMPLATES)
        err = list_templates(cli, a, o);
    return err;
}

int cli_account_ways_list(struct cli *cli)
{
    struct msg_account *all = NULL;
    struct loa_problem why = {"", ""};
    cJSON *list = cJSON_CreateArray();
    size_t n = 0;
    enum loa_err err = msg_account_load(cli->db, NULL, &all, &n, &why);

    for (size_t i = 0; i < n; i++) {
        if (!err)
            err = list_one(cli, &all[i], list);
        msg_account_release(&all[i]);
    }
    free(all);
    if (cli->json && !err)
        cli_print_json(list);
    else
        cJSON_Delete(list);
    return err ? cli_complain(&why) : CLI_OK;
}

/* ---- staff's word ---------------------------------------------------------------------- */

/* "single,post" as bits 1 << way; 0 after a complaint. */
static unsigned read_ways(const char *text, const struct channel_ops *ops, struct loa_problem *why)
{
    unsigned bits = 0;

    for (const char *at = text; *at;) {
        size_t n = strcspn(at, ","), i = 0;

        while (i < MSG_WAYS && (strlen(ways[i].name) != n || strncmp(ways[i].name, at, n) != 0))
            i++;
        if (i == MSG_WAYS || !(ops->caps & ways[i].cap)) {
            (void)loa_fail(why, LOA_EINVAL, "set", "Kênh %s không có cách gửi “%.*s”", ops->title,
                           (int)n, at);
            return 0;
        }
        bits |= 1U << ways[i].way;
        at += n + (at[n] == ',');
    }
    if (!bits)
        (void)loa_fail(why, LOA_EINVAL, "set", "Cần ít nhất một trong: single, batch, post");
    return bits;
}

static enum loa_err channel_of(struct cli *cli, int64_t id, const struct channel_ops **ops)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(cli->db, &st, "SELECT channel FROM accounts WHERE id = $1", "i", id);

    *ops = NULL;
    while (!err && db_next(st, &err))
        *ops = channel_find(db_text(st, 0));
    return !err && !*ops ? LOA_ENOENT : err;
}

static enum loa_err set_ways(struct cli *cli, int64_t id, const char *text, int64_t now,
                             struct loa_problem *why)
{
    const struct channel_ops *ops;
    enum loa_err err = channel_of(cli, id, &ops);
    unsigned open = err ? 0 : read_ways(text, ops, why);

    if (err || !open)
        return err ? err : LOA_EINVAL;
    for (size_t i = 0; i < MSG_WAYS && !err; i++) {
        struct msg_way is = {.source = MSG_WAY_STAFF, .state = MSG_WAY_OPEN};

        if (!(ops->caps & ways[i].cap))
            continue;
        if (!(open & 1U << ways[i].way)) {
            is.state = MSG_WAY_CLOSED;
            (void)snprintf(is.detail, sizeof(is.detail), "cán bộ khai là không dùng");
        }
        err = msg_account_way_set(cli->db, id, (int)ways[i].way, &is, now);
    }
    return err;
}

static enum loa_err change(struct cli *cli, void *arg, struct loa_problem *why)
{
    const char *set = cli_get(cli, "set");
    int64_t id, now = loa_clock_wall();
    char target[96];
    enum loa_err err = msg_account_id(cli->db, cli->words[1], &id, why);

    (void)arg;
    if (!err && cli->role != MSG_ROLE_ADMIN)
        err = loa_fail(why, LOA_EPERM, "user", "Chỉ quản trị (admin) mới khai được cách gửi");
    if (!err)
        err = set ? set_ways(cli, id, set, now, why) : msg_account_ways_forget(cli->db, id, true);
    (void)snprintf(target, sizeof(target), "account %s", cli->words[1]);
    if (!err)
        err = msg_audit(cli->db, &cli->who, now, "account.ways", target, set ? set : "forget");
    return err;
}

int cli_account_ways_change(struct cli *cli)
{
    return cli_act(cli, change, NULL);
}
