/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/cli/cli_place.h"

#include <string.h>

#include "messages/base/mem.h"
#include "messages/store/lock.h"

char *cli_place(const char *url)
{
    const char *scheme = strstr(url, "://"), *at = scheme ? strrchr(url, '@') : NULL;
    char *out =
        at ? loa_xasprintf("%.*s%s", (int)(scheme + 3 - url), url, at + 1) : loa_xstrdup(url);

    if (scheme)
        out[strcspn(out, "?")] = '\0'; /* a password may be there too */
    return out;
}

static enum loa_err check_nodes(struct db *db, const char *field, struct loa_problem *why)
{
    int64_t now = 0, live = 0;
    enum loa_err err = db_now(db, &now);

    if (!err)
        err = db_get_int(db, &live,
                         "SELECT COUNT(*) FROM leases WHERE session <> 0 AND expires_ms > $1", "i",
                         now);
    if (err)
        return loa_fail(why, err, field, "Không đọc được kho dữ liệu: %s", db_message(db));
    return live ? loa_fail(why, LOA_EEXIST, field,
                           "Còn “loa serve” đang chạy trên kho này (xem: loa nodes). Hãy dừng tất "
                           "cả trước")
                : LOA_OK;
}

enum loa_err cli_store_idle(const char *url, struct db *db, const char *field, int *lock,
                            struct loa_problem *why)
{
    enum loa_err err = store_lock(url, lock, why);

    return err || *lock >= 0 ? err : check_nodes(db, field, why);
}
