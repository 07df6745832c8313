/* SPDX-License-Identifier: Apache-2.0 */
/* fb_page.c - posts, photos, videos and comments of the Page (section 3). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/fb.h"

#define MESSAGE_MAX 63206u
#define PHOTO_MAX (4u << 20)

static bool is_url(const char *u)
{
    return u && (!strncmp(u, "https://", 8) || !strncmp(u, "http://", 7)) && !strpbrk(u, " \r\n");
}

/* Unix seconds or ISO 8601; 0 unreadable. */
static int64_t publish_time(const cJSON *json)
{
    const char *text = sbx_str(json, "scheduled_publish_time");
    int64_t n = sbx_int(json, "scheduled_publish_time", 0);

    if (text && strchr(text, '-')) {
        int64_t ms = sbx_parse_time(text);

        return ms < 0 ? 0 : ms / 1000;
    }
    return n < 0 || n > 100000000000 ? 0 : n;
}

static bool published(const cJSON *json)
{
    const char *text = sbx_str(json, "published");

    if (text)
        return strcmp(text, "false") != 0 && strcmp(text, "0") != 0;
    return sbx_bool(json, "published", true);
}

/* False with the error written; *at_ms 0 if not scheduled. */
static bool read_schedule(struct fb_call *c, int64_t *at_ms)
{
    int64_t seconds, ahead;

    *at_ms = 0;
    if (!sbx_get(c->json, "scheduled_publish_time"))
        return true;
    if (published(c->json)) {
        fb_param_error(c, "scheduled_publish_time needs published=false");
        return false;
    }
    seconds = publish_time(c->json);
    ahead = seconds * 1000 - c->r->now;
    if (ahead < 600000 || ahead > c->r->s->sw[SW_FB_SCHEDULE_DAYS] * SBX_DAY_MS) {
        fb_param_error(c, "The specified scheduled publish time is invalid.");
        return false;
    }
    *at_ms = seconds * 1000;
    return true;
}

static void new_post_id(struct fb_call *c, char out[96])
{
    char n[40];

    sbx_id_digits(c->r->s, n, sizeof(n), "122100000");
    snprintf(out, 96, "%.50s_%s", c->a->id, n);
}

/* The post becomes visible: ledger, page, webhook. */
static void go_live(struct sbx *s, struct sbx_account *a, struct sbx_thing *t)
{
    cJSON *json = cJSON_Parse(t->json);
    struct sbx_entry e = {.at_ms = sbx_now(s), .platform = SBX_FB, .user = -1, .kind = "post"};
    const char *text = sbx_str(json, "message"), *image = sbx_str(json, "image");
    const char *link = sbx_str(json, "link");
    struct sbx_buf buttons = {0};

    e.account = a->number;
    e.text = sbx_strdup(text);
    e.image = sbx_strdup(image);
    e.id = t->id;
    e.raw = t->json;
    if (link)
        sbx_put(&buttons, "[{'title':%q,'type':'url','url':%q}]", link, link);
    e.buttons = buttons.p;
    free(t->type);
    t->type = sbx_strdup("published");
    sbx_ledger_add(s, &e, NULL);
    fb_feed(s, a, image ? "photo" : "status", "add", t->id, text ? text : "");
    free(e.text);
    free(e.image);
    sbx_buf_free(&buttons);
    cJSON_Delete(json);
}

void fb_publish_due(struct sbx *s)
{
    int64_t now = sbx_now(s);

    for (size_t i = 0; i < s->account_n; i++) {
        struct sbx_account *a = s->account[i];

        for (size_t k = 0; a->platform == SBX_FB && k < a->thing_n; k++) {
            struct sbx_thing *t = &a->thing[k];

            if (t->kind == SBX_POST && !t->gone && t->type && !strcmp(t->type, "scheduled") &&
                t->at_ms <= now)
                go_live(s, a, t);
        }
    }
}

static void put_created(struct fb_call *c, const char *id)
{
    const char *n = strchr(id, '_');

    sbx_put(&c->res->body, "{'id':%q", id);
    if (fb_wants(c, "permalink_url"))
        sbx_put(&c->res->body, ",'permalink_url':'https://www.facebook.com/%s/posts/%s'", c->a->id,
                n ? n + 1 : id);
    sbx_buf_str(&c->res->body, "}");
}

static struct sbx_thing *store_post(struct fb_call *c, const char *image, int64_t at_ms)
{
    cJSON *o = cJSON_CreateObject();
    struct sbx_thing *t;
    char id[96];

