/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/handpost.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/delivery.h"
#include "messages/run_parts.h"

/* enum channel_way of channels/, which this folder does not know. */
enum { WAY_POST = 2 };

/* ---- where a post stands --------------------------------------------------------------- */

void msg_posting_release(struct msg_posting *p)
{
    free(p->content);
    *p = (struct msg_posting){0};
}

#define FIRST_RUN                                                                                  \
    "SELECT id FROM runs WHERE message_id = $1 AND due_ms = $2 AND account_id = $3 AND way = $4 "  \
    "AND retry_of = 0 "
#define ATTEMPTS "SELECT id FROM runs WHERE retry_of > 0 AND retry_of = $1 ORDER BY id "
#define HOLD "/*postgres FOR UPDATE*/"

/* The first run of the occurrence and the newest attempt after it. */
static enum loa_err find_runs(struct db *db, int64_t message, int64_t due_ms, int64_t account,
                              bool hold, struct msg_posting *p)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st, hold ? FIRST_RUN HOLD : FIRST_RUN, "iiii", message, due_ms,
                                account, (int64_t)WAY_POST);

    while (!err && db_next(st, &err))
        p->first_run_id = db_int(st, 0);
    p->run_id = p->first_run_id;
    if (err || !p->first_run_id)
        return err;
    err = db_query(db, &st, hold ? ATTEMPTS HOLD : ATTEMPTS, "i", p->first_run_id);
    while (!err && db_next(st, &err))
        p->run_id = db_int(st, 0);
    return err;
}

static bool is_marked(const char *flow_state)
{
    size_t n = flow_state ? strlen(flow_state) : 0;

    return n && flow_state[n - 1] == MSG_RUN_FLOW_MARK;
}

static enum loa_err read_run(struct db *db, struct msg_posting *p)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st, "SELECT finished_ms, flow_state, content FROM runs WHERE id = $1", "i", p->run_id);

    while (!err && db_next(st, &err)) {
        p->over = db_int(st, 0) != 0;
        p->state = !p->over && is_marked(db_text(st, 1)) ? MSG_POST_UNDERWAY : MSG_POST_WAITING;
        free(p->content);
        p->content = loa_xstrdup(db_text(st, 2));
    }
    return err;
}

static enum msg_post_state of_delivery(int64_t state, bool by_hand)
{
    switch ((enum msg_delivery_state)state) {
    case MSG_DELIVERY_SENT:
    case MSG_DELIVERY_DELIVERED:
    case MSG_DELIVERY_SEEN:
        return by_hand ? MSG_POST_BY_HAND : MSG_POST_OUT;
    case MSG_DELIVERY_FAILED:
        return MSG_POST_FAILED;
    case MSG_DELIVERY_SKIPPED:
        return MSG_POST_SKIPPED;
    case MSG_DELIVERY_LATER:
        return MSG_POST_WAITING;
    case MSG_DELIVERY_DOUBT:
        break;
    }
    return MSG_POST_UNDERWAY;
}

static enum loa_err posting(struct db *db, int64_t message, int64_t due_ms, int64_t account,
                            bool hold, struct msg_posting *out)
{
    struct db_stmt *st;
    enum loa_err err;

    *out = (struct msg_posting){.state = MSG_POST_PLANNED};
    err = find_runs(db, message, due_ms, account, hold, out);
    if (!err && out->run_id)
        err = read_run(db, out);
    if (err || !out->run_id)
        return err;
    err = db_query(db, &st,
                   "SELECT d.state, h.run_id FROM deliveries d LEFT JOIN handposts h ON "
                   "h.run_id = d.run_id WHERE d.run_id = $1 AND d.contact_id = 0",
                   "i", out->run_id);
    while (!err && db_next(st, &err))
        out->state = of_delivery(db_int(st, 0), db_int(st, 1) != 0);
    if (err)
        msg_posting_release(out);
    return err;
}

enum loa_err msg_posting_get(struct db *db, int64_t message, int64_t due_ms, int64_t account,
                             struct msg_posting *out)
{
    return posting(db, message, due_ms, account, true, out);
}

