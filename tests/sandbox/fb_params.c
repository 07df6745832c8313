/* SPDX-License-Identifier: Apache-2.0 */
/* fb_params.c - one object of parameters out of query, form, multipart or JSON (section 1). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/fb.h"

/* Nested objects travel as JSON text in forms. */
static void put(cJSON *into, const char *name, const char *value)
{
    cJSON *v = NULL;

    if (*value == '{' || *value == '[')
        v = cJSON_Parse(value);
    if (!v)
        v = cJSON_CreateString(value);
    if (cJSON_GetObjectItemCaseSensitive(into, name))
        cJSON_ReplaceItemInObjectCaseSensitive(into, name, v);
    else
        cJSON_AddItemToObject(into, name, v);
}

/* attached_media[0]={...} becomes a member of the array attached_media. */
static bool put_indexed(cJSON *into, const char *name, const char *value)
{
    const char *open = strchr(name, '[');
    char head[64];
    cJSON *list, *v;

    if (!open || (size_t)(open - name) >= sizeof(head))
        return false;
    memcpy(head, name, (size_t)(open - name));
    head[open - name] = '\0';
    list = cJSON_GetObjectItemCaseSensitive(into, head);
    if (!list)
        list = cJSON_AddArrayToObject(into, head);
    v = cJSON_Parse(value);
    return cJSON_IsArray(list) && v && cJSON_AddItemToArray(list, v);
}

static void add_pairs(const struct sbx_req *r, cJSON *into, const char *text, size_t len)
{
    for (const char *p = text, *end = text + len; p < end;) {
        const char *stop = memchr(p, '&', (size_t)(end - p)), *eq, *name, *value;

        if (!stop)
            stop = end;
        eq = memchr(p, '=', (size_t)(stop - p));
        if (eq) {
            name = sbx_decode(r, p, (size_t)(eq - p));
            value = sbx_decode(r, eq + 1, (size_t)(stop - eq - 1));
            if (*name && !put_indexed(into, name, value))
                put(into, name, value);
        }
        p = stop + 1;
    }
}

cJSON *fb_pairs(const struct sbx_req *r, const char *text, size_t len)
{
    cJSON *o = cJSON_CreateObject();

    add_pairs(r, o, text, len);
    return o;
}

static const char *const multipart_names[] = {"access_token",
                                              "recipient",
                                              "message",
                                              "messaging_type",
                                              "tag",
                                              "batch",
                                              "url",
                                              "caption",
                                              "published",
                                              "title",
                                              "description",
                                              "file_url",
                                              "upload_phase",
                                              "file_size",
                                              "temporary",
                                              "start_offset",
                                              "upload_session_id",
                                              "link",
                                              "scheduled_publish_time",
                                              "appsecret_proof",
                                              "unpublished_content_type",
                                              "alt_text_custom",
                                              "fields"};

cJSON *fb_params(const struct sbx_req *r, bool *broken)
{
    cJSON *o = NULL;

    *broken = false;
    if (r->body_len && (sbx_is_type(r, "application/json") || sbx_is_type(r, "text/plain"))) {
        o = sbx_utf8_ok(r->body, r->body_len) ? cJSON_ParseWithLength(r->body, r->body_len) : NULL;
        *broken = !cJSON_IsObject(o);
    }
    if (!cJSON_IsObject(o)) {
        cJSON_Delete(o);
        o = cJSON_CreateObject();
    }
    if (sbx_is_type(r, "application/x-www-form-urlencoded"))
        add_pairs(r, o, r->body, r->body_len);
    if (sbx_is_type(r, "multipart/form-data")) {
        for (size_t i = 0; i < sizeof(multipart_names) / sizeof(multipart_names[0]); i++) {
            const char *v = sbx_form(r, multipart_names[i]);

            if (v)
                put(o, multipart_names[i], v);
        }
    }
    add_pairs(r, o, r->query, strlen(r->query));
    return o;
}

static bool listed(const char *name, size_t n, const char *known)
{
    for (const char *p = known; *p;) {
        size_t k = strcspn(p, ",");

        if (k == n && !memcmp(p, name, n))
            return true;
        p += k + (p[k] == ',');
    }
    return false;
}

bool fb_fields_known(struct fb_call *c, const char *known)
{
    const char *f = sbx_str(c->json, "fields");

    for (const char *p = f ? f : ""; *p;) {
        size_t n = strcspn(p, ",");
        size_t word = strcspn(p, ",{(.");

        if (!listed(p, word < n ? word : n, known)) {
            char why[160], name[64];

            snprintf(name, sizeof(name), "%.*s", (int)(n < 60 ? n : 60), p);
            snprintf(why, sizeof(why), "(#100) Tried accessing nonexisting field (%s)", name);
            fb_error(c, 100, 0, why);
            return false;
        }
        p += n + (p[n] == ',');
    }
    return true;
}

bool fb_wants(const struct fb_call *c, const char *field)
{
    const char *f = sbx_str(c->json, "fields");

    return f && listed(field, strlen(field), f);
}
