/* SPDX-License-Identifier: Apache-2.0 */
/* What staff say about a doubt: "it went out", "send it again". */
#include <inttypes.h>
#include <stdio.h>

#include "messages/delivery.h"
#include "messages/doubt_parts.h"
#include "messages/inbound.h"
#include "messages/message.h"
#include "messages/run_parts.h"

/* Where one stands; the numbers of a delivery's or a reply's state differ. */
enum standing { IN_DOUBT, WENT, ENDED, UNDER_WAY };

struct one {
    const struct msg_doubt_id *id;
    enum standing standing;
    bool again;
    enum msg_doubt_cause cause;
    struct msg_doubt_facts facts;
};

static enum loa_err about_contact(struct db *db, int64_t account, int64_t contact, bool answer,
                                  struct one *o)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st, "SELECT status, opted_out FROM contacts WHERE account_id = $1 AND id = $2", "ii",
        account, contact);

    while (!err && db_next(st, &err)) {
        o->facts.gone = db_int(st, 0) == 4;
        o->facts.unreachable = !answer && db_int(st, 0) != 0;
        o->facts.opted_out = !answer && db_int(st, 1) != 0;
    }
    return err;
}

static enum standing standing_of(int64_t state)
{
    switch (state) {
    case MSG_DELIVERY_DOUBT:
        return IN_DOUBT;
    case MSG_DELIVERY_SENT:
    case MSG_DELIVERY_DELIVERED:
    case MSG_DELIVERY_SEEN:
        return WENT;
    case MSG_DELIVERY_LATER:
        return UNDER_WAY;
    default:
        return ENDED;
    }
}

static enum loa_err read_delivery(struct db *db, struct one *o)
{
    struct db_stmt *st;
    int64_t account = 0;
    enum loa_err err = db_query(
        db, &st,
        "SELECT d.state, q.deadline_ms, CASE WHEN q.state = 'cancelled' OR m.state = 'cancelled' "
        "THEN 1 ELSE 0 END, q.account_id, x.again, x.sending, x.cause, q.post_again FROM runs q "
        "JOIN messages m ON m.id = q.message_id "
        "LEFT JOIN deliveries d ON d.run_id = q.id AND d.contact_id = $1 "
        "LEFT JOIN doubts x ON x.kind = 1 AND x.item = q.id AND x.contact_id = $1 "
        "WHERE q.id = $2",
        "ii", o->id->contact, o->id->item);

    while (!err && db_next(st, &err)) {
        account = db_int(st, 3);
        o->standing = standing_of(db_int(st, 0));
        if (!db_int(st, 0)) /* no row: a post that is made again, or nothing at all */
            o->standing = db_int(st, 7) ? UNDER_WAY : ENDED;
        o->facts.ends_ms = db_int(st, 1);
        o->facts.cancelled = db_int(st, 2) != 0;
        o->again = db_int(st, 4) != 0 || db_int(st, 7) != 0;
        o->cause = (enum msg_doubt_cause)db_int(st, 6);
        /* In doubt and not noted: it had waited for later, and is on its way now. */
        o->facts.sending = db_int(st, 5) != 0 || (o->standing == IN_DOUBT && !db_text(st, 6));
    }
    if (!err && !account)
        err = LOA_ENOENT;
    return err || !o->id->contact ? err : about_contact(db, account, o->id->contact, false, o);
}

static enum loa_err read_reply(struct db *db, struct one *o)
{
    struct db_stmt *st;
    int64_t account = 0, contact = 0, lane = 0;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT p.state, p.created_ms, p.account_id, p.contact_id, p.lane, p.code "
                 "FROM replies p WHERE p.id = $1",
                 "i", o->id->item);

    while (!err && db_next(st, &err)) {
        int64_t state = db_int(st, 0);

        o->standing = state == MSG_REPLY_DOUBT    ? IN_DOUBT
                      : state == MSG_REPLY_SENT   ? WENT
                      : state == MSG_REPLY_FAILED ? ENDED
                                                  : UNDER_WAY;
        o->again = o->standing == UNDER_WAY;
        o->cause = (enum msg_doubt_cause)db_int(st, 5);
        o->facts.ends_ms = db_int(st, 1) + MSG_DOUBT_REPLY_LIFE_MS;
        account = db_int(st, 2);
        contact = db_int(st, 3);
        lane = db_int(st, 4);
    }
    if (!err && !account)
        err = LOA_ENOENT;
    return err ? err : about_contact(db, account, contact, lane == MSG_REPLY_ANSWER, o);
}

/* ---- one -------------------------------------------------------------------------------- */

static enum loa_err delivery_went(struct db *db, int64_t now, const struct msg_doubt_id *id)
{
    struct msg_outcome o = {
        .contact_id = id->contact, .at_ms = now, .state = MSG_DELIVERY_SENT, .replaces = true};

