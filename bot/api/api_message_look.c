/* SPDX-License-Identifier: Apache-2.0 */
/* What an approver looks at beside a message: how each channel will show it, what has changed since
 * it was approved last, what colleagues say. */
#include <inttypes.h>
#include <stdio.h>

#include "bot/api/resources.h"
#include "bot/ops/message_diff.h"
#include "bot/ops/preview.h"
#include "messages/base/json.h"
#include "messages/comment.h"
#include "messages/message.h"

static enum loa_err must_be_there(struct db *db, struct api_call *c)
{
    int64_t found = 0;
    enum loa_err err =
        db_get_int(db, &found, "SELECT id FROM messages WHERE id = $1", "i", c->at.id);

    if (err == LOA_ENOENT)
        return loa_fail(&c->why, err, "id", "Không có thông điệp số %" PRId64, c->at.id);
    return err;
}

/* ---- preview --------------------------------------------------------------------------- */

static enum loa_err preview(struct db *db, struct api_call *c, const struct msg_message *m)
{
    enum loa_err err = ops_preview(db, m, api_query(c, "day"), c->now, &c->json, &c->why);

    if (err == LOA_ENOENT) /* no occurrence on that day */
        c->status = 404;
    return err;
}

enum loa_err api_message_preview(struct db *db, struct api_call *c)
{
    struct msg_message *m = NULL;
    bool sealed = false;
    enum loa_err err = msg_message_get(db, c->at.id, &m, &c->why);

    if (!err)
        err = preview(db, c, m);
    if (!err)
        err = msg_message_sealed(db, m, false, &sealed);
    if (!err) {
        loa_json_add_int(c->json, "id", m->id);
        loa_json_add_int(c->json, "version", m->version);
        loa_json_add_str(c->json, "sha256", m->sha256);
        cJSON_AddBoolToObject(c->json, "sealed", sealed);
    }
    msg_message_free(m);
    return err;
}

/* Of what is being written: nothing is stored. */
enum loa_err api_draft_preview(struct db *db, struct api_call *c)
{
    struct msg_message m = {0};
    enum loa_err err = msg_spec_parse(c->body, &m.spec, &c->why);

    if (err)
        return err;
    err = preview(db, c, &m);
    msg_spec_release(&m.spec);
    return err;
}

/* ---- versions -------------------------------------------------------------------------- */

enum loa_err api_message_versions(struct db *db, struct api_call *c)
{
    enum loa_err err = must_be_there(db, c);

    if (err)
        return err;
    c->json = cJSON_CreateObject();
    return ops_message_versions(db, c->at.id, cJSON_AddArrayToObject(c->json, "items"));
}

enum loa_err api_message_diff(struct db *db, struct api_call *c)
{
    int64_t with = 0;
    enum loa_err err = api_query_int(c, "version", 1, INT64_MAX, &with);

    return err ? err : ops_message_diff(db, c->at.id, with, &c->json, &c->why);
}

/* ---- comments -------------------------------------------------------------------------- */

enum loa_err api_comments_list(struct db *db, struct api_call *c)
{
    enum loa_err err = must_be_there(db, c);

    if (err)
        return err;
    c->json = cJSON_CreateObject();
    return msg_comments_list(db, c->at.id, cJSON_AddArrayToObject(c->json, "items"));
}

enum loa_err api_comment_add(struct db *db, struct api_call *c)
{
    int64_t id = 0;
    enum loa_err err = msg_comment_add(db, &c->actor, c->now, c->at.id,
                                       loa_json_str(c->body, "text"), &id, &c->why);

    if (err)
        return err;
    c->status = 201;
    c->json = cJSON_CreateObject();
    loa_json_add_int(c->json, "id", id);
    return LOA_OK;
}
