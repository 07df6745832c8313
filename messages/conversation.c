/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/conversation.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "messages/base/mem.h"
#include "messages/inbound.h"
#include "messages/user.h"

/* ---- memory ---------------------------------------------------------------------------- */

enum loa_err msg_conversation_get(struct db *db, int64_t account, int64_t contact, int64_t now,
                                  int64_t max_age_ms, char **out)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT context FROM conversations WHERE account_id = $1 AND "
                                "contact_id = $2 AND at_ms >= $3",
                                "iii", account, contact, now - max_age_ms);

    *out = NULL;
    while (!err && db_next(st, &err)) {
        free(*out);
        *out = loa_xstrdup(db_text(st, 0));
    }
    return err;
}

enum loa_err msg_conversation_put(struct db *db, int64_t account, int64_t contact,
                                  const char *context, int64_t now)
{
    return db_run(db,
                  "INSERT INTO conversations (account_id, contact_id, context, at_ms) "
                  "VALUES ($1, $2, $3, $4) ON CONFLICT (account_id, contact_id) DO UPDATE SET "
                  "context = $3, at_ms = $4",
                  "iisi", account, contact, context, now);
}

/* ---- people of the staff --------------------------------------------------------------- */

enum loa_err msg_handover_get(struct db *db, int64_t account, int64_t contact,
                              struct msg_handover *out)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT wants_person, urgent, since_ms, asked_ms, person_ms FROM "
                                "conversations WHERE account_id = $1 AND contact_id = $2 "
                                "/*postgres FOR UPDATE*/",
                                "ii", account, contact);

    *out = (struct msg_handover){0};
    while (!err && db_next(st, &err)) {
        if (db_int(st, 0))
            *out = (struct msg_handover){.open = true,
                                         .urgent = db_int(st, 1) != 0,
                                         .since_ms = db_int(st, 2),
                                         .asked_ms = db_int(st, 3),
                                         .person_ms = db_int(st, 4)};
    }
    return err;
}

bool msg_handover_quiet(const struct msg_handover *h, int64_t now, int64_t quiet_ms)
{
    return h->open && h->person_ms > 0 && now < h->person_ms + quiet_ms;
}

bool msg_handover_over(const struct msg_handover *h, int64_t now, int64_t quiet_ms)
{
    return h->open && h->person_ms > 0 && h->person_ms >= h->asked_ms &&
           now >= h->person_ms + quiet_ms;
}

enum loa_err msg_handover_open(struct db *db, int64_t account, int64_t contact, const char *reason,
                               const char *matter, bool urgent, int64_t now)
{
    return db_run(
        db,
        "INSERT INTO conversations (account_id, contact_id, context, at_ms, wants_person, reason, "
        "matter, urgent, since_ms, asked_ms) VALUES ($1, $2, '{}', $6, 1, $3, $4, $5, $6, $6) "
        "ON CONFLICT (account_id, contact_id) DO UPDATE SET wants_person = 1, asked_ms = $6, "
        "reason = CASE WHEN conversations.wants_person = 0 OR "
        "(conversations.urgent = 0 AND $5 = 1) THEN $3 ELSE conversations.reason END, "
        "matter = CASE WHEN conversations.wants_person = 0 OR "
        "(conversations.urgent = 0 AND $5 = 1) THEN $4 ELSE conversations.matter END, "
        "since_ms = CASE WHEN conversations.wants_person = 0 THEN $6 ELSE "
        "conversations.since_ms END, "
        "urgent = CASE WHEN conversations.wants_person = 1 AND conversations.urgent = 1 THEN 1 "
        "ELSE $5 END",
        "iissii", account, contact, reason, matter, (int64_t)urgent, now);
}

enum loa_err msg_handover_asked(struct db *db, int64_t account, int64_t contact, int64_t now)
{
    return db_run(db,
                  "UPDATE conversations SET asked_ms = $1 WHERE account_id = $2 AND "
                  "contact_id = $3 AND wants_person = 1 AND asked_ms < $1",
                  "iii", now, account, contact);
}

