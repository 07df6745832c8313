/* SPDX-License-Identifier: Apache-2.0 */
/* What of the accounts is coming to an end, and which occurrences that spoils. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bot/agenda_impl.h"
#include "channels/channel.h"
#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/held.h"
#include "messages/post_history.h"
#include "scheduler/post_cap.h"
#include "scheduler/ways.h"

enum { SILENT_DAYS = 7 };

enum loa_err agenda_load_accounts(struct agenda *g, struct loa_problem *why)
{
    enum loa_err err = msg_account_load(g->db, NULL, &g->accounts, &g->n_accounts, why);

    return err ? err : msg_right_load(g->db, &g->rights, &g->n_rights);
}

void agenda_drop_accounts(struct agenda *g)
{
    for (size_t i = 0; i < g->n_accounts; i++)
        msg_account_release(&g->accounts[i]);
    free(g->accounts);
    free(g->rights);
}

/* ---- an occurrence and its accounts ---------------------------------------------------- */

/* Rights that nobody renews by himself. */
static void look_at_rights(const struct agenda *g, const struct msg_account *a,
                           struct bot_agenda_item *item)
{
    char iso[LOA_ISO_SIZE];

    for (size_t i = 0; i < g->n_rights; i++) {
        const struct msg_right *r = &g->rights[i];

        if (r->account_id != a->id || !r->expires_ms || r->kind == MSG_RIGHT_ACCESS ||
            r->expires_ms > item->at_ms)
            continue;
        agenda_warn(item, "%s: %s hết hạn %s, trước kỳ này: %s", a->name, msg_right_title(r->kind),
                    loa_iso_format(r->expires_ms, iso), msg_right_advice(r->kind));
    }
}

static enum loa_err look_at_account(struct agenda *g, const struct msg_message *m,
                                    const struct msg_account *a, struct bot_agenda_item *item)
{
    const struct channel_ops *ops = channel_find(a->channel);
    struct sched_ways ways;
    enum loa_err err;

    if (!ops)
        return LOA_OK;
    err = sched_ways_of(g->db, ops, a->id, msg_spec_deliver(&m->spec, a->channel), g->now, &ways);
    if (err || (!ways.direct && !ways.post)) /* the message does not go out there */
        return err;
    if (a->paused && ways.post)
        agenda_warn(item,
                    "%s đang tạm dừng%s%s: loa account resume %s, hoặc đăng tay: loa handpost "
                    "%" PRId64,
                    a->name, a->pause_reason ? ": " : "", a->pause_reason ? a->pause_reason : "",
                    a->name, m->id);
    else if (a->paused)
        agenda_warn(item, "%s đang tạm dừng%s%s: loa account resume %s", a->name,
                    a->pause_reason ? ": " : "", a->pause_reason ? a->pause_reason : "", a->name);
    look_at_rights(g, a, item);
    return LOA_OK;
}

enum loa_err agenda_look_at_accounts(struct agenda *g, const struct msg_message *m,
                                     struct bot_agenda_item *item)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < m->spec.channels.n && !err; i++) {
        size_t seen = 0;

        for (size_t k = 0; k < g->n_accounts && !err; k++) {
            if (strcmp(g->accounts[k].channel, m->spec.channels.items[i]) != 0)
                continue;
            seen++;
            err = look_at_account(g, m, &g->accounts[k], item);
        }
        if (!seen)
            agenda_warn(item, "chưa có tài khoản nào của kênh %s", m->spec.channels.items[i]);
    }
    return err;
}

/* ---- the accounts themselves ----------------------------------------------------------- */

static const char *name_of(const struct agenda *g, int64_t account)
{
    for (size_t i = 0; i < g->n_accounts; i++) {
        if (g->accounts[i].id == account)
            return g->accounts[i].name;
    }
    return "";
}

static void add_right(struct agenda *g, const struct msg_right *r)
{
    enum msg_right_alarm alarm = msg_right_alarm(r, g->now);
    bool over = alarm == MSG_RIGHT_OVER;
    struct bot_agenda_item *item;

    if (alarm == MSG_RIGHT_FAILING) {
        item = agenda_add(g->out, BOT_AGENDA_FAILING, g->now);
    } else if (over || (r->kind != MSG_RIGHT_ACCESS && r->expires_ms && r->expires_ms < g->until)) {
        item = agenda_add(g->out, BOT_AGENDA_RIGHT, over ? g->now : r->expires_ms);
    } else {
        return;
    }
    if (!item)
        return;
    item->account = loa_xstrdup(name_of(g, r->account_id));
    item->right = r->kind;
    item->over = over;
    if (r->failure[0])
        agenda_warn(item, "làm mới không được: %s", r->failure);
    agenda_warn(item, "%s", msg_right_advice(r->kind));
}

