/* SPDX-License-Identifier: Apache-2.0 */
/* fb_check.c - the parts of a message and their limits (sections 4.2, 4.3). */
#include <stdio.h>
#include <string.h>

#include "tests/sandbox/fb.h"

#define ATTACHMENT_LIFE_MS (90 * SBX_DAY_MS)
#define UNIT(c) ((enum sbx_unit)(c)->r->s->sw[SW_FB_TEXT_UNIT])

bool fb_refuse(struct fb_message *m, int code, int subcode, const char *why)
{
    m->code = code;
    m->subcode = subcode;
    snprintf(m->why, sizeof(m->why), "(#%d) %s", code, why);
    return false;
}

void fb_message_free(struct fb_message *m)
{
    sbx_buf_free(&m->buttons);
    sbx_buf_free(&m->cards);
    sbx_buf_free(&m->rendered);
}

static bool is_url(const char *u)
{
    return u && (!strncmp(u, "https://", 8) || !strncmp(u, "http://", 7)) && !strpbrk(u, " \t\r\n");
}

static bool check_button(struct fb_call *c, const cJSON *b, struct fb_message *m,
                         struct sbx_buf *out)
{
    const char *type = sbx_str(b, "type"), *title = sbx_str(b, "title");
    const char *payload = sbx_str(b, "payload"), *url = sbx_str(b, "url");

    if (!type || !title || !*title)
        return fb_refuse(m, 100, 0, "Param buttons: type and title are required");
    if (sbx_longer(title, 20, UNIT(c)))
        return fb_refuse(m, 100, 0, "Length of param title must be less than or equal to 20");
    if (!strcmp(type, "web_url")) {
        if (!is_url(url))
            return fb_refuse(m, 100, 0, "Param buttons: url must be a well-formed URL");
        sbx_put(out, "{'title':%q,'type':'url','url':%q},", title, url);
    } else if (!strcmp(type, "postback")) {
        if (!payload || !*payload || sbx_longer(payload, 1000, UNIT(c)))
            return fb_refuse(m, 100, 0, "Param buttons: payload must be 1 to 1000 characters");
        sbx_put(out, "{'title':%q,'type':'postback','payload':%q},", title, payload);
    } else if (!strcmp(type, "phone_number")) {
        if (!payload || *payload != '+')
            return fb_refuse(m, 100, 0, "Param buttons: payload must be a phone number with +");
        sbx_put(out, "{'title':%q,'type':'phone','url':%q},", title, payload);
    } else {
        return fb_refuse(m, 100, 0, "Param buttons: unknown type");
    }
    return true;
}

static bool check_buttons(struct fb_call *c, const cJSON *list, int least, struct fb_message *m,
                          struct sbx_buf *out)
{
    const cJSON *b;
    int n = cJSON_GetArraySize(list);

    if (n < least || n > 3)
        return fb_refuse(m, 100, 0, "Param buttons must have 1 to 3 elements");
    sbx_buf_str(out, "[");
    cJSON_ArrayForEach(b, list)
    {
        if (!check_button(c, b, m, out))
            return false;
    }
    sbx_buf_uncomma(out);
    sbx_buf_str(out, "]");
    return true;
}

static bool check_element(struct fb_call *c, const cJSON *e, struct fb_message *m)
{
    const char *title = sbx_str(e, "title"), *subtitle = sbx_str(e, "subtitle");
    const char *image = sbx_str(e, "image_url");
    const cJSON *action = sbx_get(e, "default_action"), *buttons = sbx_get(e, "buttons");

    if (!title || !*title || sbx_longer(title, 80, UNIT(c)))
        return fb_refuse(m, 100, 0, "Param title must be 1 to 80 characters");
    if (subtitle && sbx_longer(subtitle, 80, UNIT(c)))
        return fb_refuse(m, 100, 0, "Param subtitle must be at most 80 characters");
    if (image && !is_url(image))
        return fb_refuse(m, 100, 0, "Param image_url must be a well-formed URL");
    if (!subtitle && !image && !action && !buttons)
        return fb_refuse(m, 100, 0, "An element needs one property besides title");
    if (action && (!sbx_str(action, "type") || strcmp(sbx_str(action, "type"), "web_url") != 0 ||
                   !is_url(sbx_str(action, "url"))))
        return fb_refuse(m, 100, 0, "Param default_action must be a web_url");
    sbx_put(&m->cards, "{'title':%q,'subtitle':%q,'image':%q", title, subtitle, image);
    if (action)
        sbx_put(&m->cards, ",'action':{'type':'url','url':%q}", sbx_str(action, "url"));
    if (buttons) {
        sbx_buf_str(&m->cards, ",\"buttons\":");
        if (!check_buttons(c, buttons, 1, m, &m->cards))
            return false;
    }
    sbx_buf_str(&m->cards, "},");
    return true;
}

