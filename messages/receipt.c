/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/receipt.h"

#include <stdio.h>

#include "messages/base/clock.h"
#include "messages/base/crypto.h"
#include "messages/run_parts.h"

enum loa_err msg_receipt_new(struct db *db, int64_t account_id, const char *key, int64_t said_ms,
                             int64_t now)
{
    /* An odd factor, so that no two accounts' digests of one key are the same. */
    uint64_t hash =
        (uint64_t)loa_hash64(key) ^ ((uint64_t)account_id * UINT64_C(0x9E3779B97F4A7C15));
    enum loa_err err = db_run(db,
                              "INSERT INTO receipts (said_ms, hash, hour) VALUES ($1, $2, $3) "
                              "ON CONFLICT (said_ms, hash) DO NOTHING",
                              "iii", said_ms > 0 ? said_ms : 1, (int64_t)hash, now / LOA_HOUR_MS);

    return err || db_changes(db) ? err : LOA_EEXIST;
}

/* ---- those that came early --------------------------------------------------------------- */

/* An echo to this person since then that belongs to no other message of ours, neither a reply nor
 * a run's: the request whose outcome nobody knows did arrive. */
enum loa_err msg_run_receipt_take(struct db *db, int64_t account_id, int64_t contact_id,
                                  int64_t item, int64_t since_ms, char *remote_id, size_t size)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st,
        "SELECT e.remote_id FROM early_receipts e WHERE e.account_id = $1 AND e.contact_id = $2 "
        "AND e.at_ms >= $3 AND e.item IN (0, $4) AND NOT EXISTS (SELECT 1 FROM replies p WHERE "
        "p.account_id = e.account_id AND p.contact_id = e.contact_id AND "
        "p.remote_id = e.remote_id) AND NOT EXISTS (SELECT 1 FROM runs q JOIN deliveries d ON "
        "d.run_id = q.id WHERE q.account_id = e.account_id AND d.contact_id = e.contact_id AND "
        "((d.remote <> 0 AND d.remote = e.remote) OR d.remote_id = e.remote_id)) "
        "ORDER BY CASE WHEN e.item = 0 THEN 1 ELSE 0 END, e.at_ms LIMIT 1",
        "iiii", account_id, contact_id, since_ms, item);

    remote_id[0] = '\0';
    while (!err && db_next(st, &err))
        (void)snprintf(remote_id, size, "%s", db_text(st, 0));
    if (err || !remote_id[0])
        return err;
    return db_run(db,
                  "DELETE FROM early_receipts WHERE account_id = $1 AND contact_id = $2 AND "
                  "remote_id = $3",
                  "iis", account_id, contact_id, remote_id);
}

enum loa_err msg_run_receipt_early(struct db *db, int64_t account_id, int64_t contact_id,
                                   int64_t item, const char *remote_id, int64_t now)
{
    return db_run(
        db,
        "INSERT INTO early_receipts (account_id, contact_id, remote_id, at_ms, remote, "
        "item) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account_id, contact_id, remote_id) "
        "DO NOTHING",
        "iisiii", account_id, contact_id, remote_id, now, msg_remote_hash(remote_id), item);
}

/* ---- those that find their delivery ------------------------------------------------------ */

enum { RECENT_RUNS = 24, DOUBT_FRESH_MS = 3 * 3600 * 1000 };

/* The account's newest runs, or just the one. Returns how many. */
static enum loa_err recent_runs(struct db *db, int64_t account_id, int64_t run_id,
                                int64_t out[RECENT_RUNS], size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT id FROM runs WHERE account_id = $1 AND ($2 = 0 OR id = $2) "
                                "ORDER BY id DESC LIMIT $3",
                                "iii", account_id, run_id, (int64_t)RECENT_RUNS);

    *n = 0;
    while (!err && db_next(st, &err))
        out[(*n)++] = db_int(st, 0);
    return err;
}

/* Moves one delivery up: 4 -> 1, 1|2|4 -> 5 -> 6, 1|4 -> 2; numbers follow. */
static enum loa_err raise_one(struct db *db, int64_t run, int64_t contact, int64_t was,
                              enum msg_delivery_state state, const char *remote_id, int64_t now)
{
    struct msg_tally t = {0};
    enum loa_err err;

    if (state == MSG_DELIVERY_FAILED ? was != MSG_DELIVERY_SENT && was != MSG_DELIVERY_DOUBT
                                     : was != MSG_DELIVERY_DOUBT && (int64_t)state <= was)
        return LOA_OK;
    if (was == MSG_DELIVERY_SKIPPED || was == MSG_DELIVERY_LATER)
        return LOA_OK;
    err = db_run_lazy(db,
                      "UPDATE deliveries SET state = $1, at_ms = $2, "
                      "code = CASE WHEN state = 4 THEN 0 ELSE code END, "
                      "remote = CASE WHEN remote = 0 THEN $3 ELSE remote END, "
                      "remote_id = COALESCE(remote_id, $4) WHERE run_id = $5 AND contact_id = $6",
                      "iiisii", (int64_t)state, now, msg_remote_hash(remote_id),
                      msg_remote_text(contact, remote_id), run, contact);
    if (!err && was == MSG_DELIVERY_DOUBT)
        err = msg_doubt_clear(db, MSG_DOUBT_DELIVERY, run, contact);
    msg_tally_count(&t, (enum msg_delivery_state)was, -1);
    msg_tally_count(&t, state, 1);
    return err ? err : msg_tally_add(db, run, &t);
}

