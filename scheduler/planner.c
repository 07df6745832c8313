/* SPDX-License-Identifier: Apache-2.0 */
/* Makes runs of what is due. On the store thread, in one transaction: what was decided and the
 * watermark that says so are stored together. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/message.h"
#include "messages/receipt.h"
#include "messages/template.h"
#include "scheduler/engine_impl.h"
#include "scheduler/plan_message.h"
#include "scheduler/ways.h"

enum { MESSAGES_A_TURN = 32, BROKEN_AGAIN_MS = LOA_MINUTE_MS };

static const struct msg_actor self = {"loa", "loa"};

struct turn {
    struct db *db;
    const struct sched_engine_options *opt;
    int64_t now;
    struct msg_message *m;
    int runs;
    bool broken; /* the seal no longer fits: nothing of this message is sent */
};

static bool is_settled(void *ctx, int64_t key)
{
    struct turn *t = ctx;
    int64_t n = 0;
    enum loa_err err = db_get_int(t->db, &n,
                                  "SELECT COUNT(*) FROM occurrences WHERE message_id = $1 AND "
                                  "due_ms = $2 AND state IN ('started', 'asked', 'granted', "
                                  "'declined')",
                                  "ii", t->m->id, sched_key_ms(key));

    return err || n; /* when in doubt, not twice */
}

/* ---- one occurrence -------------------------------------------------------------------- */

static enum loa_err note(struct turn *t, int64_t due_ms, const char *state, const char *why)
{
    char target[48], detail[640], iso[LOA_ISO_SIZE];
    enum loa_err err = db_run(t->db,
                              "INSERT INTO occurrences (message_id, due_ms, state, at_ms) "
                              "VALUES ($1, $2, $3, $4) ON CONFLICT (message_id, due_ms) "
                              "DO UPDATE SET state = $3, at_ms = $4",
                              "iisi", t->m->id, due_ms, state, t->now);

    (void)snprintf(target, sizeof(target), "message %" PRId64, t->m->id);
    (void)snprintf(detail, sizeof(detail), "%s %s%s%s", loa_iso_format(due_ms, iso), state,
                   why ? ": " : "", why ? why : "");
    LOA_LOG(LOA_LOG_INFO, "occurrence", F("message", t->m->id), F("due", iso), F("state", state),
            F("why", why));
    return err ? err : msg_audit(t->db, &self, t->now, "message.occurrence", target, detail);
}

static enum loa_err make_run(struct turn *t, const struct sched_due *due, int64_t account, int way,
                             const char *content)
{
    struct msg_run r = {.message_id = t->m->id,
                        .due_ms = due->occurrence.ms,
                        .account_id = account,
                        .way = way,
                        .urgent = t->m->spec.urgent,
                        .resend_doubtful = t->m->spec.resend_doubtful,
                        .deadline_ms =
                            due->expires_ms ? due->expires_ms : due->due_ms + SCHED_DEADLINE_MS,
                        .audience = {t->m->spec.topics, t->m->spec.districts}};
    enum loa_err err;

    r.content = loa_xstrdup(content);
    err = msg_run_create(t->db, &r, t->now);
    free(r.content); /* the audience is the message's own */
    t->runs += !err;
    return err == LOA_EEXIST ? LOA_OK : err;
}

/* Caller owns *out. */
static enum loa_err accounts_of(struct db *db, const char *channel, int64_t **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st, "SELECT id FROM accounts WHERE channel = $1 ORDER BY id", "s", channel);

    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = db_int(st, 0);
    }
    return err;
}

/* A run for each way that this account has. One that lacks a way is no mistake of the message: the
 * others may have it. */
