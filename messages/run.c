/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/run_parts.h"

static const char *const state_names[] = {"waiting", "sending", "done", "cancelled", "held"};

const char *msg_run_state_name(enum msg_run_state s)
{
    return state_names[s];
}

void msg_audience_release(struct msg_audience *a)
{
    msg_list_release(&a->topics);
    msg_list_release(&a->districts);
}

void msg_run_release(struct msg_run *r)
{
    free(r->content);
    free(r->flow_state);
    free(r->error);
    msg_audience_release(&r->audience);
    *r = (struct msg_run){0};
}

void msg_targets_release(struct msg_targets *t)
{
    while (t->texts) {
        struct msg_texts *next = t->texts->next;

        free(t->texts);
        t->texts = next;
    }
    free(t->items);
    *t = (struct msg_targets){0};
}

/* ---- the run itself -------------------------------------------------------------------- */

static void add_list(cJSON *o, const char *key, const struct msg_list *l)
{
    cJSON *list = cJSON_AddArrayToObject(o, key);

    for (size_t i = 0; i < l->n; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(l->items[i]));
}

static char *audience_text(const struct msg_audience *a)
{
    cJSON *o = cJSON_CreateObject();
    char *text;

    add_list(o, "topics", &a->topics);
    add_list(o, "districts", &a->districts);
    text = loa_json_print(o);
    cJSON_Delete(o);
    return text;
}

void msg_audience_read(const char *text, struct msg_audience *a)
{
    cJSON *o = loa_json_parse(text, strlen(text)), *item;

    cJSON_ArrayForEach(item, loa_json_get(o, "topics")) msg_list_add(&a->topics, item->valuestring);
    cJSON_ArrayForEach(item, loa_json_get(o, "districts"))
        msg_list_add(&a->districts, item->valuestring);
    cJSON_Delete(o);
}

enum loa_err msg_run_create(struct db *db, struct msg_run *r, int64_t now)
{
    char *audience = audience_text(&r->audience);
    enum loa_err err = db_next_id(db, "runs", &r->id);

    if (!err)
        err = db_run(db,
                     "INSERT INTO runs (id, message_id, due_ms, account_id, way, state, content, "
                     "audience, urgent, deadline_ms, last_id, created_ms, resend_doubtful) "
                     "SELECT $1, $2, $3, $4, $5, 'waiting', $6, $7, $8, $9, "
                     "COALESCE(MAX(id), 0), $10, $11 FROM contacts WHERE account_id = $4 "
                     "ON CONFLICT (message_id, due_ms, account_id, way) DO NOTHING",
                     "iiiiissiiii", r->id, r->message_id, r->due_ms, r->account_id, (int64_t)r->way,
                     r->content, audience, (int64_t)r->urgent, r->deadline_ms, now,
                     (int64_t)r->resend_doubtful);
    free(audience);
    return !err && !db_changes(db) ? LOA_EEXIST : err;
}

static void from_row(const struct db_stmt *st, struct msg_run *r)
{
    *r = (struct msg_run){
        .id = db_int(st, 0),
        .message_id = db_int(st, 1),
        .due_ms = db_int(st, 2),
        .account_id = db_int(st, 3),
        .way = (int)db_int(st, 4),
        .content = loa_xstrdup(db_text(st, 6)),
        .urgent = db_int(st, 8) != 0,
        .deadline_ms = db_int(st, 9),
        .cursor_id = db_int(st, 10),
        .last_id = db_int(st, 11),
        .sent = db_int(st, 12),
        .failed = db_int(st, 13),
        .skipped = db_int(st, 14),
        .in_doubt = db_int(st, 15),
        .flow_state = loa_xstrdup(db_text(st, 16)),
        .error = loa_xstrdup(db_text(st, 17)),
        .created_ms = db_int(st, 18),
        .finished_ms = db_int(st, 19),
        .resend_doubtful = db_int(st, 20) != 0,
    };
    (void)snprintf(r->message_state, sizeof(r->message_state), "%s", db_text(st, 21));
    r->post_again = db_int(st, 22) != 0;
    r->asked = db_int(st, 23) != 0;
    for (size_t i = 0; i < sizeof(state_names) / sizeof(state_names[0]); i++) {
        if (strcmp(state_names[i], db_text(st, 5)) == 0)
            r->state = (enum msg_run_state)i;
    }
    msg_audience_read(db_text(st, 7), &r->audience);
}

enum loa_err msg_run_load_open(struct db *db, int64_t session, struct msg_run **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT r.id, r.message_id, r.due_ms, r.account_id, r.way, r.state, "
                 "r.content, r.audience, r.urgent, r.deadline_ms, r.cursor_id, "
                 "r.last_id, r.sent, r.failed, r.skipped, r.in_doubt, r.flow_state, "
                 "r.error, r.created_ms, r.finished_ms, r.resend_doubtful, m.state, "
                 "r.post_again, CASE WHEN EXISTS (SELECT 1 FROM doubts x WHERE x.again > 0 AND "
                 "x.item = r.id AND x.kind = 1) THEN 1 ELSE 0 END "
                 "FROM runs r JOIN messages m ON m.id = r.message_id "
                 "WHERE r.finished_ms = 0 AND (r.state <> 'held' OR m.state = 'cancelled') AND "
                 "($1 = 0 OR r.account_id IN (SELECT account_id FROM "
                 "leases WHERE session = $1)) ORDER BY r.urgent DESC, r.due_ms, r.id",
                 "i", session);

    *out = NULL;
    *n = 0;
    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        from_row(st, &(*out)[(*n)++]);
    }
    return err;
}

enum loa_err msg_run_state_set(struct db *db, int64_t run_id, enum msg_run_state state,
                               const char *error, int64_t now)
{
    bool over = state == MSG_RUN_DONE || state == MSG_RUN_CANCELLED;

    return db_run(db,
                  "UPDATE runs SET state = $1, error = COALESCE($2, error), finished_ms = $3, "
                  "total = sent + failed + skipped + in_doubt WHERE id = $4",
                  "ssii", state_names[state], error, over ? now : (int64_t)0, run_id);
}

enum loa_err msg_run_flow_save(struct db *db, int64_t run_id, const char *state, bool posting)
{
    enum loa_err err = db_run(db,
                              "UPDATE runs SET flow_state = $1, state = 'sending', "
                              "post_again = CASE WHEN $2 <> 0 THEN 0 ELSE post_again END "
                              "WHERE id = $3 AND finished_ms = 0",
                              "sii", state, (int64_t)posting, run_id);

    return !err && !db_changes(db) ? LOA_ENOENT : err;
}