    new_post_id(c, id);
    t = sbx_thing_add(c->a, SBX_POST, id, at_ms ? at_ms : c->r->now);
    if (sbx_str(c->json, "message") || sbx_str(c->json, "caption"))
        cJSON_AddStringToObject(o, "message",
                                sbx_str(c->json, "message") ? sbx_str(c->json, "message")
                                                            : sbx_str(c->json, "caption"));
    if (sbx_str(c->json, "link"))
        cJSON_AddStringToObject(o, "link", sbx_str(c->json, "link"));
    if (image)
        cJSON_AddStringToObject(o, "image", image);
    t->json = cJSON_PrintUnformatted(o);
    t->type = sbx_strdup(at_ms ? "scheduled" : published(c->json) ? "live" : "unpublished");
    cJSON_Delete(o);
    return t;
}

/* NULL with the error written if a photo is unknown; "" if there is none. */
static const char *attached_image(struct fb_call *c)
{
    const cJSON *list = sbx_get(c->json, "attached_media"), *v;
    const char *first = "";
    int n = 0;

    if (!list)
        return "";
    cJSON_ArrayForEach(v, list)
    {
        const char *id = sbx_str(v, "media_fbid");
        const struct sbx_thing *t = sbx_thing_find(c->a, SBX_PHOTO, id);

        if (!t) {
            fb_error(c, 100, 0, "(#100) Param attached_media has an unknown media_fbid");
            return NULL;
        }
        if (t->count) {
            fb_error(c, 100, 1366051, "(#100) These photos were already posted.");
            return NULL;
        }
        if (!n++)
            first = t->json;
    }
    if (!n || n > c->r->s->sw[SW_FB_MEDIA_MAX]) {
        fb_param_error(c, "Param attached_media has too few or too many photos");
        return NULL;
    }
    cJSON_ArrayForEach(v, list)
    {
        sbx_thing_find(c->a, SBX_PHOTO, sbx_str(v, "media_fbid"))->count++;
    }
    return first;
}

static bool repeated(struct fb_call *c, const char *message)
{
    char hex[65];

    sbx_sha4_hex(hex, message, "", 0, "", "");
    if (!strcmp(hex, c->a->last_post)) {
        fb_error(c, 506, 0, NULL);
        return true;
    }
    memcpy(c->a->last_post, hex, sizeof(hex));
    return false;
}

static void create_post(struct fb_call *c)
{
    const char *message = sbx_str(c->json, "message"), *link = sbx_str(c->json, "link"), *image;
    struct sbx_thing *t;
    int64_t at_ms;

    if (!message && !link && !sbx_get(c->json, "attached_media")) {
        fb_param_error(c, "Missing message or attachment");
        return;
    }
    if (!fb_fields_known(c, "id,permalink_url,message,created_time,is_published"))
        return;
    if (message && (!*message || sbx_longer(message, MESSAGE_MAX, SBX_CODE_POINTS))) {
        fb_param_error(c, "Param message is empty or too long");
        return;
    }
    if (link && (!is_url(link) || strstr(link, "facebook.com/"))) {
        fb_error(c, 100, strstr(link, "facebook.com/") ? 1609008 : 1500,
                 "(#100) The link is not allowed or not a valid URL");
        return;
    }
    if (!read_schedule(c, &at_ms))
        return;
    image = attached_image(c);
    if (!image || (message && repeated(c, message)))
        return;
    t = store_post(c, *image ? image : NULL, at_ms);
    put_created(c, t->id);
    if (!strcmp(t->type, "live"))
        go_live(c->r->s, c->a, t);
}

static bool photo_source(struct fb_call *c, struct sbx_part *part, bool *file)
{
    const char *url = sbx_str(c->json, "url");

    *file = sbx_multipart(c->r, "source", part);
    if (!*file && !url) {
        fb_param_error(c, "Missing url or source");
        return false;
    }
    if (*file && (part->len < 4 || part->len > PHOTO_MAX ||
                  (memcmp(part->data, "\x89PNG", 4) != 0 && memcmp(part->data, "\xff\xd8\xff", 3) &&
                   memcmp(part->data, "GIF8", 4) != 0 && memcmp(part->data, "BM", 2) != 0 &&
                   memcmp(part->data, "II*", 3) != 0 && memcmp(part->data, "MM", 2) != 0))) {
        fb_error(c, 100, 1366046, "(#100) The photo is too large or of a wrong format");
        return false;
    }
    if (!*file && !is_url(url)) {
        fb_error(c, 100, 2061006, "(#100) The url is not valid");
        return false;
    }
    return true;
}