enum loa_err msg_posting_look(struct db *db, int64_t message, int64_t due_ms, int64_t account,
                              struct msg_posting *out)
{
    return posting(db, message, due_ms, account, false, out);
}

/* ---- what to go back to ---------------------------------------------------------------- */

/* The run and its post's row before the tick; kept as JSON text. */
struct before {
    bool made; /* there was no run */
    char state[16];
    int64_t finished_ms;
    int64_t delivery, code, at_ms; /* delivery 0: there was no row */
};

static enum loa_err remember(struct db *db, int64_t run, struct before *b)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st, "SELECT state, finished_ms FROM runs WHERE id = $1", "i", run);

    while (!err && db_next(st, &err)) {
        (void)snprintf(b->state, sizeof(b->state), "%s", db_text(st, 0));
        b->finished_ms = db_int(st, 1);
    }
    if (!err)
        err = db_query(db, &st,
                       "SELECT state, code, at_ms FROM deliveries WHERE run_id = $1 AND "
                       "contact_id = 0",
                       "i", run);
    while (!err && db_next(st, &err)) {
        b->delivery = db_int(st, 0);
        b->code = db_int(st, 1);
        b->at_ms = db_int(st, 2);
    }
    return err;
}

static char *before_text(const struct before *b)
{
    cJSON *o = cJSON_CreateObject();
    char *text;

    cJSON_AddBoolToObject(o, "made", b->made);
    loa_json_add_str(o, "state", b->state);
    loa_json_add_int(o, "finished_ms", b->finished_ms);
    loa_json_add_int(o, "delivery", b->delivery);
    loa_json_add_int(o, "code", b->code);
    loa_json_add_int(o, "at_ms", b->at_ms);
    text = loa_json_print(o);
    cJSON_Delete(o);
    return text;
}

static void before_read(const char *text, struct before *b)
{
    cJSON *o = loa_json_parse(text, strlen(text));
    const char *state = loa_json_str(o, "state");

    *b = (struct before){.made = loa_json_bool(o, "made", false),
                         .finished_ms = loa_json_int(o, "finished_ms", 0),
                         .delivery = loa_json_int(o, "delivery", 0),
                         .code = loa_json_int(o, "code", 0),
                         .at_ms = loa_json_int(o, "at_ms", 0)};
    (void)snprintf(b->state, sizeof(b->state), "%s", state ? state : "waiting");
    cJSON_Delete(o);
}

/* ---- the tick -------------------------------------------------------------------------- */

static enum loa_err audit(struct db *db, const struct msg_actor *who, int64_t now,
                          const char *action, int64_t message, int64_t account, int64_t due_ms,
                          const char *more)
{
    char target[48], detail[512], iso[LOA_ISO_SIZE];

    (void)snprintf(target, sizeof(target), "message %" PRId64, message);
    (void)snprintf(detail, sizeof(detail), "account %" PRId64 ", due %s%s%.400s", account,
                   loa_iso_format(due_ms, iso), more ? ", " : "", more ? more : "");
    return msg_audit(db, who, now, action, target, detail);
}

/* A message without a time gets one when it is scheduled: before, the occurrence has no name. */
static enum loa_err check_message(struct db *db, const struct msg_message *m, bool approvals,
                                  bool has_run, struct loa_problem *why)
{
    bool sealed = true;
    enum loa_err err = LOA_OK;

    if (m->state == MSG_APPROVED && !msg_spec_has_schedule(&m->spec))
        return loa_fail(why, LOA_EPERM, "state",
                        "Hãy lên lịch tin này trước: loa message schedule");
    if (m->state != MSG_APPROVED && m->state != MSG_SCHEDULED && m->state != MSG_SENDING &&
        m->state != MSG_PAUSED && m->state != MSG_SENT)
        return loa_fail(why, LOA_EPERM, "state",
                        "Thông điệp %" PRId64 " đang ở trạng thái “%s”, không được đăng", m->id,
                        msg_state_name(m->state));
    if (!has_run)
        err = msg_message_sealed(db, m, approvals, &sealed);
    if (!err && !sealed)
        return loa_fail(why, LOA_EPERM, "sha256",
                        "Nội dung đã đổi sau khi duyệt; hãy trình và duyệt lại trước khi đăng");
    return err;
}

