/* SPDX-License-Identifier: Apache-2.0 */
/* viber_keyboard.c - keyboards and carousels (section 3): the JSON schema that the server runs. */
#include <stdio.h>
#include <string.h>

#include "tests/sandbox/viber.h"

static bool in_words(const char *v, const char *words)
{
    size_t n = v ? strlen(v) : 0;

    for (const char *p = words; n && *p;) {
        size_t k = strcspn(p, "|");

        if (k == n && !memcmp(p, v, n))
            return true;
        p += k + (p[k] == '|');
    }
    return false;
}

/* An optional integer member; some clients send it as text and pass. */
static bool range(const cJSON *o, const char *name, int64_t least, int64_t most,
                  struct viber_message *m)
{
    const cJSON *v = sbx_get(o, name);
    int64_t n = sbx_int(o, name, least);

    if (!v || ((cJSON_IsNumber(v) || cJSON_IsString(v)) && n >= least && n <= most))
        return true;
    return viber_refuse(m, 3, "keyboard", name);
}

static bool word(const cJSON *o, const char *name, const char *words, struct viber_message *m)
{
    if (!sbx_get(o, name) || in_words(sbx_str(o, name), words))
        return true;
    return viber_refuse(m, 3, "keyboard", name);
}

static bool color(const cJSON *o, const char *name, struct viber_message *m)
{
    const char *c = sbx_str(o, name);

    if (!sbx_get(o, name) ||
        (c && c[0] == '#' && strlen(c) == 7 && strspn(c + 1, "0123456789abcdefABCDEF") == 6))
        return true;
    return viber_refuse(m, 3, "keyboard", name);
}

/* Members that need a newer api version than the message names: 14. */
static bool versions(const cJSON *o, struct viber_message *m)
{
    static const struct {
        const char *name;
        int api;
    } need[] = {{"CustomDefaultHeight", 3},
                {"HeightScale", 3},
                {"ButtonsGroupColumns", 4},
                {"ButtonsGroupRows", 4},
                {"InputFieldState", 4},
                {"FavoritesMetadata", 6},
                {"InternalBrowser", 3},
                {"TextPaddings", 4},
                {"TextShouldFit", 6},
                {"BgMediaScaleType", 6},
                {"ImageScaleType", 6},
                {"Map", 6},
                {"Frame", 6},
                {"MediaPlayer", 6}};
    bool rich = in_words(sbx_str(o, "Type"), "rich_media");

    for (size_t i = 0; i < sizeof(need) / sizeof(need[0]); i++) {
        if (rich && !strncmp(need[i].name, "ButtonsGroup", 12))
            continue; /* carousels have had them from the start */
        if (sbx_get(o, need[i].name) && m->api < need[i].api)
            return viber_refuse(m, 14, need[i].name, "needs a higher min_api_version");
    }
    return true;
}

static bool paddings(const cJSON *b, struct viber_message *m)
{
    const cJSON *list = sbx_get(b, "TextPaddings"), *v;

    if (!list)
        return true;
    if (cJSON_GetArraySize(list) != 4)
        return viber_refuse(m, 3, "keyboard", "TextPaddings");
    cJSON_ArrayForEach(v, list)
    {
        if (!cJSON_IsNumber(v) || v->valueint < 0 || v->valueint > 12)
            return viber_refuse(m, 3, "keyboard", "TextPaddings");
    }
    return true;
}

static bool check_action(const cJSON *b, bool card, struct viber_message *m)
{
    const char *action = sbx_str(b, "ActionType"), *body = sbx_str(b, "ActionBody");
    bool picker = action && (!strcmp(action, "share-phone") || !strcmp(action, "location-picker"));

    if (!word(b, "ActionType", "reply|open-url|location-picker|share-phone|none", m))
        return false;
    if (!body && !(action && !strcmp(action, "none")))
        return viber_refuse(m, 3, "keyboard",
                            "[object has missing required properties ([\"ActionBody\"])]");
    if (action && !strcmp(action, "open-url") && strncmp(body, "http", 4) != 0 &&
        strncmp(body, "viber:", 6) != 0 && strncmp(body, "tel:", 4) != 0)
        return viber_refuse(m, 3, "keyboard", "ActionBody");
    if (picker && card)
        return viber_refuse(m, 3, "rich_media", "ActionType");
    if (picker && m->api < 3)
        return viber_refuse(m, 14, "ActionType", "needs a higher min_api_version");
    return true;
}

static void put_button(const cJSON *b, bool card, struct sbx_buf *out)
{
    const char *action = sbx_str(b, "ActionType"), *body = sbx_str(b, "ActionBody");
    const char *type = !action || !strcmp(action, "reply") ? "reply"
                       : !strcmp(action, "open-url")       ? "url"
                                                           : action;

    sbx_put(out, "{'title':%q,'type':%q,'payload':%q,'url':%q,'columns':%l,'rows':%l",
            sbx_str(b, "Text"), type, body, strcmp(type, "url") ? NULL : body,
            sbx_int(b, "Columns", 6), sbx_int(b, "Rows", 1));
    sbx_put(out, ",'bg':%q,'image':%q,'silent':%b,'card':%b,'size':%q,'align':%q},",
            sbx_str(b, "BgColor"), sbx_str(b, "Image"), sbx_bool(b, "Silent", false), card,
            sbx_str(b, "TextSize"), sbx_str(b, "TextHAlign"));
}