static enum loa_err start_account(struct turn *t, const struct sched_due *due,
                                  const struct channel_ops *ops, int64_t account, const char *text,
                                  bool *any, struct loa_problem *why)
{
    struct sched_ways ways;
    enum loa_err err =
        sched_ways_of(t->db, ops, account, msg_spec_deliver(&t->m->spec, ops->name), t->now, &ways);

    if (!err && ways.direct)
        err = make_run(t, due, account, (int)ways.by, text);
    if (!err && ways.post)
        err = make_run(t, due, account, CHANNEL_WAY_POST, text);
    *any = *any || ways.direct || ways.post;
    if (!err && (ways.why_not_direct[0] || ways.why_not_post[0]))
        (void)loa_fail(why, LOA_OK, "deliver", "%s: %s", ops->title,
                       ways.why_not_direct[0] ? ways.why_not_direct : ways.why_not_post);
    return err;
}

static enum loa_err start_channel(struct turn *t, const struct sched_due *due, const char *name,
                                  struct loa_problem *why)
{
    const struct channel_ops *ops = channel_find(name);
    bool any = false;
    struct msg_content content;
    int64_t *accounts = NULL;
    size_t n = 0;
    cJSON *json;
    char *text;
    enum loa_err err;

    if (!ops)
        return loa_fail(why, LOA_ENOENT, "channels", "không có kênh “%s”", name);
    err = accounts_of(t->db, name, &accounts, &n);
    if (!err && !n)
        return loa_fail(why, LOA_ENOENT, "channels", "chưa có tài khoản nào của kênh “%s”", name);
    msg_spec_content(&t->m->spec, name, &content);
    if (!err)
        err = msg_template_fill(t->db, due->occurrence.ms, &content, why);
    json = msg_content_to_json(&content);
    text = loa_json_print(json);
    for (size_t i = 0; i < n && !err; i++)
        err = start_account(t, due, ops, accounts[i], text, &any, why);
    if (!err && !any)
        err = LOA_ENOENT; /* `why` says what the last account lacks */
    free(text);
    free(accounts);
    cJSON_Delete(json);
    msg_content_release(&content);
    return err;
}

static enum loa_err start_occurrence(struct turn *t, const struct sched_due *due)
{
    struct loa_problem why = {"", ""};
    bool sealed;
    int before = t->runs;
    enum loa_err err = msg_message_sealed(t->db, t->m, t->opt->approvals, &sealed);

    if (err)
        return err;
    if (!sealed) {
        t->broken = true;
        return note(t, due->occurrence.ms, "refused", "nội dung đã đổi sau khi duyệt");
    }
    for (size_t i = 0; i < t->m->spec.channels.n && !err; i++) {
        enum loa_err one = start_channel(t, due, t->m->spec.channels.items[i], &why);

        /* A channel that cannot take it is shown to staff; it does not stop the others. */
        if (one == LOA_ENOENT || one == LOA_EINVAL || one == LOA_ELIMIT)
            err = note(t, due->occurrence.ms, "skipped", why.text);
        else
            err = one;
    }
    if (!err && t->runs > before)
        err = note(t, due->occurrence.ms, "started", NULL);
    return err;
}

static enum loa_err decide(struct turn *t, const struct sched_due *due)
{
    switch (due->verdict) {
    case SCHED_SEND:
        return t->broken ? LOA_OK : start_occurrence(t, due);
    case SCHED_ASK:
        return note(t, due->occurrence.ms, "asked", NULL);
    case SCHED_MISSED:
        return note(t, due->occurrence.ms, "missed", NULL);
    case SCHED_EXPIRED:
        return note(t, due->occurrence.ms, "expired", NULL);
    case SCHED_WAIT:
        break;
    }
    return LOA_OK;
}

/* ---- one message ----------------------------------------------------------------------- */

static enum loa_err count_asked(struct db *db, int64_t message, int64_t *out)
{
    return db_get_int(db, out,
                      "SELECT COUNT(*) FROM occurrences WHERE message_id = $1 AND "
                      "state IN ('asked', 'granted')",
                      "i", message);
}

static enum loa_err store_watermark(struct turn *t, const struct sched_turn *turn)
{
    int64_t next = turn->wake_ms == SCHED_NEVER ? 0 : turn->more ? t->now : turn->wake_ms;

