/* SPDX-License-Identifier: Apache-2.0 */
/* zalo_article.c - articles and uploads (sections 4 and 5). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/zalo.h"

static void article_id(struct sbx *s, char out[24])
{
    sbx_random_hex(&s->random, out, 20);
}

static bool too_long(const struct zalo_call *c, const char *text, size_t limit)
{
    if (c->r->s->sw[SW_ZALO_EXACT_REFUSED])
        limit--;
    return sbx_longer(text, limit, SBX_CODE_POINTS);
}

static const char *check_blocks(const cJSON *body)
{
    const cJSON *b;

    if (!cJSON_IsArray(body) || !cJSON_GetArraySize(body))
        return "body";
    cJSON_ArrayForEach(b, body)
    {
        const char *type = sbx_str(b, "type");

        if (!type)
            return "body.type";
        if (!strcmp(type, "text") && !sbx_str(b, "content"))
            return "body.content";
        if (!strcmp(type, "image") && !zalo_url_ok(sbx_str(b, "url")))
            return "body.url";
        if (strcmp(type, "text") != 0 && strcmp(type, "image") != 0 && strcmp(type, "video") != 0 &&
            strcmp(type, "product") != 0)
            return "body.type";
    }
    return NULL;
}

static const char *check_show(const cJSON *o, const char *name)
{
    const char *v = sbx_str(o, name);

    return !sbx_get(o, name) || (v && (!strcmp(v, "show") || !strcmp(v, "hide"))) ? NULL : name;
}

static const char *check_article(const struct zalo_call *c)
{
    const cJSON *cover = sbx_get(c->json, "cover");
    const char *type = sbx_str(c->json, "type"), *title = sbx_str(c->json, "title");
    const char *author = sbx_str(c->json, "author"), *about = sbx_str(c->json, "description"), *bad;

    if (!type || (strcmp(type, "normal") != 0 && strcmp(type, "video") != 0))
        return "type";
    if (!title || !*title || too_long(c, title, 150))
        return "title";
    if (about && too_long(c, about, 300))
        return "description";
    bad = check_show(c->json, "comment");
    if (bad || (bad = check_show(c->json, "status")))
        return bad;
    if (!strcmp(type, "video"))
        return sbx_thing_find(c->a, SBX_VIDEO, sbx_str(c->json, "video_id")) ? NULL : "video_id";
    if (!author || !*author || sbx_longer(author, 50, SBX_CODE_POINTS))
        return "author";
    if (!about)
        return "description";
    if (!sbx_str(cover, "cover_type") || !zalo_url_ok(sbx_str(cover, "photo_url")))
        return "cover";
    return check_blocks(sbx_get(c->json, "body"));
}

static void create(struct zalo_call *c)
{
    const char *bad = check_article(c);
    struct sbx_thing *job;
    char token[65], data[100];

    if (bad) {
        zalo_invalid(c->res, bad);
        return;
    }
    sbx_random_word(&c->r->s->random, token, 60);
    job = sbx_thing_add(c->a, SBX_ARTICLE_JOB, token, c->r->now);
    job->json = cJSON_PrintUnformatted(c->json);
    snprintf(data, sizeof(data), "{\"token\":\"%s\"}", token);
    zalo_ok(c->res, data);
}

static void verify(struct zalo_call *c)
{
    struct sbx_thing *job = sbx_thing_find(c->a, SBX_ARTICLE_JOB, sbx_str(c->json, "token")), *t;
    char id[24], data[64];
    char *json;

    if (!job) {
        zalo_invalid(c->res, "token");
        return;
    }
    if (job->count++ < c->r->s->sw[SW_ZALO_VERIFY_POLLS]) {
        zalo_error(c->res, -214, NULL);
        return;
    }
    if (!job->type) { /* becomes an article once; later polls give the same id */
        article_id(c->r->s, id);
        job->type = sbx_strdup(id);
        json = sbx_strdup(job->json);
        t = sbx_thing_add(c->a, SBX_ARTICLE, id, c->r->now); /* may move `job` */
        t->json = json;
        snprintf(data, sizeof(data), "{\"id\":\"%s\"}", id);
    } else {
        snprintf(data, sizeof(data), "{\"id\":\"%s\"}", job->type);
    }
    zalo_ok(c->res, data);
}

