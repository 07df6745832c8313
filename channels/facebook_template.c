/* SPDX-License-Identifier: Apache-2.0 */
/* CHANNEL_FLOW_TEMPLATES: the Page's utility templates (contract section 5.1), page by page. State:
 * "" at first, then FIELDS or PLAIN and the cursor of the page that is asked for. The members asked
 * for are those of the call that makes a template; if one of them has no such name here, which
 * fails the whole call (section 1), the list is asked for as it comes. */
#include "channels/facebook_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"

enum { TEMPLATES_MAX = 1000, PAGE_SIZE = 100, FIELDS = 'f', PLAIN = 'p', UNKNOWN_FIELD = 100 };

static void copy(char *out, size_t size, const char *text)
{
    size_t n = text ? strnlen(text, size - 1) : 0;

    n = text ? loa_utf8_valid_prefix(text, n) : 0;
    memcpy(out, text ? text : "", n);
    out[n] = '\0';
}

static const cJSON *component(const cJSON *template, const char *type)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, loa_json_get(template, "components"))
    {
        const char *is = loa_json_str(item, "type");

        if (is && strcasecmp(is, type) == 0)
            return item;
    }
    return NULL;
}

static int count_placeholders(const char *text)
{
    int n = 0;

    for (; text && (text = strstr(text, "{{")); text += 2)
        n++;
    return n;
}

static int count_postbacks(const cJSON *template)
{
    const cJSON *button;
    int n = 0;

    cJSON_ArrayForEach(button, loa_json_get(component(template, "BUTTONS"), "buttons"))
    {
        const char *type = loa_json_str(button, "type");

        n += type && strcasecmp(type, "POSTBACK") == 0;
    }
    return n;
}

static void take(struct channel_flow *f, const cJSON *item)
{
    const char *format = loa_json_str(item, "parameter_format");
    struct msg_listed_template *t;

    if (f->n_templates == TEMPLATES_MAX || !loa_json_str(item, "name"))
        return;
    f->templates = loa_xrealloc(f->templates, (f->n_templates + 1) * sizeof(*f->templates));
    t = &f->templates[f->n_templates++];
    *t = (struct msg_listed_template){
        .params = count_placeholders(loa_json_str(component(item, "BODY"), "text")),
        .buttons = count_postbacks(item)};
    t->named = t->params && format && strcasecmp(format, "NAMED") == 0;
    copy(t->name, sizeof(t->name), loa_json_str(item, "name"));
    copy(t->language, sizeof(t->language), loa_json_str(item, "language"));
    copy(t->status, sizeof(t->status), loa_json_str(item, "status"));
}

static enum channel_step ask(struct facebook *fb, struct channel_flow *f, char how,
                             const char *after, struct http_req *req)
{
    struct loa_buf edge;

    f->state[0] = how;
    copy(f->state + 1, sizeof(f->state) - 1, after);
    loa_buf_init(&edge, 0);
    loa_buf_addf(&edge, "message_templates?%slimit=%d",
                 how == FIELDS ? "fields=name,language,status,components,parameter_format&" : "",
                 (int)PAGE_SIZE);
    if (after[0]) {
        loa_buf_adds(&edge, "&after=");
        loa_buf_add_url(&edge, after);
    }
    facebook_request(fb, req, fb->page, loa_buf_str(&edge), NULL);
    loa_buf_release(&edge);
    return CHANNEL_STEP_SEND;
}

/* The cursor of the page that follows, or NULL. A cursor that leads back would never end. */
static const char *next_page(const struct channel_flow *f, const cJSON *json)
{
    const cJSON *paging = loa_json_get(json, "paging");
    const char *after = loa_json_str(loa_json_get(paging, "cursors"), "after");

    return loa_json_get(paging, "next") && after && after[0] &&
                   strlen(after) < sizeof(f->state) - 1 && strcmp(after, f->state + 1) != 0 &&
                   f->n_templates < TEMPLATES_MAX
               ? after
               : NULL;
}

enum channel_step facebook_flow_templates(struct facebook *fb, struct channel_flow *f,
                                          const struct http_reply *prev, struct http_req *req)
{
    enum channel_step step = CHANNEL_STEP_DONE;
    const cJSON *item;
    const char *after;
    cJSON *json;

    if (!prev)
        return ask(fb, f, FIELDS, "", req);
    facebook_parse_reply(&fb->base, CHANNEL_WAY_POST, prev, &f->res, NULL, NULL);
    if (f->res.verdict == CHANNEL_DOUBT) /* of reading: it may be read again */
        f->res.verdict = CHANNEL_RETRY;
    if (f->res.code == UNKNOWN_FIELD && f->res.verdict == CHANNEL_DROP && f->state[0] == FIELDS &&
        !f->state[1])
        return ask(fb, f, PLAIN, "", req);
    if (f->res.verdict != CHANNEL_OK)
        return CHANNEL_STEP_DONE;
    json = loa_json_parse(prev->body, prev->len);
    cJSON_ArrayForEach(item, loa_json_get(json, "data")) take(f, item);
    after = next_page(f, json);
    if (after)
        step = ask(fb, f, f->state[0], after, req);
    cJSON_Delete(json);
    return step;
}
