/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a draft that never became anything. */
#include <inttypes.h>
#include <stdio.h>

#include "messages/message.h"

/* Something that must stay in the books came of it. */
static enum loa_err came_of(struct db *db, int64_t id, bool *out)
{
    int64_t n = 0;
    enum loa_err err = db_get_int(db, &n,
                                  "SELECT (SELECT COUNT(*) FROM runs WHERE message_id = $1) + "
                                  "(SELECT COUNT(*) FROM occurrences WHERE message_id = $1)",
                                  "i", id);

    *out = n != 0;
    return err;
}

static enum loa_err take_away(struct db *db, int64_t id)
{
    enum loa_err err = db_run(db, "DELETE FROM approvals WHERE message_id = $1", "i", id);

    if (!err)
        err = db_run(db, "DELETE FROM message_comments WHERE message_id = $1", "i", id);
    if (!err)
        err = db_run(db, "DELETE FROM message_versions WHERE message_id = $1", "i", id);
    if (!err)
        err = db_run(db, "DELETE FROM forecasts WHERE message_id = $1", "i", id);
    if (!err)
        err = db_run(db, "DELETE FROM rate_caps WHERE message_id = $1", "i", id);
    return err ? err : db_run(db, "DELETE FROM messages WHERE id = $1", "i", id);
}

enum loa_err msg_message_delete(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                                struct loa_problem *why)
{
    struct msg_message *m = NULL;
    char target[48];
    bool used = false;
    enum loa_err err = msg_message_hold(db, id, &m, why);

    if (!err)
        err = came_of(db, id, &used);
    if (!err && (m->state != MSG_DRAFT || used))
        err = loa_fail(why, LOA_EPERM, "state",
                       "Chỉ xóa được bản nháp chưa từng gửi; thông điệp này thì hãy hủy (cancel)");
    if (!err)
        err = take_away(db, id);
    (void)snprintf(target, sizeof(target), "message %" PRId64, id);
    if (!err)
        err = msg_audit(db, who, now, "message.delete", target, m->spec.title);
    msg_message_free(m);
    return err;
}
