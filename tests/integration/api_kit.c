/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/api_kit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <curl/curl.h>

#include "bot/api/api.h"
#include "bot/api/route.h"
#include "bot/http_target.h"
#include "messages/base/buf.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"

/* ---- the description ------------------------------------------------------------------- */

static cJSON *doc;

static const cJSON *description(void)
{
    const char *text = bot_api_description();

    if (!doc)
        doc = loa_json_parse(text, strlen(text));
    return doc;
}

static const cJSON *resolve(const cJSON *schema)
{
    const char *ref = loa_json_str(schema, "$ref");
    char path[200];

    if (!ref)
        return schema;
    (void)snprintf(path, sizeof(path), "%s", ref + 2);
    for (char *p = path; *p; p++)
        *p = *p == '/' ? '.' : *p;
    return loa_json_at(description(), path);
}

static bool is_type(const cJSON *v, const char *type)
{
    if (strcmp(type, "object") == 0)
        return cJSON_IsObject(v);
    if (strcmp(type, "array") == 0)
        return cJSON_IsArray(v);
    if (strcmp(type, "string") == 0)
        return cJSON_IsString(v);
    if (strcmp(type, "boolean") == 0)
        return cJSON_IsBool(v);
    if (strcmp(type, "null") == 0)
        return cJSON_IsNull(v);
    return cJSON_IsNumber(v);
}

static bool has_type(const cJSON *v, const cJSON *type)
{
    const cJSON *one;

    if (cJSON_IsString(type))
        return is_type(v, type->valuestring);
    cJSON_ArrayForEach(one, type)
    {
        if (is_type(v, one->valuestring))
            return true;
    }
    return type == NULL;
}

static void check_enum(const cJSON *v, const cJSON *allowed, const char *at)
{
    const cJSON *one;
    bool found = !allowed || !cJSON_IsString(v);

    cJSON_ArrayForEach(one, allowed) found = found || strcmp(one->valuestring, v->valuestring) == 0;
    cr_assert(found, "%s: “%s” is not described", at, v->valuestring);
}

/* What these schemas use: type, enum, required, properties (no others), items. */
static void check_schema(const cJSON *v, const cJSON *schema, const char *at)
{
    const cJSON *props, *item;
    char where[200];

    schema = resolve(schema);
    cr_assert(has_type(v, loa_json_get(schema, "type")), "%s: another type", at);
    check_enum(v, loa_json_get(schema, "enum"), at);
    cJSON_ArrayForEach(item, loa_json_get(schema, "required"))
        cr_assert_not_null(loa_json_get(v, item->valuestring), "%s: no %s", at, item->valuestring);
    props = loa_json_get(schema, "properties");
    cJSON_ArrayForEach(item, v)
    {
        const cJSON *inner =
            cJSON_IsArray(v) ? loa_json_get(schema, "items") : loa_json_get(props, item->string);

        (void)snprintf(where, sizeof(where), "%.120s.%s", at, item->string ? item->string : "[]");
        cr_assert(inner || !props, "%s is not described", where);
        if (inner)
            check_schema(item, inner, where);
    }
}

/* The row of an address; NULL: there is none, so the answer must be a problem. */
static const cJSON *operation(const char *method, const char *path)
{
    char plain[200], key[200], word[10];
    struct api_params p;
    unsigned allowed;
    const struct api_route *r;

    (void)snprintf(plain, sizeof(plain), "%.*s", (int)strcspn(path, "?"), path);
    r = api_route_find(api_routes, api_n_routes, http_method_bit(method), plain, &p, &allowed);
    if (!r)
        return NULL;
    (void)snprintf(key, sizeof(key), "/%s", r->path);
    (void)snprintf(word, sizeof(word), "%s", method);
    for (char *c = word; *c; c++)
        *c = (char)(*c | 0x20);
    return loa_json_get(loa_json_get(loa_json_get(description(), "paths"), key), word);
}

static void check_reply(const char *method, const char *path, const struct api_reply *a)
{
    const cJSON *responses = loa_json_get(operation(method, path), "responses"), *response;
    char status[24], at[240];

    (void)snprintf(at, sizeof(at), "%s %.200s %ld", method, path, a->status);
    if (a->status >= 400) {
        cr_assert_not_null(a->json, "%s: no problem in words", at);
        check_schema(a->json, loa_json_at(description(), "components.schemas.Problem"), at);
        return;
    }
    (void)snprintf(status, sizeof(status), "%ld", a->status);
    response = loa_json_get(responses, status);
    cr_assert_not_null(response, "%s is not described", at);
    if (a->json && loa_json_get(response, "content"))
        check_schema(
            a->json,
            loa_json_get(loa_json_get(loa_json_get(response, "content"), "application/json"),
                         "schema"),
            at);
}

