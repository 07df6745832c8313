/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/held.h"
#include "messages/template.h"
#include "messages/user.h"

static const char *const state_names[] = {"draft", "submitted", "approved", "scheduled", "sending",
                                          "sent",  "rejected",  "paused",   "cancelled"};

#define BIT(s) (1u << (s))
/* From which states each state may be entered. */
static const unsigned entered_from[] = {
    [MSG_DRAFT] = BIT(MSG_DRAFT) | BIT(MSG_SUBMITTED) | BIT(MSG_APPROVED) | BIT(MSG_SCHEDULED) |
                  BIT(MSG_REJECTED) | BIT(MSG_SENDING),
    [MSG_SUBMITTED] = BIT(MSG_DRAFT) | BIT(MSG_REJECTED),
    [MSG_APPROVED] = BIT(MSG_SUBMITTED),
    [MSG_SCHEDULED] = BIT(MSG_APPROVED) | BIT(MSG_SENDING) | BIT(MSG_PAUSED),
    [MSG_SENDING] = BIT(MSG_SCHEDULED) | BIT(MSG_PAUSED) | BIT(MSG_SENT), /* again, to some */
    [MSG_SENT] = BIT(MSG_SENDING) | BIT(MSG_SCHEDULED),
    [MSG_REJECTED] = BIT(MSG_SUBMITTED) | BIT(MSG_APPROVED) | BIT(MSG_SCHEDULED),
    [MSG_PAUSED] = BIT(MSG_SENDING) | BIT(MSG_SCHEDULED),
    [MSG_CANCELLED] = BIT(MSG_DRAFT) | BIT(MSG_SUBMITTED) | BIT(MSG_APPROVED) | BIT(MSG_SCHEDULED) |
                      BIT(MSG_SENDING) | BIT(MSG_PAUSED) | BIT(MSG_REJECTED),
};

const char *msg_state_name(enum msg_state s)
{
    return state_names[s];
}

enum loa_err msg_state_parse(const char *word, enum msg_state *out)
{
    for (size_t i = 0; i < sizeof(state_names) / sizeof(state_names[0]); i++) {
        if (strcmp(word, state_names[i]) == 0) {
            *out = (enum msg_state)i;
            return LOA_OK;
        }
    }
    return LOA_EINVAL;
}

/* ---- reading --------------------------------------------------------------------------- */

static enum loa_err parse_content(const char *text, struct msg_spec *spec, struct loa_problem *why)
{
    cJSON *json = loa_json_parse(text, strlen(text));
    enum loa_err err = msg_spec_parse(json, spec, why);

    cJSON_Delete(json);
    return err;
}

static enum loa_err from_row(const struct db_stmt *st, struct msg_message *m)
{
    m->id = db_int(st, 0);
    m->author = loa_xstrdup(db_text(st, 2));
    m->version = db_int(st, 3);
    m->content = loa_xstrdup(db_text(st, 4));
    (void)snprintf(m->sha256, sizeof(m->sha256), "%s", db_text(st, 5));
    m->reason = loa_xstrdup(db_text(st, 6));
    m->next_ms = db_int(st, 7);
    m->last_key = db_int(st, 8);
    m->created_ms = db_int(st, 9);
    m->updated_ms = db_int(st, 10);
    m->scheduled_ms = db_int(st, 11);
    return msg_state_parse(db_text(st, 1), &m->state);
}

#define MESSAGE_BY_ID                                                                              \
    "SELECT id, state, author, version, content, sha256, reason, next_ms, last_key, created_ms, "  \
    "updated_ms, scheduled_ms FROM messages WHERE id = $1"

static enum loa_err load(struct db *db, const char *sql, int64_t id, struct msg_message **out,
                         struct loa_problem *why)
{
    struct msg_message *m = NULL;
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st, sql, "i", id);

    while (!err && db_next(st, &err)) {
        m = loa_xcalloc(1, sizeof(*m));
        err = from_row(st, m);
        if (err)
            db_end(st);
    }
    if (!err && !m)
        return loa_fail(why, LOA_ENOENT, "id", "Không có thông điệp số %" PRId64, id);
    if (!err)
        err = parse_content(m->content, &m->spec, why);
    if (err) {
        msg_message_free(m);
        return err;
    }
    *out = m;
    return LOA_OK;
}

