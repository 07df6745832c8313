/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/user.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *const role_names[] = {"writer", "approver", "admin"};

const char *msg_role_name(enum msg_role role)
{
    return role_names[role];
}

enum loa_err msg_role_parse(const char *word, enum msg_role *out)
{
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(word, role_names[i]) == 0) {
            *out = (enum msg_role)i;
            return LOA_OK;
        }
    }
    return LOA_EINVAL;
}

bool msg_is_name(const char *s)
{
    size_t n = strlen(s);

    if (n < 1 || n > 64)
        return false;
    for (; *s; s++) {
        if (!isalnum((unsigned char)*s) && !strchr("._-", *s))
            return false;
    }
    return true;
}

enum loa_err msg_user_add(struct db *db, const struct msg_actor *who, int64_t now, const char *name,
                          enum msg_role role, struct loa_problem *why)
{
    char target[80];
    enum loa_err err;

    if (!msg_is_name(name))
        return loa_fail(why, LOA_EINVAL, "name",
                        "Tên người dùng gồm 1-64 chữ cái không dấu, số, dấu chấm, gạch");
    if (strcmp(name, "loa") == 0 || strcmp(name, "root") == 0)
        return loa_fail(why, LOA_EINVAL, "name", "Tên “%s” dành riêng cho chương trình", name);
    err = db_run(db,
                 "INSERT INTO users (name, role, created_ms) VALUES ($1, $2, $3) "
                 "ON CONFLICT (name) DO NOTHING",
                 "ssi", name, role_names[role], now);
    if (!err && !db_changes(db))
        return loa_fail(why, LOA_EEXIST, "name", "Đã có người dùng “%s”", name);
    if (err)
        return loa_fail(why, err, "", "Không ghi được: %s", db_message(db));
    (void)snprintf(target, sizeof(target), "user %s", name);
    return msg_audit(db, who, now, "user.add", target, role_names[role]);
}

enum loa_err msg_user_role(struct db *db, const char *name, enum msg_role *out,
                           struct loa_problem *why)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st, "SELECT role FROM users WHERE name = $1 AND disabled_ms IS NULL", "s", name);
    enum loa_err found = LOA_ENOENT;

    while (!err && db_next(st, &err))
        found = msg_role_parse(db_text(st, 0), out);
    if (err)
        return loa_fail(why, err, "user", "Không đọc được kho dữ liệu: %s", db_message(db));
    if (found)
        return loa_fail(why, LOA_ENOENT, "user",
                        "Không có người dùng “%s”; thêm bằng: loa user add %s --role writer", name,
                        name);
    return LOA_OK;
}
