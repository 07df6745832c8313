/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/trial.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/contact.h"

/* ---- testers --------------------------------------------------------------------------- */

/* The log outlives a person's wish to be forgotten, so people stand in it by our own number. */
static enum loa_err audit_tester(struct db *db, const struct msg_actor *who, int64_t now,
                                 const char *action, int64_t account, int64_t contact)
{
    char target[48], detail[48];

    (void)snprintf(target, sizeof(target), "account %" PRId64, account);
    (void)snprintf(detail, sizeof(detail), "contact %" PRId64, contact);
    return msg_audit(db, who, now, action, target, detail);
}

enum loa_err msg_tester_add(struct db *db, const struct msg_actor *who, int64_t now,
                            int64_t account, int64_t contact)
{
    enum loa_err err = db_run(db,
                              "INSERT INTO testers (account_id, contact_id, user_name, at_ms) "
                              "VALUES ($1, $2, $3, $4) "
                              "ON CONFLICT (account_id, contact_id) DO NOTHING",
                              "iisi", account, contact, who->user, now);

    if (err || !db_changes(db))
        return err;
    return audit_tester(db, who, now, "tester.add", account, contact);
}

enum loa_err msg_tester_remove(struct db *db, const struct msg_actor *who, int64_t now,
                               int64_t account, int64_t contact, struct loa_problem *why)
{
    enum loa_err err = db_run(db, "DELETE FROM testers WHERE account_id = $1 AND contact_id = $2",
                              "ii", account, contact);

    if (!err && !db_changes(db))
        return loa_fail(why, LOA_ENOENT, "tester", "Người này không phải người nhận thử");
    return err ? err : audit_tester(db, who, now, "tester.remove", account, contact);
}

/* ---- trials ---------------------------------------------------------------------------- */

enum loa_err msg_trial_approved(struct db *db, const struct msg_message *m, bool approvals,
                                bool *yes)
{
    *yes = false;
    switch (m->state) {
    case MSG_APPROVED:
    case MSG_SCHEDULED:
    case MSG_SENDING:
    case MSG_SENT:
    case MSG_PAUSED:
        return msg_message_sealed(db, m, approvals, yes);
    case MSG_DRAFT:
    case MSG_SUBMITTED:
    case MSG_REJECTED:
    case MSG_CANCELLED:
        break;
    }
    return LOA_OK;
}

static enum loa_err check_tester(struct db *db, int64_t account, int64_t contact,
                                 struct loa_problem *why)
{
    int64_t n = 0;
    enum loa_err err =
        db_get_int(db, &n, "SELECT COUNT(*) FROM testers WHERE account_id = $1 AND contact_id = $2",
                   "ii", account, contact);

    if (err || n)
        return err;
    return loa_fail(why, LOA_EPERM, "to",
                    "Tin chưa duyệt chỉ được gửi cho cán bộ nhận thử; thêm bằng: loa contacts "
                    "tester add");
}

/* Rows older than an hour say nothing any more. */
static enum loa_err check_count(struct db *db, int64_t now, int64_t message, bool approved,
                                struct loa_problem *why)
{
    int64_t n = 0, max = approved ? MSG_TRIAL_MAX : MSG_TRIAL_DRAFT_MAX;
    enum loa_err err =
        db_run(db, "DELETE FROM test_sends WHERE at_ms <= $1", "i", now - LOA_HOUR_MS);

    if (!err)
        err = db_get_int(db, &n, "SELECT COUNT(*) FROM test_sends WHERE message_id = $1", "i",
                         message);
    if (err || n < max)
        return err;
    return loa_fail(why, LOA_ELIMIT, "to",
                    "Đã gửi thử thông điệp này %" PRId64
                    " lần trong một giờ, nhiều nhất là %" PRId64 "; hãy chờ",
                    n, max);
}

enum loa_err msg_trial_note(struct db *db, const struct msg_actor *who, int64_t now,
                            const struct msg_message *m, bool approved, int64_t account,
                            int64_t contact, struct loa_problem *why)
{
    char target[48], detail[128];
    enum loa_err err = msg_contact_may_write(db, account, contact);

    if (err == LOA_EPERM)
        return loa_fail(why, err, "to", "Người này đã từ chối nhận tin");
    if (!err && !approved)
        err = check_tester(db, account, contact, why);
    if (!err)
        err = check_count(db, now, m->id, approved, why);
    if (!err)
        err = db_run(db,
                     "INSERT INTO test_sends (message_id, at_ms, account_id, contact_id) "
                     "VALUES ($1, $2, $3, $4) "
                     "ON CONFLICT (message_id, at_ms, account_id, contact_id) DO NOTHING",
                     "iiii", m->id, now, account, contact);
    (void)snprintf(target, sizeof(target), "message %" PRId64, m->id);
    (void)snprintf(detail, sizeof(detail), "%s %" PRId64 ", account %" PRId64 ", contact %" PRId64,
                   approved ? "approved version" : "draft version", m->version, account, contact);
    return err ? err : msg_audit(db, who, now, "message.test", target, detail);
}

void msg_trial_mark(struct msg_content *c)
{
    char *text = loa_xasprintf("%s%s", MSG_TRIAL_MARK, c->text ? c->text : "");

    free(c->text);
    c->text = text;
}
