/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/portal.h"

#include <stdbool.h>
#include <stdlib.h>

#include "messages/base/mem.h"
#include "messages/inbound.h"

void msg_portal_lines_free(struct msg_portal_line *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(lines[i].visitor);
        free(lines[i].body);
    }
    free(lines);
}

/* Holds the reply's row: who erases the person deletes it first and the lines after. */
static enum loa_err is_wanted(struct db *db, const struct msg_portal_line *l, bool *yes,
                              bool *by_staff)
{
    struct db_stmt *st;
    enum loa_err err;

    *yes = l->reply == 0;
    *by_staff = false;
    if (*yes)
        return LOA_OK;
    err =
        db_query(db, &st, "SELECT state, author FROM replies WHERE id = $1 /*postgres FOR UPDATE*/",
                 "i", l->reply);
    while (!err && db_next(st, &err)) {
        *yes = db_int(st, 0) != MSG_REPLY_SENT && db_int(st, 0) != MSG_REPLY_FAILED;
        *by_staff = !db_is_null(st, 1);
    }
    return err;
}

enum loa_err msg_portal_deliver(struct db *db, const struct msg_portal_line *l)
{
    bool yes, by_staff;
    int64_t id;
    enum loa_err err = is_wanted(db, l, &yes, &by_staff);

    if (err || !yes)
        return err;
    err = db_next_id(db, "portallines", &id);
    if (!err)
        err = db_run(
            db,
            "INSERT INTO portal_lines (id, account_id, contact_id, visitor, reply_id, "
            "body, at_ms, by_staff) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
            "iiisisii", id, l->account, l->reply ? l->contact : 0, l->visitor, l->reply, l->body,
            l->at_ms, (int64_t)by_staff);
    if (!err && l->reply)
        err = msg_reply_set(db, l->reply, MSG_REPLY_SENT, 0, NULL, 0, l->at_ms);
    return err ? err : db_notify(db);
}

enum loa_err msg_portal_last(struct db *db, int64_t account, int64_t *out)
{
    enum loa_err err = db_get_int(
        db, out, "SELECT id FROM portal_lines WHERE account_id = $1 ORDER BY id DESC LIMIT 1", "i",
        account);

    if (err != LOA_ENOENT)
        return err;
    *out = 0;
    return LOA_OK;
}

static enum loa_err look(struct db *db, int64_t account, const char *visitor, int64_t after,
                         int64_t max, struct db_stmt **st)
{
    if (visitor)
        return db_query(
            db, st,
            "SELECT id, contact_id, reply_id, visitor, body, at_ms, by_staff FROM portal_lines "
            "WHERE account_id = $1 AND visitor = $2 AND id > $3 ORDER BY id LIMIT $4",
            "isii", account, visitor, after, max);
    return db_query(
        db, st,
        "SELECT id, contact_id, reply_id, visitor, body, at_ms, by_staff FROM portal_lines "
        "WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        "iii", account, after, max);
}

enum loa_err msg_portal_after(struct db *db, int64_t account, const char *visitor, int64_t after,
                              size_t max, struct msg_portal_line **out, size_t *n)
{
    struct db_stmt *st;
    struct msg_portal_line *lines = loa_xcalloc(max, sizeof(*lines));
    enum loa_err err = look(db, account, visitor, after, (int64_t)max, &st);

    *n = 0;
    while (!err && *n < max && db_next(st, &err))
        lines[(*n)++] = (struct msg_portal_line){.id = db_int(st, 0),
                                                 .account = account,
                                                 .contact = db_int(st, 1),
                                                 .reply = db_int(st, 2),
                                                 .visitor = loa_xstrdup(db_text(st, 3)),
                                                 .body = loa_xstrdup(db_text(st, 4)),
                                                 .at_ms = db_int(st, 5),
                                                 .by_staff = db_int(st, 6) != 0};
    if (!err && *n == max)
        db_end(st);
    if (err) {
        msg_portal_lines_free(lines, *n);
        lines = NULL;
        *n = 0;
    }
    *out = lines;
    return err;
}
