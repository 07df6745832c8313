/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/store/mark.h"

#include "messages/base/tz.h"

enum loa_err store_mark_get(struct db *db, const char *name, int64_t *value)
{
    return db_get_int(db, value, "SELECT value FROM store_marks WHERE name = $1", "s", name);
}

enum loa_err store_mark_set(struct db *db, const char *name, int64_t value)
{
    return db_run(db,
                  "INSERT INTO store_marks (name, value) VALUES ($1, $2) "
                  "ON CONFLICT (name) DO UPDATE SET value = $2",
                  "si", name, value);
}

enum loa_err store_mark_clear(struct db *db, const char *name)
{
    return db_run(db, "DELETE FROM store_marks WHERE name = $1", "s", name);
}

enum loa_err store_refuse_backup(struct db *db, struct loa_problem *why)
{
    char iso[LOA_ISO_SIZE];
    int64_t taken = 0;
    enum loa_err err = store_mark_get(db, STORE_MARK_BACKUP, &taken);

    if (err) /* also when it has no such table, and so never was one */
        return LOA_OK;
    return loa_fail(why, LOA_EPERM, "LOA_STORE",
                    "Đây là bản sao lưu lúc %s, chưa được khôi phục. Hãy đặt LOA_STORE sang tệp "
                    "khác rồi chạy: loa restore TỆP_SAO_LƯU --user AI",
                    loa_iso_format(taken, iso));
}