enum loa_err msg_message_get(struct db *db, int64_t id, struct msg_message **out,
                             struct loa_problem *why)
{
    return load(db, MESSAGE_BY_ID, id, out, why);
}

enum loa_err msg_message_hold(struct db *db, int64_t id, struct msg_message **out,
                              struct loa_problem *why)
{
    return load(db, MESSAGE_BY_ID " /*postgres FOR UPDATE*/", id, out, why);
}

void msg_message_free(struct msg_message *m)
{
    if (!m)
        return;
    free(m->author);
    free(m->content);
    free(m->reason);
    msg_spec_release(&m->spec);
    free(m);
}

/* ---- the seal -------------------------------------------------------------------------- */

/* SHA-256 over the canonical content and everything in the store that its template draws on. A
 * message without a time may be due on any day, one without an end on any later one. */
static enum loa_err seal(struct db *db, const char *content, const struct msg_spec *s,
                         char out[LOA_SHA256_HEX])
{
    static const int64_t last_day = INT64_C(253402200000000); /* late in 9999 */
    int64_t from = s->rrule ? s->dtstart_ms : s->at_ms;
    int64_t to = s->at_ms ? s->at_ms : s->until_ms ? s->until_ms : last_day;
    struct loa_buf sources = {0};
    struct loa_bytes pieces[2];
    enum loa_err err = msg_template_sources(db, content, from, to, &sources);

    pieces[0] = (struct loa_bytes){content, strlen(content)};
    pieces[1] = (struct loa_bytes){loa_buf_str(&sources), sources.len};
    if (!err)
        loa_sha256_hex(pieces, 2, out);
    loa_buf_release(&sources);
    return err;
}

static enum loa_err count_approvals(struct db *db, const struct msg_message *m, int64_t *out)
{
    return db_get_int(db, out,
                      "SELECT COUNT(*) FROM approvals WHERE message_id = $1 AND sha256 = $2", "is",
                      m->id, m->sha256);
}

static int64_t approvals_needed(const struct msg_message *m)
{
    return m->spec.urgent ? 2 : 1;
}

enum loa_err msg_message_sealed(struct db *db, const struct msg_message *m, bool approvals,
                                bool *ok)
{
    char now_sha[LOA_SHA256_HEX];
    int64_t have = 0;
    enum loa_err err = seal(db, m->content, &m->spec, now_sha);

    if (!err && approvals)
        err = count_approvals(db, m, &have);
    *ok = !err && strcmp(now_sha, m->sha256) == 0 && (!approvals || have >= approvals_needed(m));
    return err;
}

/* ---- steps ----------------------------------------------------------------------------- */

static enum loa_err record(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                           const char *action, const char *detail)
{
    char target[48];

    (void)snprintf(target, sizeof(target), "message %" PRId64, id);
    return msg_audit(db, who, now, action, target, detail);
}

static enum loa_err check_step(const struct msg_message *m, enum msg_state to,
                               struct loa_problem *why)
{
    if (entered_from[to] & BIT(m->state))
        return LOA_OK;
    return loa_fail(why, LOA_EPERM, "state",
                    "Thông điệp %" PRId64 " đang ở trạng thái “%s”, không thể chuyển sang “%s”",
                    m->id, state_names[m->state], state_names[to]);
}

/* The one place that moves a state. next_ms 1 means "the planner looks at it at once". */
static enum loa_err enter(struct db *db, int64_t now, struct msg_message *m, enum msg_state to,
                          const char *reason, struct loa_problem *why)
{
    bool planned = to == MSG_APPROVED || to == MSG_SCHEDULED || to == MSG_SENDING;
    enum loa_err err = check_step(m, to, why);

    if (err)
        return err;
    if (to == MSG_SCHEDULED && m->state == MSG_APPROVED)
        m->scheduled_ms = now;
    m->state = to;
    return db_run(db,
                  "UPDATE messages SET state = $1, reason = $2, next_ms = $3, updated_ms = $4, "
                  "sha256 = $5, scheduled_ms = $6 WHERE id = $7",
                  "ssiisii", state_names[to], reason, (int64_t)planned, now, m->sha256,
                  m->scheduled_ms, m->id);
}

