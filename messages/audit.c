/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/crypto.h"
#include "messages/base/utf8.h"

static const char genesis[] = "0000000000000000000000000000000000000000000000000000000000000000";

struct row {
    int64_t seq, at_ms;
    const char *user, *via, *action, *target, *detail, *prev;
};

/* Every field with its length before it, so that no two rows hash alike. */
static void hash_row(const struct row *r, char out[LOA_SHA256_HEX])
{
    const char *const fields[] = {r->user, r->via, r->action, r->target, r->detail, r->prev};
    enum { N = sizeof(fields) / sizeof(fields[0]) };
    struct loa_bytes pieces[2 * N + 1];
    char head[64], sizes[N][24];

    (void)snprintf(head, sizeof(head), "%" PRId64 ":%" PRId64 ":", r->seq, r->at_ms);
    pieces[0] = (struct loa_bytes){head, strlen(head)};
    for (size_t i = 0; i < N; i++) {
        (void)snprintf(sizes[i], sizeof(sizes[i]), "%zu:", strlen(fields[i]));
        pieces[2 * i + 1] = (struct loa_bytes){sizes[i], strlen(sizes[i])};
        pieces[2 * i + 2] = (struct loa_bytes){fields[i], strlen(fields[i])};
    }
    loa_sha256_hex(pieces, 2 * N + 1, out);
}

static enum loa_err last_row(struct db *db, int64_t *seq, char hash[LOA_SHA256_HEX])
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", "");

    *seq = 0;
    (void)snprintf(hash, LOA_SHA256_HEX, "%s", genesis);
    while (!err && db_next(st, &err)) {
        *seq = db_int(st, 0);
        (void)snprintf(hash, LOA_SHA256_HEX, "%s", db_text(st, 1));
    }
    return err;
}

enum loa_err msg_audit(struct db *db, const struct msg_actor *who, int64_t now, const char *action,
                       const char *target, const char *detail)
{
    char prev[LOA_SHA256_HEX], hash[LOA_SHA256_HEX];
    char *text = loa_utf8_mend(detail ? detail : ""); /* as it is stored */
    int64_t seq = 0;
    enum loa_err err = db_lock(db, "audit"); /* one after the other, without a gap */
    struct row r;

    if (!err)
        err = last_row(db, &seq, prev);
    r = (struct row){seq + 1, now, who->user, who->via, action, target, text, prev};
    hash_row(&r, hash);
    if (!err)
        err = db_run(db,
                     "INSERT INTO audit (seq, at_ms, user_name, via, action, target, detail, "
                     "prev_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                     "iisssssss", r.seq, r.at_ms, r.user, r.via, r.action, r.target, r.detail, prev,
                     hash);
    free(text);
    return err;
}

enum loa_err msg_audit_verify(struct db *db, int64_t *rows, int64_t *broken_seq)
{
    char expected[LOA_SHA256_HEX], hash[LOA_SHA256_HEX];
    struct db_stmt *st;
    enum loa_err err = db_scan(db, &st,
                               "SELECT seq, at_ms, user_name, via, action, target, detail, "
                               "prev_hash, hash FROM audit ORDER BY seq",
                               "");

    *rows = 0;
    *broken_seq = 0;
    (void)snprintf(expected, sizeof(expected), "%s", genesis);
    while (!err && db_next(st, &err)) {
        struct row r = {db_int(st, 0),  db_int(st, 1),  db_text(st, 2), db_text(st, 3),
                        db_text(st, 4), db_text(st, 5), db_text(st, 6), db_text(st, 7)};

        hash_row(&r, hash);
        if (r.seq != ++*rows || strcmp(r.prev, expected) != 0 ||
            strcmp(hash, db_text(st, 8)) != 0) {
            *broken_seq = r.seq;
            db_end(st);
            return LOA_EPROTO;
        }
        memcpy(expected, hash, sizeof(expected));
    }
    return err;
}
