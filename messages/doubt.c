/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/doubt.h"

#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/delivery.h"
#include "messages/run_parts.h"

static const struct {
    const char *name, *text;
} causes[MSG_DOUBT_CAUSES] = {
    [MSG_DOUBT_NONE] = {"unknown", "không rõ"},
    [MSG_DOUBT_CRASH] = {"crash", "chương trình dừng đột ngột khi đang gửi"},
    [MSG_DOUBT_TIMEOUT] = {"timeout", "hết giờ chờ sau khi yêu cầu đã gửi đi"},
    [MSG_DOUBT_LOST] = {"lost", "mất kết nối trước khi có trả lời"},
    [MSG_DOUBT_GATEWAY] = {"gateway", "máy chủ trung gian không nhận được trả lời của nền tảng"},
    [MSG_DOUBT_ANSWER] = {"answer", "nền tảng đã nhận nhưng trả lời không đọc được"},
    [MSG_DOUBT_PLATFORM] = {"platform", "chính nền tảng báo là không rõ"},
    [MSG_DOUBT_LOOK] = {"look", "đã tìm bài trên nền tảng mà không kết luận được"},
    [MSG_DOUBT_RESTORE] = {"restore", "kho dữ liệu được khôi phục từ bản sao lưu cũ hơn"},
};

const char *msg_doubt_cause_name(enum msg_doubt_cause cause)
{
    return causes[(unsigned)cause < MSG_DOUBT_CAUSES ? cause : MSG_DOUBT_NONE].name;
}

const char *msg_doubt_cause_text(enum msg_doubt_cause cause)
{
    return causes[(unsigned)cause < MSG_DOUBT_CAUSES ? cause : MSG_DOUBT_NONE].text;
}

/* ---- noting ----------------------------------------------------------------------------- */

#define NOTE                                                                                       \
    "INSERT INTO doubts (kind, item, contact_id, account_id, since_ms, noted_ms, cause, code) "    \
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (kind, item, contact_id) DO UPDATE SET "  \
    "since_ms = excluded.since_ms, noted_ms = excluded.noted_ms, cause = excluded.cause, "         \
    "code = excluded.code, looked = 0, again = 0, sending = 0, tries = doubts.tries + 1"

enum loa_err msg_doubt_note(struct db *db, const struct msg_doubt *d, int64_t now)
{
    return db_run(db, NOTE, "iiiiiiii", (int64_t)d->kind, d->item, d->contact, d->account,
                  d->since_ms, now, (int64_t)d->cause, (int64_t)d->code);
}

struct db_rows *msg_doubt_rows(void)
{
    return db_rows_new("iiiiiiii");
}

void msg_doubt_rows_add(struct db_rows *rows, const struct msg_doubt *d, int64_t now)
{
    db_rows_add(rows, (int64_t)d->kind, d->item, d->contact, d->account, d->since_ms, now,
                (int64_t)d->cause, (int64_t)d->code);
}

enum loa_err msg_doubt_note_many(struct db *db, const struct db_rows *rows)
{
    return db_run_many(db, NOTE, rows, NULL);
}

enum loa_err msg_doubt_clear(struct db *db, enum msg_doubt_kind kind, int64_t item, int64_t contact)
{
    return db_run(db, "DELETE FROM doubts WHERE kind = $1 AND item = $2 AND contact_id = $3", "iii",
                  (int64_t)kind, item, contact);
}

enum loa_err msg_doubt_back(struct db *db, int64_t run_id, int64_t contact, bool again)
{
    return db_run(db,
                  "UPDATE doubts SET sending = 0, again = $1 WHERE kind = 1 AND item = $2 AND "
                  "contact_id = $3",
                  "iii", (int64_t)again, run_id, contact);
}

/* ---- sending again ---------------------------------------------------------------------- */

/* From now on they are being sent: a crash leaves them in doubt since now. */
static enum loa_err mark(struct db *db, int64_t run_id, int64_t now, const struct msg_targets *t)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < t->n && !err; i++) {
        err = db_run_lazy(db,
                          "UPDATE doubts SET sending = 1, again = 0 WHERE kind = 1 AND item = $1 "
                          "AND contact_id = $2",
                          "ii", run_id, t->items[i].contact_id);
        if (!err)
            err = db_run_lazy(
                db, "UPDATE deliveries SET at_ms = $1 WHERE run_id = $2 AND contact_id = $3", "iii",
                now, run_id, t->items[i].contact_id);
    }
    return err;
}

/* Who is not to be written to any more is no longer waiting to be. */
static enum loa_err forget_wishes(struct db *db, int64_t run_id, bool all)
{
    return db_run(db,
                  "UPDATE doubts SET again = 0 WHERE again > 0 AND item = $1 AND kind = 1 AND "
                  "($2 <> 0 OR NOT EXISTS (SELECT 1 FROM contacts c WHERE "
                  "c.account_id = doubts.account_id AND c.id = doubts.contact_id AND "
                  "c.opted_out = 0 AND c.status = 0))",
                  "ii", run_id, (int64_t)all);
}

enum loa_err msg_doubt_take(struct db *db, const struct msg_run *r,
                            const struct msg_doubt_rules *rules, size_t max,
                            struct msg_targets *out)
{
    struct db_stmt *st;
    enum loa_err err = forget_wishes(db, r->id, rules->now >= r->deadline_ms);