static bool check_generic(struct fb_call *c, const cJSON *payload, struct fb_message *m)
{
    const cJSON *list = sbx_get(payload, "elements"), *e;
    int n = cJSON_GetArraySize(list);

    m->kind = "generic";
    if (n < 1 || n > 10)
        return fb_refuse(m, 100, 0, "Param elements must have 1 to 10 elements");
    sbx_buf_str(&m->cards, "[");
    cJSON_ArrayForEach(e, list)
    {
        if (!check_element(c, e, m))
            return false;
    }
    sbx_buf_uncomma(&m->cards);
    sbx_buf_str(&m->cards, "]");
    return true;
}

static bool check_attachment_id(struct fb_call *c, const char *id, struct fb_message *m)
{
    const struct sbx_thing *t = sbx_thing_find(c->a, SBX_UPLOAD, id);

    if (!t || c->r->now - t->at_ms > ATTACHMENT_LIFE_MS)
        return fb_refuse(m, 100, 2018074, "Invalid attachment id");
    m->image = t->json;
    return true;
}

static bool check_media(struct fb_call *c, const cJSON *payload, struct fb_message *m)
{
    const cJSON *list = sbx_get(payload, "elements"), *e = cJSON_GetArrayItem(list, 0);
    const char *id = sbx_str(e, "attachment_id"), *url = sbx_str(e, "url");
    const cJSON *buttons = sbx_get(e, "buttons");

    m->kind = "media";
    if (cJSON_GetArraySize(list) != 1 || (id != NULL) == (url != NULL))
        return fb_refuse(m, 100, 0,
                         "Param elements must have one element with attachment_id or url");
    if (url && !strstr(url, "facebook.com/"))
        return fb_refuse(m, 100, 0, "Param url must be a Facebook URL");
    if (id && !check_attachment_id(c, id, m))
        return false;
    return buttons ? check_buttons(c, buttons, 1, m, &m->buttons) : true;
}

static bool check_template(struct fb_call *c, const cJSON *payload, struct fb_message *m)
{
    const char *type = sbx_str(payload, "template_type"), *text = sbx_str(payload, "text");

    if (!type)
        return fb_refuse(m, 100, 0, "Param template_type is required");
    if (!strcmp(type, "generic"))
        return check_generic(c, payload, m);
    if (!strcmp(type, "media"))
        return check_media(c, payload, m);
    if (!strcmp(type, "button")) {
        m->kind = "button";
        if (!text || !*text || sbx_longer(text, 640, UNIT(c)))
            return fb_refuse(m, 100, 0, "Param text must be 1 to 640 characters");
        m->text = text;
        return check_buttons(c, sbx_get(payload, "buttons"), 1, m, &m->buttons);
    }
    if (!strcmp(type, "notification_messages") || !strcmp(type, "one_time_notif_req"))
        return fb_refuse(m, 100, 0, "This template is not available for this Page");
    return fb_refuse(m, 100, 0, "Param template_type is not a valid type");
}

static bool check_attachment(struct fb_call *c, const cJSON *at, struct fb_message *m)
{
    const char *type = sbx_str(at, "type");
    const cJSON *payload = sbx_get(at, "payload");
    const char *url = sbx_str(payload, "url"), *id = sbx_str(payload, "attachment_id");
    struct sbx_part part;

    if (!type)
        return fb_refuse(m, 100, 0, "Param attachment[type] is required");
    if (!strcmp(type, "template"))
        return check_template(c, payload, m);
    if (strcmp(type, "image") != 0 && strcmp(type, "audio") != 0 && strcmp(type, "video") != 0 &&
        strcmp(type, "file") != 0)
        return fb_refuse(m, 100, 0,
                         "Param attachment[type] must be one of {IMAGE, AUDIO, VIDEO, "
                         "FILE, TEMPLATE}");
    m->kind = !strcmp(type, "image")   ? "image"
              : !strcmp(type, "audio") ? "audio"
              : !strcmp(type, "video") ? "video"
                                       : "file";
    if (sbx_multipart(c->r, "filedata", &part)) {
        if (part.len > 25u << 20)
            return fb_refuse(m, 100, 2018109, "Attachment size exceeds allowable limit");
        m->attachment_id = fb_attachment_new(c, type, NULL);
        return check_attachment_id(c, m->attachment_id, m);
    }
    if ((url != NULL) == (id != NULL))
        return fb_refuse(m, 100, 0, "Param payload needs url or attachment_id");
    if (id)
        return check_attachment_id(c, id, m);
    if (!is_url(url))
        return fb_refuse(m, 100, 2018008, "Failed to fetch the file from the url");
    m->image = strcmp(type, "image") ? NULL : url;
    m->file = strcmp(type, "image") ? url : NULL;
    if (sbx_bool(payload, "is_reusable", false))
        m->attachment_id = fb_attachment_new(c, type, url);
    return true;
}

