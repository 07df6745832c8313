/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/message_trial.h"

#include <stdlib.h>

#include "bot/occurrence.h"
#include "channels/channel.h"
#include "messages/account.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/inbound.h"
#include "messages/message.h"
#include "messages/trial.h"

struct trial {
    struct db *db;
    const struct msg_actor *who;
    int64_t now, account, due_ms;
    struct msg_message *m;
    const struct channel_ops *ops;
    bool approved;
};

static enum loa_err open_account(struct trial *t, const char *name, struct loa_problem *why)
{
    struct db_stmt *st;
    enum loa_err err = msg_account_id(t->db, name, &t->account, why);

    if (!err)
        err = db_query(t->db, &st, "SELECT channel FROM accounts WHERE id = $1", "i", t->account);
    while (!err && db_next(st, &err))
        t->ops = channel_find(db_text(st, 0));
    if (!err && !t->ops)
        return loa_fail(why, LOA_ENOENT, "account", "Không có kênh của tài khoản này");
    return err;
}

/* A broadcast fills {name} for each recipient as it goes; here there is one, known now. */
static enum loa_err address(const struct trial *t, const struct msg_reply *r, struct msg_content *c)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(t->db, &st, "SELECT name FROM contacts WHERE account_id = $1 AND id = $2", "ii",
                 r->account, r->contact);

    while (!err && db_next(st, &err))
        msg_content_name(c, db_text(st, 0));
    return err;
}

static enum loa_err render(const struct trial *t, struct msg_reply *r, struct loa_problem *why)
{
    struct msg_content content;
    cJSON *json;
    enum loa_err err = bot_occurrence_content(t->db, t->m, t->ops->name, t->due_ms, &content, why);

    if (!err)
        err = address(t, r, &content);
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

static enum loa_err send_one(const struct trial *t, int64_t contact, struct loa_problem *why)
{
    struct msg_reply r = {.lane = CHANNEL_LANE_UPDATE, .account = t->account, .contact = contact};
    enum loa_err err =
        msg_trial_note(t->db, t->who, t->now, t->m, t->approved, t->account, contact, why);

    if (!err)
        err = render(t, &r, why);
    if (!err)
        err = msg_reply_add(t->db, &r, t->now);
    if (!err) /* it waits for the running server, which looks several times a second */
        err = msg_reply_set(t->db, r.id, MSG_REPLY_WAITING, 0, NULL, t->now, t->now);
    msg_reply_release(&r);
    return err;
}

static enum loa_err send_named(const struct trial *t, const char *to, struct loa_problem *why)
{
    int64_t contact = 0;
    enum loa_err err = msg_contact_find(t->db, t->account, to, &contact);

    if (err == LOA_ENOENT)
        return loa_fail(why, err, "to", "Tài khoản này không có người nhận “%s”", to);
    return err ? err : send_one(t, contact, why);
}

/* Read whole first: no other statement runs between the rows of one. */
static enum loa_err testers(const struct trial *t, int64_t **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        t->db, &st, "SELECT contact_id FROM testers WHERE account_id = $1 ORDER BY contact_id", "i",
        t->account);

    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = db_int(st, 0);
    }
    return err;
}

static enum loa_err send_testers(const struct trial *t, int *sent, struct loa_problem *why)
{
    int64_t *ids = NULL;
    size_t n = 0;
    enum loa_err err = testers(t, &ids, &n);

    for (size_t i = 0; i < n && !err; i++) {
        err = send_one(t, ids[i], why);
        *sent += !err;
    }
    free(ids);
    if (!err && !n)
        return loa_fail(why, LOA_EINVAL, "to",
                        "Tài khoản này chưa có người nhận thử; hãy nêu người nhận hoặc thêm bằng "
                        "loa contacts tester");
    return err;
}

enum loa_err ops_message_test(struct db *db, const struct msg_actor *who, int64_t now,
                              struct ops_trial *t, struct loa_problem *why)
{
    struct trial in = {.db = db, .who = who, .now = now};
    struct bot_occurrence o;
    enum loa_err err = msg_message_hold(db, t->id, &in.m, why);

    t->sent = 0;
    if (!err)
        err = open_account(&in, t->account, why);
    if (!err)
        err = msg_trial_approved(db, in.m, t->approvals, &in.approved);
    if (!err)
        err = bot_occurrence_find(in.m, t->day, now, &o, why);
    if (!err) {
        in.due_ms = o.due_ms;
        t->approved = in.approved;
    }
    for (size_t i = 0; i < t->n_to && !err; i++) {
        err = send_named(&in, t->to[i], why);
        t->sent += !err;
    }
    if (!err && !t->n_to)
        err = send_testers(&in, &t->sent, why);
    msg_message_free(in.m);
    return err;
}