    return db_run(t->db, "UPDATE messages SET last_key = $1, next_ms = $2 WHERE id = $3", "iii",
                  turn->last_key, next, t->m->id);
}

/* Nothing is to come, nothing is under way and staff have nothing to decide: it is over. */
static enum loa_err end_if_over(struct turn *t, const struct sched_turn *turn)
{
    int64_t open = 0, asked = 0;
    enum loa_err err = db_get_int(
        t->db, &open, "SELECT COUNT(*) FROM runs WHERE message_id = $1 AND finished_ms = 0", "i",
        t->m->id);

    if (!err)
        err = count_asked(t->db, t->m->id, &asked);
    if (err || open || asked || turn->wake_ms != SCHED_NEVER || turn->more)
        return err;
    return msg_message_advance(t->db, t->now, t->m->id, MSG_SENT, NULL);
}

/* ---- what staff decided ---------------------------------------------------------------- */

static enum loa_err start_granted(struct turn *t, const struct sched_plan *plan, int64_t due_ms)
{
    struct sched_due due = {.occurrence = {.key = sched_key(due_ms), .ms = due_ms},
                            .due_ms = t->now};
    int64_t open = 0;
    enum loa_err err;

    due.expires_ms = sched_plan_expires(plan, &due.occurrence);
    if (due.expires_ms && t->now >= due.expires_ms)
        return note(t, due_ms, "expired", NULL);
    err = start_occurrence(t, &due);
    if (!err && !t->broken)
        err = db_get_int(t->db, &open,
                         "SELECT COUNT(*) FROM occurrences WHERE message_id = $1 AND due_ms = $2 "
                         "AND state = 'granted'",
                         "ii", t->m->id, due_ms);
    return err || !open ? err : note(t, due_ms, "skipped", "kỳ này đã có lượt gửi");
}

/* Occurrences that were put to staff and that they want sent after all. */
static enum loa_err start_all_granted(struct turn *t, const struct sched_plan *plan)
{
    int64_t due[SCHED_TURN_MAX];
    size_t n = 0;
    struct db_stmt *st;
    enum loa_err err = db_query(t->db, &st,
                                "SELECT due_ms FROM occurrences WHERE message_id = $1 AND "
                                "state = 'granted' ORDER BY due_ms LIMIT $2",
                                "ii", t->m->id, (int64_t)SCHED_TURN_MAX);

    while (!err && db_next(st, &err))
        due[n++] = db_int(st, 0);
    for (size_t i = 0; i < n && !err && !t->broken; i++)
        err = start_granted(t, plan, due[i]);
    return err;
}

/* ---- the turn of one message ----------------------------------------------------------- */

static enum loa_err plan_message(struct turn *t)
{
    struct sched_plan *plan = NULL;
    struct sched_turn turn;
    struct loa_problem why;
    struct sched_moment moment = {.now_ms = t->now,
                                  .last_key = t->m->last_key,
                                  .quiet = &t->opt->quiet,
                                  .settled = is_settled,
                                  .ctx = t};
    enum loa_err err = sched_message_plan(&t->m->spec, t->m->scheduled_ms, &plan, &why);

    if (err) /* checked at submission; a rule that fails now goes back to its author */
        return msg_message_advance(t->db, t->now, t->m->id, MSG_DRAFT, why.text);
    err = start_all_granted(t, plan);
    sched_plan_turn(plan, &moment, &turn);
    sched_plan_free(plan);
    for (size_t i = 0; i < turn.n && !err; i++)
        err = decide(t, &turn.due[i]);
    if (!err && t->broken)
        return msg_message_advance(t->db, t->now, t->m->id, MSG_DRAFT,
                                   "Nội dung, tin hằng ngày hoặc sự kiện đã đổi sau khi duyệt; hãy "
                                   "xem lại và trình lại");
    if (!err && t->runs && t->m->state == MSG_SCHEDULED)
        err = msg_message_advance(t->db, t->now, t->m->id, MSG_SENDING, NULL);
    if (!err)
        err = store_watermark(t, &turn);
    return err ? err : end_if_over(t, &turn);
}

