/* SPDX-License-Identifier: Apache-2.0 */
/* zalo_check.c - the forms of a consultation message (section 3.1) and its limits. */
#include <string.h>

#include "tests/sandbox/zalo.h"

#define UPLOAD_LIFE_MS (7 * SBX_DAY_MS)

void zalo_message_free(struct zalo_message *m)
{
    sbx_buf_free(&m->buttons);
    sbx_buf_free(&m->cards);
}

int zalo_upload_state(const struct sbx_account *a, const char *id, int64_t now_ms)
{
    const struct sbx_thing *t = sbx_thing_find(a, SBX_UPLOAD, id);

    if (!t)
        return -201;
    return now_ms - t->at_ms > UPLOAD_LIFE_MS ? -100 : 0;
}

bool zalo_url_ok(const char *url)
{
    if (!url || (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0))
        return false;
    for (const char *p = url; *p; p++)
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f)
            return false;
    return true;
}

/* payload of one button or default_action; NULL if fine. */
static const char *check_action(const cJSON *b, struct sbx_buf *out)
{
    const char *type = sbx_str(b, "type"), *text = sbx_str(b, "payload"), *url;
    const cJSON *payload = sbx_get(b, "payload");

    if (!type)
        return "type";
    if (!strcmp(type, "oa.open.url")) {
        url = sbx_str(payload, "url");
        if (!url)
            url = sbx_str(b, "url");
        if (!zalo_url_ok(url))
            return "url";
        sbx_put(out, "'type':'url','url':%q", url);
    } else if (!strcmp(type, "oa.query.show") || !strcmp(type, "oa.query.hide")) {
        if (!text || !*text || sbx_longer(text, 1000, SBX_CODE_POINTS))
            return "payload";
        sbx_put(out, "'type':'reply','payload':%q,'silent':%b", text,
                !strcmp(type, "oa.query.hide"));
    } else if (!strcmp(type, "oa.open.phone")) {
        if (!sbx_str(payload, "phone_code"))
            return "phone_code";
        sbx_put(out, "'type':'phone','url':%q", sbx_str(payload, "phone_code"));
    } else if (!strcmp(type, "oa.open.sms")) {
        const char *content = sbx_str(payload, "content");

        if (!sbx_str(payload, "phone_code"))
            return "phone_code";
        if (!content || sbx_longer(content, 160, SBX_CODE_POINTS))
            return "content";
        sbx_put(out, "'type':'sms','url':%q", sbx_str(payload, "phone_code"));
    } else {
        return "type";
    }
    return NULL;
}

const char *zalo_check_buttons(const cJSON *list, int most, size_t title_max, struct sbx_buf *out)
{
    const cJSON *b;
    const char *bad = NULL;

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > most || !cJSON_GetArraySize(list))
        return "buttons";
    sbx_buf_str(out, "[");
    cJSON_ArrayForEach(b, list)
    {
        const char *title = sbx_str(b, "title");

        if (!title || !*title || sbx_longer(title, title_max, SBX_CODE_POINTS))
            return "title";
        sbx_put(out, "{'title':%q,", title);
        bad = check_action(b, out);
        if (bad)
            return bad;
        sbx_buf_str(out, "},");
    }
    sbx_buf_uncomma(out);
    sbx_buf_str(out, "]");
    return NULL;
}

/* Where the page finds an uploaded picture. */
static const char *media_url(const struct sbx_req *r, const struct sbx_account *a, const char *id)
{
    struct sbx_buf t = {0};
    const char *kept;

    sbx_put(&t, "/_media/zalo/%d/%s", (int)a->number, id);
    kept = sbx_keep(r, t.p, t.len);
    sbx_buf_free(&t);
    return kept;
}

static int check_media(const struct sbx_req *r, const struct sbx_account *a, const cJSON *payload,
                       struct zalo_message *out, const char **field)
{
    const cJSON *list = sbx_get(payload, "elements"), *e = cJSON_GetArrayItem(list, 0);
    const char *type = sbx_str(e, "media_type"), *url = sbx_str(e, "url"),
               *id = sbx_str(e, "attachment_id");
    bool gif = type && !strcmp(type, "gif"), sticker = type && !strcmp(type, "sticker");

    *field = "elements";
    if (cJSON_GetArraySize(list) != 1)
        return -201;
    *field = "media_type";
    if (!type)
        return -201;
    if (!gif && !sticker && strcmp(type, "image") != 0)
        return -233;
    *field = id ? "attachment_id" : "url";
    if ((url != NULL) == (id != NULL) || (sticker && !id) || (url && !zalo_url_ok(url)))
        return -201;
    if (id && !sticker) {
        int state = zalo_upload_state(a, id, r->now);

        if (state)
            return state;
    }
    *field = "width";
    if (gif && (sbx_int(e, "width", 0) <= 0 || sbx_int(e, "height", 0) <= 0))
        return -201;
    out->kind = gif ? "gif" : sticker ? "sticker" : "image";
    out->event = gif ? "oa_send_gif" : sticker ? "oa_send_sticker" : "oa_send_image";
    out->image = url ? url : sticker ? NULL : media_url(r, a, id);
    return 0;
}

