/* SPDX-License-Identifier: Apache-2.0 */
/* Transaction and promotion messages. Zalo ended both on 2026-03-01 (section 3.2); they are built
 * only for an account that says that it may still use them, and only when the content asks for
 * one by utility.name: "promotion", or a transaction type such as "transaction_event". */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "channels/zalo_private.h"
#include "messages/base/json.h"
#include "messages/base/utf8.h"

enum { HEADER_MAX = 100, PROMOTION_TEXT_MAX = 1000, TRANSACTION_TEXT_MAX = 250, BUTTONS_MAX = 4 };
enum { BUTTON_TITLE_MAX = 35 };

static const char *const transaction_types[] = {
    "billing",     "order",   "reward",   "contract",    "booking",   "membership", "event",
    "transaction", "account", "internal", "partnership", "education", "rating",     NULL};

static bool is_transaction(const char *name)
{
    static const char prefix[] = "transaction_";

    if (strncmp(name, prefix, sizeof(prefix) - 1) != 0)
        return false;
    for (size_t i = 0; transaction_types[i]; i++) {
        if (strcmp(name + sizeof(prefix) - 1, transaction_types[i]) == 0)
            return true;
    }
    return false;
}

static void add_text_element(cJSON *elements, const char *type, const char *content)
{
    cJSON *element = cJSON_CreateObject();

    cJSON_AddStringToObject(element, "type", type);
    cJSON_AddStringToObject(element, "align", "left");
    cJSON_AddStringToObject(element, "content", content);
    cJSON_AddItemToArray(elements, element);
}

static void add_banner(cJSON *elements, const char *image_url)
{
    cJSON *element = cJSON_CreateObject();
    const char *id = zalo_attachment_id(image_url);

    cJSON_AddStringToObject(element, "type", "banner");
    if (id)
        cJSON_AddStringToObject(element, "attachment_id", id);
    else
        zalo_add_web_address(element, "image_url", image_url);
    cJSON_AddItemToArray(elements, element);
}

static void add_buttons(cJSON *payload, const struct msg_content *content)
{
    cJSON *buttons = cJSON_AddArrayToObject(payload, "buttons");

    for (size_t i = 0; i < content->n_buttons && i < BUTTONS_MAX; i++) {
        const struct msg_button *b = &content->buttons[i];
        struct msg_button cut = *b;
        cJSON *json;

        cut.title = zalo_shorten(b->title ? b->title : "", BUTTON_TITLE_MAX);
        json = zalo_button_json(&cut);
        cJSON_AddStringToObject(json, "image_icon", "");
        cJSON_AddItemToArray(buttons, json);
        free(cut.title);
    }
}

enum loa_err zalo_legacy_compose(const struct zalo *z, const struct msg_content *content,
                                 cJSON **body, const char **path)
{
    const char *name = content->utility.name, *language = content->utility.language;
    bool promotion = name && strcmp(name, "promotion") == 0;
    char *headline, *title;
    cJSON *attachment, *payload, *elements;

    if (!z->allow_retired)
        return LOA_EPERM;
    if (!name || (!promotion && !is_transaction(name)) || !content->text)
        return LOA_EINVAL;
    if (loa_utf8_length(content->text) > (promotion ? PROMOTION_TEXT_MAX : TRANSACTION_TEXT_MAX))
        return LOA_ELIMIT;
    *path = promotion ? "/v3.0/oa/message/promotion" : "/v3.0/oa/message/transaction";
    *body = cJSON_CreateObject();
    cJSON_AddStringToObject(cJSON_AddObjectToObject(*body, "recipient"), "user_id",
                            SPLICE_RECIPIENT);
    attachment = cJSON_AddObjectToObject(cJSON_AddObjectToObject(*body, "message"), "attachment");
    cJSON_AddStringToObject(attachment, "type", "template");
    payload = cJSON_AddObjectToObject(attachment, "payload");
    cJSON_AddStringToObject(payload, "template_type", name);
    cJSON_AddStringToObject(payload, "language",
                            language && strncasecmp(language, "en", 2) == 0 ? "EN" : "VI");
    elements = cJSON_AddArrayToObject(payload, "elements");
    if (zalo_has_picture(content))
        add_banner(elements, content->image_url);
    headline = zalo_article_title(content);
    title = zalo_shorten(headline, HEADER_MAX);
    add_text_element(elements, "header", title);
    add_text_element(elements, "text", content->text);
    add_buttons(payload, content);
    free(title);
    free(headline);
    return LOA_OK;
}