static enum loa_err need_role(struct db *db, const struct msg_actor *who, unsigned roles,
                              const char *deed, struct loa_problem *why)
{
    enum msg_role role;
    enum loa_err err = msg_user_role(db, who->user, &role, why);

    if (err || BIT(role) & roles)
        return err;
    return loa_fail(why, LOA_EPERM, "user", "“%s” (%s) không có quyền %s", who->user,
                    msg_role_name(role), deed);
}

enum { ANY_ROLE = 7 };
static const unsigned may_approve = BIT(MSG_ROLE_APPROVER) | BIT(MSG_ROLE_ADMIN);

static enum loa_err add_version(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                                int64_t version, const char *content)
{
    struct loa_bytes piece = {content, strlen(content)};
    char sha[LOA_SHA256_HEX];

    loa_sha256_hex(&piece, 1, sha);
    return db_run(db,
                  "INSERT INTO message_versions (message_id, version, content, sha256, author, "
                  "at_ms) VALUES ($1, $2, $3, $4, $5, $6)",
                  "iisssi", id, version, content, sha, who->user, now);
}

static char *canonical(const struct msg_spec *spec)
{
    cJSON *json = msg_spec_to_json(spec);
    char *text = loa_json_print(json);

    cJSON_Delete(json);
    return text;
}

/* Placeholders are tried now, on the first occurrence, so that a misspelt one is told at once. A
 * day without its entry is no mistake yet. */
static enum loa_err check_template(struct db *db, const struct msg_spec *spec, int64_t now,
                                   struct loa_problem *why)
{
    int64_t due = spec->rrule ? spec->dtstart_ms : spec->at_ms;
    struct loa_problem unseen;
    enum loa_err err = LOA_OK;

    why = why ? why : &unseen;
    for (size_t i = 0; i < spec->channels.n && !err; i++) {
        struct msg_content c;

        msg_spec_content(spec, spec->channels.items[i], &c);
        err = msg_template_fill(db, due ? due : now, &c, why);
        msg_content_release(&c);
        if (err == LOA_ENOENT && strcmp(why->field, "daily") == 0)
            err = LOA_OK;
    }
    return err;
}

enum loa_err msg_message_create(struct db *db, const struct msg_actor *who, int64_t now,
                                const struct msg_spec *spec, int64_t *id, struct loa_problem *why)
{
    char *content = canonical(spec);
    enum loa_err err = need_role(db, who, ANY_ROLE, "soạn tin", why);

    if (!err)
        err = check_template(db, spec, now, why);
    if (!err)
        err = db_next_id(db, "messages", id);
    if (!err)
        err = db_run(db,
                     "INSERT INTO messages (id, title, state, author, version, content, sha256, "
                     "urgent, created_ms, updated_ms) "
                     "VALUES ($1, $2, 'draft', $3, 1, $4, '', $5, $6, $6)",
                     "isssii", *id, spec->title, who->user, content, (int64_t)spec->urgent, now);
    if (!err)
        err = add_version(db, who, now, *id, 1, content);
    if (!err)
        err = record(db, who, now, *id, "message.new", spec->title);
    free(content);
    return err;
}

enum loa_err msg_message_edit(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                              const struct msg_spec *spec, struct loa_problem *why)
{
    struct msg_message *m = NULL;
    char *content = canonical(spec);
    enum loa_err err = need_role(db, who, ANY_ROLE, "sửa tin", why);

    if (!err)
        err = msg_message_hold(db, id, &m, why);
    if (!err && m->state == MSG_SENDING)
        err = loa_fail(why, LOA_EPERM, "state", "Thông điệp %" PRId64 " đang được gửi", id);
    if (!err)
        err = check_template(db, spec, now, why);
    if (!err) {
        m->sha256[0] = '\0';
        err = enter(db, now, m, MSG_DRAFT, NULL, why);
    }
    if (!err)
        err = db_run(db,
                     "UPDATE messages SET title = $1, version = $2, content = $3, urgent = $4 "
                     "WHERE id = $5",
                     "sisii", spec->title, m->version + 1, content, (int64_t)spec->urgent, id);
    if (!err)
        err = add_version(db, who, now, id, m->version + 1, content);
    if (!err)
        err = record(db, who, now, id, "message.edit", spec->title);
    free(content);
    msg_message_free(m);
    return err;
}

