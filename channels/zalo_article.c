/* SPDX-License-Identifier: Apache-2.0 */
/* A public post as a Zalo article (section 4): its headline, cover and blocks of text. */
#include <stdlib.h>
#include <string.h>

#include "channels/zalo_private.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"

static bool is_set(const char *s)
{
    return s && s[0];
}

char *zalo_shorten(const char *s, size_t max)
{
    size_t end = loa_utf8_cut(s, max), space;
    char *out;

    if (!s[end])
        return loa_xstrdup(s);
    end = loa_utf8_cut(s, max - 1);
    for (space = end; space > 0 && s[space] != ' ' && s[space] != '\n'; space--)
        ;
    /* One endless word is cut where it must be. */
    out = loa_xasprintf("%.*s…", (int)(space ? space : end), s);
    return out;
}

char *zalo_article_title(const struct msg_content *content)
{
    const char *text = content->text ? content->text : "";
    char *line, *title;

    if (is_set(content->title))
        return zalo_shorten(content->title, ZALO_ARTICLE_TITLE_MAX);
    text += strspn(text, "\n ");
    line = loa_xstrndup(text, strcspn(text, "\n"));
    title = zalo_shorten(line, ZALO_ARTICLE_TITLE_MAX);
    free(line);
    return title;
}

static void add_block(cJSON *body, const char *text, size_t len)
{
    cJSON *block = cJSON_CreateObject();
    char *copy = loa_xstrndup(text, len);

    cJSON_AddStringToObject(block, "type", "text");
    cJSON_AddStringToObject(block, "content", copy);
    cJSON_AddItemToArray(body, block);
    free(copy);
}

/* A block for each paragraph. */
static void add_paragraphs(cJSON *body, const char *text)
{
    while (*text) {
        const char *end = strstr(text, "\n\n");
        size_t len = end ? (size_t)(end - text) : strlen(text);

        if (len)
            add_block(body, text, len);
        text += len;
        text += strspn(text, "\n");
    }
}

/* An article has no buttons, cards or files: they follow the text as lines. */
static void add_rest(cJSON *body, const struct msg_content *content)
{
    struct loa_buf text = {0};

    for (size_t i = 0; i < content->n_cards; i++)
        zalo_add_card_lines(&content->cards[i], &text);
    if (content->n_cards && (is_set(content->link_url) || is_set(content->file_url)))
        loa_buf_adds(&text, "\n\n");
    zalo_add_links(content, &text);
    for (size_t i = 0; i < content->n_buttons; i++)
        zalo_add_button_line(&content->buttons[i], &text);
    add_paragraphs(body, loa_buf_str(&text));
    loa_buf_release(&text);
}

static void add_cover(cJSON *root, const char *image_url)
{
    cJSON *cover = cJSON_AddObjectToObject(root, "cover");

    cJSON_AddStringToObject(cover, "cover_type", "photo");
    zalo_add_web_address(cover, "photo_url", image_url);
    cJSON_AddStringToObject(cover, "status", "show");
}

/* A post is for everyone, so the slot of a name takes its neutral form. */
static char *without_slots(char *json)
{
    const struct splice_values nobody = {0};
    struct loa_buf out = {0};
    struct splice cut;

    splice_cut(json, &cut);
    splice_fill(&cut, &nobody, &out);
    splice_release(&cut);
    return loa_buf_take(&out);
}

char *zalo_article_json(const struct zalo *z, const struct msg_content *content)
{
    const char *text = content->text ? content->text : "";
    char *title = zalo_article_title(content);
    char *description = zalo_shorten(text, ZALO_ARTICLE_DESCRIPTION_MAX);
    cJSON *root = cJSON_CreateObject(), *body;
    char *json;

    cJSON_AddStringToObject(root, "type", "normal");
    cJSON_AddStringToObject(root, "title", title);
    cJSON_AddStringToObject(root, "author", z->author);
    if (is_set(content->image_url))
        add_cover(root, content->image_url);
    cJSON_AddStringToObject(root, "description", description);
    body = cJSON_AddArrayToObject(root, "body");
    add_paragraphs(body, text);
    add_rest(body, content);
    cJSON_AddStringToObject(root, "status", "show");
    cJSON_AddStringToObject(root, "comment", "show");
    json = without_slots(loa_json_print(root));
    cJSON_Delete(root);
    free(title);
    free(description);
    return json;
}
