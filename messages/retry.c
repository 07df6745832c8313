/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/retry.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/buf.h"
#include "messages/base/mem.h"
#include "messages/message.h"
#include "messages/run.h"

/* enum channel_way of channels/, which this folder does not know. */
enum { WAY_POST = 2 };

/* An occurrence's first run on one account by one way, and what was made of it. */
struct family {
    int64_t first, account, deadline_ms, created_ms;
    int way;
    bool over;
};

struct retry {
    struct db *db;
    const struct msg_actor *who;
    const struct msg_retry_request *q;
    int64_t now;
    char *codes; /* ",-213,100,"; "" for all */
    struct msg_retry *made;
    size_t n;
    bool open, late; /* why one was passed over */
};

/* ---- what was asked for ---------------------------------------------------------------- */

/* "-213, 100" -> ",-213,100,"; false unless all are numbers. */
static bool read_codes(const char *text, struct loa_buf *out)
{
    if (!text)
        return true;
    loa_buf_addc(out, ',');
    while (*text) {
        char *end;
        long code = strtol(text, &end, 10);

        if (end == text)
            return false;
        loa_buf_addf(out, "%ld,", code);
        end += strspn(end, " ");
        if (*end && *end != ',')
            return false;
        text = end + (*end == ',');
    }
    return out->len > 1;
}

static enum loa_err check_message(const struct msg_message *m, struct loa_problem *why)
{
    if (m->state == MSG_SENT || m->state == MSG_SENDING || m->state == MSG_SCHEDULED)
        return LOA_OK;
    return loa_fail(why, LOA_EPERM, "state",
                    "Thông điệp %" PRId64 " đang ở trạng thái “%s”; chỉ gửi lại được tin đã gửi%s",
                    m->id, msg_state_name(m->state),
                    m->state == MSG_PAUSED ? ", hãy cho chạy tiếp (resume) trước" : "");
}

static enum loa_err edited_since(struct retry *t, int64_t created_ms, struct loa_problem *why)
{
    int64_t n = 0;
    enum loa_err err = db_get_int(t->db, &n,
                                  "SELECT COUNT(*) FROM message_versions WHERE message_id = $1 AND "
                                  "at_ms > $2",
                                  "ii", t->q->message_id, created_ms);

    if (err || !n)
        return err;
    return loa_fail(why, LOA_EPERM, "id",
                    "Thông điệp đã được sửa sau lần gửi đó; hãy soạn một tin mới");
}

static enum loa_err load_families(struct retry *t, struct family **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(t->db, &st,
                 "SELECT id, account_id, deadline_ms, created_ms, way, finished_ms FROM runs "
                 "WHERE message_id = $1 AND retry_of = 0 AND ($2 = 0 OR account_id = $2) AND "
                 "due_ms = CASE WHEN $3 <> 0 THEN $3 ELSE (SELECT MAX(due_ms) FROM runs "
                 "WHERE message_id = $1 AND retry_of = 0) END ORDER BY id /*postgres FOR UPDATE*/",
                 "iii", t->q->message_id, t->q->account_id, t->q->due_ms);

    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = (struct family){.first = db_int(st, 0),
                                         .account = db_int(st, 1),
                                         .deadline_ms = db_int(st, 2),
                                         .created_ms = db_int(st, 3),
                                         .way = (int)db_int(st, 4),
                                         .over = db_int(st, 5) != 0};
    }
    return err;
}

/* ---- one family ------------------------------------------------------------------------ */

/* The runs of it, oldest first. Caller owns *out. */
static enum loa_err members(struct retry *t, const struct family *f, int64_t **out, size_t *n,
                            bool *open)
{
    struct db_stmt *st;
    enum loa_err err = db_query(t->db, &st,
                                "SELECT id, finished_ms FROM runs WHERE retry_of > 0 AND "
                                "retry_of = $1 ORDER BY id",
                                "i", f->first);

    *out = loa_xmalloc(sizeof(**out));
    (*out)[0] = f->first;
    *n = 1;
    *open = !f->over;
    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = db_int(st, 0);
        *open = *open || !db_int(st, 1);
    }
    return err;
}

static enum loa_err make_run(struct retry *t, const struct family *f, size_t attempt,
                             struct msg_retry *r)
{
    enum loa_err err = db_next_id(t->db, "runs", &r->run_id);

    r->first_run_id = f->first;
    r->account_id = f->account;
    r->way = f->way;
    r->attempt = (int)attempt;
    if (err)
        return err;
    /* Nothing is left to walk: those to send to have their rows already. A post reaches whoever is
     * there by now. */
    return db_run(t->db,
                  "INSERT INTO runs (id, message_id, due_ms, account_id, way, state, content, "
                  "audience, urgent, resend_doubtful, deadline_ms, created_ms, retry_of, attempt, "
                  "last_id) "
                  "SELECT $1, message_id, $2, account_id, way, CASE WHEN way = 2 THEN 'waiting' "
                  "ELSE 'sending' END, content, audience, urgent, resend_doubtful, deadline_ms, "
                  "$3, id, $4, CASE WHEN way = 2 THEN "
                  "(SELECT COALESCE(MAX(c.id), 0) FROM contacts c WHERE c.account_id = "
                  "runs.account_id) ELSE 0 END FROM runs WHERE id = $5",
                  "iiiii", r->run_id, t->now + (int64_t)t->n, t->now, (int64_t)attempt, f->first);
}