static void put_media(const struct sbx_thing *t, struct sbx_buf *out)
{
    cJSON *json = cJSON_Parse(t->json);
    const char *status = sbx_str(json, "status");

    sbx_put(out, "{'id':%q,'type':%q,'title':%q,'status':%q,'total_view':0,'total_share':0,", t->id,
            sbx_str(json, "type"), sbx_str(json, "title"), status ? status : "hide");
    sbx_put(out, "'create_date':%l,'update_date':%l,'thumb':%q,'link_view':%q},", t->at_ms,
            t->at_ms, sbx_str(sbx_get(json, "cover"), "photo_url"), "https://officialaccount.me/d");
    cJSON_Delete(json);
}

static void getslice(struct zalo_call *c)
{
    const char *offset = sbx_query(c->r, "offset"), *limit = sbx_query(c->r, "limit");
    const char *type = sbx_query(c->r, "type");
    long from = offset ? strtol(offset, NULL, 10) : 0, most = limit ? strtol(limit, NULL, 10) : 0;
    struct sbx_buf data = {0};
    int64_t total = 0;

    if (!type || (strcmp(type, "normal") != 0 && strcmp(type, "video") != 0)) {
        zalo_invalid(c->res, "type");
        return;
    }
    if (most > 10 || most < 1) {
        zalo_error(c->res, -201, "maximum limit is 10");
        return;
    }
    sbx_buf_str(&data, "{\"medias\":[");
    for (size_t i = c->a->thing_n; i-- > 0;) {
        const struct sbx_thing *t = &c->a->thing[i];
        char want[32];

        snprintf(want, sizeof(want), "\"type\":\"%s\"", type);
        if (t->kind != SBX_ARTICLE || t->gone || !strstr(t->json, want))
            continue;
        if (total >= from && total < from + most)
            put_media(t, &data);
        total++;
    }
    sbx_buf_uncomma(&data);
    sbx_put(&data, "],'total':%l}", total);
    zalo_ok(c->res, data.p);
    sbx_buf_free(&data);
}

static void getdetail(struct zalo_call *c)
{
    const struct sbx_thing *t = sbx_thing_find(c->a, SBX_ARTICLE, sbx_query(c->r, "id"));
    cJSON *json;
    char *text;

    if (!t) {
        zalo_invalid(c->res, "id");
        return;
    }
    json = cJSON_Parse(t->json);
    cJSON_AddStringToObject(json, "id", t->id);
    text = cJSON_PrintUnformatted(json);
    zalo_ok(c->res, text);
    cJSON_free(text);
    cJSON_Delete(json);
}

static void update(struct zalo_call *c)
{
    struct sbx_thing *t = sbx_thing_find(c->a, SBX_ARTICLE, sbx_str(c->json, "id"));
    const char *bad = t ? check_article(c) : "id";
    char data[160];

    if (bad) {
        zalo_invalid(c->res, bad);
        return;
    }
    free(t->json);
    t->json = cJSON_PrintUnformatted(c->json);
    snprintf(data, sizeof(data), "{\"token\":\"%s\"}", t->id);
    zalo_ok(c->res, data);
}

static void remove_article(struct zalo_call *c)
{
    struct sbx_thing *t = sbx_thing_find(c->a, SBX_ARTICLE, sbx_str(c->json, "id"));

    if (!t) {
        zalo_invalid(c->res, "id");
        return;
    }
    t->gone = true;
    zalo_ok(c->res, NULL);
}

/* ---- uploads ---- */

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);

    return n >= m && !strcasecmp(s + n - m, end);
}

static const char *image_type(const struct sbx_part *p)
{
    if (p->len > 8 && !memcmp(p->data, "\x89PNG\r\n\x1a\n", 8))
        return "image/png";
    if (p->len > 3 && !memcmp(p->data, "\xff\xd8\xff", 3))
        return "image/jpeg";
    return p->len > 6 && !memcmp(p->data, "GIF8", 4) ? "image/gif" : NULL;
}

static const char *document_type(const struct sbx_part *p)
{
    const char *n = p->filename;

    return ends_with(n, ".pdf")    ? "application/pdf"
           : ends_with(n, ".doc")  ? "application/msword"
           : ends_with(n, ".docx") ? "application/vnd.openxmlformats-officedocument"
                                     ".wordprocessingml.document"
           : ends_with(n, ".csv")  ? "text/csv"
                                   : NULL;
}