    *out = (struct msg_targets){0};
    if (err || rules->now >= r->deadline_ms)
        return err;
    err = db_query(
        db, &st,
        "SELECT c.id, c.remote_id, c.name, c.last_seen_ms, c.status, c.opted_out FROM doubts x "
        /* An echo at this instant, on another node, locks the delivery too: one sees the other. */
        "JOIN deliveries d ON d.run_id = x.item AND d.contact_id = x.contact_id AND "
        "d.state IN (4, 7) AND d.state = 4 "
        "JOIN contacts c ON c.account_id = x.account_id AND c.id = x.contact_id AND "
        "c.opted_out = 0 AND c.status = 0 WHERE x.kind = 1 AND x.item = $1 AND x.sending = 0 AND "
        "(x.again > 0 OR (x.cause <> 8 AND x.noted_ms <= $2 - $3 AND "
        "x.noted_ms + 3 * (x.noted_ms - x.since_ms) <= $2 AND "
        "(x.noted_ms < $4 OR x.looked = 2 OR ($5 <> 0 AND x.tries = 0)))) "
        "ORDER BY x.contact_id LIMIT $6 /*postgres FOR UPDATE OF d*/",
        "iiiiii", r->id, rules->now, rules->wait_ms, rules->last_echo_ms, (int64_t)rules->resend,
        (int64_t)max);
    while (!err && db_next(st, &err))
        msg_targets_add(out, st);
    if (!err)
        err = mark(db, r->id, rules->now, out);
    if (err)
        msg_targets_release(out);
    return err;
}

enum loa_err msg_doubt_hear(struct db *db, const struct msg_run *r, int64_t now)
{
    struct msg_outcome *heard = NULL;
    struct db_stmt *st;
    size_t n = 0;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT x.contact_id, x.since_ms FROM doubts x WHERE x.kind = 1 AND x.item = $1 "
                 "AND x.sending = 0 AND EXISTS (SELECT 1 FROM early_receipts e WHERE "
                 "e.account_id = x.account_id AND e.contact_id = x.contact_id AND "
                 "e.at_ms >= x.since_ms AND e.item IN (0, x.item)) ORDER BY x.contact_id",
                 "i", r->id);

    while (!err && db_next(st, &err)) {
        heard = loa_xrealloc(heard, (n + 1) * sizeof(*heard));
        heard[n++] = (struct msg_outcome){.contact_id = db_int(st, 0),
                                          .since_ms = db_int(st, 1),
                                          .at_ms = now,
                                          .state = MSG_DELIVERY_DOUBT,
                                          .replaces = true};
    }
    for (size_t i = 0; i < n && !err; i++) {
        err = msg_delivery_hear(db, r->account_id, r->id, &heard[i]);
        if (!err && heard[i].state != MSG_DELIVERY_DOUBT)
            err = msg_run_record(db, r->id, &heard[i], 1);
    }
    free(heard);
    return err;
}

enum loa_err msg_doubt_ripe(struct db *db, int64_t run_id, int64_t wait_ms, int64_t now,
                            int64_t *next_ms)
{
    return db_get_int(db, next_ms,
                      "SELECT COALESCE(MIN(y.ripe), 0) FROM (SELECT x.noted_ms + CASE WHEN "
                      "3 * (x.noted_ms - x.since_ms) > $1 THEN 3 * (x.noted_ms - x.since_ms) "
                      "ELSE $1 END AS ripe FROM doubts x WHERE x.kind = 1 AND x.item = $2 AND "
                      "x.sending = 0) y WHERE y.ripe > $3",
                      "iii", wait_ms, run_id, now);
}

/* ---- after a crash ---------------------------------------------------------------------- */

/* What msg_run_take_later() took has no row yet. */
static enum loa_err note_missing(struct db *db, int64_t account, int64_t now)
{
    return db_run(db,
                  "INSERT INTO doubts (kind, item, contact_id, account_id, since_ms, noted_ms, "
                  "cause) SELECT 1, d.run_id, d.contact_id, q.account_id, d.at_ms, $1, 1 FROM "
                  "runs q JOIN deliveries d ON d.run_id = q.id WHERE q.finished_ms = 0 AND "
                  "($2 = 0 OR q.account_id = $2) AND d.state IN (4, 7) AND d.state = 4 AND "
                  "NOT EXISTS (SELECT 1 FROM doubts x WHERE x.kind = 1 AND x.item = d.run_id AND "
                  "x.contact_id = d.contact_id) ON CONFLICT (kind, item, contact_id) DO NOTHING",
                  "ii", now, account);
}

enum loa_err msg_doubt_recover(struct db *db, int64_t account, int64_t now)
{
    enum loa_err err =
        db_run(db,
               "UPDATE doubts SET sending = 0, cause = 1, code = 0, noted_ms = $1, looked = 0, "
               "tries = tries + 1, since_ms = COALESCE((SELECT d.at_ms FROM deliveries d WHERE "
               "d.run_id = doubts.item AND d.contact_id = doubts.contact_id), since_ms) "
               "WHERE sending = 1 AND kind = 1 AND ($2 = 0 OR account_id = $2)",
               "ii", now, account);

    return err ? err : note_missing(db, account, now);
}

enum loa_err msg_doubt_restored(struct db *db, int64_t now)
{
    enum loa_err err = note_missing(db, 0, now);

    if (!err)
        err = db_run(db,
                     "INSERT INTO doubts (kind, item, contact_id, account_id, since_ms, noted_ms, "
                     "cause) SELECT 2, p.id, p.contact_id, p.account_id, p.at_ms, $1, 8 FROM "
                     "replies p WHERE p.state IN (0, 1, 4) AND p.state = 4 "
                     "ON CONFLICT (kind, item, contact_id) DO NOTHING",
                     "i", now);
    return err ? err
               : db_run(db,
                        "UPDATE doubts SET cause = 8, code = 0, looked = 0, again = 0, "
                        "sending = 0",
                        "");
}
