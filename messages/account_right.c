/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/account_right.h"

#include <stdio.h>
#include <string.h>

#include "messages/base/mem.h"

static const struct {
    const char *name, *title, *advice;
} kinds[] = {
    [MSG_RIGHT_ACCESS] = {"access", "mã truy cập",
                          "loa serve tự làm mới; nếu không được, hãy cấp quyền lại cho ứng dụng ở "
                          "trang quản trị OA và đặt ZALO_REFRESH_TOKEN mới"},
    [MSG_RIGHT_REFRESH] = {"refresh", "mã làm mới",
                           "hãy cấp quyền lại cho ứng dụng ở trang quản trị OA và đặt "
                           "ZALO_REFRESH_TOKEN mới (hoặc loa account add), rồi loa account resume"},
    [MSG_RIGHT_PAGE] = {"page", "mã truy cập Trang",
                        "hãy lấy mã Trang mới từ mã dài hạn của quản trị viên và đặt "
                        "FACEBOOK_PAGE_TOKEN (hoặc loa account add), rồi loa account resume"},
    [MSG_RIGHT_DATA] = {"data", "quyền đọc dữ liệu",
                        "quản trị viên của Trang hãy đăng nhập lại ứng dụng để gia hạn"},
    [MSG_RIGHT_SETUP] = {"setup", "webhook và hồ sơ",
                         "hãy xem LOA_PUBLIC_URL và loa doctor; máy tự thử lại"},
};
enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

const char *msg_right_name(enum msg_right_kind kind)
{
    return kinds[kind].name;
}

const char *msg_right_title(enum msg_right_kind kind)
{
    return kinds[kind].title;
}

const char *msg_right_advice(enum msg_right_kind kind)
{
    return kinds[kind].advice;
}

enum loa_err msg_right_holds(struct db *db, int64_t account, enum msg_right_kind kind,
                             int64_t expires_ms, int64_t now)
{
    return db_run(db,
                  "INSERT INTO account_health (account_id, kind, expires_ms, failure, at_ms) "
                  "VALUES ($1, $2, $3, NULL, $4) ON CONFLICT (account_id, kind) "
                  "DO UPDATE SET expires_ms = $3, failure = NULL, at_ms = $4",
                  "isii", account, kinds[kind].name, expires_ms, now);
}

enum loa_err msg_right_failed(struct db *db, int64_t account, enum msg_right_kind kind,
                              const char *why, int64_t now)
{
    return db_run(db,
                  "INSERT INTO account_health (account_id, kind, expires_ms, failure, at_ms) "
                  "VALUES ($1, $2, 0, $3, $4) ON CONFLICT (account_id, kind) "
                  "DO UPDATE SET failure = $3, at_ms = $4",
                  "issi", account, kinds[kind].name, why && *why ? why : "?", now);
}

enum loa_err msg_right_forget(struct db *db, int64_t account)
{
    return db_run(db, "DELETE FROM account_health WHERE account_id = $1", "i", account);
}

static bool kind_of(const char *name, enum msg_right_kind *out)
{
    for (int i = 0; i < N_KINDS; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            *out = (enum msg_right_kind)i;
            return true;
        }
    }
    return false;
}

/* The end of an access token stands with the account. */
enum loa_err msg_right_load(struct db *db, struct msg_right **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st,
        "SELECT a.id, 'access' AS kind, a.token_expires_ms, h.failure FROM accounts a "
        "LEFT JOIN account_health h ON h.account_id = a.id AND h.kind = 'access' "
        "WHERE a.token_expires_ms > 0 OR h.failure IS NOT NULL "
        "UNION ALL SELECT h.account_id, h.kind, h.expires_ms, h.failure FROM account_health h "
        "JOIN accounts a ON a.id = h.account_id WHERE h.kind <> 'access' ORDER BY 1, 2",
        "");

    *out = NULL;
    *n = 0;
    while (!err && db_next(st, &err)) {
        const char *failure = db_text(st, 3);
        struct msg_right r = {.account_id = db_int(st, 0), .expires_ms = db_int(st, 2)};

        if (!kind_of(db_text(st, 1), &r.kind))
            continue;
        (void)snprintf(r.failure, sizeof(r.failure), "%s", failure ? failure : "");
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = r;
    }
    return err;
}

enum msg_right_alarm msg_right_alarm(const struct msg_right *r, int64_t now)
{
    if (r->expires_ms && now >= r->expires_ms)
        return MSG_RIGHT_OVER;
    if (r->kind != MSG_RIGHT_ACCESS && r->expires_ms && now >= r->expires_ms - MSG_RIGHT_AHEAD_MS)
        return MSG_RIGHT_SOON;
    return r->failure[0] ? MSG_RIGHT_FAILING : MSG_RIGHT_WELL;
}
