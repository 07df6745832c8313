/* SPDX-License-Identifier: Apache-2.0 */
/* Bearer tokens: made, listed, ended. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bot/api/resources.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"

/* Whose tokens the caller may see and end; NULL: everybody's. */
static const char *owner(const struct api_call *c)
{
    return c->who.scopes & MSG_SCOPE_ADMIN ? NULL : c->who.user;
}

enum loa_err api_tokens_list(struct db *db, struct api_call *c)
{
    c->json = cJSON_CreateObject();
    return msg_tokens_list(db, owner(c), c->now, cJSON_AddArrayToObject(c->json, "items"));
}

static enum loa_err read_wish(struct api_call *c, struct msg_token_wish *w)
{
    const char *scopes = loa_json_str(c->body, "scopes"), *expires;

    w->user = c->who.user;
    w->label = loa_json_str(c->body, "label");
    if (!scopes || msg_scopes_parse(scopes, &w->scopes) != LOA_OK)
        return loa_fail(&c->why, LOA_EINVAL, "scopes",
                        "scopes là các từ read, messages, approve, content, people, admin, cách "
                        "nhau một dấu cách");
    /* A token makes no token that may more than itself. */
    if (w->scopes == MSG_SCOPES_ALL)
        w->scopes = c->who.scopes;
    if (w->scopes & ~c->who.scopes)
        return loa_fail(&c->why, LOA_EINVAL, "scopes", "Không thể trao quyền mà mình không có");
    expires = loa_json_str(c->body, "expires");
    if (expires && loa_iso_parse(expires, &w->expires_ms) != LOA_OK)
        return loa_fail(&c->why, LOA_EINVAL, "expires",
                        "expires phải là thời điểm ISO 8601, ví dụ 2026-12-31T17:00:00+07:00");
    return LOA_OK;
}

enum loa_err api_token_make(struct db *db, struct api_call *c)
{
    struct msg_token_wish w = {0};
    struct loa_secret *token = NULL;
    char scopes[MSG_SCOPES_SIZE];
    int64_t id = 0;
    enum loa_err err = read_wish(c, &w);

    if (!err)
        err = msg_token_new(db, &c->actor, c->now, &w, &id, &token, &c->why);
    if (err)
        return err;
    c->status = 201;
    (void)snprintf(c->location, sizeof(c->location), "/api/v1/tokens/%" PRId64, id);
    c->json = cJSON_CreateObject();
    loa_json_add_int(c->json, "id", id);
    cJSON_AddStringToObject(c->json, "token", loa_secret_reveal(token)); /* shown this once */
    cJSON_AddStringToObject(c->json, "scopes", msg_scopes_format(w.scopes, scopes));
    loa_secret_free(token);
    return LOA_OK;
}

enum loa_err api_token_end(struct db *db, struct api_call *c)
{
    c->status = 204;
    return msg_token_revoke(db, &c->actor, c->now, c->at.id, owner(c), &c->why);
}