static void upload(struct zalo_call *c, const char *kind)
{
    bool file = !strcmp(kind, "file"), gif = !strcmp(kind, "gif");
    size_t most = file || gif ? 5u << 20 : 1u << 20;
    struct sbx_part part;
    struct sbx_thing *t;
    const char *type = NULL;
    char id[70], data[110];

    if (!sbx_multipart(c->r, "file", &part) || !part.filename || !part.len) {
        zalo_invalid(c->res, "file");
        return;
    }
    type = file ? document_type(&part) : image_type(&part);
    if (!type || (!file && gif != !strcmp(type, "image/gif"))) {
        zalo_invalid(c->res, "file");
        return;
    }
    if (part.len > most) {
        zalo_error(c->res, -210, NULL);
        return;
    }
    sbx_random_word(&c->r->s->random, id, 60);
    t = sbx_thing_add(c->a, SBX_UPLOAD, id, c->r->now);
    t->type = sbx_strdup(type);
    t->json = sbx_strdup(part.filename); /* the name, for the echo and the page */
    t->data = sbx_alloc(part.len);
    memcpy(t->data, part.data, part.len);
    t->data_len = part.len;
    snprintf(data, sizeof(data), "{\"%s\":\"%s\"}", file ? "token" : "attachment_id", id);
    zalo_ok(c->res, data);
}

static void prepare_video(struct zalo_call *c)
{
    struct sbx_part part;
    char id[40], data[60];

    if (!sbx_multipart(c->r, "file", &part) || !part.filename ||
        (!ends_with(part.filename, ".mp4") && !ends_with(part.filename, ".avi"))) {
        zalo_invalid(c->res, "file");
    } else if (part.len > 50u << 20) {
        zalo_error(c->res, -210, NULL);
    } else {
        sbx_random_word(&c->r->s->random, id, 32);
        sbx_thing_add(c->a, SBX_VIDEO, id, c->r->now);
        snprintf(data, sizeof(data), "{\"token\":\"%s\"}", id);
        zalo_ok(c->res, data);
    }
}

static void verify_video(struct zalo_call *c)
{
    int place = c->r->s->sw[SW_ZALO_VIDEO_TOKEN];
    const char *token = place == 2 ? NULL : sbx_header(c->r, "token");
    struct sbx_thing *t;
    struct sbx_buf data = {0};
    bool ready;

    if (!token && place != 1)
        token = sbx_query(c->r, "token");
    t = sbx_thing_find(c->a, SBX_VIDEO, token);
    if (!t) {
        zalo_invalid(c->res, "token");
        return;
    }
    ready = t->count++ >= c->r->s->sw[SW_ZALO_VERIFY_POLLS];
    sbx_put(&data, "{'status':%d,'convert_percent':%d,'convert_error_code':0,'video_id':%q}",
            ready ? 1 : 3, ready ? 100 : 40, ready ? t->id : "");
    zalo_ok(c->res, data.p);
    sbx_buf_free(&data);
}

bool zalo_article_route(struct zalo_call *c)
{
    static const struct {
        const char *method, *path;
        void (*run)(struct zalo_call *c);
    } table[] = {
        {"POST", "/v2.0/article/create", create},
        {"POST", "/v2.0/article/verify", verify},
        {"POST", "/v2.0/article/update", update},
        {"POST", "/v2.0/article/remove", remove_article},
        {"GET", "/v2.0/article/getslice", getslice},
        {"GET", "/v2.0/article/getdetail", getdetail},
        {"POST", "/v2.0/article/upload_video/preparevideo", prepare_video},
        {"GET", "/v2.0/article/upload_video/verify", verify_video},
    };
    static const char up[] = "/v2.0/oa/upload/";
    const char *path = c->r->path;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (!strcmp(table[i].path, path) && !strcmp(table[i].method, c->r->method)) {
            table[i].run(c);
            return true;
        }
    }
    if (strncmp(path, up, sizeof(up) - 1) != 0 || strcmp(c->r->method, "POST") != 0)
        return false;
    path += sizeof(up) - 1;
    if (strcmp(path, "image") != 0 && strcmp(path, "gif") != 0 && strcmp(path, "file") != 0)
        return false;
    upload(c, path);
    return true;
}