static int check_user_info(const cJSON *payload, struct zalo_message *out, const char **field)
{
    const cJSON *list = sbx_get(payload, "elements"), *e = cJSON_GetArrayItem(list, 0);
    const char *title = sbx_str(e, "title"), *subtitle = sbx_str(e, "subtitle");

    *field = "elements";
    if (cJSON_GetArraySize(list) != 1)
        return -201;
    *field = "title";
    if (!title || sbx_longer(title, 100, SBX_CODE_POINTS))
        return -201;
    *field = "subtitle";
    if (!subtitle || sbx_longer(subtitle, 500, SBX_CODE_POINTS))
        return -201;
    *field = "image_url";
    if (!zalo_url_ok(sbx_str(e, "image_url")))
        return -201;
    sbx_put(&out->cards, "[{'title':%q,'subtitle':%q,'image':%q}]", title, subtitle,
            sbx_str(e, "image_url"));
    out->kind = "request_user_info";
    out->event = "oa_send_template";
    return 0;
}

static int check_list(const struct sbx_req *r, const cJSON *payload, struct zalo_message *out,
                      const char **field)
{
    const cJSON *list = sbx_get(payload, "elements"), *e;
    int n = cJSON_GetArraySize(list);

    *field = "elements";
    if (!n || n > r->s->sw[SW_ZALO_LIST_MAX])
        return -201;
    sbx_buf_str(&out->cards, "[");
    cJSON_ArrayForEach(e, list)
    {
        const char *title = sbx_str(e, "title"), *subtitle = sbx_str(e, "subtitle");
        const cJSON *action = sbx_get(e, "default_action");
        struct sbx_buf t = {0};
        const char *bad = NULL;

        *field = "title";
        if (!title || !*title || sbx_longer(title, 100, SBX_CODE_POINTS))
            return -201;
        *field = "subtitle";
        if (subtitle && sbx_longer(subtitle, 500, SBX_CODE_POINTS))
            return -201;
        if (action)
            bad = check_action(action, &t);
        sbx_put(&out->cards, "{'title':%q,'subtitle':%q,'image':%q", title, subtitle,
                sbx_str(e, "image_url"));
        if (action && !bad)
            sbx_put(&out->cards, ",'action':{%s}", t.p);
        sbx_buf_str(&out->cards, "},");
        sbx_buf_free(&t);
        *field = bad;
        if (bad)
            return -201;
    }
    sbx_buf_uncomma(&out->cards);
    sbx_buf_str(&out->cards, "]");
    out->kind = "list";
    out->event = "oa_send_list";
    return 0;
}

static int check_attachment(const struct sbx_req *r, const struct sbx_account *a,
                            const cJSON *attachment, struct zalo_message *out, const char **field)
{
    const char *type = sbx_str(attachment, "type"), *form;
    const cJSON *payload = sbx_get(attachment, "payload"), *buttons = sbx_get(payload, "buttons");
    int code = 0;

    *field = "payload";
    if (!cJSON_IsObject(payload))
        return -201;
    *field = "type";
    if (!type)
        return -201;
    if (!strcmp(type, "file")) {
        const char *token = sbx_str(payload, "token");
        const struct sbx_thing *t = sbx_thing_find(a, SBX_UPLOAD, token);

        *field = "token";
        out->kind = "file";
        out->event = "oa_send_file";
        out->file = t ? t->json : NULL;
        return token ? zalo_upload_state(a, token, r->now) : -201;
    }
    if (strcmp(type, "template") != 0)
        return -201;
    form = sbx_str(payload, "template_type");
    *field = "template_type";
    if (form && !strcmp(form, "media"))
        code = check_media(r, a, payload, out, field);
    else if (form && !strcmp(form, "request_user_info"))
        code = check_user_info(payload, out, field);
    else if (form && !strcmp(form, "list"))
        code = check_list(r, payload, out, field);
    else if (form)
        return -233;
    else if (!buttons || !out->text)
        return -201;
    if (!code && buttons) {
        *field = zalo_check_buttons(buttons, 5, 100, &out->buttons);
        code = *field ? -201 : 0;
    }
    return code;
}

int zalo_check_message(const struct sbx_req *r, const struct sbx_account *a, const cJSON *message,
                       struct zalo_message *out, const char **field)
{
    const cJSON *text = sbx_get(message, "text"), *attachment = sbx_get(message, "attachment");

    memset(out, 0, sizeof(*out));
    out->kind = "text";
    out->event = "oa_send_text";
    *field = "message";
    if (!cJSON_IsObject(message) || (!text && !attachment))
        return -201;
    if (text) {
        *field = "text";
        if (!cJSON_IsString(text) || !text->valuestring[0])
            return -201;
        if (sbx_longer(text->valuestring, 2000, (enum sbx_unit)r->s->sw[SW_ZALO_TEXT_UNIT]))
            return -210;
        out->text = text->valuestring;
    }
    return attachment ? check_attachment(r, a, attachment, out, field) : 0;
}