static enum loa_err check_post(const struct msg_posting *p, struct loa_problem *why)
{
    switch (p->state) {
    case MSG_POST_UNDERWAY:
        return loa_fail(why, LOA_EPERM, "",
                        "Bài này máy đang gửi hoặc chưa rõ đã lên chưa; hãy xem loa doubt");
    case MSG_POST_OUT:
        return loa_fail(why, LOA_EEXIST, "", "Bài này máy đã đăng rồi");
    case MSG_POST_BY_HAND:
        return loa_fail(why, LOA_EEXIST, "", "Bài này đã được đánh dấu là đăng tay");
    case MSG_POST_PLANNED:
    case MSG_POST_WAITING:
    case MSG_POST_FAILED:
    case MSG_POST_SKIPPED:
        break;
    }
    return LOA_OK;
}

/* The planner finds the occurrence's run there and makes no other. *id 0: somebody made it just
 * now. */
static enum loa_err make_run(struct db *db, int64_t now, const struct msg_message *m,
                             const struct msg_handpost *h, int64_t *id)
{
    enum loa_err err = db_next_id(db, "runs", id);

    if (err)
        return err;
    err = db_run(db,
                 "INSERT INTO runs (id, message_id, due_ms, account_id, way, state, content, "
                 "audience, urgent, resend_doubtful, deadline_ms, created_ms, last_id) "
                 "SELECT $1, $2, $3, $4, $5, 'waiting', $6, '{}', $7, $8, $9, $10, "
                 "COALESCE(MAX(id), 0) FROM contacts WHERE account_id = $4 "
                 "ON CONFLICT (message_id, due_ms, account_id, way) DO NOTHING",
                 "iiiiisiiii", *id, m->id, h->due_ms, h->account_id, (int64_t)WAY_POST, h->content,
                 (int64_t)m->spec.urgent, (int64_t)m->spec.resend_doubtful, h->deadline_ms, now);
    if (!err && !db_changes(db))
        *id = 0;
    return err;
}

static enum loa_err put_delivery(struct db *db, int64_t now, int64_t run, const struct before *b)
{
    struct msg_tally t = {.sent = 1};
    enum loa_err err = db_run(db,
                              "INSERT INTO deliveries (run_id, contact_id, state, code, at_ms) "
                              "VALUES ($1, 0, 1, 0, $2) ON CONFLICT (run_id, contact_id) "
                              "DO UPDATE SET state = 1, code = 0, at_ms = $2",
                              "ii", run, now);

    if (b->delivery)
        msg_tally_count(&t, (enum msg_delivery_state)b->delivery, -1);
    return err ? err : msg_tally_add(db, run, &t);
}

static enum loa_err tick(struct db *db, const struct msg_actor *who, int64_t now, int64_t run,
                         const struct msg_handpost *h, const struct before *b)
{
    char *was = before_text(b);
    enum loa_err err = put_delivery(db, now, run, b);

    if (!err)
        err = msg_run_state_set(db, run, MSG_RUN_DONE, NULL, now);
    if (!err) /* what staff wanted of the server is done */
        err = db_run(db, "UPDATE runs SET post_again = 0 WHERE id = $1", "i", run);
    if (!err)
        err = db_run(db,
                     "INSERT INTO handposts (run_id, user_name, at_ms, url, note, was) "
                     "VALUES ($1, $2, $3, $4, $5, $6)",
                     "isisss", run, who->user, now, h->url, h->note, was);
    free(was);
    return err;
}

/* If nothing else is under way the message is over: the planner looks. */
static enum loa_err look_again(struct db *db, int64_t message)
{
    return db_run(db, "UPDATE messages SET next_ms = 1 WHERE id = $1 AND state = 'sending'", "i",
                  message);
}

