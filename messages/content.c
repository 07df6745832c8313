/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/content.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/buf.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"

enum { TEXT_MAX_BYTES = 200000, SHORT_MAX_BYTES = 2000 };

/* Where problems go, and whether the strings may hold name slots: staff cannot write one. */
struct take {
    struct loa_problem *why;
    bool slots;
};

/* The string is text, with slots left out of account if they are allowed. */
static bool is_text(const char *s, bool slots)
{
    const char *slot = slots ? strstr(s, MSG_NAME_SLOT) : NULL;
    struct loa_buf rest = {0};
    bool good;

    if (!slot)
        return loa_utf8_is_text(s);
    for (; slot; slot = strstr(s, MSG_NAME_SLOT)) {
        loa_buf_add(&rest, s, (size_t)(slot - s));
        s = slot + sizeof(MSG_NAME_SLOT) - 1;
    }
    loa_buf_adds(&rest, s);
    good = loa_utf8_is_text(loa_buf_str(&rest));
    loa_buf_release(&rest);
    return good;
}

/* Reads a string member into *out, NFC. Absent or null: *out stays NULL. */
static enum loa_err take_text(const cJSON *o, const char *key, size_t max, char **out,
                              const struct take *t)
{
    const cJSON *item = loa_json_get(o, key);

    if (!item || cJSON_IsNull(item))
        return LOA_OK;
    if (!cJSON_IsString(item))
        return loa_fail(t->why, LOA_EINVAL, key, "“%s” phải là chuỗi ký tự", key);
    if (strlen(item->valuestring) > max)
        return loa_fail(t->why, LOA_ELIMIT, key, "“%s” dài quá %zu byte", key, max);
    if (!is_text(item->valuestring, t->slots))
        return loa_fail(t->why, LOA_EINVAL, key,
                        "“%s” chứa ký tự điều khiển; hãy xóa chúng rồi gửi lại", key);
    free(*out);
    *out = item->valuestring[0] ? loa_utf8_nfc(item->valuestring) : NULL;
    /* Normalising can lengthen a text; what is kept must be readable again. */
    if (*out && strlen(*out) > max)
        return loa_fail(t->why, LOA_ELIMIT, key, "“%s” dài quá %zu byte", key, max);
    return LOA_OK;
}

static bool is_http_url(const char *s)
{
    return strncmp(s, "https://", 8) == 0 || strncmp(s, "http://", 7) == 0;
}

static enum loa_err take_url(const cJSON *o, const char *key, char **out, const struct take *t)
{
    enum loa_err err = take_text(o, key, SHORT_MAX_BYTES, out, t);

    if (!err && *out && !is_http_url(*out) && strncmp(*out, "zalo-attachment:", 16) != 0)
        return loa_fail(t->why, LOA_EINVAL, key, "“%s” phải là địa chỉ bắt đầu bằng https://", key);
    return err;
}

static void button_release(struct msg_button *b)
{
    free(b->title);
    free(b->value);
    *b = (struct msg_button){0};
}

static enum loa_err take_button(const cJSON *o, struct msg_button *b, const struct take *t)
{
    static const struct {
        const char *key;
        enum msg_button_kind kind;
    } kinds[] = {{"reply", MSG_BUTTON_REPLY}, {"url", MSG_BUTTON_URL}, {"phone", MSG_BUTTON_PHONE}};
    enum loa_err err = take_text(o, "title", SHORT_MAX_BYTES, &b->title, t);

    if (err)
        return err;
    if (!b->title)
        return loa_fail(t->why, LOA_EINVAL, "buttons", "Mỗi nút cần “title”");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && !b->value; i++) {
        err = take_text(o, kinds[i].key, SHORT_MAX_BYTES, &b->value, t);
        if (err)
            return err;
        b->kind = kinds[i].kind;
    }
    if (!b->value)
        return loa_fail(t->why, LOA_EINVAL, "buttons",
                        "Nút “%s” cần một trong “reply”, “url”, “phone”", b->title);
    if (b->kind == MSG_BUTTON_URL && !is_http_url(b->value))
        return loa_fail(t->why, LOA_EINVAL, "buttons",
                        "Nút “%s”: địa chỉ phải bắt đầu bằng https://", b->title);
    return LOA_OK;
}

