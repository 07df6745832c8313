/* SPDX-License-Identifier: Apache-2.0 */
/* loa message test: to a few named contacts, by the running server */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli_message.h"
#include "bot/occurrence.h"
#include "channels/channel.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/inbound.h"
#include "messages/message.h"
#include "messages/trial.h"

struct trial {
    int64_t id, now;
    struct msg_message *m;
    const struct channel_ops *ops;
    int64_t account;
    int64_t due_ms;
    bool approved;
    int sent;
};

static enum loa_err open_account(struct cli *cli, struct trial *t, struct loa_problem *why)
{
    struct db_stmt *st;
    enum loa_err err = msg_account_id(cli->db, cli_get(cli, "account"), &t->account, why);

    if (!err)
        err = db_query(cli->db, &st, "SELECT channel FROM accounts WHERE id = $1", "i", t->account);
    while (!err && db_next(st, &err))
        t->ops = channel_find(db_text(st, 0));
    if (!err && !t->ops)
        return loa_fail(why, LOA_ENOENT, "account", "Không có kênh của tài khoản này");
    return err;
}

/* A broadcast fills {name} for each recipient as it goes; here there is one, known now. */
static enum loa_err address(struct cli *cli, const struct msg_reply *r, struct msg_content *c)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(cli->db, &st, "SELECT name FROM contacts WHERE account_id = $1 AND id = $2", "ii",
                 r->account, r->contact);

    while (!err && db_next(st, &err))
        msg_content_name(c, db_text(st, 0));
    return err;
}

static enum loa_err render(struct cli *cli, const struct trial *t, struct msg_reply *r,
                           struct loa_problem *why)
{
    struct msg_content content;
    cJSON *json;
    enum loa_err err =
        bot_occurrence_content(cli->db, t->m, t->ops->name, t->due_ms, &content, why);

    if (!err)
        err = address(cli, r, &content);
    if (!err && !t->approved)
        msg_trial_mark(&content);
    if (!err)
        err = t->ops->check(&content, CHANNEL_WAY_SINGLE, why);
    json = msg_content_to_json(&content);
    r->content = loa_json_print(json);
    cJSON_Delete(json);
    msg_content_release(&content);
    return err;
}

static enum loa_err send_one(struct cli *cli, struct trial *t, const char *to,
                             struct loa_problem *why)
{
    struct msg_reply r = {.lane = CHANNEL_LANE_UPDATE, .account = t->account};
    enum loa_err err = msg_contact_find(cli->db, t->account, to, &r.contact);

    if (err == LOA_ENOENT)
        return loa_fail(why, err, "to", "Tài khoản này không có người nhận “%s”", to);
    if (!err)
        err = msg_trial_note(cli->db, &cli->who, t->now, t->m, t->approved, t->account, r.contact,
                             why);
    if (!err)
        err = render(cli, t, &r, why);
    if (!err)
        err = msg_reply_add(cli->db, &r, t->now);
    if (!err) /* it waits for the running server, which looks several times a second */
        err = msg_reply_set(cli->db, r.id, MSG_REPLY_WAITING, 0, NULL, t->now, t->now);
    t->sent += !err;
    msg_reply_release(&r);
    return err;
}

/* "a,b" one by one; all of them or none. */
static enum loa_err send_all(struct cli *cli, struct trial *t, struct loa_problem *why)
{
    const char *list = cli_get(cli, "to");
    enum loa_err err = LOA_OK;

    while (*list && !err) {
        size_t n = strcspn(list, ",");
        char *to = loa_xstrndup(list, n);

        if (n)
            err = send_one(cli, t, to, why);
        free(to);
        list += n + (list[n] == ',');
    }
    if (!err && !t->sent)
        return loa_fail(why, LOA_EINVAL, "to", "Cần ít nhất một người nhận");
    return err;
}

static enum loa_err act(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct trial *t = arg;
    struct bot_occurrence o;
    enum loa_err err = msg_message_hold(cli->db, t->id, &t->m, why);

    if (!err)
        err = open_account(cli, t, why);
    if (!err)
        err = msg_trial_approved(cli->db, t->m, cli->cfg.approvals, &t->approved);
    if (!err)
        err = bot_occurrence_find(t->m, cli_get(cli, "day"), t->now, &o, why);
    if (err)
        return err;
    t->due_ms = o.due_ms;
    return send_all(cli, t, why);
}

int cli_message_test(struct cli *cli, int64_t id)
{
    struct trial t = {.id = id, .now = loa_clock_wall()};
    int status;

    if (!cli_has(cli, "account") || !cli_has(cli, "to"))
        return cli_usage("message test cần --account và --to");
    status = cli_act(cli, act, &t);
    msg_message_free(t.m);
    if (status)
        return status;
    if (cli->json) {
        cJSON *o = cJSON_CreateObject();

        loa_json_add_int(o, "id", id);
        loa_json_add_int(o, "sent", t.sent);
        cJSON_AddBoolToObject(o, "approved", t.approved);
        cli_print_json(o);
    } else {
        (void)printf("Đã xếp %d tin thử%s; máy chủ đang chạy sẽ gửi ngay.\n", t.sent,
                     t.approved ? "" : ", có dấu [THỬ] vì tin chưa duyệt");
    }
    return CLI_OK;
}