/* The platform's id belongs to a reply of ours, or could: one to this person is on its way. Then it
 * says nothing about a run. */
static enum loa_err is_another_s(struct db *db, int64_t account_id, int64_t contact_id,
                                 const char *remote_id, bool *yes)
{
    int64_t n = 0;
    enum loa_err err = db_get_int(db, &n,
                                  "SELECT COUNT(*) FROM replies WHERE account_id = $1 AND "
                                  "contact_id = $2 AND (remote_id = $3 OR "
                                  "(state IN (0, 1, 4) AND state = 1))",
                                  "iis", account_id, contact_id, remote_id);

    if (!err && !n) /* or a run's of long ago: phones that were off tell of them days later */
        err = db_get_int(db, &n,
                         "SELECT COUNT(*) FROM runs q JOIN deliveries d ON d.run_id = q.id AND "
                         "d.contact_id = $1 WHERE q.account_id = $2 AND d.remote = $3 AND "
                         "d.remote <> 0",
                         "iii", contact_id, account_id, msg_remote_hash(remote_id));
    *yes = n > 0;
    return err;
}

/* The delivery that a receipt is about: by the run, else by the platform's id, else (a row in
 * doubt has no such id yet) by the person alone, if the doubt is younger than doubtful_ms (0: not
 * at all); an old one would take the receipt of a later message. *was 0: none. */
static enum loa_err find_delivery(struct db *db, int64_t run, int64_t contact_id, bool by_run,
                                  const char *remote_id, int64_t doubtful_ms, int64_t *was)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT state FROM deliveries WHERE run_id = $1 AND contact_id = $2 AND "
                 "($3 <> 0 OR (remote = $4 AND remote <> 0) OR remote_id = $5 OR "
                 "($6 <> 0 AND remote = 0 AND remote_id IS NULL AND state = 4 AND at_ms >= $6)) "
                 "/*postgres FOR UPDATE*/",
                 "iiiisi", run, contact_id, (int64_t)by_run, msg_remote_hash(remote_id), remote_id,
                 doubtful_ms);

    *was = 0;
    while (!err && db_next(st, &err))
        *was = db_int(st, 0);
    return err;
}

enum loa_err msg_run_receipt(struct db *db, int64_t account_id, int64_t contact_id, int64_t run_id,
                             const char *remote_id, enum msg_delivery_state state, int64_t now)
{
    int64_t runs[RECENT_RUNS], fresh = now > DOUBT_FRESH_MS ? now - DOUBT_FRESH_MS : 1, was = 0;
    size_t n = 0;
    bool reply = false;
    enum loa_err err = recent_runs(db, account_id, run_id, runs, &n);

    if (!err && run_id && !n)
        return LOA_OK;
    /* All runs by the exact id first: a doubt in a newer one must not take its receipt. */
    for (int doubts = 0; doubts < 2 && !err && !reply; doubts++) {
        for (size_t i = 0; i < n && !err && !reply; i++) {
            err = find_delivery(db, runs[i], contact_id, run_id != 0, remote_id, doubts ? fresh : 0,
                                &was);
            if (!err && was && doubts)
                err = is_another_s(db, account_id, contact_id, remote_id, &reply);
            if (!err && was && !reply)
                return raise_one(db, runs[i], contact_id, was, state, remote_id, now);
        }
    }
    return err ? err : LOA_ENOENT;
}

enum loa_err msg_run_watermark(struct db *db, int64_t account_id, int64_t contact_id,
                               int64_t up_to_ms, enum msg_delivery_state state, int64_t now)
{
    int64_t runs[RECENT_RUNS];
    size_t n;
    enum loa_err err = recent_runs(db, account_id, 0, runs, &n);

    for (size_t i = 0; i < n && !err; i++) {
        struct db_stmt *st;
        int64_t was = 0;

        err = db_query(db, &st,
                       /* what failed or is in doubt was perhaps never sent */
                       "SELECT state FROM deliveries WHERE run_id = $1 AND contact_id = $2 AND "
                       "at_ms <= $3 AND state IN (1, 5) /*postgres FOR UPDATE*/",
                       "iii", runs[i], contact_id, up_to_ms);
        while (!err && db_next(st, &err))
            was = db_int(st, 0);
        if (!err && was)
            err = raise_one(db, runs[i], contact_id, was, state, NULL, now);
    }
    return err;
}

/* ---- what silence proves ----------------------------------------------------------------- */

enum { ECHO_PROMPT_MS = 2000, ECHO_NOTE_MS = 500 };

/* Up to when has the platform told of all our messages, if it tells of one of `at_ms` at `now`? One
 * that tells late has others waiting, and the later it is the less it keeps their order. */
static int64_t told_up_to(int64_t at_ms, int64_t now)
{
    int64_t late = now - at_ms;

    if (at_ms <= 0 || late < 0)
        return now;
    return late > ECHO_PROMPT_MS ? at_ms - late : at_ms;
}

enum loa_err msg_echo_note(struct db *db, int64_t account_id, int64_t at_ms, int64_t now)
{
    int64_t up_to = told_up_to(at_ms, now);

    return db_run(db, "UPDATE accounts SET last_echo_ms = $1 WHERE id = $2 AND last_echo_ms < $3",
                  "iii", up_to, account_id, up_to - ECHO_NOTE_MS);
}
