/* SPDX-License-Identifier: Apache-2.0 */
/* What the API says of itself and of who asks. */
#include <string.h>

#include "bot/api/api.h"
#include "bot/api/resources.h"

void api_description(struct api_call *c)
{
    const char *text = bot_api_description();

    http_exchange_answer(c->x,
                         &(struct http_answer){.status = 200,
                                               .content_type = "application/vnd.oai.openapi+json",
                                               .body = text,
                                               .len = strlen(text),
                                               .memory = HTTP_BODY_STATIC});
    api_call_free(c);
}

enum loa_err api_me(struct db *db, struct api_call *c)
{
    char scopes[MSG_SCOPES_SIZE];

    (void)db;
    c->json = cJSON_CreateObject();
    cJSON_AddStringToObject(c->json, "user", c->who.user);
    cJSON_AddStringToObject(c->json, "role", msg_role_name(c->who.role));
    cJSON_AddStringToObject(c->json, "scopes", msg_scopes_format(c->who.scopes, scopes));
    cJSON_AddStringToObject(c->json, "via", c->actor.via);
    if (c->session)
        cJSON_AddStringToObject(c->json, "csrf", c->csrf);
    return LOA_OK;
}