enum loa_err msg_message_submit(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                                bool approvals, struct loa_problem *why)
{
    struct msg_message *m = NULL;
    enum loa_err err = need_role(db, who, ANY_ROLE, "trình duyệt", why);

    if (!err)
        err = msg_message_hold(db, id, &m, why);
    if (!err)
        err = seal(db, m->content, &m->spec, m->sha256);
    if (!err)
        err = enter(db, now, m, MSG_SUBMITTED, NULL, why);
    /* Approvals of an earlier submission are over, even if the content came back the same. */
    if (!err)
        err = db_run(db, "DELETE FROM approvals WHERE message_id = $1", "i", id);
    if (!err)
        err = record(db, who, now, id, "message.submit", m->sha256);
    if (!err && !approvals) {
        err = enter(db, now, m, MSG_APPROVED, NULL, why);
        if (!err)
            err = record(db, who, now, id, "message.approve", "LOA_APPROVALS=0");
    }
    msg_message_free(m);
    return err;
}

static enum loa_err not_an_author(struct db *db, const struct msg_actor *who, int64_t id,
                                  struct loa_problem *why)
{
    int64_t n = 0;
    enum loa_err err = db_get_int(
        db, &n, "SELECT COUNT(*) FROM message_versions WHERE message_id = $1 AND author = $2", "is",
        id, who->user);

    if (err || !n)
        return err;
    return loa_fail(why, LOA_EPERM, "user",
                    "“%s” đã soạn hoặc sửa thông điệp này nên không được tự duyệt", who->user);
}

enum loa_err msg_message_approve(struct db *db, const struct msg_actor *who, int64_t now,
                                 int64_t id, struct loa_problem *why)
{
    struct msg_message *m = NULL;
    char sha[LOA_SHA256_HEX];
    int64_t have = 0;
    enum loa_err err = need_role(db, who, may_approve, "duyệt", why);

    if (!err)
        err = msg_message_hold(db, id, &m, why);
    if (!err)
        err = check_step(m, MSG_APPROVED, why);
    if (!err)
        err = not_an_author(db, who, id, why);
    if (!err)
        err = seal(db, m->content, &m->spec, sha);
    if (!err && strcmp(sha, m->sha256) != 0)
        err =
            loa_fail(why, LOA_EPERM, "sha256",
                     "Nội dung (hoặc tin hằng ngày, sự kiện mà nó dùng) đã đổi sau khi trình; hãy "
                     "trình lại");
    if (!err) {
        err = db_run(db,
                     "INSERT INTO approvals (message_id, sha256, user_name, at_ms) "
                     "VALUES ($1, $2, $3, $4) "
                     "ON CONFLICT (message_id, sha256, user_name) DO NOTHING",
                     "issi", id, sha, who->user, now);
        if (!err && !db_changes(db))
            err = loa_fail(why, LOA_EPERM, "user", "“%s” đã duyệt rồi; cần một người duyệt khác",
                           who->user);
    }
    if (!err)
        err = record(db, who, now, id, "message.approve", sha);
    if (!err)
        err = count_approvals(db, m, &have);
    if (!err && have >= approvals_needed(m))
        err = enter(db, now, m, MSG_APPROVED, NULL, why);
    msg_message_free(m);
    return err;
}

enum loa_err msg_message_reject(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                                const char *reason, struct loa_problem *why)
{
    struct msg_message *m = NULL;
    enum loa_err err = need_role(db, who, may_approve, "từ chối", why);

    if (!err && (!reason || !*reason))
        err = loa_fail(why, LOA_EINVAL, "reason", "Cần nêu lý do từ chối");
    if (!err)
        err = msg_message_hold(db, id, &m, why);
    if (!err) {
        m->sha256[0] = '\0';
        err = enter(db, now, m, MSG_REJECTED, reason, why);
    }
    if (!err)
        err = record(db, who, now, id, "message.reject", reason);
    msg_message_free(m);
    return err;
}