static enum loa_err take_buttons(const cJSON *o, struct msg_button *out, size_t max, size_t *n,
                                 const struct take *t)
{
    const cJSON *list = loa_json_get(o, "buttons"), *item;

    if (list && !cJSON_IsArray(list))
        return loa_fail(t->why, LOA_EINVAL, "buttons", "“buttons” phải là một danh sách");
    cJSON_ArrayForEach(item, list)
    {
        enum loa_err err;

        if (*n == max)
            return loa_fail(t->why, LOA_ELIMIT, "buttons", "Nhiều nhất %zu nút", max);
        err = take_button(item, &out[(*n)++], t);
        if (err)
            return err;
    }
    return LOA_OK;
}

static enum loa_err take_image(const cJSON *o, struct msg_content *c, const struct take *t)
{
    const cJSON *image = loa_json_get(o, "image");
    enum loa_err err;

    if (!cJSON_IsObject(image))
        return take_url(o, "image", &c->image_url, t);
    err = take_url(image, "url", &c->image_url, t);
    return err ? err : take_text(image, "alt", SHORT_MAX_BYTES, &c->image_alt, t);
}

static enum loa_err take_file(const cJSON *o, struct msg_content *c, const struct take *t)
{
    const cJSON *file = loa_json_get(o, "file");
    enum loa_err err;

    if (!file || cJSON_IsNull(file))
        return LOA_OK;
    err = take_url(file, "url", &c->file_url, t);
    if (!err)
        err = take_text(file, "name", 256, &c->file_name, t);
    c->file_size = loa_json_int(file, "size", 0);
    if (!err && (!c->file_url || !c->file_name || c->file_size <= 0))
        return loa_fail(t->why, LOA_EINVAL, "file", "“file” cần đủ “url”, “name” và “size” (byte)");
    return err;
}

static enum loa_err take_cards(const cJSON *o, struct msg_content *c, const struct take *t)
{
    const cJSON *list = loa_json_get(o, "cards"), *item;

    if (list && !cJSON_IsArray(list))
        return loa_fail(t->why, LOA_EINVAL, "cards", "“cards” phải là một danh sách");
    cJSON_ArrayForEach(item, list)
    {
        struct msg_card *card = &c->cards[c->n_cards];
        enum loa_err err;

        if (c->n_cards == MSG_CARDS_MAX)
            return loa_fail(t->why, LOA_ELIMIT, "cards", "Nhiều nhất %d thẻ", MSG_CARDS_MAX);
        c->n_cards++;
        err = take_text(item, "title", SHORT_MAX_BYTES, &card->title, t);
        if (!err)
            err = take_text(item, "subtitle", SHORT_MAX_BYTES, &card->subtitle, t);
        if (!err)
            err = take_url(item, "image", &card->image_url, t);
        if (!err)
            err = take_url(item, "url", &card->url, t);
        if (!err)
            err = take_buttons(item, card->buttons, MSG_CARD_BUTTONS_MAX, &card->n_buttons, t);
        if (!err && !card->title)
            err = loa_fail(t->why, LOA_EINVAL, "cards", "Mỗi thẻ cần “title”");
        if (err)
            return err;
    }
    return LOA_OK;
}

static enum loa_err take_utility(const cJSON *o, struct msg_content *c, const struct take *t)
{
    const cJSON *u = loa_json_get(o, "utility"), *item;
    enum loa_err err;