static enum loa_err plan_one(struct db *db, const struct sched_engine_options *opt, int64_t now,
                             int64_t id, int *runs)
{
    struct turn t = {.db = db, .opt = opt, .now = now};
    enum loa_err err = msg_message_hold(db, id, &t.m, NULL);

    if (err)
        return err;
    if (t.m->state == MSG_APPROVED && msg_spec_has_schedule(&t.m->spec))
        err = msg_message_advance(db, now, id, MSG_SCHEDULED, NULL);
    else if (t.m->state == MSG_SCHEDULED || t.m->state == MSG_SENDING)
        err = plan_message(&t);
    else
        err = db_run(db, "UPDATE messages SET next_ms = 0 WHERE id = $1", "i", id);
    *runs += t.runs;
    msg_message_free(t.m);
    return err;
}

/* A message that cannot be planned, whatever the cause, must not keep the others from it: what was
 * done for it is undone, and it is tried again later. A database that fails stops all. */
static enum loa_err plan_apart(struct db *db, const struct sched_engine_options *opt, int64_t now,
                               int64_t id, int *runs)
{
    char words[200] = "";
    int made = 0;
    enum loa_err err = db_savepoint(db), one;

    if (err)
        return err;
    one = plan_one(db, opt, now, id, &made);
    if (one == LOA_EINVAL || one == LOA_EEXIST) /* the database's or ours; its words tell */
        (void)snprintf(words, sizeof(words), "%s", db_message(db));
    if (one)
        db_rollback_to(db);
    err = db_release(db);
    if (one == LOA_EIO || err)
        return one ? one : err;
    if (!one) {
        *runs += made;
        return LOA_OK;
    }
    LOA_LOG(LOA_LOG_ERROR, "message cannot be planned", F("message", id),
            F("why", loa_strerror(one)), F("database", words));
    return db_run(db, "UPDATE messages SET next_ms = $1 WHERE id = $2", "ii", now + BROKEN_AGAIN_MS,
                  id);
}

static enum loa_err due_messages(struct db *db, int64_t now, int64_t ids[MESSAGES_A_TURN],
                                 size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT id FROM messages WHERE next_ms > 0 AND next_ms <= $1 "
                                "ORDER BY urgent DESC, next_ms LIMIT $2 /*postgres FOR UPDATE*/",
                                "ii", now, (int64_t)MESSAGES_A_TURN);

    *n = 0;
    while (!err && db_next(st, &err))
        ids[(*n)++] = db_int(st, 0);
    return err;
}

enum loa_err planner_turn(struct db *db, const struct sched_engine_options *opt, int64_t now,
                          struct plan_result *out)
{
    int64_t ids[MESSAGES_A_TURN];
    size_t n;
    enum loa_err err = due_messages(db, now, ids, &n);

    out->runs = 0;
    for (size_t i = 0; i < n && !err; i++)
        err = plan_apart(db, opt, now, ids[i], &out->runs);
    return err ? err : planner_close(db, now);
}

enum loa_err planner_close(struct db *db, int64_t now)
{
    int64_t ids[MESSAGES_A_TURN];
    enum msg_state to[MESSAGES_A_TURN];
    size_t n = 0;
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT m.id, m.next_ms, (SELECT COUNT(*) FROM occurrences o WHERE "
                                "o.message_id = m.id AND o.state IN ('asked', 'granted')) "
                                "FROM messages m WHERE m.state = 'sending' "
                                "AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.message_id = m.id "
                                "AND r.finished_ms = 0) LIMIT $1 /*postgres FOR UPDATE OF m*/",
                                "i", (int64_t)MESSAGES_A_TURN);

    while (!err && db_next(st, &err)) {
        to[n] = db_int(st, 1) || db_int(st, 2) ? MSG_SCHEDULED : MSG_SENT;
        ids[n++] = db_int(st, 0);
    }
    for (size_t i = 0; i < n && !err; i++)
        err = msg_message_advance(db, now, ids[i], to[i], NULL);
    return err;
}
