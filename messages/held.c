/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/held.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/message.h"
#include "messages/user.h"

/* ---- the list ---------------------------------------------------------------------------- */

static struct msg_held *add(struct msg_held **items, size_t *n)
{
    *items = loa_xrealloc(*items, (*n + 1) * sizeof(**items));
    (*items)[*n] = (struct msg_held){0};
    return &(*items)[(*n)++];
}

static enum loa_err list_runs(struct db *db, struct msg_held **items, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT r.message_id, r.due_ms, r.id, m.title, a.name, m.state, r.way, r.sent, "
                 "r.in_doubt, (SELECT COUNT(*) FROM contacts c WHERE c.account_id = r.account_id "
                 "AND c.id > r.cursor_id AND c.id <= r.last_id), r.deadline_ms "
                 "FROM runs r JOIN messages m ON m.id = r.message_id "
                 "JOIN accounts a ON a.id = r.account_id WHERE r.finished_ms = 0 AND "
                 "r.state = 'held' ORDER BY r.message_id, r.due_ms, r.id",
                 "");

    while (!err && db_next(st, &err)) {
        struct msg_held *h = add(items, n);

        h->message_id = db_int(st, 0);
        h->due_ms = db_int(st, 1);
        h->run_id = db_int(st, 2);
        h->title = loa_xstrdup(db_text(st, 3));
        h->account = loa_xstrdup(db_text(st, 4));
        h->message_state = loa_xstrdup(db_text(st, 5));
        h->way = (int)db_int(st, 6);
        h->sent = db_int(st, 7);
        h->doubt = db_int(st, 8);
        h->rest = db_int(st, 9);
        h->deadline_ms = db_int(st, 10);
    }
    return err;
}

static enum loa_err list_occurrences(struct db *db, struct msg_held **items, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT o.message_id, o.due_ms, m.title, m.state "
                                "FROM occurrences o JOIN messages m ON m.id = o.message_id "
                                "WHERE o.state = 'asked' AND m.state <> 'cancelled' "
                                "ORDER BY o.message_id, o.due_ms",
                                "");

    while (!err && db_next(st, &err)) {
        struct msg_held *h = add(items, n);

        h->message_id = db_int(st, 0);
        h->due_ms = db_int(st, 1);
        h->title = loa_xstrdup(db_text(st, 2));
        h->message_state = loa_xstrdup(db_text(st, 3));
    }
    return err;
}

enum loa_err msg_held_list(struct db *db, struct msg_held **out, size_t *n)
{
    enum loa_err err;

    *out = NULL;
    *n = 0;
    err = list_runs(db, out, n);
    if (!err)
        err = list_occurrences(db, out, n);
    if (err) {
        msg_held_release(*out, *n);
        *out = NULL;
        *n = 0;
    }
    return err;
}

void msg_held_release(struct msg_held *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(items[i].title);
        free(items[i].account);
        free(items[i].message_state);
    }
    free(items);
}

const char *msg_held_key(const struct msg_held *h, char out[MSG_HELD_KEY])
{
    char iso[LOA_ISO_SIZE];

    if (h->run_id)
        (void)snprintf(out, MSG_HELD_KEY, "run:%" PRId64, h->run_id);
    else
        (void)snprintf(out, MSG_HELD_KEY, "%" PRId64 "@%s", h->message_id,
                       loa_iso_format(h->due_ms, iso));
    return out;
}

enum loa_err msg_held_runs(struct db *db, int64_t message_id, int64_t *out)
{
    return db_get_int(db, out,
                      "SELECT COUNT(*) FROM runs WHERE message_id = $1 AND finished_ms = 0 AND "
                      "state = 'held'",
                      "i", message_id);
}

/* ---- deciding ---------------------------------------------------------------------------- */

static enum loa_err need_approver(struct db *db, const struct msg_actor *who,
                                  struct loa_problem *why)
{
    enum msg_role role;
    enum loa_err err = msg_user_role(db, who->user, &role, why);

    if (err || role == MSG_ROLE_APPROVER || role == MSG_ROLE_ADMIN)
        return err;
    return loa_fail(why, LOA_EPERM, "user",
                    "“%s” không có quyền quyết định việc này; cần người duyệt hoặc quản trị viên",
                    who->user);
}