    return msg_run_record(db, id->item, &o, 1);
}

/* A run that is over goes on, and its message with it. */
static enum loa_err reopen(struct db *db, const struct msg_actor *who, int64_t now, int64_t run,
                           struct loa_problem *why)
{
    int64_t message = 0;
    enum loa_err err = db_run(db,
                              "UPDATE runs SET finished_ms = 0, state = 'sending' WHERE id = $1 "
                              "AND finished_ms <> 0",
                              "i", run);

    if (err || !db_changes(db))
        return err;
    err = db_get_int(db, &message, "SELECT message_id FROM runs WHERE id = $1", "i", run);
    return err ? err : msg_message_reopen(db, who, now, message, why);
}

static enum loa_err delivery_again(struct db *db, const struct msg_doubt_id *id)
{
    return db_run(db,
                  "UPDATE doubts SET again = 1 WHERE kind = 1 AND item = $1 AND contact_id = $2",
                  "ii", id->item, id->contact);
}

/* The post's only outcome is taken back: its flow goes on, looks for the post where the platform
 * can be asked, and makes it once more. */
static enum loa_err post_again(struct db *db, const struct msg_doubt_id *id)
{
    struct msg_tally t = {.in_doubt = -1};
    enum loa_err err =
        db_run(db, "DELETE FROM deliveries WHERE run_id = $1 AND contact_id = 0 AND state = 4", "i",
               id->item);

    if (!err && db_changes(db))
        err = msg_tally_add(db, id->item, &t);
    if (!err)
        err = msg_doubt_clear(db, MSG_DOUBT_DELIVERY, id->item, 0);
    return err ? err : db_run(db, "UPDATE runs SET post_again = 1 WHERE id = $1", "i", id->item);
}

static enum loa_err carry_out(struct db *db, const struct msg_actor *who, int64_t now,
                              const struct msg_doubt_id *id, enum msg_doubt_said what,
                              struct loa_problem *why)
{
    enum loa_err err;

    if (id->kind == MSG_DOUBT_REPLY)
        return what == MSG_DOUBT_SENT
                   ? msg_reply_set(db, id->item, MSG_REPLY_SENT, 0, NULL, 0, now)
                   : msg_reply_set(db, id->item, MSG_REPLY_WAITING, 0, NULL, now, now);
    if (what == MSG_DOUBT_SENT)
        return delivery_went(db, now, id);
    err = id->contact ? delivery_again(db, id) : post_again(db, id);
    return err ? err : reopen(db, who, now, id->item, why);
}

/* LOA_EEXIST: said before. */
static enum loa_err judge(const struct one *o, int64_t now, enum msg_doubt_said what,
                          const char *name, struct loa_problem *why)
{
    const char *hindrance = msg_doubt_hindrance(&o->facts, now);

    if (o->standing == WENT)
        return what == MSG_DOUBT_SENT
                   ? LOA_EEXIST
                   : loa_fail(why, LOA_EPERM, name, "đã rõ là đã tới, không gửi lại");
    if (o->standing == ENDED)
        return loa_fail(why, LOA_EPERM, name, "không ở trạng thái chưa rõ");
    if (what == MSG_DOUBT_AGAIN && (o->again || o->facts.sending))
        return LOA_EEXIST;
    if (o->standing == UNDER_WAY || o->facts.sending)
        return loa_fail(why, LOA_EPERM, name, "đang được gửi lại; hãy chờ kết quả");
    if (what == MSG_DOUBT_AGAIN && hindrance)
        return loa_fail(why, LOA_EPERM, name, "không gửi lại được: %s", hindrance);
    return LOA_OK;
}

static enum loa_err log_it(struct db *db, const struct msg_actor *who, int64_t now,
                           enum msg_doubt_said what, const char *target, const char *detail)
{
    return msg_audit(db, who, now, what == MSG_DOUBT_SENT ? "doubt.sent" : "doubt.resend", target,
                     detail);
}

enum loa_err msg_doubt_say(struct db *db, const struct msg_actor *who, int64_t now,
                           const struct msg_doubt_id *id, enum msg_doubt_said what, bool *fresh,
                           struct loa_problem *why)
{
    char name[MSG_DOUBT_ID_SIZE], target[MSG_DOUBT_ID_SIZE + 8];
    struct one o = {.id = id, .facts = {.kind = id->kind}};
    enum loa_err err = id->kind == MSG_DOUBT_REPLY ? read_reply(db, &o) : read_delivery(db, &o);