static bool check_button(const cJSON *b, bool card, struct viber_message *m, struct sbx_buf *out)
{
    const char *text = sbx_str(b, "Text");

    if (!cJSON_IsObject(b))
        return viber_refuse(m, 3, "keyboard", "Buttons");
    if (!range(b, "Columns", 1, 6, m) || !range(b, "Rows", 1, card ? 7 : 2, m) ||
        !range(b, "TextOpacity", 0, 100, m) || !color(b, "BgColor", m) ||
        !color(b, "TextBgGradientColor", m))
        return false;
    if (!word(b, "TextSize", "small|regular|large", m) ||
        !word(b, "TextVAlign", "top|middle|bottom", m) ||
        !word(b, "TextHAlign", "left|center|right", m) ||
        !word(b, "BgMediaType", "picture|gif", m) ||
        !word(b, "OpenURLType", "internal|external", m) ||
        !word(b, "OpenURLMediaType", "not-media|video|gif|picture", m) ||
        !word(b, "BgMediaScaleType", "crop|fill|fit", m) ||
        !word(b, "ImageScaleType", "crop|fill|fit", m))
        return false;
    if (!paddings(b, m) || !versions(b, m) || !check_action(b, card, m))
        return false;
    if (text && sbx_length(text, SBX_CODE_POINTS) == SIZE_MAX)
        return viber_refuse(m, 3, "keyboard", "Text");
    put_button(b, card, out);
    return true;
}

static bool check_head(const cJSON *kb, const char *type, struct viber_message *m)
{
    const cJSON *buttons = sbx_get(kb, "Buttons");
    const char *what = strcmp(type, "keyboard") ? "rich_media" : "keyboard";

    if (!cJSON_IsObject(kb))
        return viber_refuse(m, strcmp(type, "keyboard") ? 4 : 3, what, "");
    if (!sbx_get(kb, "Type"))
        return viber_refuse(m, 3, what, "[object has missing required properties ([\"Type\"])]");
    if (!in_words(sbx_str(kb, "Type"), type))
        return viber_refuse(m, 3, what, "Type");
    if (!cJSON_IsArray(buttons))
        return viber_refuse(m, 3, what, "[object has missing required properties ([\"Buttons\"])]");
    if (!cJSON_GetArraySize(buttons))
        return viber_refuse(m, 3, what,
                            "[array is too short: must have at least 1 elements but instance has 0 "
                            "elements]");
    return range(kb, "ButtonsGroupColumns", 1, 6, m) && range(kb, "ButtonsGroupRows", 1, 7, m) &&
           color(kb, "BgColor", m) && versions(kb, m);
}

bool viber_check_keyboard(const struct sbx *s, const cJSON *kb, struct viber_message *m)
{
    const cJSON *b;
    int64_t columns = 0, rows = 0, width, tall = 1;

    if (!check_head(kb, "keyboard", m) || !range(kb, "CustomDefaultHeight", 40, 70, m) ||
        !range(kb, "HeightScale", 20, 100, m) ||
        !word(kb, "InputFieldState", "regular|minimized|hidden", m))
        return false;
    width = sbx_int(kb, "ButtonsGroupColumns", 6);
    sbx_buf_str(&m->buttons, "[");
    cJSON_ArrayForEach(b, sbx_get(kb, "Buttons"))
    {
        int64_t c = sbx_int(b, "Columns", 6), r = sbx_int(b, "Rows", 1);

        if (!check_button(b, false, m, &m->buttons))
            return false;
        if (columns + c > width) {
            rows += tall;
            columns = 0;
            tall = 1;
        }
        columns += c;
        tall = r > tall ? r : tall;
    }
    rows += tall;
    if (rows > s->sw[SW_VIBER_ROWS_MAX])
        return viber_refuse(m, 3, "keyboard", "too many rows");
    sbx_buf_uncomma(&m->buttons);
    sbx_buf_str(&m->buttons, "]");
    return true;
}

bool viber_check_rich(const struct sbx *s, const cJSON *rich, struct viber_message *m)
{
    const cJSON *b;
    int64_t width, height, cells = 0, card = 0;

    (void)s;
    if (!check_head(rich, "rich_media", m))
        return false;
    width = sbx_int(rich, "ButtonsGroupColumns", 6);
    height = sbx_int(rich, "ButtonsGroupRows", 7);
    sbx_buf_str(&m->cards, "[{\"buttons\":[");
    cJSON_ArrayForEach(b, sbx_get(rich, "Buttons"))
    {
        int64_t size = sbx_int(b, "Columns", 6) * sbx_int(b, "Rows", 1);

        if (sbx_int(b, "Columns", 6) > width || sbx_int(b, "Rows", 1) > height)
            return viber_refuse(m, 3, "rich_media", "Columns");
        if (cells && cells + size > width * height) { /* the next card begins */
            cells = 0;
            card++;
            sbx_buf_uncomma(&m->cards);
            sbx_buf_str(&m->cards, "]},{\"buttons\":[");
        }
        cells += size;
        if (!check_button(b, true, m, &m->cards))
            return false;
    }
    if (card >= 6)
        return viber_refuse(m, 3, "rich_media", "too many cards");
    sbx_buf_uncomma(&m->cards);
    sbx_buf_str(&m->cards, "]}]");
    return true;
}
