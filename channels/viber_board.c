/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "channels/viber_private.h"
#include "messages/base/utf8.h"

enum {
    NARROW_TITLE = 18, /* units that stay readable on half the width of a phone */
    FEW_BUTTONS = 3,   /* so many always take a whole row each */
    HALF = 3,
    WHOLE = 6,
};

static bool has(const char *s)
{
    return s && s[0];
}

/* ---- text of a button or a card ------------------------------------------------------------ */

static bool starts_entity(const char *s)
{
    size_t n = strspn(s, "#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    return n > 0 && s[n] == ';';
}

/* The text of buttons may hold tags (3.1): what people wrote must not become one. '&' is escaped
 * only where it would start an entity, so that "A & B" reads well whatever the client does. */
static void add_escaped(struct loa_buf *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '<')
            loa_buf_adds(out, "&lt;");
        else if (*s == '>')
            loa_buf_adds(out, "&gt;");
        else if (*s == '\n')
            loa_buf_adds(out, "<br>");
        else if (*s == '&' && starts_entity(s + 1))
            loa_buf_adds(out, "&amp;");
        else
            loa_buf_addc(out, *s);
    }
}

size_t viber_button_units(const char *title)
{
    struct loa_buf text;
    size_t units;

    loa_buf_init(&text, 0);
    add_escaped(&text, title);
    units = viber_units(loa_buf_str(&text));
    loa_buf_release(&text);
    return units;
}

static void add_text(cJSON *button, const char *title)
{
    struct loa_buf text;

    loa_buf_init(&text, 0);
    add_escaped(&text, title);
    cJSON_AddStringToObject(button, "Text", loa_buf_str(&text));
    loa_buf_release(&text);
}

/* ---- buttons ------------------------------------------------------------------------------- */

static cJSON *cell(int columns, int rows)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddNumberToObject(o, "Columns", columns);
    cJSON_AddNumberToObject(o, "Rows", rows);
    return o;
}

/* A tap whose answer is not what the button says (a command, an address that open-url also sends
 * to the bot) is hidden from the chat; the callback comes all the same. */
static cJSON *tap(const struct msg_button *b, int columns)
{
    const bool url = b->kind == MSG_BUTTON_URL;
    cJSON *o = cell(columns, 1);

    cJSON_AddStringToObject(o, "ActionType", url ? "open-url" : "reply");
    cJSON_AddStringToObject(o, "ActionBody", b->value);
    add_text(o, b->title);
    if (url || strcmp(b->title, b->value) != 0)
        cJSON_AddTrueToObject(o, "Silent");
    return o;
}

static bool is_narrow(const struct msg_button *b)
{
    return b->kind != MSG_BUTTON_PHONE && viber_button_units(b->title) <= NARROW_TITLE;
}

void viber_keyboard_layout(const struct msg_content *m, enum channel_way way,
                           int columns[MSG_BUTTONS_MAX])
{
    size_t taps = 0, half_open = MSG_BUTTONS_MAX;
    int rows = 0;

    for (size_t i = 0; i < MSG_BUTTONS_MAX; i++)
        columns[i] = 0;
    for (size_t i = 0; i < m->n_buttons; i++)
        taps += m->buttons[i].kind != MSG_BUTTON_PHONE;
    for (size_t i = 0; i < m->n_buttons && way != CHANNEL_WAY_POST; i++) {
        /* There is no call button: a number is a line of text, which a phone lets one tap. */
        if (m->buttons[i].kind == MSG_BUTTON_PHONE)
            continue;
        if (taps > FEW_BUTTONS && is_narrow(&m->buttons[i]) && half_open < MSG_BUTTONS_MAX) {
            columns[half_open] = columns[i] = HALF;
            half_open = MSG_BUTTONS_MAX;
        } else if (rows < VIBER_KEYBOARD_ROWS) {
            columns[i] = WHOLE;
            rows++;
            half_open = is_narrow(&m->buttons[i]) ? i : MSG_BUTTONS_MAX;
        }
    }
}