    if (!u || cJSON_IsNull(u))
        return LOA_OK;
    err = take_text(u, "name", 512, &c->utility.name, t);
    if (!err)
        err = take_text(u, "language", 16, &c->utility.language, t);
    if (err)
        return err;
    if (!c->utility.name)
        return loa_fail(t->why, LOA_EINVAL, "utility", "“utility” cần “name” (tên mẫu đã duyệt)");
    if (!c->utility.language)
        c->utility.language = loa_xstrdup("vi");
    if (loa_json_get(u, "params") && !cJSON_IsArray(loa_json_get(u, "params")))
        return loa_fail(t->why, LOA_EINVAL, "utility", "“params” là tối đa 10 chuỗi ký tự");
    cJSON_ArrayForEach(item, loa_json_get(u, "params"))
    {
        if (!cJSON_IsString(item) || c->utility.n_params == 10 ||
            !is_text(item->valuestring, t->slots))
            return loa_fail(t->why, LOA_EINVAL, "utility", "“params” là tối đa 10 chuỗi ký tự");
        c->utility.params[c->utility.n_params++] = loa_utf8_nfc(item->valuestring);
    }
    return LOA_OK;
}

static enum loa_err parse(const cJSON *json, struct msg_content *out, const struct take *t)
{
    enum loa_err err;

    memset(out, 0, sizeof(*out));
    if (!cJSON_IsObject(json))
        return loa_fail(t->why, LOA_EINVAL, "body", "Nội dung phải là một đối tượng JSON");
    err = take_text(json, "title", SHORT_MAX_BYTES, &out->title, t);
    if (!err)
        err = take_text(json, "text", TEXT_MAX_BYTES, &out->text, t);
    if (!err)
        err = take_image(json, out, t);
    if (!err)
        err = take_file(json, out, t);
    if (!err)
        err = take_url(json, "link", &out->link_url, t);
    if (!err)
        err = take_buttons(json, out->buttons, MSG_BUTTONS_MAX, &out->n_buttons, t);
    if (!err)
        err = take_cards(json, out, t);
    if (!err)
        err = take_utility(json, out, t);
    if (err)
        msg_content_release(out);
    return err;
}

enum loa_err msg_content_parse(const cJSON *json, struct msg_content *out, struct loa_problem *why)
{
    return parse(json, out, &(const struct take){.why = why});
}

enum loa_err msg_content_load(const char *json, struct msg_content *out)
{
    cJSON *o = loa_json_parse(json, strlen(json));
    enum loa_err err = parse(o, out, &(const struct take){.slots = true});

    cJSON_Delete(o);
    return err;
}

/* ---- the name slot --------------------------------------------------------------------- */

static void fill_slots(char **text, const char *name)
{
    const char *from = *text, *slot = from ? strstr(from, MSG_NAME_SLOT) : NULL;
    struct loa_buf b = {0};

    if (!slot)
        return;
    for (; slot; slot = strstr(from, MSG_NAME_SLOT)) {
        loa_buf_add(&b, from, (size_t)(slot - from));
        loa_buf_adds(&b, name);
        from = slot + sizeof(MSG_NAME_SLOT) - 1;
    }
    loa_buf_adds(&b, from);
    free(*text);
    *text = loa_buf_take(&b);
}

void msg_content_name(struct msg_content *c, const char *name)
{
    const char *is = name && *name ? name : MSG_NAME_NEUTRAL;

    fill_slots(&c->title, is);
    fill_slots(&c->text, is);
    fill_slots(&c->image_alt, is);
    for (size_t i = 0; i < c->n_buttons; i++)
        fill_slots(&c->buttons[i].title, is);
    for (size_t i = 0; i < c->n_cards; i++) {
        fill_slots(&c->cards[i].title, is);
        fill_slots(&c->cards[i].subtitle, is);
        for (size_t k = 0; k < c->cards[i].n_buttons; k++)
            fill_slots(&c->cards[i].buttons[k].title, is);
    }
    for (size_t i = 0; i < c->utility.n_params; i++)
        fill_slots(&c->utility.params[i], is);
}

/* ---- writing --------------------------------------------------------------------------- */

static void add_buttons(cJSON *o, const struct msg_button *b, size_t n)
{
    static const char *const keys[] = {"reply", "url", "phone"};
    cJSON *list = n ? cJSON_AddArrayToObject(o, "buttons") : NULL;

    for (size_t i = 0; i < n; i++) {
        cJSON *item = cJSON_CreateObject();

        cJSON_AddStringToObject(item, "title", b[i].title);
        cJSON_AddStringToObject(item, keys[b[i].kind], b[i].value);
        cJSON_AddItemToArray(list, item);
    }
}

