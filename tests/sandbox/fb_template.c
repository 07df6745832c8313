/* SPDX-License-Identifier: Apache-2.0 */
/* fb_template.c - utility templates: made, reviewed, listed, deleted, filled in (section 5.1). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/fb.h"

static void template_key(char out[96], const char *name, const char *language)
{
    snprintf(out, 96, "%.70s|%.20s", name, language);
}

static const cJSON *component(const cJSON *list, const char *type)
{
    const cJSON *v;

    cJSON_ArrayForEach(v, list)
    {
        const char *is = sbx_str(v, "type");

        if (is && !strcasecmp(is, type))
            return v;
    }
    return NULL;
}

static int placeholders(const char *text)
{
    int n = 0;

    for (const char *p = text; p && (p = strstr(p, "{{")); p += 2)
        n++;
    return n;
}

/* NULL if fine, else what is wrong; *subcode may be set. */
static const char *check_new(const cJSON *json, int *subcode)
{
    const char *name = sbx_str(json, "name"), *language = sbx_str(json, "language");
    const char *category = sbx_str(json, "category");
    const cJSON *list = sbx_get(json, "components"), *body = component(list, "BODY"), *b;
    const cJSON *buttons = sbx_get(component(list, "BUTTONS"), "buttons");
    const char *text = sbx_str(body, "text");

    if (!name || !*name || strlen(name) > 70 ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(name))
        return "Param name must be lower-case letters, digits and underscores";
    if (!language || strlen(language) > 20)
        return "Param language is required";
    if (!category || strcmp(category, "UTILITY") != 0)
        return "Param category must be UTILITY";
    if (!text || !*text || sbx_longer(text, 1024, SBX_CODE_POINTS))
        return "Param components: BODY text must be 1 to 1024 characters";
    if (placeholders(text) && !sbx_get(body, "example"))
        return "Param components: BODY needs example values";
    if (cJSON_GetArraySize(buttons) > 3)
        return "Param components: at most 3 buttons";
    cJSON_ArrayForEach(b, buttons)
    {
        const char *type = sbx_str(b, "type"), *title = sbx_str(b, "text");

        if (type && !strcmp(type, "QUICK_REPLY")) {
            *subcode = 2018416;
            return "Button type QUICK_REPLY is not supported";
        }
        if (!type || (strcmp(type, "POSTBACK") != 0 && strcmp(type, "URL") != 0 &&
                      strcmp(type, "PHONE_NUMBER") != 0))
            return "Param components: unknown button type";
        if (!title || sbx_longer(title, 20, SBX_CODE_POINTS))
            return "Param components: button text must be 1 to 20 characters";
    }
    return NULL;
}

static void create(struct fb_call *c)
{
    static const char *const states[] = {"APPROVED", "PENDING", "REJECTED"};
    int subcode = 0;
    const char *bad = check_new(c->json, &subcode);
    const char *state = states[c->r->s->sw[SW_FB_REVIEW]];
    struct sbx_thing *t;
    char key[96], id[32];
    cJSON *copy;

    if (bad) {
        fb_error(c, 100, subcode, bad);
        return;
    }
    template_key(key, sbx_str(c->json, "name"), sbx_str(c->json, "language"));
    if (sbx_thing_find(c->a, SBX_TEMPLATE, key)) {
        fb_param_error(c, "A template with this name and language exists already");
        return;
    }
    sbx_id_digits(c->r->s, id, sizeof(id), "9900000");
    t = sbx_thing_add(c->a, SBX_TEMPLATE, key, c->r->now);
    copy = cJSON_Duplicate(c->json, 1);
    cJSON_DeleteItemFromObjectCaseSensitive(copy, "access_token");
    cJSON_DeleteItemFromObjectCaseSensitive(copy, "appsecret_proof");
    cJSON_AddStringToObject(copy, "id", id);
    t->json = cJSON_PrintUnformatted(copy);
    cJSON_Delete(copy);
    t->type = sbx_strdup(state);
    sbx_put(&c->res->body, "{'id':%q,'status':%q,'category':'UTILITY'}", id, state);
}

static bool is_listed(const struct sbx_thing *t, const char *name)
{
    size_t n = strcspn(t->id, "|");

    return t->kind == SBX_TEMPLATE && !t->gone &&
           (!name || (strlen(name) == n && !strncmp(name, t->id, n)));
}

/* A page of them. The cursor is the place of the last one. */
static void list(struct fb_call *c)
{
    const char *name = sbx_str(c->json, "name");
    const char *limit = sbx_str(c->json, "limit"), *after = sbx_str(c->json, "after");
    long room = limit ? strtol(limit, NULL, 10) : 25;
    size_t i = after ? (size_t)strtoul(after, NULL, 10) + 1 : 0, last = 0;

    if (!fb_fields_known(c, "id,name,status,category,language,components,parameter_format"))
        return;
    sbx_buf_str(&c->res->body, "{\"data\":[");
    for (; i < c->a->thing_n && room > 0; i++) {
        const struct sbx_thing *t = &c->a->thing[i];

        if (!is_listed(t, name))
            continue;
        /* the stored object, with its status put in front */
        sbx_put(&c->res->body, "{'status':%q,%s,", t->type, t->json + 1);
        last = i;
        room--;
    }
    sbx_buf_uncomma(&c->res->body);
    while (i < c->a->thing_n && !is_listed(&c->a->thing[i], name))
        i++;
    sbx_put(&c->res->body, "],'paging':{'cursors':{'after':'%l'}", (int64_t)last);
    if (i < c->a->thing_n)
        sbx_put(&c->res->body, ",'next':'more'");
    sbx_buf_str(&c->res->body, "}}");
}