/* ---- asking ---------------------------------------------------------------------------- */

static struct loa_buf bytes;
static struct api_reply reply;

static size_t on_bytes(char *p, size_t size, size_t n, void *ctx)
{
    (void)ctx;
    loa_buf_add(&bytes, p, size * n);
    return size * n;
}

static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
    size_t used = strlen(reply.headers), len = size * n;

    (void)ctx;
    if (used + len < sizeof(reply.headers)) {
        memcpy(reply.headers + used, p, len);
        reply.headers[used + len] = '\0';
    }
    if (len > 6 && strncasecmp(p, "ETag: ", 6) == 0)
        (void)snprintf(reply.etag, sizeof(reply.etag), "%.*s", (int)(len - 8), p + 6);
    return len;
}

static struct curl_slist *headers_of(const struct api_asker *who, const char *body,
                                     const char *header)
{
    struct curl_slist *h = curl_slist_append(NULL, "Expect:");
    char line[300];

    if (who && who->token) {
        (void)snprintf(line, sizeof(line), "Authorization: Bearer %s", who->token);
        h = curl_slist_append(h, line);
    }
    for (size_t i = 0; who && i < 4 && who->headers[i]; i++)
        h = curl_slist_append(h, who->headers[i]);
    if (body && !(header && strncmp(header, "Content-Type", 12) == 0))
        h = curl_slist_append(h, "Content-Type: application/json");
    return header ? curl_slist_append(h, header) : h;
}

static void perform(struct rig *r, const struct api_asker *who, const char *method,
                    const char *path, const char *body, const char *header)
{
    CURL *c = curl_easy_init();
    struct curl_slist *h = headers_of(who, body, header);
    char *url = loa_xasprintf("%s/api/v1/%s", r->web, path);

    cJSON_Delete(reply.json);
    reply = (struct api_reply){0};
    loa_buf_reset(&bytes);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, h);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, 120L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    if (body)
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
    cr_assert_eq(curl_easy_perform(c), CURLE_OK, "%s %s", method, path);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &reply.status);
    curl_slist_free_all(h);
    curl_easy_cleanup(c);
    free(url);
}

const struct api_reply *api_ask_with(struct rig *r, const struct api_asker *who, const char *method,
                                     const char *path, const char *body, const char *header)
{
    perform(r, who, method, path, body, header);
    reply.json = loa_json_parse(loa_buf_str(&bytes), bytes.len);
    check_reply(method, path, &reply);
    return &reply;
}

const struct api_reply *api_ask(struct rig *r, const struct api_asker *who, const char *method,
                                const char *path, const char *body)
{
    return api_ask_with(r, who, method, path, body, NULL);
}

const char *api_stream(struct rig *r, const struct api_asker *who, const char *path)
{
    perform(r, who, "GET", path, NULL, NULL);
    return loa_buf_str(&bytes);
}

char *api_token(struct rig *r, const char *user, const char *scopes)
{
    char *out;

    rig_must(r, "token create --user %s%s%s%s", user, scopes ? " --scopes '" : "",
             scopes ? scopes : "", scopes ? "'" : "");
    out = loa_xstrdup(rig_output());
    out[strcspn(out, "\n")] = '\0';
    return out;
}

void api_office_start(struct api_office *o)
{
    static const char *const names[] = {"an", "binh", "chi", "dung"};
    struct api_asker *askers[] = {&o->an, &o->binh, &o->chi, &o->dung};

    rig_start(&o->r, "");
    rig_serve(&o->r, "");
    for (int i = 0; i < 4; i++) {
        o->tokens[i] = api_token(&o->r, names[i], NULL);
        askers[i]->token = o->tokens[i];
    }
}

void api_office_end(struct api_office *o)
{
    for (int i = 0; i < 4; i++)
        free(o->tokens[i]);
    rig_end(&o->r);
}

const struct api_reply *api_do(struct rig *r, const struct api_asker *who, const char *method,
                               const char *body, const char *fmt, ...)
{
    char path[400];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(path, sizeof(path), fmt, ap);
    va_end(ap);
    return api_ask(r, who, method, path, body);
}

const char *api_str(const struct api_reply *a, const char *path)
{
    const cJSON *v = loa_json_at(a->json, path);

    return cJSON_IsString(v) ? v->valuestring : "";
}

int64_t api_int(const struct api_reply *a, const char *path)
{
    const cJSON *v = loa_json_at(a->json, path);

    return cJSON_IsNumber(v) ? (int64_t)v->valuedouble : -1;
}