static void add_utility(cJSON *o, const struct msg_utility *u)
{
    cJSON *item, *params;

    if (!u->name)
        return;
    item = cJSON_AddObjectToObject(o, "utility");
    cJSON_AddStringToObject(item, "name", u->name);
    cJSON_AddStringToObject(item, "language", u->language);
    params = cJSON_AddArrayToObject(item, "params");
    for (size_t i = 0; i < u->n_params; i++)
        cJSON_AddItemToArray(params, cJSON_CreateString(u->params[i]));
}

cJSON *msg_content_to_json(const struct msg_content *c)
{
    cJSON *o = cJSON_CreateObject(), *list = NULL;

    loa_json_add_str(o, "title", c->title);
    loa_json_add_str(o, "text", c->text);
    if (c->image_url) {
        cJSON *image = cJSON_AddObjectToObject(o, "image");

        loa_json_add_str(image, "url", c->image_url);
        loa_json_add_str(image, "alt", c->image_alt);
    }
    if (c->file_url) {
        cJSON *file = cJSON_AddObjectToObject(o, "file");

        loa_json_add_str(file, "url", c->file_url);
        loa_json_add_str(file, "name", c->file_name);
        loa_json_add_int(file, "size", c->file_size);
    }
    loa_json_add_str(o, "link", c->link_url);
    add_buttons(o, c->buttons, c->n_buttons);
    if (c->n_cards)
        list = cJSON_AddArrayToObject(o, "cards");
    for (size_t i = 0; i < c->n_cards; i++) {
        cJSON *card = cJSON_CreateObject();

        loa_json_add_str(card, "title", c->cards[i].title);
        loa_json_add_str(card, "subtitle", c->cards[i].subtitle);
        loa_json_add_str(card, "image", c->cards[i].image_url);
        loa_json_add_str(card, "url", c->cards[i].url);
        add_buttons(card, c->cards[i].buttons, c->cards[i].n_buttons);
        cJSON_AddItemToArray(list, card);
    }
    add_utility(o, &c->utility);
    return o;
}

void msg_content_merge(const struct msg_content *base, const struct msg_content *variant,
                       struct msg_content *out)
{
    cJSON *merged = msg_content_to_json(base),
          *over = variant ? msg_content_to_json(variant) : NULL;
    cJSON *item = over ? over->child : NULL;

    while (item) {
        cJSON *next = item->next;

        cJSON_DetachItemViaPointer(over, item);
        cJSON_DeleteItemFromObjectCaseSensitive(merged, item->string);
        cJSON_AddItemToObject(merged, item->string, item);
        item = next;
    }
    /* Both sides were checked when they were parsed, so this cannot fail. */
    if (msg_content_parse(merged, out, NULL) != LOA_OK)
        memset(out, 0, sizeof(*out));
    cJSON_Delete(over);
    cJSON_Delete(merged);
}

void msg_content_release(struct msg_content *c)
{
    free(c->title);
    free(c->text);
    free(c->image_url);
    free(c->image_alt);
    free(c->file_url);
    free(c->file_name);
    free(c->link_url);
    for (size_t i = 0; i < c->n_buttons; i++)
        button_release(&c->buttons[i]);
    for (size_t i = 0; i < c->n_cards; i++) {
        struct msg_card *card = &c->cards[i];

        free(card->title);
        free(card->subtitle);
        free(card->image_url);
        free(card->url);
        for (size_t k = 0; k < card->n_buttons; k++)
            button_release(&card->buttons[k]);
    }
    free(c->utility.name);
    free(c->utility.language);
    for (size_t i = 0; i < c->utility.n_params; i++)
        free(c->utility.params[i]);
    memset(c, 0, sizeof(*c));
}

enum loa_err msg_content_add_button(struct msg_content *c, enum msg_button_kind kind,
                                    const char *title, const char *value)
{
    if (c->n_buttons == MSG_BUTTONS_MAX)
        return LOA_ELIMIT;
    c->buttons[c->n_buttons++] =
        (struct msg_button){.kind = kind, .title = loa_xstrdup(title), .value = loa_xstrdup(value)};
    return LOA_OK;
}