static void create_photo(struct fb_call *c)
{
    struct sbx_part part;
    struct sbx_thing *t, *post;
    struct sbx_buf link = {0};
    bool file, live = published(c->json);
    int64_t at_ms;
    char id[40];
    const char *image;

    if (!photo_source(c, &part, &file) || !read_schedule(c, &at_ms))
        return;
    sbx_id_digits(c->r->s, id, sizeof(id), "122100001");
    t = sbx_thing_add(c->a, SBX_PHOTO, id, c->r->now);
    if (file) {
        sbx_put(&link, "/_media/facebook/%d/%s", (int)c->a->number, id);
        t->data = sbx_alloc(part.len);
        memcpy(t->data, part.data, part.len);
        t->data_len = part.len;
        t->type = sbx_strdup(part.type ? part.type : "image/png");
        t->json = link.p;
    } else {
        t->json = sbx_strdup(sbx_str(c->json, "url"));
    }
    image = sbx_keep(c->r, t->json, strlen(t->json));
    if (!live && !at_ms) {
        sbx_put(&c->res->body, "{'id':%q}", id);
        return;
    }
    t->count = 1;
    post = store_post(c, image, at_ms); /* may move `t` */
    sbx_put(&c->res->body, "{'id':%q,'post_id':%q}", id, post->id);
    if (live)
        go_live(c->r->s, c->a, post);
}

static void create_video(struct fb_call *c)
{
    const char *phase = sbx_str(c->json, "upload_phase");
    struct sbx_part part;
    struct sbx_thing *t;
    char id[40];

    if (phase && !strcmp(phase, "transfer")) {
        t = sbx_thing_find(c->a, SBX_VIDEO, sbx_str(c->json, "upload_session_id"));
        if (!t || !sbx_multipart(c->r, "video_file_chunk", &part)) {
            fb_param_error(c, "Missing upload_session_id or video_file_chunk");
            return;
        }
        t->data_len += part.len;
        sbx_put(&c->res->body, "{'start_offset':'%l','end_offset':'%l'}", (int64_t)t->data_len,
                t->at_ms > (int64_t)t->data_len ? t->at_ms : (int64_t)t->data_len);
        return;
    }
    if (phase && !strcmp(phase, "finish")) {
        if (sbx_thing_find(c->a, SBX_VIDEO, sbx_str(c->json, "upload_session_id")))
            fb_success(c);
        else
            fb_param_error(c, "Unknown upload_session_id");
        return;
    }
    if (!phase && !is_url(sbx_str(c->json, "file_url")) && !sbx_multipart(c->r, "source", &part)) {
        fb_param_error(c, "Missing file_url or source");
        return;
    }
    sbx_id_digits(c->r->s, id, sizeof(id), "122100002");
    t = sbx_thing_add(c->a, SBX_VIDEO, id, c->r->now);
    if (phase) { /* at_ms holds the announced size of an upload in steps */
        t->at_ms = sbx_int(c->json, "file_size", 0);
        sbx_put(&c->res->body,
                "{'upload_session_id':%q,'video_id':%q,'start_offset':'0',"
                "'end_offset':'%l'}",
                id, id, t->at_ms);
    } else {
        sbx_put(&c->res->body, "{'id':%q}", id);
    }
}

/* ---- reading, editing, deleting ---- */

static void put_post(const struct sbx_account *a, const struct sbx_thing *t, struct sbx_buf *out)
{
    cJSON *json = cJSON_Parse(t->json);
    const char *n = strchr(t->id, '_');
    struct sbx_when w = sbx_vn(t->at_ms - 7 * SBX_HOUR_MS);
    char created[40];
    bool live = !strcmp(t->type, "published");

    snprintf(created, sizeof(created), "%04d-%02d-%02dT%02d:%02d:%02d+0000", w.year, w.month, w.day,
             w.hour, w.minute, w.second);
    sbx_put(out, "{'id':%q,'created_time':%q,'is_published':%b", t->id, created, live);
    if (sbx_str(json, "message"))
        sbx_put(out, ",'message':%q", sbx_str(json, "message"));
    if (!strcmp(t->type, "scheduled"))
        sbx_put(out, ",'scheduled_publish_time':%l", t->at_ms / 1000);
    sbx_put(out, ",'permalink_url':'https://www.facebook.com/%s/posts/%s'}", a->id,
            n ? n + 1 : t->id);
    cJSON_Delete(json);
}