void fb_templates(struct fb_call *c)
{
    const char *name = sbx_str(c->json, "name");
    size_t n = name ? strlen(name) : 0;
    bool found = false;

    if (!strcmp(c->r->method, "POST")) {
        create(c);
        return;
    }
    if (!strcmp(c->r->method, "GET")) {
        list(c);
        return;
    }
    for (size_t i = 0; name && i < c->a->thing_n; i++) {
        struct sbx_thing *t = &c->a->thing[i];

        if (t->kind == SBX_TEMPLATE && !strncmp(t->id, name, n) && t->id[n] == '|')
            found = t->gone = true;
    }
    if (found)
        fb_success(c);
    else
        fb_param_error(c, "No such template");
}

/* Puts the parameters in for {{1}} or {{name}}. False: one is missing. */
static bool fill(const char *text, const cJSON *parameters, bool named, struct sbx_buf *out)
{
    int at = 0;

    for (const char *open, *close; (open = strstr(text, "{{")) && (close = strstr(open, "}}"));
         text = close + 2) {
        const cJSON *p = NULL, *v;

        sbx_buf_add(out, text, (size_t)(open - text));
        if (!named) {
            p = cJSON_GetArrayItem(parameters, at++);
        } else {
            cJSON_ArrayForEach(v, parameters)
            {
                const char *n = sbx_str(v, "parameter_name");

                if (n && strlen(n) == (size_t)(close - open - 2) &&
                    !strncmp(n, open + 2, strlen(n)))
                    p = v;
            }
        }
        if (!sbx_str(p, "text"))
            return false;
        sbx_buf_str(out, sbx_str(p, "text"));
    }
    sbx_buf_str(out, text);
    return named || cJSON_GetArraySize(parameters) == at;
}

static bool fill_buttons(const cJSON *buttons, const cJSON *parameters, struct fb_message *m)
{
    const cJSON *b;
    int at = 0;

    sbx_buf_str(&m->buttons, "[");
    cJSON_ArrayForEach(b, buttons)
    {
        const char *type = sbx_str(b, "type");
        const cJSON *p = cJSON_GetArrayItem(parameters, at++);
        const char *payload = sbx_str(p, "payload");

        if (!strcmp(type, "POSTBACK") && !payload)
            return fb_refuse(m, 100, 1893029, "Too few button parameters");
        sbx_put(&m->buttons, "{'title':%q,'type':'%s','payload':%q,'url':%q},", sbx_str(b, "text"),
                !strcmp(type, "POSTBACK") ? "postback"
                : !strcmp(type, "URL")    ? "url"
                                          : "phone",
                payload, sbx_str(b, "url"));
    }
    sbx_buf_uncomma(&m->buttons);
    sbx_buf_str(&m->buttons, "]");
    return true;
}

bool fb_check_utility(struct fb_call *c, const cJSON *template, struct fb_message *m)
{
    const char *name = sbx_str(template, "name");
    const char *language = sbx_str(sbx_get(template, "language"), "code");
    const cJSON *given = sbx_get(template, "components");
    struct sbx_thing *t;
    cJSON *json = NULL;
    const cJSON *list, *buttons, *header;
    const char *format;
    char key[96];
    bool ok;

    m->kind = "utility";
    if (!name || !language)
        return fb_refuse(m, 100, 0, "Param template needs name and language[code]");
    template_key(key, name, language);
    t = sbx_thing_find(c->a, SBX_TEMPLATE, key);
    if (!t || strcmp(t->type, "APPROVED") != 0)
        return fb_refuse(m, 100, 0, "Template does not exist or is not approved");
    json = cJSON_Parse(t->json);
    list = sbx_get(json, "components");
    format = sbx_str(json, "parameter_format");
    header = component(list, "HEADER");
    if (header && sbx_str(header, "text") && !placeholders(sbx_str(header, "text")))
        sbx_put(&m->rendered, "%s\n", sbx_str(header, "text"));
    ok = fill(sbx_str(component(list, "BODY"), "text"),
              sbx_get(component(given, "body"), "parameters"), format && !strcmp(format, "NAMED"),
              &m->rendered);
    if (!ok)
        fb_refuse(m, 100, 0, "Number of template parameters does not match");
    buttons = sbx_get(component(list, "BUTTONS"), "buttons");
    if (ok && cJSON_GetArraySize(buttons) &&
        !fill_buttons(buttons, sbx_get(component(given, "buttons"), "parameters"), m))
        ok = false;
    m->text = m->rendered.p;
    cJSON_Delete(json);
    return ok;
}