enum loa_err msg_handover_spoke(struct db *db, int64_t account, int64_t contact, const char *user,
                                int64_t at)
{
    return db_run(
        db,
        "INSERT INTO conversations (account_id, contact_id, context, at_ms, wants_person, reason, "
        "assignee, since_ms, person_ms) VALUES ($1, $2, '{}', $4, 1, 'staff', $3, $4, $4) "
        "ON CONFLICT (account_id, contact_id) DO UPDATE SET wants_person = 1, "
        "reason = CASE WHEN conversations.wants_person = 0 THEN 'staff' ELSE "
        "conversations.reason END, "
        "since_ms = CASE WHEN conversations.wants_person = 0 THEN $4 ELSE "
        "conversations.since_ms END, "
        "assignee = COALESCE($3, conversations.assignee), "
        "person_ms = CASE WHEN conversations.person_ms > $4 THEN conversations.person_ms "
        "ELSE $4 END",
        "iisi", account, contact, user, at);
}

enum loa_err msg_handover_end(struct db *db, int64_t account, int64_t contact)
{
    return db_run(db,
                  "UPDATE conversations SET wants_person = 0, urgent = 0, reason = NULL, "
                  "matter = NULL, assignee = NULL, since_ms = 0, asked_ms = 0, person_ms = 0 "
                  "WHERE account_id = $1 AND contact_id = $2 AND wants_person = 1",
                  "ii", account, contact);
}

enum loa_err msg_handover_count(struct db *db, int64_t *open, int64_t *urgent)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT urgent, COUNT(*) FROM conversations WHERE "
                                "wants_person = 1 AND person_ms < asked_ms GROUP BY urgent",
                                "");

    *open = *urgent = 0;
    while (!err && db_next(st, &err)) {
        *open += db_int(st, 1);
        *urgent += db_int(st, 0) ? db_int(st, 1) : 0;
    }
    return err;
}

/* ---- for staff ------------------------------------------------------------------------- */

void msg_conversation_release(struct msg_conversation *c)
{
    free(c->account);
    free(c->channel);
    free(c->remote_id);
    free(c->name);
    free(c->reason);
    free(c->matter);
    free(c->assignee);
    *c = (struct msg_conversation){0};
}

#define COLUMNS                                                                                    \
    "c.id, c.account_id, a.name, a.channel, c.remote_id, c.name, c.last_seen_ms, c.opted_out, "    \
    "c.status, v.reason, v.matter, v.assignee, v.wants_person, v.urgent, v.since_ms, v.asked_ms, " \
    "v.person_ms"

static char *copy(const char *s)
{
    return s ? loa_xstrdup(s) : NULL;
}

static void read_row(const struct db_stmt *st, struct msg_conversation *c)
{
    int64_t status = db_int(st, 8);

    *c = (struct msg_conversation){
        .id = db_int(st, 0),
        .account_id = db_int(st, 1),
        .account = copy(db_text(st, 2)),
        .channel = copy(db_text(st, 3)),
        .remote_id = copy(db_text(st, 4)),
        .name = copy(db_text(st, 5)),
        .last_seen_ms = db_int(st, 6),
        .opted_out = db_int(st, 7) != 0,
        .reachable = status < 2, /* who only wrote to us follows nothing, and can be answered */
        .reason = copy(db_text(st, 9)),
        .matter = copy(db_text(st, 10)),
        .assignee = copy(db_text(st, 11)),
        .handover = {.open = db_int(st, 12) == 1,
                     .urgent = db_int(st, 13) == 1,
                     .since_ms = db_int(st, 14),
                     .asked_ms = db_int(st, 15),
                     .person_ms = db_int(st, 16)},
    };
}

enum loa_err msg_conversation_find(struct db *db, int64_t id, struct msg_conversation *out,
                                   struct loa_problem *why)
{
    struct db_stmt *st;
    /* By way of the accounts: contacts are kept in the order of account and number. */
    enum loa_err err = db_query(
        db, &st,
        "SELECT " COLUMNS " FROM accounts a JOIN contacts c ON c.account_id = a.id AND c.id = $1 "
        "LEFT JOIN conversations v ON v.account_id = c.account_id AND v.contact_id = c.id "
        "WHERE c.status <> 4",
        "i", id);