static enum loa_err record(struct db *db, const struct msg_actor *who, int64_t now,
                           int64_t message_id, const char *key, bool send)
{
    char target[48];

    (void)snprintf(target, sizeof(target), "message %" PRId64, message_id);
    return msg_audit(db, who, now, send ? "held.send" : "held.skip", target, key);
}

/* The planner looks at it again, unless it is paused. */
static enum loa_err wake(struct db *db, int64_t message_id)
{
    return db_run(db,
                  "UPDATE messages SET next_ms = 1 WHERE id = $1 AND state IN "
                  "('scheduled', 'sending')",
                  "i", message_id);
}

static enum loa_err not_held(const char *key, struct loa_problem *why)
{
    return loa_fail(why, LOA_ENOENT, "",
                    "Không có “%s” trong những gì đang chờ; xem: loa held list", key);
}

static enum loa_err decide_run(struct db *db, const struct msg_actor *who, int64_t now,
                               const char *key, int64_t run, bool send, struct loa_problem *why)
{
    int64_t message = 0, deadline = 0;
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT message_id, deadline_ms FROM runs WHERE id = $1 AND "
                                "finished_ms = 0 AND state = 'held' /*postgres FOR UPDATE*/",
                                "i", run);

    while (!err && db_next(st, &err)) {
        message = db_int(st, 0);
        deadline = db_int(st, 1);
    }
    if (!err && !message)
        return not_held(key, why);
    if (!err && send && now >= deadline)
        return loa_fail(why, LOA_ETIMEOUT, "",
                        "Đã quá hạn của lượt gửi này, gửi tiếp không còn ích gì; hãy cho dừng hẳn: "
                        "loa held skip %s",
                        key);
    if (!err && send)
        err = db_run(db, "UPDATE runs SET state = 'waiting', error = NULL WHERE id = $1", "i", run);
    else if (!err)
        err = db_run(db,
                     "UPDATE runs SET state = 'done', finished_ms = $1, "
                     "total = sent + failed + skipped + in_doubt WHERE id = $2",
                     "ii", now, run);
    if (!err)
        err = record(db, who, now, message, key, send);
    return err ? err : wake(db, message);
}

/* A message that was over is so no more; one that went back to its author is not sent by this door.
 */
static enum loa_err may_go_on(struct db *db, const struct msg_actor *who, int64_t now,
                              int64_t message, struct loa_problem *why)
{
    struct msg_message *m = NULL;
    enum msg_state state;
    enum loa_err err = msg_message_get(db, message, &m, why);

    if (err)
        return err;
    state = m->state;
    msg_message_free(m);
    if (state == MSG_SENT)
        return msg_message_reopen(db, who, now, message, why);
    if (state == MSG_SCHEDULED || state == MSG_SENDING || state == MSG_PAUSED)
        return LOA_OK;
    return loa_fail(why, LOA_EPERM, "state",
                    "Thông điệp %" PRId64
                    " đang ở trạng thái “%s”; hãy trình, duyệt và lên lịch lại",
                    message, msg_state_name(state));
}

static enum loa_err decide_occurrence(struct db *db, const struct msg_actor *who, int64_t now,
                                      const char *key, int64_t message, int64_t due_ms, bool send,
                                      struct loa_problem *why)
{
    enum loa_err err = db_run(db,
                              "UPDATE occurrences SET state = $1, at_ms = $2 WHERE "
                              "message_id = $3 AND due_ms = $4 AND state = 'asked'",
                              "siii", send ? "granted" : "declined", now, message, due_ms);

    if (!err && !db_changes(db))
        return not_held(key, why);
    if (!err && send)
        err = may_go_on(db, who, now, message, why);
    if (!err)
        err = record(db, who, now, message, key, send);
    return err ? err : wake(db, message);
}

enum loa_err msg_held_decide(struct db *db, const struct msg_actor *who, int64_t now,
                             const char *key, bool send, struct loa_problem *why)
{
    const char *number = strncmp(key, "run:", 4) == 0 ? key + 4 : key;
    int64_t due_ms = 0, id;
    char *end;
    enum loa_err err = need_approver(db, who, why);

    if (err)
        return err;
    id = strtoimax(number, &end, 10);
    if (id > 0 && number != key && !*end)
        return decide_run(db, who, now, key, id, send, why);
    if (id > 0 && number == key && *end == '@' && loa_iso_parse(end + 1, &due_ms) == LOA_OK)
        return decide_occurrence(db, who, now, key, id, due_ms, send, why);
    return not_held(key, why);
}
