/* SPDX-License-Identifier: Apache-2.0 */
/* The request of the Send API: lane, recipient and reference around a message, which is either
 * content or an approved utility template. */
#include "channels/facebook_private.h"

#include "messages/base/json.h"

static bool is_set(const char *s)
{
    return s && s[0];
}

/* ---- an approved template -------------------------------------------------------------- */

/* {"type":..., KEY:value} at the end of a component's parameters. */
static void add_parameter(cJSON *parameters, const char *type, const char *key, const char *value)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "type", type);
    cJSON_AddStringToObject(o, key, value);
    cJSON_AddItemToArray(parameters, o);
}

static cJSON *component(cJSON *components, const char *type)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "type", type);
    cJSON_AddItemToArray(components, o);
    return cJSON_AddArrayToObject(o, "parameters");
}

/* All buttons share one component, by position. Only those that come back to the bot take a
 * parameter; the template itself holds the address or number of the others. */
static cJSON *utility_message(const struct msg_content *c)
{
    const struct msg_utility *u = &c->utility;
    cJSON *message = cJSON_CreateObject(), *buttons = NULL, *components;
    cJSON *template = cJSON_AddObjectToObject(message, "template");

    cJSON_AddStringToObject(template, "name", u->name);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(template, "language"), "code",
                            is_set(u->language) ? u->language : "vi");
    components = cJSON_CreateArray();
    if (u->n_params) {
        cJSON *body = component(components, "body");

        for (size_t i = 0; i < u->n_params; i++)
            add_parameter(body, "text", "text", u->params[i] ? u->params[i] : "");
    }
    for (size_t i = 0; i < c->n_buttons; i++) {
        const struct msg_button *b = &c->buttons[i];

        if (facebook_is_link(b))
            continue;
        if (!buttons)
            buttons = component(components, "buttons");
        if (cJSON_GetArraySize(buttons) < FACEBOOK_LINK_BUTTONS)
            add_parameter(buttons, "POSTBACK", "payload", is_set(b->value) ? b->value : b->title);
    }
    if (cJSON_GetArraySize(components))
        cJSON_AddItemToObject(template, "components", components);
    else
        cJSON_Delete(components);
    return message;
}

/* ---- the request ----------------------------------------------------------------------- */

static void add_lane(cJSON *root, enum channel_lane lane)
{
    const char *type = "UPDATE";

    switch (lane) {
    case CHANNEL_LANE_REPLY:
        type = "RESPONSE";
        break;
    case CHANNEL_LANE_UPDATE:
        break;
    case CHANNEL_LANE_UTILITY:
        type = "UTILITY";
        break;
    case CHANNEL_LANE_HUMAN:
        type = "MESSAGE_TAG";
        cJSON_AddStringToObject(root, "tag", "HUMAN_AGENT");
        break;
    }
    cJSON_AddStringToObject(root, "messaging_type", type);
}

enum loa_err facebook_compose(struct channel *c, const struct msg_content *content,
                              enum channel_way way, enum channel_lane lane,
                              struct channel_draft *out)
{
    const struct facebook *fb = (const struct facebook *)c;
    cJSON *root, *message;
    char *text;

    if (way != CHANNEL_WAY_SINGLE || (lane == CHANNEL_LANE_UTILITY && !content->utility.name))
        return LOA_EINVAL;
    message = lane == CHANNEL_LANE_UTILITY ? utility_message(content) : facebook_message(content);
    /* The platform would refuse it for each person alike. */
    if (facebook_length(loa_json_str(message, "text")) > FACEBOOK_TEXT_HARD) {
        cJSON_Delete(message);
        return LOA_ELIMIT;
    }
    root = cJSON_CreateObject();
    cJSON_AddStringToObject(cJSON_AddObjectToObject(root, "recipient"), "id", SPLICE_RECIPIENT);
    add_lane(root, lane);
    cJSON_AddStringToObject(message, "metadata", SPLICE_REF);
    cJSON_AddItemToObject(root, "message", message);
    loa_json_add_str(root, "appsecret_proof", fb->proof);
    text = loa_json_print(root);
    cJSON_Delete(root);

    *out = (struct channel_draft){
        .method = HTTP_POST, .content_type = "application/json", .timeout_ms = 30000};
    loa_buf_addf(&out->url, "%s/%s/%s/messages", fb->api, FACEBOOK_VERSION, fb->page);
    splice_cut(text, &out->body);
    return LOA_OK;
}