cJSON *viber_keyboard(const struct msg_content *m, enum channel_way way)
{
    int columns[MSG_BUTTONS_MAX];
    cJSON *keyboard = NULL, *buttons = NULL;

    viber_keyboard_layout(m, way, columns);
    for (size_t i = 0; i < m->n_buttons; i++) {
        if (!columns[i])
            continue;
        if (!keyboard) {
            keyboard = cJSON_CreateObject();
            cJSON_AddStringToObject(keyboard, "Type", "keyboard");
            cJSON_AddFalseToObject(keyboard, "DefaultHeight");
            buttons = cJSON_AddArrayToObject(keyboard, "Buttons");
        }
        cJSON_AddItemToArray(buttons, tap(&m->buttons[i], columns[i]));
    }
    return keyboard;
}

/* ---- cards --------------------------------------------------------------------------------- */

/* One face of a carousel: a card, or before them all the message's own text and picture. */
struct face {
    const char *title, *text, *image, *url;
    const struct msg_button *buttons;
    size_t n_buttons, taps;
};

static size_t count_taps(const struct msg_button *b, size_t n)
{
    size_t taps = 0;

    for (size_t i = 0; i < n; i++)
        taps += b[i].kind != MSG_BUTTON_PHONE;
    return taps;
}

static struct face card_face(const struct msg_card *c)
{
    return (struct face){.title = c->title,
                         .text = c->subtitle,
                         .image = c->image_url,
                         .url = c->url,
                         .buttons = c->buttons,
                         .n_buttons = c->n_buttons,
                         .taps = count_taps(c->buttons, c->n_buttons)};
}

/* Fills up to MSG_CARDS_MAX + 1 faces. `more` is the button for the message's own link. */
static size_t faces_of(const struct msg_content *m, const struct msg_button *more,
                       struct face faces[MSG_CARDS_MAX + 1])
{
    size_t n = 0;

    if (has(m->text) || has(m->image_url) || has(m->link_url))
        faces[n++] = (struct face){.text = has(m->text) ? m->text : m->title,
                                   .image = m->image_url,
                                   .url = m->link_url,
                                   .buttons = more,
                                   .n_buttons = has(m->link_url),
                                   .taps = has(m->link_url)};
    for (size_t i = 0; i < m->n_cards; i++)
        faces[n++] = card_face(&m->cards[i]);
    return n;
}

static struct msg_button more_button(const struct msg_content *m)
{
    static char title[] = "Xem thêm";

    return (struct msg_button){.kind = MSG_BUTTON_URL, .title = title, .value = m->link_url};
}

/* Title, text and the numbers to call, as one marked-up text. */
static void face_text(const struct face *f, struct loa_buf *out)
{
    if (has(f->title)) {
        loa_buf_adds(out, "<b>");
        add_escaped(out, f->title);
        loa_buf_adds(out, "</b>");
    }
    if (has(f->text)) {
        loa_buf_adds(out, out->len ? "<br>" : "");
        add_escaped(out, f->text);
    }
    for (size_t i = 0; i < f->n_buttons; i++) {
        if (f->buttons[i].kind != MSG_BUTTON_PHONE)
            continue;
        loa_buf_adds(out, out->len ? "<br>" : "");
        add_escaped(out, f->buttons[i].title);
        loa_buf_adds(out, ": ");
        add_escaped(out, f->buttons[i].value);
    }
}

enum { TEXT_ROWS = 2, IMAGE_ROWS = 3 };

static int image_rows(const struct face *f)
{
    return has(f->image) ? IMAGE_ROWS - (f->taps > 2) : 0; /* 3 + 2 + 2 or 2 + 2 + 3 rows */
}

