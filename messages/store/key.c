/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/store/key.h"

#include <stdio.h>

#include "messages/base/crypto.h"

enum loa_err store_key_get(struct db *db, const char *name, char out[STORE_KEY_HEX])
{
    struct db_stmt *st;
    bool found = false;
    enum loa_err err = db_query(db, &st, "SELECT value FROM store_keys WHERE name = $1", "s", name);

    while (!err && db_next(st, &err)) {
        (void)snprintf(out, STORE_KEY_HEX, "%s", db_text(st, 0));
        found = true;
    }
    return err ? err : found ? LOA_OK : LOA_ENOENT;
}

enum loa_err store_key_put(struct db *db, const char *name, const char *value)
{
    return db_run(db,
                  "INSERT INTO store_keys (name, value) VALUES ($1, $2) "
                  "ON CONFLICT (name) DO NOTHING",
                  "ss", name, value);
}

enum loa_err store_key(struct db *db, const char *name, char out[STORE_KEY_HEX], bool *fresh)
{
    char made[STORE_KEY_HEX];
    enum loa_err err = store_key_get(db, name, out);

    *fresh = false;
    if (err != LOA_ENOENT)
        return err;
    loa_random_hex(made, 32);
    err = store_key_put(db, name, made);
    *fresh = !err && db_changes(db) > 0;
    return err ? err : store_key_get(db, name, out); /* another node may have been first */
}
