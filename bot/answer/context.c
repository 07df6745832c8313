/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "bot/answer/query.h"
#include "messages/base/json.h"

char *answer_context_to_json(const struct answer_context *ctx)
{
    cJSON *o = cJSON_CreateObject();
    char query[ANSWER_QUERY_TEXT], *text;

    if (ctx->at_ms > 0) {
        loa_json_add_int(o, "at", ctx->at_ms);
        if (ctx->english)
            cJSON_AddTrueToObject(o, "english");
        if (ctx->misses)
            loa_json_add_int(o, "misses", ctx->misses);
        loa_json_add_str(o, "query", answer_query_format(&ctx->query, query));
    }
    text = loa_json_print(o);
    cJSON_Delete(o);
    return text;
}

enum loa_err answer_context_from_json(const char *json, struct answer_context *out)
{
    size_t n = strlen(json);
    cJSON *o = n <= ANSWER_CONTEXT_JSON_MAX ? loa_json_parse(json, n) : NULL;
    const char *query = loa_json_str(o, "query");
    int64_t misses = loa_json_int(o, "misses", 0);
    enum loa_err err = LOA_OK;

    *out = (struct answer_context){.at_ms = loa_json_int(o, "at", 0),
                                   .english = loa_json_bool(o, "english", false),
                                   .misses = misses > 0 && misses < 256 ? (uint8_t)misses : 0};
    if (!cJSON_IsObject(o) || out->at_ms < 0 ||
        (query && !answer_query_parse(query, &out->query))) {
        *out = (struct answer_context){0};
        err = LOA_EINVAL;
    }
    cJSON_Delete(o);
    return err;
}