    *out = (struct msg_conversation){0};
    while (!err && db_next(st, &err)) {
        msg_conversation_release(out);
        read_row(st, out);
    }
    if (!err && !out->id)
        return loa_fail(why, LOA_ENOENT, "conversation", "Không có cuộc trò chuyện số %" PRId64,
                        id);
    return err;
}

enum loa_err msg_conversation_list(struct db *db, int64_t account, bool urgent_only, size_t max,
                                   struct msg_conversation **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st,
        "SELECT " COLUMNS " FROM conversations v JOIN accounts a ON a.id = v.account_id "
        "JOIN contacts c ON c.account_id = v.account_id AND c.id = v.contact_id "
        "WHERE v.wants_person = 1 AND ($1 = 0 OR v.account_id = $1) AND ($2 = 0 OR v.urgent = 1) "
        "ORDER BY CASE WHEN v.person_ms < v.asked_ms THEN 0 ELSE 1 END, v.urgent DESC, "
        "v.since_ms, c.id LIMIT $3",
        "iii", account, (int64_t)urgent_only, (int64_t)max);

    *out = NULL;
    *n = 0;
    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        read_row(st, &(*out)[(*n)++]);
    }
    return err;
}

/* People stand in the log by our own number, and nothing of what they wrote. */
static enum loa_err audit(struct db *db, const struct msg_actor *who, int64_t now,
                          const char *action, int64_t id, const char *detail)
{
    char target[48];

    (void)snprintf(target, sizeof(target), "conversation %" PRId64, id);
    return msg_audit(db, who, now, action, target, detail);
}

enum loa_err msg_conversation_assign(struct db *db, const struct msg_actor *who, int64_t now,
                                     const struct msg_conversation *c, const char *user,
                                     struct loa_problem *why)
{
    enum msg_role role;
    enum loa_err err = user ? msg_user_role(db, user, &role, why) : LOA_OK;

    if (!err && user)
        err = msg_handover_spoke(db, c->account_id, c->id, user, now);
    else if (!err)
        err = db_run(db,
                     "UPDATE conversations SET assignee = NULL WHERE account_id = $1 AND "
                     "contact_id = $2",
                     "ii", c->account_id, c->id);
    /* Taking it is no answer yet: who waited still does. */
    if (!err && user && c->handover.open && c->handover.asked_ms > c->handover.person_ms)
        err = msg_handover_asked(db, c->account_id, c->id, now + 1);
    return err ? err : audit(db, who, now, "conversation.assign", c->id, user ? user : "-");
}

enum loa_err msg_conversation_close(struct db *db, const struct msg_actor *who, int64_t now,
                                    const struct msg_conversation *c, struct loa_problem *why)
{
    enum loa_err err = msg_handover_end(db, c->account_id, c->id);

    if (!err && !db_changes(db))
        return loa_fail(why, LOA_ENOENT, "conversation",
                        "Cuộc trò chuyện này không chờ cán bộ, hoặc đã đóng");
    return err ? err : audit(db, who, now, "conversation.close", c->id, NULL);
}

enum loa_err msg_conversation_reply(struct db *db, const struct msg_actor *who, int64_t now,
                                    const struct msg_conversation *c, int lane, char *content,
                                    int64_t *reply_id)
{
    struct msg_reply r = {
        .account = c->account_id, .contact = c->id, .lane = lane, .content = content};
    char detail[48];
    enum loa_err err = msg_reply_add(db, &r, now);

    if (!err)
        err = msg_reply_set(db, r.id, MSG_REPLY_WAITING, 0, NULL, now, now);
    if (!err)
        err = db_run(db, "UPDATE replies SET author = $1 WHERE id = $2", "si", who->user, r.id);
    if (!err)
        err = msg_handover_spoke(db, c->account_id, c->id, who->user, now);
    if (err)
        return err;
    *reply_id = r.id;
    (void)snprintf(detail, sizeof(detail), "reply %" PRId64, r.id);
    return audit(db, who, now, "conversation.reply", c->id, detail);
}