static void add_state(struct agenda *g, const struct msg_account *a)
{
    struct bot_agenda_item *item;
    char iso[LOA_ISO_SIZE];

    if (a->paused && (item = agenda_add(g->out, BOT_AGENDA_PAUSED, g->now))) {
        item->account = loa_xstrdup(a->name);
        agenda_warn(item, "%s; bật lại: loa account resume %s",
                    a->pause_reason ? a->pause_reason : "không nêu lý do", a->name);
    }
    if (a->last_webhook_ms && g->now - a->last_webhook_ms > (int64_t)SILENT_DAYS * LOA_DAY_MS &&
        (item = agenda_add(g->out, BOT_AGENDA_SILENT, g->now))) {
        item->account = loa_xstrdup(a->name);
        agenda_warn(item, "webhook cuối cùng lúc %s; nền tảng có thể đã bỏ đăng ký: loa doctor",
                    loa_iso_format(a->last_webhook_ms, iso));
    }
}

enum loa_err agenda_add_held(struct agenda *g)
{
    struct bot_agenda_item *item;
    struct msg_held *held = NULL;
    size_t n = 0;
    enum loa_err err = msg_held_list(g->db, &held, &n);

    if (!err && n && (item = agenda_add(g->out, BOT_AGENDA_HELD, g->now)))
        agenda_warn(item, "%zu lượt hoặc kỳ chờ cán bộ quyết định: loa held list", n);
    if (!err)
        msg_held_release(held, n);
    return err;
}

void agenda_add_accounts(struct agenda *g)
{
    for (size_t i = 0; i < g->n_accounts; i++)
        add_state(g, &g->accounts[i]);
    for (size_t i = 0; i < g->n_rights; i++)
        add_right(g, &g->rights[i]);
}

/* ---- posts against the platform's caps ------------------------------------------------- */

/* A post ahead reaches everybody there is, as far as the cap lets it. */
struct tally {
    struct msg_post posts[MSG_POSTS_MAX];
    size_t n;
    struct channel_deal deal;
};

static bool goes_to(const struct bot_agenda_item *item, const char *channel)
{
    size_t n = strlen(channel);

    for (const char *at = item->channels; *at; at += strcspn(at, ","), at += *at == ',') {
        if (strcspn(at, ",") == n && strncmp(at, channel, n) == 0)
            return true;
    }
    return false;
}

static void judge(struct tally *t, const struct msg_account *a, struct bot_agenda_item *item,
                  int64_t newest)
{
    int64_t line;
    enum sched_room room = sched_post_line(&t->deal, t->posts, t->n, item->goes_ms, newest, &line);

    if (room == SCHED_ROOM_DAY_FULL)
        agenda_warn(item, "%s: hôm đó đã có %d bài, nền tảng không phát thêm cho ai", a->name,
                    t->deal.posts_day);
    else if (room == SCHED_ROOM_MONTH_FULL)
        agenda_warn(item,
                    "%s: tháng đó đã đủ %d bài của gói, bài này không tới được ai; xem loa "
                    "message forecast %" PRId64,
                    a->name, t->deal.posts_month, item->message_id);
    if (t->n == MSG_POSTS_MAX || room == SCHED_ROOM_DAY_FULL || room == SCHED_ROOM_MONTH_FULL)
        return;
    memmove(t->posts + 1, t->posts, t->n++ * sizeof(*t->posts)); /* the newest line comes first */
    t->posts[0] = (struct msg_post){item->goes_ms, newest};
}

static enum loa_err look_at_posts_of(struct agenda *g, const struct msg_account *a,
                                     const struct channel_rules *rules)
{
    struct channel_terms terms = bot_config_terms(g->cfg, a->channel);
    struct tally t = {.deal = channel_deal_of(rules, &terms, a)};
    int64_t newest = 0;
    enum loa_err err =
        msg_post_history(g->db, a->id, sched_month_start(g->now), g->now, 0, t.posts, &t.n);

    if (!err)
        err = db_get_int(g->db, &newest,
                         "SELECT COALESCE(MAX(id), 0) FROM contacts WHERE account_id = $1", "i",
                         a->id);
    for (size_t i = 0; i < g->out->n && !err; i++) {
        struct bot_agenda_item *item = &g->out->items[i];

        if (item->kind == BOT_AGENDA_MESSAGE && item->post && goes_to(item, a->channel))
            judge(&t, a, item, newest);
    }
    return err;
}

enum loa_err agenda_look_at_posts(struct agenda *g)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < g->n_accounts && !err; i++) {
        const struct channel_ops *ops = channel_find(g->accounts[i].channel);
        const struct channel_rules *rules = ops ? channel_rules_at(ops, g->now) : NULL;

        if (rules && rules->posts_reach_followers)
            err = look_at_posts_of(g, &g->accounts[i], rules);
    }
    return err;
}