static void list_posts(struct fb_call *c, const char *state)
{
    if (!fb_fields_known(c, "id,message,created_time,permalink_url,is_published,"
                            "scheduled_publish_time,full_picture,status_type"))
        return;
    sbx_buf_str(&c->res->body, "{\"data\":[");
    for (size_t i = c->a->thing_n; i-- > 0;) {
        const struct sbx_thing *t = &c->a->thing[i];

        if (t->kind != SBX_POST || t->gone || strcmp(t->type, state) != 0)
            continue;
        put_post(c->a, t, &c->res->body);
        sbx_buf_str(&c->res->body, ",");
    }
    sbx_buf_uncomma(&c->res->body);
    sbx_buf_str(&c->res->body, "]}");
}

static void edit_post(struct fb_call *c, struct sbx_thing *t)
{
    const char *message = sbx_str(c->json, "message");
    bool publish = sbx_bool(c->json, "is_published", false);
    int64_t at_ms = t->at_ms;

    if (sbx_get(c->json, "scheduled_publish_time")) {
        int64_t ahead = publish_time(c->json) * 1000 - c->r->now;

        if (ahead < 600000 || ahead > c->r->s->sw[SW_FB_SCHEDULE_DAYS] * SBX_DAY_MS) {
            fb_param_error(c, "The specified scheduled publish time is invalid.");
            return;
        }
        at_ms = c->r->now + ahead;
    }
    if (message) {
        cJSON *json = cJSON_Parse(t->json);

        cJSON_DeleteItemFromObjectCaseSensitive(json, "message");
        cJSON_AddStringToObject(json, "message", message);
        free(t->json);
        t->json = cJSON_PrintUnformatted(json);
        cJSON_Delete(json);
    }
    t->at_ms = at_ms;
    fb_success(c);
    if (publish && strcmp(t->type, "published") != 0)
        go_live(c->r->s, c->a, t);
}

static bool post_object(struct fb_call *c)
{
    struct sbx_thing *t = sbx_thing_find(c->a, SBX_POST, c->node);

    if (!t)
        return false;
    if (!strcmp(c->r->method, "DELETE")) {
        t->gone = true;
        fb_success(c);
    } else if (!strcmp(c->r->method, "POST")) {
        edit_post(c, t);
    } else if (fb_fields_known(c, "id,message,created_time,permalink_url,is_published,"
                                  "scheduled_publish_time")) {
        put_post(c->a, t, &c->res->body);
    }
    return true;
}

static bool video_object(struct fb_call *c)
{
    struct sbx_thing *t = sbx_thing_find(c->a, SBX_VIDEO, c->node);

    if (!t || strcmp(c->r->method, "GET") != 0)
        return false;
    if (fb_fields_known(c, "id,status,permalink_url"))
        sbx_put(&c->res->body, "{'id':%q,'status':{'video_status':'%s'}}", t->id,
                t->count++ < 2 ? "processing" : "ready");
    return true;
}

static void comments(struct fb_call *c)
{
    const char *message = sbx_str(c->json, "message");
    bool known =
        sbx_thing_find(c->a, SBX_POST, c->node) || sbx_thing_find(c->a, SBX_COMMENT, c->node);
    char id[40];

    if (!known) {
        fb_error(c, 100, 33, "Unsupported post request. Object does not exist");
    } else if (!message && !sbx_str(c->json, "attachment_url")) {
        fb_param_error(c, "Missing message or attachment");
    } else {
        struct sbx_entry e = {
            .at_ms = c->r->now, .platform = SBX_FB, .user = -1, .kind = "comment"};

        sbx_id_digits(c->r->s, id, sizeof(id), "118000000");
        sbx_thing_add(c->a, SBX_COMMENT, id, c->r->now);
        e.account = c->a->number;
        e.text = sbx_strdup(message);
        e.id = id;
        sbx_ledger_add(c->r->s, &e, NULL);
        free(e.text);
        sbx_put(&c->res->body, "{'id':%q}", id);
    }
}

bool fb_page_route(struct fb_call *c)
{
    bool page = !strcmp(c->node, "me") || !strcmp(c->node, c->a->id);
    bool post = !strcmp(c->r->method, "POST"), get = !strcmp(c->r->method, "GET");

    if (page && !strcmp(c->edge, "feed") && post)
        create_post(c);
    else if (page && (!strcmp(c->edge, "feed") || !strcmp(c->edge, "posts")) && get)
        list_posts(c, "published");
    else if (page && !strcmp(c->edge, "scheduled_posts") && get)
        list_posts(c, "scheduled");
    else if (page && !strcmp(c->edge, "photos") && post)
        create_photo(c);
    else if (page && !strcmp(c->edge, "videos") && post)
        create_video(c);
    else if (!page && !strcmp(c->edge, "comments") && post)
        comments(c);
    else
        return !page && !*c->edge && (post_object(c) || video_object(c));
    return true;
}
