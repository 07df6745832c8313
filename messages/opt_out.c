/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/opt_out.h"

#include "messages/base/mem.h"

enum loa_err msg_opt_out_note(struct db *db, int64_t account, int64_t contact, bool erased,
                              int64_t now)
{
    return db_run(db,
                  "INSERT INTO opt_outs (account_id, contact_id, erased, at_ms) "
                  "VALUES ($1, $2, $3, $4) ON CONFLICT (account_id, contact_id) "
                  "DO UPDATE SET erased = $3, at_ms = $4",
                  "iiii", account, contact, (int64_t)erased, now);
}

enum loa_err msg_opt_out_clear(struct db *db, int64_t account, int64_t contact)
{
    return db_run(db, "DELETE FROM opt_outs WHERE account_id = $1 AND contact_id = $2", "ii",
                  account, contact);
}

enum loa_err msg_opt_outs_forget(struct db *db, int64_t before_ms)
{
    return db_run(db, "DELETE FROM opt_outs WHERE at_ms < $1", "i", before_ms);
}

enum loa_err msg_opt_outs_any(struct db *db, bool *any)
{
    int64_t one = 0;
    enum loa_err err = db_get_int(db, &one, "SELECT 1 FROM opt_outs LIMIT 1", "");

    *any = one != 0;
    return err == LOA_ENOENT ? LOA_OK : err;
}

enum loa_err msg_opt_outs_within(struct db *db, int64_t account, int64_t first, int64_t last,
                                 struct msg_opt_outs *out)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT contact_id, erased FROM opt_outs WHERE account_id = $1 "
                                "AND contact_id >= $2 AND contact_id <= $3",
                                "iii", account, first, last);

    while (!err && db_next(st, &err)) {
        if ((out->n & (out->n - 1)) == 0)
            out->items = loa_xrealloc(out->items, (out->n ? 2 * out->n : 1) * sizeof(*out->items));
        out->items[out->n++] = (struct msg_opt_out){account, db_int(st, 0), db_int(st, 1) != 0};
    }
    return err;
}
