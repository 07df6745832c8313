/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/store/vacant.h"

#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"

/* No store that was ever used is without one of these, of whatever version it is. */
static const char *const telling[] = {"users", "accounts", "contacts", "audit"};

static enum loa_err has_rows(struct db *db, const char *table, int64_t *yes)
{
    char *sql = loa_xasprintf("SELECT COUNT(*) FROM (SELECT 1 FROM %s LIMIT 1) AS one", table);
    enum loa_err err =
        db_get_int(db, yes,
                   "SELECT COUNT(*) FROM pg_class WHERE relkind = 'r' AND relname = $1 AND "
                   "pg_table_is_visible(oid)",
                   "s", table);

    if (!err && *yes)
        err = db_get_int(db, yes, sql, "");
    db_forget(db, sql);
    free(sql);
    return err;
}

enum loa_err store_check_vacant(struct db *db, struct loa_problem *why)
{
    int64_t rows = 0, others = 0;
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]) && !err && !rows; i++)
        err = has_rows(db, telling[i], &rows);
    if (!err)
        err = db_get_int(db, &others,
                         "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() "
                         "AND application_name = 'loa' AND pid <> pg_backend_pid()",
                         "");
    if (err)
        return loa_fail(why, err, "to", "Không đọc được cơ sở dữ liệu: %s", db_message(db));
    if (rows)
        return loa_fail(why, LOA_EEXIST, "to",
                        "Ở đó đã có một kho dữ liệu. Hãy đổi tên cơ sở dữ liệu ấy (ALTER DATABASE "
                        "... RENAME TO ...) rồi tạo cái mới, trống; đừng xóa cái cũ: có thể còn "
                        "cần để xem những gì đã gửi và ai đã xin thôi nhận");
    return others ? loa_fail(why, LOA_EEXIST, "to",
                             "Còn chương trình loa (“loa serve” hoặc một lệnh) đang kết nối với cơ "
                             "sở dữ liệu này. Hãy dừng tất cả trước")
                  : LOA_OK;
}