/* Those who failed in one run and are in no later one, as rows that wait for their turn. */
static enum loa_err take_people(struct retry *t, const struct family *f, int64_t from,
                                struct msg_retry *r)
{
    enum loa_err err = db_run(
        t->db,
        "INSERT INTO deliveries (run_id, contact_id, state, code, at_ms) "
        "SELECT $1, d.contact_id, 7, 0, $2 FROM deliveries d "
        "JOIN contacts c ON c.account_id = $3 AND c.id = d.contact_id "
        "WHERE d.run_id = $4 AND d.state = 2 AND c.status = 0 AND c.opted_out = 0 AND "
        "($5 = '' OR $5 LIKE '%,' || CAST(d.code AS TEXT) || ',%') AND NOT EXISTS "
        "(SELECT 1 FROM runs n JOIN deliveries e ON e.run_id = n.id AND "
        "e.contact_id = d.contact_id WHERE n.retry_of > 0 AND n.retry_of = $6 AND n.id > $4)",
        "iiiisi", r->run_id, t->now, f->account, from, t->codes, f->first);

    if (!err)
        r->recipients += db_changes(t->db);
    return err;
}

/* The post failed in the newest run of the family, and was not put out by hand since. */
static enum loa_err post_failed(struct retry *t, int64_t newest, int64_t *failed)
{
    return db_get_int(t->db, failed,
                      "SELECT COUNT(*) FROM deliveries WHERE run_id = $1 AND contact_id = 0 AND "
                      "state = 2 AND ($2 = '' OR $2 LIKE '%,' || CAST(code AS TEXT) || ',%')",
                      "is", newest, t->codes);
}

static enum loa_err drop_run(struct retry *t, int64_t id)
{
    return db_run(t->db, "DELETE FROM runs WHERE id = $1", "i", id);
}

static enum loa_err note(struct retry *t, const struct msg_retry *r)
{
    char target[48], detail[160];

    t->made = loa_xrealloc(t->made, (t->n + 1) * sizeof(*t->made));
    t->made[t->n++] = *r;
    (void)snprintf(target, sizeof(target), "message %" PRId64, t->q->message_id);
    (void)snprintf(detail, sizeof(detail),
                   "run %" PRId64 ", attempt %d of run %" PRId64 ", %" PRId64 " recipients",
                   r->run_id, r->attempt, r->first_run_id, r->recipients);
    return msg_audit(t->db, t->who, t->now, "message.retry", target, detail);
}

static enum loa_err start_one(struct retry *t, const struct family *f, const int64_t *runs,
                              size_t n)
{
    struct msg_retry r = {0};
    enum loa_err err = make_run(t, f, n + 1, &r);

    if (!err && f->way == WAY_POST)
        err = post_failed(t, runs[n - 1], &r.recipients);
    for (size_t i = 0; i < n && !err && f->way != WAY_POST; i++)
        err = take_people(t, f, runs[i], &r);
    if (err)
        return err;
    return r.recipients ? note(t, &r) : drop_run(t, r.run_id);
}

static enum loa_err consider(struct retry *t, const struct family *f, struct loa_problem *why)
{
    int64_t *runs = NULL;
    size_t n = 0;
    bool open = false;
    enum loa_err err = members(t, f, &runs, &n, &open);

    if (!err && open)
        t->open = true;
    else if (!err && t->now >= f->deadline_ms)
        t->late = true;
    else if (!err)
        err = edited_since(t, f->created_ms, why);
    if (!err && !open && t->now < f->deadline_ms)
        err = start_one(t, f, runs, n);
    free(runs);
    return err;
}

/* ---- all ------------------------------------------------------------------------------- */

static enum loa_err nobody(const struct retry *t, struct loa_problem *why)
{
    if (t->open)
        return loa_fail(why, LOA_EEXIST, "", "Lượt gửi còn đang chạy; hãy chờ nó xong");
    if (t->late)
        return loa_fail(why, LOA_ETIMEOUT, "", "Đã quá hạn của tin này, gửi lại không còn ích gì");
    return loa_fail(why, LOA_ENOENT, "", "Không còn ai bị lỗi mà gửi lại được");
}

static enum loa_err start_all(struct retry *t, struct loa_problem *why)
{
    struct family *families = NULL;
    size_t n = 0;
    enum loa_err err = load_families(t, &families, &n);

    for (size_t i = 0; i < n && !err; i++)
        err = consider(t, &families[i], why);
    free(families);
    return !err && !t->n ? nobody(t, why) : err;
}

enum loa_err msg_retry_start(struct db *db, const struct msg_actor *who, int64_t now,
                             const struct msg_retry_request *q, struct msg_retry **out, size_t *n,
                             struct loa_problem *why)
{
    struct retry t = {.db = db, .who = who, .q = q, .now = now};
    struct msg_message *m = NULL;
    struct loa_buf codes = {0};
    enum loa_err err = LOA_OK;

    if (!read_codes(q->codes, &codes))
        err = loa_fail(why, LOA_EINVAL, "codes", "Mã lỗi là các số, ví dụ -213,100");
    t.codes = loa_buf_take(&codes);
    if (!err)
        err = msg_message_hold(db, q->message_id, &m, why);
    if (!err)
        err = check_message(m, why);
    if (!err)
        err = start_all(&t, why);
    if (!err)
        err = msg_message_reopen(db, who, now, q->message_id, why);
    msg_message_free(m);
    free(t.codes);
    if (err) {
        free(t.made);
        return err;
    }
    *out = t.made;
    *n = t.n;
    return LOA_OK;
}