static bool check_images(struct fb_call *c, const cJSON *list, struct fb_message *m)
{
    const cJSON *at;
    int n = cJSON_GetArraySize(list);

    if (n < 1 || n > 30)
        return fb_refuse(m, 100, 0, "Param attachments must have 1 to 30 elements");
    cJSON_ArrayForEach(at, list)
    {
        const char *type = sbx_str(at, "type");

        if (!type || strcmp(type, "image") != 0)
            return fb_refuse(m, 100, 0, "Param attachments: images only");
        if (!check_attachment(c, at, m))
            return false;
    }
    return true;
}

static bool check_quick(struct fb_call *c, const cJSON *list, struct fb_message *m)
{
    const cJSON *q;
    struct sbx_buf *b = &m->buttons;
    int n = cJSON_GetArraySize(list);

    if (!cJSON_IsArray(list) || n < 1 || n > 13)
        return fb_refuse(m, 100, 0, "Param quick_replies must have 1 to 13 elements");
    if (b->len) /* joins them to the template's buttons */
        b->p[b->len - 1] = ',';
    else
        sbx_buf_str(b, "[");
    cJSON_ArrayForEach(q, list)
    {
        const char *type = sbx_str(q, "content_type"), *title = sbx_str(q, "title");
        const char *payload = sbx_str(q, "payload");
        bool text = type && !strcmp(type, "text");

        if (!type ||
            (!text && strcmp(type, "user_phone_number") != 0 && strcmp(type, "user_email") != 0))
            return fb_refuse(m, 100, 0, "Param content_type is not valid");
        if (text && (!title || !*title || !payload || sbx_longer(payload, 1000, UNIT(c))))
            return fb_refuse(m, 100, 0, "Quick reply needs title and payload");
        if (text && sbx_longer(title, 20, UNIT(c)) && c->r->s->sw[SW_FB_TITLE] == 0)
            return fb_refuse(m, 100, 0, "Length of param title must be at most 20");
        sbx_put(b, "{'title':%q,'type':'%s','payload':%q,'image':%q},", text ? title : type,
                text ? "quick" : type, payload, sbx_str(q, "image_url"));
    }
    sbx_buf_uncomma(b);
    sbx_buf_str(b, "]");
    return true;
}

bool fb_check(struct fb_call *c, const cJSON *message, struct fb_message *m)
{
    const cJSON *at = sbx_get(message, "attachment"), *many = sbx_get(message, "attachments");
    const cJSON *template = sbx_get(message, "template"),
                *quick = sbx_get(message, "quick_replies");
    const cJSON *text = sbx_get(message, "text"), *sticker = sbx_get(message, "sticker_id");
    const cJSON *metadata = sbx_get(message, "metadata");
    int bodies = (at != NULL) + (many != NULL) + (template != NULL) + (sticker != NULL);

    memset(m, 0, sizeof(*m));
    m->kind = sticker ? "sticker" : "text";
    if (!cJSON_IsObject(message))
        return fb_refuse(m, 100, 0, "Param message must be an object");
    if (bodies + (text != NULL) != 1)
        return fb_refuse(m, 100, 0,
                         "Message must have exactly one of text, attachment, attachments, "
                         "template, sticker_id");
    if (metadata && (!cJSON_IsString(metadata) ||
                     !sbx_utf8_ok(metadata->valuestring, strlen(metadata->valuestring)) ||
                     sbx_length(metadata->valuestring, UNIT(c)) >= 1000))
        return fb_refuse(m, 100, 0, "Length of param metadata must be less than 1000");
    m->metadata = metadata ? metadata->valuestring : NULL;
    if (text) {
        if (!cJSON_IsString(text) || !text->valuestring[0])
            return fb_refuse(m, 100, 0, "Param text must be a non-empty UTF-8 string");
        if (sbx_longer(text->valuestring, 1999, UNIT(c)))
            return fb_refuse(m, 100, 0, "Length of param message[text] must be less than 2000");
        m->text = text->valuestring;
    }
    if (at && !check_attachment(c, at, m))
        return false;
    if (many && !check_images(c, many, m))
        return false;
    if (template && !fb_check_utility(c, template, m))
        return false;
    return quick ? check_quick(c, quick, m) : true;
}
