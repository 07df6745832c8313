/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/message_step.h"

#include <string.h>

#include "bot/compose_check.h"
#include "messages/forecast_store.h"
#include "messages/message.h"

const char *ops_message_stage(const char *verb)
{
    if (strcmp(verb, "submit") == 0)
        return MSG_FORECAST_SUBMIT;
    return strcmp(verb, "approve") == 0 ? MSG_FORECAST_APPROVE : NULL;
}

static enum loa_err submit(struct db *db, const struct msg_actor *who, int64_t now,
                           const struct ops_message_step *s, struct loa_problem *why)
{
    struct msg_message *m = NULL;
    enum loa_err err = msg_message_get(db, s->id, &m, why);

    if (!err)
        err = bot_compose_check(db, &m->spec, now, why);
    msg_message_free(m);
    return err ? err : msg_message_submit(db, who, now, s->id, s->approvals, why);
}

enum loa_err ops_message_step(struct db *db, const struct msg_actor *who, int64_t now,
                              const struct ops_message_step *s, struct loa_problem *why)
{
    static const struct {
        const char *verb;
        enum loa_err (*act)(struct db *db, const struct msg_actor *who, int64_t now, int64_t id,
                            struct loa_problem *why);
    } plain[] = {
        {"approve", msg_message_approve}, {"schedule", msg_message_schedule},
        {"pause", msg_message_pause},     {"resume", msg_message_resume},
        {"cancel", msg_message_cancel},
    };

    if (strcmp(s->verb, "submit") == 0)
        return submit(db, who, now, s, why);
    if (strcmp(s->verb, "reject") == 0)
        return msg_message_reject(db, who, now, s->id, s->reason, why);
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        if (strcmp(s->verb, plain[i].verb) == 0)
            return plain[i].act(db, who, now, s->id, why);
    }
    return loa_fail(why, LOA_EINVAL, "message", "không có việc “%s”", s->verb);
}
