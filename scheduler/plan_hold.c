/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/plan_hold.h"

#include <stddef.h>

#include "messages/message.h"
#include "scheduler/plan.h"
#include "scheduler/plan_message.h"

static enum loa_err note(struct db *db, int64_t message, int64_t due_ms, int64_t now,
                         int64_t *asked)
{
    enum loa_err err = db_run(db,
                              "INSERT INTO occurrences (message_id, due_ms, state, at_ms) "
                              "VALUES ($1, $2, 'asked', $3) "
                              "ON CONFLICT (message_id, due_ms) DO NOTHING",
                              "iii", message, due_ms, now);

    *asked += err ? 0 : db_changes(db);
    return err;
}

static enum loa_err hold(struct db *db, const struct msg_message *m, struct sched_plan *plan,
                         int64_t now, int64_t *asked)
{
    struct sched_moment moment = {.now_ms = now, .last_key = m->last_key};
    struct sched_turn turn;
    enum loa_err err = LOA_OK;

    do {
        sched_plan_turn(plan, &moment, &turn);
        for (size_t i = 0; i < turn.n && !err; i++)
            err = note(db, m->id, turn.due[i].occurrence.ms, now, asked);
        moment.last_key = turn.last_key;
    } while (!err && turn.more);
    if (err)
        return err;
    return db_run(db, "UPDATE messages SET last_key = $1 WHERE id = $2", "ii", turn.last_key,
                  m->id);
}

enum loa_err sched_plan_hold(struct db *db, int64_t message, int64_t now, int64_t *asked)
{
    struct msg_message *m = NULL;
    struct sched_plan *plan = NULL;
    enum loa_err err = msg_message_get(db, message, &m, NULL);

    if (err)
        return err;
    if (sched_message_plan(&m->spec, m->scheduled_ms, &plan, NULL) == LOA_OK)
        err = hold(db, m, plan, now, asked);
    sched_plan_free(plan);
    msg_message_free(m);
    return err;
}
