/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/account_template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"

const char *msg_template_status_title(const char *status)
{
    static const struct {
        const char *status, *title;
    } titles[] = {
        {"APPROVED", "đã được duyệt"},
        {"PENDING", "đang chờ nền tảng duyệt"},
        {"REJECTED", "bị nền tảng từ chối"},
        {"IN_APPEAL", "bị từ chối, đang khiếu nại"},
        {"PAUSED", "bị nền tảng tạm dừng"},
        {"DISABLED", "bị nền tảng vô hiệu hóa"},
        {"LIMIT_EXCEEDED", "đã vượt giới hạn của nền tảng"},
        {"ARCHIVED", "đã được lưu trữ"},
        {"DELETED", "đã bị xóa"},
        {"PENDING_DELETION", "đang bị xóa"},
    };

    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
        if (strcmp(titles[i].status, status) == 0)
            return titles[i].title;
    }
    return status;
}

/* ---- does it fit? ---------------------------------------------------------------------- */

static int reply_buttons(const struct msg_content *c)
{
    int n = 0;

    for (size_t i = 0; i < c->n_buttons; i++)
        n += c->buttons[i].kind == MSG_BUTTON_REPLY;
    return n;
}

static enum loa_err compare(const struct msg_listed_template *t, const struct msg_content *c,
                            struct loa_problem *why)
{
    const struct msg_utility *u = &c->utility;

    if (strcmp(t->status, "APPROVED") != 0)
        return loa_fail(why, LOA_EINVAL, "utility", "Mẫu tin “%s” (%s) chưa dùng được: %s", t->name,
                        t->language, msg_template_status_title(t->status));
    if (t->named)
        return loa_fail(why, LOA_EINVAL, "utility",
                        "Mẫu tin “%s” dùng chỗ điền có tên; chỉ dùng được mẫu có chỗ điền đánh số "
                        "{{1}}, {{2}}",
                        t->name);
    if ((size_t)t->params != u->n_params)
        return loa_fail(why, LOA_EINVAL, "utility.params",
                        "Mẫu tin “%s” có %d chỗ điền, nhưng tin có %zu giá trị", t->name, t->params,
                        u->n_params);
    if (t->buttons > reply_buttons(c))
        return loa_fail(why, LOA_EINVAL, "buttons",
                        "Mẫu tin “%s” có %d nút trả lời, nhưng tin chỉ có %d", t->name, t->buttons,
                        reply_buttons(c));
    return LOA_OK;
}

enum loa_err msg_template_fits(const struct msg_listed_template *list, size_t n,
                               const struct msg_content *c, struct loa_problem *why)
{
    const char *language = c->utility.language ? c->utility.language : "vi";

    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i].name, c->utility.name) == 0 && strcmp(list[i].language, language) == 0)
            return compare(&list[i], c, why);
    }
    return loa_fail(why, LOA_EINVAL, "utility", "Tài khoản không có mẫu tin “%s” (%s)",
                    c->utility.name, language);
}

/* ---- the store ------------------------------------------------------------------------- */

static enum loa_err add(struct db *db, int64_t account, const struct msg_listed_template *t,
                        int64_t now)
{
    return db_run(db,
                  "INSERT INTO account_templates (account_id, name, language, status, params, "
                  "named, buttons, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
                  "ON CONFLICT (account_id, name, language) DO NOTHING",
                  "isssiiii", account, t->name, t->language, t->status, (int64_t)t->params,
                  (int64_t)t->named, (int64_t)t->buttons, now);
}

enum loa_err msg_account_templates_put(struct db *db, int64_t account,
                                       const struct msg_listed_template *list, size_t n,
                                       int64_t now)
{
    static const struct msg_listed_template mark = {.status = "LISTED"};
    enum loa_err err =
        db_run(db, "DELETE FROM account_templates WHERE account_id = $1", "i", account);

    if (!err)
        err = add(db, account, &mark, now);
    for (size_t i = 0; i < n && !err; i++) {
        if (list[i].name[0])
            err = add(db, account, &list[i], now);
    }
    return err;
}

static void read_row(const struct db_stmt *st, struct msg_listed_template *t)
{
    *t = (struct msg_listed_template){
        .params = (int)db_int(st, 3), .named = db_int(st, 4) != 0, .buttons = (int)db_int(st, 5)};
    (void)snprintf(t->name, sizeof(t->name), "%s", db_text(st, 0));
    (void)snprintf(t->language, sizeof(t->language), "%s", db_text(st, 1));
    (void)snprintf(t->status, sizeof(t->status), "%s", db_text(st, 2));
}

enum loa_err msg_account_templates_load(struct db *db, int64_t account,
                                        struct msg_listed_template **out, size_t *n, int64_t *at_ms)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT name, language, status, params, named, buttons, at_ms FROM "
                                "account_templates WHERE account_id = $1 ORDER BY name, language",
                                "i", account);

    *out = NULL;
    *n = 0;
    *at_ms = 0;
    while (!err && db_next(st, &err)) {
        *at_ms = db_int(st, 6);
        if (!db_text(st, 0)[0])
            continue;
        if (!(*n & (*n - 1)))
            *out = loa_xrealloc(*out, (*n ? 2 * *n : 1) * sizeof(**out));
        read_row(st, &(*out)[(*n)++]);
    }
    if (err) {
        free(*out);
        *out = NULL;
        *n = 0;
        *at_ms = 0;
    }
    return err;
}

enum loa_err msg_account_template_check(struct db *db, int64_t account, const struct msg_content *c,
                                        struct loa_problem *why)
{
    struct msg_listed_template *list;
    int64_t at;
    size_t n;
    enum loa_err err = msg_account_templates_load(db, account, &list, &n, &at);

    if (!err && at)
        err = msg_template_fits(list, n, c, why);
    free(list);
    return err;
}