static bool face_fits(const struct face *f)
{
    struct loa_buf text;
    bool fits;

    loa_buf_init(&text, 0);
    face_text(f, &text);
    fits = text.len > 0 && viber_units(loa_buf_str(&text)) <= VIBER_BUTTON_TEXT_MAX;
    loa_buf_release(&text);
    for (size_t i = 0; i < f->n_buttons; i++)
        fits = fits && viber_button_units(f->buttons[i].title) <= VIBER_BUTTON_TEXT_MAX;
    if (has(f->image))
        fits =
            fits && viber_is_web(f->image) && viber_has_extension(f->image, viber_card_extensions);
    return fits;
}

bool viber_cards_fit(const struct msg_content *m)
{
    const struct msg_button more = more_button(m);
    struct face faces[MSG_CARDS_MAX + 1];
    int columns[MSG_BUTTONS_MAX];
    size_t n = faces_of(m, &more, faces);

    if (!n || n > VIBER_CARDS_MAX || has(m->file_url))
        return false;
    viber_keyboard_layout(m, CHANNEL_WAY_SINGLE, columns);
    for (size_t i = 0; i < m->n_buttons; i++) {
        if (!columns[i]) /* a line of text, and cards have no text beside them */
            return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!face_fits(&faces[i]))
            return false;
    }
    return true;
}

static void add_open(cJSON *o, const char *url)
{
    cJSON_AddStringToObject(o, "ActionType", has(url) ? "open-url" : "none");
    cJSON_AddStringToObject(o, "ActionBody", has(url) ? url : "none");
    if (has(url))
        cJSON_AddTrueToObject(o, "Silent");
}

/* A card ends when its rows are filled, so every face takes exactly `rows`: the text grows. */
static void add_face(cJSON *buttons, const struct face *f, int rows)
{
    struct loa_buf text;
    cJSON *o;

    if (has(f->image)) {
        o = cell(VIBER_CARD_COLUMNS, image_rows(f));
        add_open(o, f->url);
        cJSON_AddStringToObject(o, "Image", f->image);
        cJSON_AddItemToArray(buttons, o);
    }
    loa_buf_init(&text, 0);
    face_text(f, &text);
    o = cell(VIBER_CARD_COLUMNS, rows - image_rows(f) - (int)f->taps);
    add_open(o, f->url);
    cJSON_AddStringToObject(o, "Text", loa_buf_str(&text));
    cJSON_AddStringToObject(o, "TextVAlign", "middle");
    cJSON_AddStringToObject(o, "TextHAlign", "left");
    cJSON_AddItemToArray(buttons, o);
    loa_buf_release(&text);
    for (size_t i = 0; i < f->n_buttons; i++) {
        if (f->buttons[i].kind != MSG_BUTTON_PHONE) {
            o = tap(&f->buttons[i], VIBER_CARD_COLUMNS);
            cJSON_AddStringToObject(o, "BgColor", "#E8E6F7");
            cJSON_AddItemToArray(buttons, o);
        }
    }
}

cJSON *viber_rich_media(const struct msg_content *m)
{
    const struct msg_button more = more_button(m);
    struct face faces[MSG_CARDS_MAX + 1];
    size_t n = faces_of(m, &more, faces);
    cJSON *o = cJSON_CreateObject(), *buttons;
    int rows = TEXT_ROWS;

    for (size_t i = 0; i < n; i++) {
        int need = image_rows(&faces[i]) + TEXT_ROWS + (int)faces[i].taps;

        rows = need > rows ? need : rows;
    }
    cJSON_AddStringToObject(o, "Type", "rich_media");
    cJSON_AddNumberToObject(o, "ButtonsGroupColumns", VIBER_CARD_COLUMNS);
    cJSON_AddNumberToObject(o, "ButtonsGroupRows", rows);
    cJSON_AddStringToObject(o, "BgColor", "#FFFFFF");
    buttons = cJSON_AddArrayToObject(o, "Buttons");
    for (size_t i = 0; i < n; i++)
        add_face(buttons, &faces[i], rows);
    return o;
}
