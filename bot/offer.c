/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/offer.h"

#include <stdlib.h>
#include <string.h>

#include "bot/answer/phrasebook.h"
#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"

enum { CARD_TITLE = 80, CARD_LINE = 80 };

static const char event_head[] = "#event:";

static bool can_be_reminded(const struct msg_event *e, int64_t now)
{
    return e->state != MSG_EVENT_CANCELLED && e->start_ms - LOA_HOUR_MS > now;
}

static void add_button(struct msg_card *card, const char *title, const char *head, const char *id)
{
    card->buttons[card->n_buttons++] =
        (struct msg_button){.kind = MSG_BUTTON_REPLY,
                            .title = loa_xstrdup(title),
                            .value = loa_xasprintf("%s%s", head, id)};
}

/* ---- a carousel -------------------------------------------------------------------------- */

static bool is_event_button(const struct msg_button *b)
{
    return b->kind == MSG_BUTTON_REPLY &&
           strncmp(b->value, event_head, sizeof(event_head) - 1) == 0;
}

/* The events of the page that the answer lists, as its buttons name them. */
static size_t page_of(const struct msg_content *c, const struct msg_catalog *all,
                      const struct msg_event *out[MSG_CARDS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < c->n_buttons; i++) {
        const struct msg_event *e =
            is_event_button(&c->buttons[i])
                ? msg_catalog_event(all, c->buttons[i].value + sizeof(event_head) - 1)
                : NULL;

        if (e && n < MSG_CARDS_MAX)
            out[n++] = e;
    }
    return n;
}

/* When and where, as much of it as a card takes; the rest is behind its button. */
static char *line_of(const struct msg_event *e, bool english)
{
    struct loa_buf when = {0}, whole = {0};

    if (e->state == MSG_EVENT_CANCELLED)
        loa_buf_adds(&when, english ? "Cancelled. " : "Đã hủy. ");
    loa_buf_adds(&when, "🕒 ");
    answer_say_when(&when, e, english);
    loa_buf_addf(&whole, "%s\n📍 ", loa_buf_str(&when));
    answer_say_where(&whole, e, english, false);
    if (loa_utf8_length_utf16(loa_buf_str(&whole)) > CARD_LINE) {
        loa_buf_reset(&whole);
        loa_buf_addf(&whole, "%s\n📍 %s", loa_buf_str(&when), e->district ? e->district : "");
    }
    loa_buf_release(&when);
    return loa_buf_take(&whole);
}

/* A card that would lose a part of its words is none. */
static bool fits(const struct msg_event *e, bool english)
{
    char *line = line_of(e, english);
    bool good = loa_utf8_length_utf16(e->title) <= CARD_TITLE &&
                loa_utf8_length_utf16(line) <= CARD_LINE && strlen(e->id) < ANSWER_NAME_SIZE;

    free(line);
    return good;
}

static void fill_card(struct msg_card *card, const struct msg_event *e, bool english, bool taps,
                      int64_t now)
{
    *card = (struct msg_card){.title = loa_xstrdup(e->title), .subtitle = line_of(e, english)};
    add_button(card, answer_say(ANSWER_SAY_DETAILS, english), event_head, e->id);
    if (taps && can_be_reminded(e, now))
        add_button(card, english ? "Remind me" : "Nhắc tôi", "#remind:", e->id);
}

/* The heading stays, and what tells that there are more. */
static void shorten(struct msg_content *c)
{
    char *end = strstr(c->text, "\n\n"), *last = NULL, *text;

    if (!end)
        return;
    for (char *at = end; at; at = strstr(at + 2, "\n\n"))
        last = at;
    *end = '\0';
    /* The last paragraph is either the last event or "Còn 3 hoạt động nữa.". */
    text =
        strstr(last + 2, "🕒") ? loa_xstrdup(c->text) : loa_xasprintf("%s\n%s", c->text, last + 2);
    free(c->text);
    c->text = text;
}

static void drop_event_buttons(struct msg_content *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n_buttons; i++) {
        if (is_event_button(&c->buttons[i])) {
            free(c->buttons[i].title);
            free(c->buttons[i].value);
        } else {
            c->buttons[n++] = c->buttons[i];
        }
    }
    for (size_t i = n; i < c->n_buttons; i++)
        c->buttons[i] = (struct msg_button){0};
    c->n_buttons = n;
}

/* Where buttons stand under a whole list and not under each card, a tap on the card is its one
 * button. */
static bool has_buttons_on_cards(const struct channel_ops *ops)
{
    return ops->limits.cards > 4;
}

static void carousel(struct msg_content *c, const struct answer_result *r,
                     const struct msg_catalog *all, const struct channel_ops *ops, int64_t now)
{
    const struct msg_event *page[MSG_CARDS_MAX];
    size_t n = page_of(c, all, page);

    if (n < 2 || n + 1 > ops->limits.cards || !c->text)
        return;
    for (size_t i = 0; i < n; i++) {
        if (!fits(page[i], r->english))
            return;
    }
    for (size_t i = 0; i < n; i++)
        fill_card(&c->cards[c->n_cards++], page[i], r->english, has_buttons_on_cards(ops), now);
    drop_event_buttons(c);
    shorten(c);
}

/* ---- all --------------------------------------------------------------------------------- */

void bot_offer(struct msg_content *c, const struct answer_result *r, const struct msg_catalog *all,
               const struct channel_ops *ops, int64_t now)
{
    char *payload;

    if (r->n_events > 1 && ops && ops->limits.cards)
        carousel(c, r, all, ops, now);
    if (r->n_events != 1 || !can_be_reminded(r->events[0], now) ||
        strlen(r->events[0]->id) >= ANSWER_NAME_SIZE)
        return;
    payload = loa_xasprintf("#remind:%s", r->events[0]->id);
    (void)msg_content_add_button(c, MSG_BUTTON_REPLY, r->english ? "Remind me" : "Nhắc tôi",
                                 payload);
    free(payload);
}