    (void)msg_doubt_id_format(id, name);
    (void)snprintf(target, sizeof(target), "doubt %s", name);
    *fresh = false;
    if (err == LOA_ENOENT)
        return loa_fail(why, err, name, "không có tin nào như thế");
    if (err)
        return err;
    err = judge(&o, now, what, name, why);
    if (err)
        return err == LOA_EEXIST ? LOA_OK : err;
    *fresh = true;
    err = carry_out(db, who, now, id, what, why);
    return err ? err : log_it(db, who, now, what, target, msg_doubt_cause_name(o.cause));
}

/* ---- all of a run ----------------------------------------------------------------------- */

static enum loa_err all_went(struct db *db, int64_t now, int64_t run, int64_t *n)
{
    struct msg_tally t = {0};
    enum loa_err err = db_run(db,
                              "UPDATE deliveries SET state = 1, code = 0, at_ms = $1 WHERE "
                              "run_id = $2 AND state IN (4, 7) AND state = 4 AND EXISTS (SELECT 1 "
                              "FROM doubts x WHERE x.kind = 1 AND x.item = $2 AND "
                              "x.contact_id = deliveries.contact_id AND x.sending = 0)",
                              "ii", now, run);

    *n = err ? 0 : db_changes(db);
    t.in_doubt = -*n;
    t.sent = *n;
    if (!err)
        err = msg_tally_add(db, run, &t);
    return err ? err
               : db_run(db, "DELETE FROM doubts WHERE kind = 1 AND item = $1 AND sending = 0", "i",
                        run);
}

static enum loa_err all_again(struct db *db, int64_t run, int64_t *n)
{
    enum loa_err err =
        db_run(db,
               "UPDATE doubts SET again = 1 WHERE kind = 1 AND item = $1 AND sending = 0 AND "
               "again = 0 AND EXISTS (SELECT 1 FROM contacts c WHERE "
               "c.account_id = doubts.account_id AND c.id = doubts.contact_id AND "
               "c.status = 0 AND c.opted_out = 0)",
               "i", run);

    *n = err ? 0 : db_changes(db);
    return err;
}

/* What hinders them all; and a post, which is one of its own. */
static enum loa_err about_run(struct db *db, int64_t now, int64_t run, enum msg_doubt_said what,
                              bool *post, struct loa_problem *why)
{
    struct msg_doubt_facts f = {.kind = MSG_DOUBT_DELIVERY};
    struct db_stmt *st;
    bool found = false;
    const char *hindrance;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT q.deadline_ms, CASE WHEN q.state = 'cancelled' OR m.state = 'cancelled' "
                 "THEN 1 ELSE 0 END, (SELECT COUNT(*) FROM doubts x WHERE x.kind = 1 AND "
                 "x.item = q.id AND x.contact_id = 0) FROM runs q JOIN messages m ON "
                 "m.id = q.message_id WHERE q.id = $1",
                 "i", run);

    while (!err && db_next(st, &err)) {
        found = true;
        f.ends_ms = db_int(st, 0);
        f.cancelled = db_int(st, 1) != 0;
        *post = db_int(st, 2) != 0;
    }
    if (!err && !found)
        return loa_fail(why, LOA_ENOENT, "run", "không có lượt gửi %" PRId64, run);
    hindrance = msg_doubt_hindrance(&f, now);
    if (!err && what == MSG_DOUBT_AGAIN && hindrance)
        return loa_fail(why, LOA_EPERM, "run", "không gửi lại được: %s", hindrance);
    return err;
}

enum loa_err msg_doubt_say_all(struct db *db, const struct msg_actor *who, int64_t now, int64_t run,
                               enum msg_doubt_said what, int64_t *n, int64_t *left,
                               struct loa_problem *why)
{
    struct msg_doubt_id id = {MSG_DOUBT_DELIVERY, run, 0};
    char target[48], detail[32];
    bool post = false, fresh = false;
    enum loa_err err = about_run(db, now, run, what, &post, why);

    *n = *left = 0;
    if (!err && post) {
        err = msg_doubt_say(db, who, now, &id, what, &fresh, why);
        *n = fresh;
        return err;
    }
    if (!err)
        err = what == MSG_DOUBT_SENT ? all_went(db, now, run, n) : all_again(db, run, n);
    if (!err && what == MSG_DOUBT_AGAIN && *n)
        err = reopen(db, who, now, run, why);
    if (!err)
        err = db_get_int(db, left,
                         "SELECT COUNT(*) FROM doubts WHERE kind = 1 AND item = $1 AND "
                         "again = 0 AND sending = 0",
                         "i", run);
    if (err || !*n)
        return err;
    (void)snprintf(target, sizeof(target), "run %" PRId64, run);
    (void)snprintf(detail, sizeof(detail), "%" PRId64, *n);
    return log_it(db, who, now, what, target, detail);
}
