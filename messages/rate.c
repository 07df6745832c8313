/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/rate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "messages/base/mem.h"

static enum loa_err audit_rate(struct db *db, const struct msg_actor *who, int64_t now,
                               const struct msg_rate *r)
{
    char target[48], detail[96];

    (void)snprintf(target, sizeof(target), "%s %" PRId64, r->message_id ? "message" : "account",
                   r->message_id ? r->message_id : r->account_id);
    if (r->message_id && r->account_id)
        (void)snprintf(detail, sizeof(detail), "%" PRId64 " a minute, account %" PRId64,
                       r->per_minute, r->account_id);
    else
        (void)snprintf(detail, sizeof(detail), "%" PRId64 " a minute", r->per_minute);
    return msg_audit(db, who, now, r->message_id ? "message.rate" : "account.rate", target,
                     r->per_minute ? detail : "default");
}

enum loa_err msg_rate_set(struct db *db, const struct msg_actor *who, int64_t now,
                          const struct msg_rate *r)
{
    enum loa_err err = db_run(db,
                              "DELETE FROM rate_caps WHERE message_id = $1 AND "
                              "($2 = 0 OR account_id = $2)",
                              "ii", r->message_id, r->account_id);

    if (!err && r->per_minute)
        err = db_run(db,
                     "INSERT INTO rate_caps (message_id, account_id, per_minute) "
                     "VALUES ($1, $2, $3) ON CONFLICT (message_id, account_id) "
                     "DO UPDATE SET per_minute = $3",
                     "iii", r->message_id, r->account_id, r->per_minute);
    return err ? err : audit_rate(db, who, now, r);
}

static enum loa_err read_all(struct db_stmt *st, struct msg_rate **out, size_t *n)
{
    enum loa_err err = LOA_OK;

    while (db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = (struct msg_rate){db_int(st, 0), db_int(st, 1), db_int(st, 2)};
    }
    return err;
}

enum loa_err msg_rate_load(struct db *db, struct msg_rate **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT message_id, account_id, per_minute FROM rate_caps "
                                "WHERE message_id = 0 OR message_id IN "
                                "(SELECT message_id FROM runs WHERE finished_ms = 0)",
                                "");

    *out = NULL;
    *n = 0;
    return err ? err : read_all(st, out, n);
}

static int64_t lower(int64_t a, int64_t b)
{
    return !a || (b && b < a) ? b : a;
}

int64_t msg_rate_find(const struct msg_rate *rates, size_t n, int64_t message, int64_t account)
{
    int64_t whole = 0, here = 0, all = 0;

    for (size_t i = 0; i < n; i++) {
        if (!rates[i].message_id && rates[i].account_id == account)
            all = rates[i].per_minute;
        else if (rates[i].message_id == message && !rates[i].account_id)
            whole = rates[i].per_minute;
        else if (rates[i].message_id == message && rates[i].account_id == account)
            here = rates[i].per_minute;
    }
    return lower(all, here ? here : whole);
}

enum loa_err msg_rate_of(struct db *db, int64_t message, int64_t account, int64_t *per_minute)
{
    struct msg_rate *rates = NULL;
    struct db_stmt *st;
    size_t n = 0;
    enum loa_err err = db_query(db, &st,
                                "SELECT message_id, account_id, per_minute FROM rate_caps "
                                "WHERE (message_id = $1 AND account_id IN (0, $2)) OR "
                                "(message_id = 0 AND account_id = $2)",
                                "ii", message, account);

    if (!err)
        err = read_all(st, &rates, &n);
    *per_minute = msg_rate_find(rates, n, message, account);
    free(rates);
    return err;
}
