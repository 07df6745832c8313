/* SPDX-License-Identifier: Apache-2.0 */
/* Messages: written, listed, shown, edited, taken through their steps. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/api/api_messages.h"
#include "bot/api/resources.h"
#include "bot/compose_check.h"
#include "bot/ops/message_step.h"
#include "bot/ops/message_view.h"
#include "messages/base/json.h"
#include "messages/message.h"

/* ---- one message ----------------------------------------------------------------------- */

/* Changes with every edit and every step, not with the numbers of its runs. */
static void tag_of(const struct msg_message *m, char out[API_ETAG_SIZE])
{
    (void)snprintf(out, API_ETAG_SIZE, "\"%" PRId64 ".%" PRId64 "\"", m->version, m->updated_ms);
}

static enum loa_err tag_now(struct db *db, struct api_call *c, int64_t id)
{
    struct msg_message *m = NULL;
    enum loa_err err = msg_message_get(db, id, &m, &c->why);

    if (!err)
        tag_of(m, c->etag);
    msg_message_free(m);
    return err;
}

enum loa_err api_message_answer(struct db *db, struct api_call *c, int64_t id)
{
    enum loa_err err = tag_now(db, c, id);

    return err ? err : ops_message_json(db, id, &c->json, &c->why);
}

enum loa_err api_message_show(struct db *db, struct api_call *c)
{
    return api_message_answer(db, c, c->at.id);
}

enum loa_err api_message_runs(struct db *db, struct api_call *c)
{
    enum loa_err err = tag_now(db, c, c->at.id); /* is there one? */

    c->etag[0] = '\0';
    if (err)
        return err;
    c->json = cJSON_CreateObject();
    return ops_message_runs(db, c->at.id, cJSON_AddArrayToObject(c->json, "items"));
}

/* ---- the list -------------------------------------------------------------------------- */

#define LIST_COLUMNS "id, title, state, author, version, urgent, next_ms, created_ms, updated_ms"

static cJSON *list_item(const struct db_stmt *st)
{
    cJSON *o = cJSON_CreateObject();

    loa_json_add_int(o, "id", db_int(st, 0));
    cJSON_AddStringToObject(o, "title", db_text(st, 1));
    cJSON_AddStringToObject(o, "state", db_text(st, 2));
    cJSON_AddStringToObject(o, "author", db_text(st, 3));
    loa_json_add_int(o, "version", db_int(st, 4));
    cJSON_AddBoolToObject(o, "urgent", db_int(st, 5) != 0);
    api_add_time(o, "next", db_int(st, 6) > 1 ? db_int(st, 6) : 0);
    api_add_time(o, "created", db_int(st, 7));
    api_add_time(o, "updated", db_int(st, 8));
    return o;
}

enum loa_err api_messages_list(struct db *db, struct api_call *c)
{
    const char *state = api_query(c, "state");
    enum msg_state parsed;
    struct api_page p;
    struct db_stmt *st;
    enum loa_err err;

    if (state && msg_state_parse(state, &parsed) != LOA_OK)
        return api_refuse(c, LOA_EINVAL, 400, "state",
                          "state nhận draft, submitted, approved, scheduled, sending, sent, "
                          "rejected, paused hoặc cancelled");
    err = api_page_begin(c, false, &p);
    if (err)
        return err;
    /* Each by an index of its own. */
    if (state)
        err = db_query(db, &st,
                       "SELECT " LIST_COLUMNS " FROM messages WHERE state = $1 AND id < $2 "
                       "ORDER BY id DESC LIMIT $3",
                       "sii", state, p.cursor, p.limit + 1);
    else
        err = db_query(db, &st,
                       "SELECT " LIST_COLUMNS " FROM messages WHERE id < $1 "
                       "ORDER BY id DESC LIMIT $2",
                       "ii", p.cursor, p.limit + 1);
    while (!err && db_next(st, &err)) {
        if (api_page_takes(&p, db_int(st, 0)))
            cJSON_AddItemToArray(p.items, list_item(st));
    }
    api_page_end(c, &p);
    return err;
}

/* ---- writing --------------------------------------------------------------------------- */

/* What would stand in the way of its submission: a draft may be unfinished. */
static enum loa_err answer_draft(struct db *db, struct api_call *c, int64_t id,
                                 const struct msg_spec *spec)
{
    struct loa_problem warning = {"", ""};
    enum loa_err check = bot_compose_check(db, spec, c->now, &warning);
    enum loa_err err = api_message_answer(db, c, id);
    cJSON *o;

    if (err || !check)
        return err;
    o = cJSON_AddObjectToObject(c->json, "not_ready");
    cJSON_AddStringToObject(o, "field", warning.field);
    cJSON_AddStringToObject(o, "reason", warning.text);
    return LOA_OK;
}

enum loa_err api_message_new(struct db *db, struct api_call *c)
{
    struct msg_spec spec;
    int64_t id = 0;
    enum loa_err err = msg_spec_parse(c->body, &spec, &c->why);

    if (err)
        return err;
    err = msg_message_create(db, &c->actor, c->now, &spec, &id, &c->why);
    if (!err)
        err = answer_draft(db, c, id, &spec);
    msg_spec_release(&spec);
    c->status = err ? 0 : 201;
    (void)snprintf(c->location, sizeof(c->location), "/api/v1/messages/%" PRId64, id);
    return err;
}

/* Nobody changes it between this look and the write. */
static enum loa_err hold_matching(struct db *db, struct api_call *c, bool needed,
                                  const char *sha256)
{
    struct msg_message *m = NULL;
    char etag[API_ETAG_SIZE];
    enum loa_err err = msg_message_hold(db, c->at.id, &m, &c->why);

    if (err)
        return err;
    tag_of(m, etag);
    err = api_match(c, etag, needed);
    if (!err && sha256 && strcmp(sha256, m->sha256) != 0)
        err = api_refuse(c, LOA_EPERM, 412, "sha256",
                         "Nội dung đã khác với bản bạn xem; hãy tải lại rồi duyệt");
    msg_message_free(m);
    return err;
}

enum loa_err api_message_edit(struct db *db, struct api_call *c)
{
    struct msg_spec spec;
    enum loa_err err = msg_spec_parse(c->body, &spec, &c->why);

    if (err)
        return err;
    err = hold_matching(db, c, true, NULL);
    if (!err)
        err = msg_message_edit(db, &c->actor, c->now, c->at.id, &spec, &c->why);
    if (!err)
        err = answer_draft(db, c, c->at.id, &spec);
    msg_spec_release(&spec);
    return err;
}

enum loa_err api_message_delete(struct db *db, struct api_call *c)
{
    enum loa_err err = hold_matching(db, c, true, NULL);

    if (!err)
        err = msg_message_delete(db, &c->actor, c->now, c->at.id, &c->why);
    c->status = err ? c->status : 204;
    return err;
}

/* ---- steps ----------------------------------------------------------------------------- */

const char *api_message_verb(const struct api_call *c)
{
    return strrchr(c->route->path, '/') + 1;
}

enum loa_err api_message_step(struct db *db, struct api_call *c)
{
    struct ops_message_step s = {.verb = api_message_verb(c),
                                 .id = c->at.id,
                                 .reason = loa_json_str(c->body, "reason"),
                                 .approvals = c->bot->cfg->approvals};
    enum loa_err err = hold_matching(db, c, false, loa_json_str(c->body, "sha256"));

    if (!err)
        err = ops_message_step(db, &c->actor, c->now, &s, &c->why);
    return err ? err : api_message_answer(db, c, c->at.id);
}