enum loa_err msg_handpost_done(struct db *db, const struct msg_actor *who, int64_t now,
                               const struct msg_message *m, bool approvals,
                               const struct msg_handpost *h, struct loa_problem *why)
{
    struct before b = {0};
    struct msg_posting p;
    enum loa_err err = msg_posting_get(db, m->id, h->due_ms, h->account_id, &p);

    if (!err)
        err = check_message(db, m, approvals, p.run_id != 0, why);
    if (!err && !p.run_id && !h->content)
        err = LOA_EINVAL;
    if (!err && !p.run_id) {
        err = make_run(db, now, m, h, &p.run_id);
        b.made = p.run_id != 0;
        if (!err && !b.made) { /* the planner was faster: its run is the one */
            msg_posting_release(&p);
            err = msg_posting_get(db, m->id, h->due_ms, h->account_id, &p);
        }
    }
    if (!err)
        err = check_post(&p, why);
    if (!err)
        err = remember(db, p.run_id, &b);
    if (!err)
        err = tick(db, who, now, p.run_id, h, &b);
    if (!err)
        err = look_again(db, m->id);
    if (!err)
        err = audit(db, who, now, "message.handpost", m->id, h->account_id, h->due_ms, h->url);
    msg_posting_release(&p);
    return err;
}

/* ---- taking it back -------------------------------------------------------------------- */

static enum loa_err forget_run(struct db *db, int64_t run)
{
    enum loa_err err = db_run(db, "DELETE FROM deliveries WHERE run_id = $1", "i", run);

    return err ? err : db_run(db, "DELETE FROM runs WHERE id = $1", "i", run);
}

static enum loa_err restore_delivery(struct db *db, int64_t run, const struct before *b)
{
    struct msg_tally t = {.sent = -1};
    enum loa_err err;

    if (b->delivery) {
        msg_tally_count(&t, (enum msg_delivery_state)b->delivery, 1);
        err = db_run(db,
                     "UPDATE deliveries SET state = $1, code = $2, at_ms = $3 WHERE run_id = $4 "
                     "AND contact_id = 0",
                     "iiii", b->delivery, b->code, b->at_ms, run);
    } else {
        err = db_run(db, "DELETE FROM deliveries WHERE run_id = $1 AND contact_id = 0", "i", run);
    }
    return err ? err : msg_tally_add(db, run, &t);
}

static enum loa_err restore_run(struct db *db, const struct msg_actor *who, int64_t now,
                                const struct msg_message *m, int64_t run, const struct before *b,
                                struct loa_problem *why)
{
    enum loa_err err = restore_delivery(db, run, b);

    if (!err)
        err = db_run(db, "UPDATE runs SET state = $1, finished_ms = $2 WHERE id = $3", "sii",
                     b->state, b->finished_ms, run);
    if (!err && !b->finished_ms)
        err = msg_message_reopen(db, who, now, m->id, why);
    return err;
}

static enum loa_err read_tick(struct db *db, int64_t run, struct before *b)
{
    struct db_stmt *st;
    bool found = false;
    enum loa_err err = db_query(db, &st, "SELECT was FROM handposts WHERE run_id = $1", "i", run);

    while (!err && db_next(st, &err)) {
        before_read(db_text(st, 0), b);
        found = true;
    }
    return !err && !found ? LOA_ENOENT : err;
}

enum loa_err msg_handpost_undo(struct db *db, const struct msg_actor *who, int64_t now,
                               const struct msg_message *m, int64_t account, int64_t due_ms,
                               bool planned, struct loa_problem *why)
{
    struct before b = {0};
    struct msg_posting p;
    enum loa_err err = msg_posting_get(db, m->id, due_ms, account, &p);

    if (!err && p.state != MSG_POST_BY_HAND)
        err = loa_fail(why, LOA_ENOENT, "", "Bài này không có dấu đăng tay nào để bỏ");
    if (!err)
        err = check_message(db, m, false, true, why);
    if (!err)
        err = read_tick(db, p.run_id, &b);
    if (!err)
        err = db_run(db, "DELETE FROM handposts WHERE run_id = $1", "i", p.run_id);
    if (!err && b.made && !planned)
        err = forget_run(db, p.run_id);
    else if (!err)
        err = restore_run(db, who, now, m, p.run_id, &b, why);
    if (!err)
        err = audit(db, who, now, "message.handpost.undo", m->id, account, due_ms, NULL);
    msg_posting_release(&p);
    return err;
}
