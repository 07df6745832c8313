/* SPDX-License-Identifier: Apache-2.0 */
/* fb_batch.c - many calls in one (section 9). */
#include <stdio.h>
#include <string.h>

#include "tests/sandbox/fb.h"

static void fail(struct sbx_res *res, const char *message)
{
    res->status = 400;
    sbx_put(&res->body, "{'error':{'message':%q,'type':'GraphBatchException'}}", message);
}

/* "v26.0/me/messages?x=y" */
static bool split(struct fb_call *c, const char *relative)
{
    const char *p = relative, *end, *slash, *q = strchr(relative, '?');

    if (*p == '/')
        p++;
    if (*p == 'v') {
        p = strchr(p, '/');
        if (!p)
            return false;
        p++;
    }
    end = q ? q : p + strlen(p);
    slash = memchr(p, '/', (size_t)(end - p));
    c->node = sbx_keep(c->r, p, (size_t)((slash ? slash : end) - p));
    c->edge = slash ? sbx_keep(c->r, slash + 1, (size_t)(end - slash - 1)) : "";
    return true;
}

static void one(struct sbx_req *r, const cJSON *part, const char *token, struct sbx_buf *out)
{
    const char *method = sbx_str(part, "method"), *url = sbx_str(part, "relative_url");
    const char *body = sbx_str(part, "body"), *q = url ? strchr(url, '?') : NULL;
    struct sbx_req inner = *r;
    struct sbx_res res = {.status = 200};
    struct fb_call c = {.r = &inner, .res = &res, .in_batch = true};

    inner.method = method ? method : "GET";
    c.json = fb_pairs(r, body ? body : "", body ? strlen(body) : 0);
    if (q) {
        cJSON *more = fb_pairs(r, q + 1, strlen(q + 1)), *v;

        while ((v = more->child)) {
            cJSON_DetachItemViaPointer(more, v);
            cJSON_AddItemToObject(c.json, v->string ? v->string : "", v);
        }
        cJSON_Delete(more);
    }
    if (!sbx_get(c.json, "access_token") && token)
        cJSON_AddStringToObject(c.json, "access_token", token);
    if (url && split(&c, url))
        fb_dispatch(&c);
    else
        fb_error(&c, 100, 0, "(#100) Invalid relative_url");
    sbx_put(out,
            "{'code':%d,'headers':[{'name':'Content-Type','value':'text/javascript; "
            "charset=UTF-8'}],'body':%q},",
            res.status, res.body.p ? res.body.p : "");
    sbx_buf_free(&res.body);
    cJSON_Delete(c.json);
}

bool fb_batch(struct sbx_req *r, struct sbx_res *res)
{
    bool broken;
    cJSON *json = fb_params(r, &broken);
    const cJSON *list = sbx_get(json, "batch"), *part;
    const char *token = sbx_str(json, "access_token");

    if (!cJSON_IsArray(list)) {
        cJSON_Delete(json);
        return false;
    }
    if (cJSON_GetArraySize(list) > 50) {
        fail(res, "Too many requests in batch message. Maximum batch size is 50");
    } else {
        sbx_buf_str(&res->body, "[");
        cJSON_ArrayForEach(part, list)
        {
            one(r, part, token, &res->body);
        }
        sbx_buf_uncomma(&res->body);
        sbx_buf_str(&res->body, "]");
    }
    cJSON_Delete(json);
    return true;
}
