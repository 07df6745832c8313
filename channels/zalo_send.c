/* SPDX-License-Identifier: Apache-2.0 */
/* The request of one "Tư vấn" (cs) message, section 3.1 of the contract. */
#include <stdlib.h>
#include <string.h>

#include "channels/zalo_private.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"

static bool is_set(const char *s)
{
    return s && s[0];
}

void zalo_add_web_address(cJSON *o, const char *key, const char *address)
{
    struct loa_buf out = {0};

    for (const char *s = address; *s; s++) {
        unsigned char ch = (unsigned char)*s;

        if (ch <= 0x20 || ch >= 0x7f)
            loa_buf_addf(&out, "%%%02X", ch);
        else
            loa_buf_addc(&out, *s);
    }
    cJSON_AddStringToObject(o, key, loa_buf_str(&out));
    loa_buf_release(&out);
}

/* ---- actions ---- */

static void add_phone(cJSON *o, const char *number)
{
    struct loa_buf digits = {0};

    for (; *number; number++) {
        if (*number >= '0' && *number <= '9')
            loa_buf_addc(&digits, *number);
    }
    cJSON_AddStringToObject(o, "phone_code", loa_buf_str(&digits));
    loa_buf_release(&digits);
}

/* "type" and "payload" of an action. */
static void add_action(cJSON *o, enum msg_button_kind kind, const char *value)
{
    switch (kind) {
    case MSG_BUTTON_URL:
        cJSON_AddStringToObject(o, "type", "oa.open.url");
        zalo_add_web_address(cJSON_AddObjectToObject(o, "payload"), "url", value);
        break;
    case MSG_BUTTON_PHONE:
        cJSON_AddStringToObject(o, "type", "oa.open.phone");
        add_phone(cJSON_AddObjectToObject(o, "payload"), value);
        break;
    case MSG_BUTTON_REPLY:
        cJSON_AddStringToObject(o, "type", "oa.query.show");
        cJSON_AddStringToObject(o, "payload", value);
        break;
    }
}

cJSON *zalo_button_json(const struct msg_button *b)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "title", b->title ? b->title : "");
    add_action(o, b->kind, b->value ? b->value : "");
    return o;
}

/* ---- message ---- */

/* message.attachment.payload of a template. */
static cJSON *add_template(cJSON *message)
{
    cJSON *attachment = cJSON_AddObjectToObject(message, "attachment");

    cJSON_AddStringToObject(attachment, "type", "template");
    return cJSON_AddObjectToObject(attachment, "payload");
}

static void add_buttons(cJSON *payload, const struct zalo_plan *plan)
{
    cJSON *list;

    if (!plan->n_buttons)
        return;
    list = cJSON_AddArrayToObject(payload, "buttons");
    for (size_t i = 0; i < plan->n_buttons; i++)
        cJSON_AddItemToArray(list, zalo_button_json(plan->buttons[i]));
}

static void add_media(cJSON *message, const char *image_url)
{
    cJSON *payload = add_template(message), *element = cJSON_CreateObject();
    const char *id = zalo_attachment_id(image_url);

    cJSON_AddStringToObject(payload, "template_type", "media");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(payload, "elements"), element);
    cJSON_AddStringToObject(element, "media_type", "image");
    if (id)
        cJSON_AddStringToObject(element, "attachment_id", id);
    else
        zalo_add_web_address(element, "url", image_url);
}

static cJSON *lead_json(const char *text, const char *image_url)
{
    cJSON *element = cJSON_CreateObject();
    size_t line = strcspn(text, "\n");
    char *title = loa_xstrndup(text, line);

    cJSON_AddStringToObject(element, "title", title);
    loa_json_add_str(element, "subtitle", text + line + strspn(text + line, "\n"));
    if (image_url)
        zalo_add_web_address(element, "image_url", image_url);
    free(title);
    return element;
}

static cJSON *card_json(const struct msg_card *card)
{
    cJSON *element = cJSON_CreateObject();

    cJSON_AddStringToObject(element, "title", card->title ? card->title : "");
    loa_json_add_str(element, "subtitle", card->subtitle);
    if (is_set(card->image_url))
        zalo_add_web_address(element, "image_url", card->image_url);
    if (is_set(card->url))
        add_action(cJSON_AddObjectToObject(element, "default_action"), MSG_BUTTON_URL, card->url);
    else if (card->n_buttons && card->buttons[0].value)
        add_action(cJSON_AddObjectToObject(element, "default_action"), card->buttons[0].kind,
                   card->buttons[0].value);
    return element;
}

static void add_list(cJSON *message, const struct msg_content *content,
                     const struct zalo_plan *plan)
{
    cJSON *payload = add_template(message), *elements;

    cJSON_AddStringToObject(payload, "template_type", "list");
    elements = cJSON_AddArrayToObject(payload, "elements");
    if (plan->lead)
        cJSON_AddItemToArray(elements,
                             lead_json(loa_buf_str(&plan->text),
                                       zalo_has_picture(content) ? content->image_url : NULL));
    for (size_t i = 0; i < content->n_cards; i++)
        cJSON_AddItemToArray(elements, card_json(&content->cards[i]));
    add_buttons(payload, plan);
}

static cJSON *cs_json(const struct msg_content *content)
{
    cJSON *root = cJSON_CreateObject(), *message;
    struct zalo_plan plan;

    zalo_plan_make(content, &plan);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(root, "recipient"), "user_id",
                            SPLICE_RECIPIENT);
    message = cJSON_AddObjectToObject(root, "message");
    if (plan.form != ZALO_FORM_LIST)
        loa_json_add_str(message, "text", loa_buf_str(&plan.text));
    switch (plan.form) {
    case ZALO_FORM_TEXT:
        break;
    case ZALO_FORM_MEDIA:
        add_media(message, content->image_url);
        break;
    case ZALO_FORM_BUTTONS:
        add_buttons(add_template(message), &plan);
        break;
    case ZALO_FORM_LIST:
        add_list(message, content, &plan);
        break;
    }
    zalo_plan_release(&plan);
    return root;
}

/* cs knows no kinds of messages: an answer, an update and a person's words are sent alike, and
 * nothing brings our `ref` back. What reaches people outside the window is retired. */
enum loa_err zalo_compose(struct channel *c, const struct msg_content *content,
                          enum channel_way way, enum channel_lane lane, struct channel_draft *out)
{
    const struct zalo *z = (struct zalo *)c;
    const char *path = "/v3.0/oa/message/cs";
    cJSON *body = NULL;

    if (way != CHANNEL_WAY_SINGLE)
        return LOA_EINVAL;
    if (lane == CHANNEL_LANE_UTILITY) {
        enum loa_err err = zalo_legacy_compose(z, content, &body, &path);

        if (err)
            return err;
    } else {
        body = cs_json(content);
    }
    *out = (struct channel_draft){
        .method = HTTP_POST, .content_type = "application/json", .timeout_ms = ZALO_TIMEOUT_MS};
    loa_buf_adds(&out->url, z->api);
    loa_buf_adds(&out->url, path);
    splice_cut(loa_json_print(body), &out->body);
    cJSON_Delete(body);
    return LOA_OK;
}