enum loa_err msg_message_schedule(struct db *db, const struct msg_actor *who, int64_t now,
                                  int64_t id, struct loa_problem *why)
{
    struct msg_message *m = NULL;
    enum loa_err err = need_role(db, who, ANY_ROLE, "lên lịch", why);

    if (!err)
        err = msg_message_hold(db, id, &m, why);
    if (!err && m->state == MSG_SCHEDULED)
        goto out;
    if (!err && m->state != MSG_APPROVED)
        err = loa_fail(why, LOA_EPERM, "state",
                       "Thông điệp %" PRId64
                       " đang ở trạng thái “%s”; chỉ lên lịch được tin đã duyệt",
                       id, state_names[m->state]);
    if (!err)
        err = enter(db, now, m, MSG_SCHEDULED, NULL, why);
    if (!err)
        err = record(db, who, now, id, "message.schedule", NULL);
out:
    msg_message_free(m);
    return err;
}

/* Steps that only move the state: who may, where to. */
static enum loa_err simple_step(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                                enum msg_state to, const char *action, struct loa_problem *why)
{
    struct msg_message *m = NULL;
    enum loa_err err = need_role(db, who, ANY_ROLE, "thao tác với tin", why);

    if (!err)
        err = msg_message_hold(db, id, &m, why);
    if (!err)
        err = enter(db, now, m, to, NULL, why);
    if (!err)
        err = record(db, who, now, id, action, NULL);
    msg_message_free(m);
    return err;
}

enum loa_err msg_message_pause(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                               struct loa_problem *why)
{
    return simple_step(db, who, now, id, MSG_PAUSED, "message.pause", why);
}

enum loa_err msg_message_resume(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                                struct loa_problem *why)
{
    int64_t open = 0, held = 0;
    struct msg_message *m = NULL;
    enum loa_err err = msg_message_hold(db, id, &m, why);

    if (!err && m->state != MSG_PAUSED)
        err = loa_fail(why, LOA_EPERM, "state",
                       "Thông điệp %" PRId64 " không ở trạng thái “paused”", id);
    msg_message_free(m);
    if (!err)
        err = db_get_int(db, &open,
                         "SELECT COUNT(*) FROM runs WHERE message_id = $1 AND finished_ms = 0", "i",
                         id);
    if (!err)
        err = msg_held_runs(db, id, &held);
    if (!err && held)
        err = loa_fail(why, LOA_EPERM, "state",
                       "Thông điệp %" PRId64 " có lượt gửi dở dang từ bản sao lưu; trước hết hãy "
                       "quyết định gửi tiếp hay thôi: loa held list",
                       id);
    if (err)
        return err;
    return simple_step(db, who, now, id, open ? MSG_SENDING : MSG_SCHEDULED, "message.resume", why);
}

enum loa_err msg_message_cancel(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                                struct loa_problem *why)
{
    return simple_step(db, who, now, id, MSG_CANCELLED, "message.cancel", why);
}

enum loa_err msg_message_advance(struct db *db, int64_t now, int64_t id, enum msg_state to,
                                 const char *reason)
{
    static const struct msg_actor self = {"loa", "loa"};
    static const unsigned own_steps =
        BIT(MSG_DRAFT) | BIT(MSG_SCHEDULED) | BIT(MSG_SENDING) | BIT(MSG_SENT);
    struct msg_message *m = NULL;
    enum loa_err err = msg_message_hold(db, id, &m, NULL);

    if (!err && !(own_steps & BIT(to))) /* the rest is for people */
        err = LOA_EPERM;
    if (!err && to == MSG_SENDING && m->state == MSG_SENT) /* so is sending it again */
        err = LOA_EPERM;
    if (!err && m->state == to)
        goto out;
    if (!err) {
        if (to == MSG_DRAFT)
            m->sha256[0] = '\0';
        err = enter(db, now, m, to, reason, NULL);
    }
    if (!err)
        err = record(db, &self, now, id, "message.state", state_names[to]);
out:
    msg_message_free(m);
    return err;
}

enum loa_err msg_message_reopen(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                                struct loa_problem *why)
{
    struct msg_message *m = NULL;
    enum loa_err err = msg_message_hold(db, id, &m, why);

    if (!err && m->state != MSG_SENDING && m->state != MSG_PAUSED) {
        err = enter(db, now, m, MSG_SENDING, NULL, why);
        if (!err)
            err = record(db, who, now, id, "message.state", state_names[MSG_SENDING]);
    }
    msg_message_free(m);
    return err;
}
