/* SPDX-License-Identifier: Apache-2.0 */
/* From a result to what the citizen reads. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/answer/phrasebook.h"
#include "bot/answer/query.h"
#include "bot/answer/reply.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"
#include "messages/online.h"

enum { TEXT_MAX_BYTES = 16 * 1024, TITLE_POINTS = 20 };

static void button(struct answer_writer *w, enum msg_button_kind kind, enum answer_sentence title,
                   const char *value)
{
    /* Full is no error here: the first buttons are the useful ones. */
    (void)msg_content_add_button(w->out, kind, answer_say(title, w->english), value);
}

void answer_write_button(struct answer_writer *w, enum answer_sentence title, const char *payload)
{
    button(w, MSG_BUTTON_REPLY, title, payload);
}

/* A button that names the event, cut to what the narrowest platform shows. */
void answer_write_event_button(struct answer_writer *w, const struct msg_event *e)
{
    size_t cut = loa_utf8_cut(e->title, TITLE_POINTS - 1);
    char *payload = loa_xasprintf("#event:%s", e->id), *title;

    if (e->title[cut] == '\0') {
        title = loa_xstrdup(e->title);
    } else {
        while (cut > 0 && e->title[cut] != ' ')
            cut--;
        if (cut == 0)
            cut = loa_utf8_cut(e->title, TITLE_POINTS - 1);
        title = loa_xasprintf("%.*s…", (int)cut, e->title);
    }
    (void)msg_content_add_button(w->out, MSG_BUTTON_REPLY, title, payload);
    free(payload);
    free(title);
}

static const char *t(const struct answer_writer *w, const char *vi, const char *en)
{
    return w->english ? en : vi;
}

/* --- one event --------------------------------------------------------------------------- */

static void say_map(struct answer_writer *w, const struct msg_event *e)
{
    struct loa_buf url;

    if (!e->has_geo && !e->address)
        return;
    loa_buf_init(&url, 0);
    loa_buf_adds(&url, "https://www.google.com/maps/search/?api=1&query=");
    if (e->has_geo)
        loa_buf_addf(&url, "%.5f%%2C%.5f", e->lat, e->lon);
    else
        loa_buf_add_url(&url, e->address);
    button(w, MSG_BUTTON_URL, ANSWER_SAY_MAP, loa_buf_str(&url));
    loa_buf_release(&url);
}

static void say_state(struct answer_writer *w, const struct msg_event *e, int64_t now_ms)
{
    if (e->state == MSG_EVENT_CANCELLED)
        loa_buf_adds(&w->text, t(w, "\n⚠️ Sự kiện này đã hủy.",
                                 "\n⚠️ This event is cancelled."));
    else if (e->state == MSG_EVENT_MOVED)
        loa_buf_adds(&w->text,
                     t(w,
                       "\n⚠️ Sự kiện này đã dời; giờ và nơi ở trên là mới.",
                       "\n⚠️ This event was moved; time and place above are the new ones."));
    else if (e->end_ms <= now_ms)
        loa_buf_adds(&w->text, t(w, "\nSự kiện này đã kết thúc.", "\nThis event is over."));
    if (e->note)
        loa_buf_addf(&w->text, "\n%s %s", t(w, "Lý do:", "Reason:"), e->note);
}

static void say_registration(struct answer_writer *w, const struct msg_event *e)
{
    if (e->registration_url)
        loa_buf_addf(&w->text, "\n%s %s", t(w, "📝 Đăng ký:", "📝 Sign up:"), e->registration_url);
    else
        loa_buf_adds(&w->text, t(w, "\n📝 Không cần đăng ký, mời bạn đến dự.",
                                 "\n📝 No registration needed, just come."));
}

static void say_link(struct answer_writer *w, const struct msg_event *e)
{
    const char *service = msg_online_service(e->online_url);

    if (e->online_url)
        loa_buf_addf(&w->text, "\n💻 %s%s%s%s: %s", answer_say(ANSWER_SAY_JOIN, w->english),
                     service ? " (" : "", service ? service : "", service ? ")" : "",
                     e->online_url);
}

void answer_write_event(struct answer_writer *w, const struct msg_event *e, int64_t now_ms,
                        bool registration)
{
    if (registration && e->registration_url)
        loa_buf_addf(&w->text, "%s\n",
                     t(w, "Mời bạn đăng ký theo đường dẫn dưới đây:", "Please sign up here:"));
    loa_buf_addf(&w->text, "%s\n🕒 ", e->title);
    answer_say_when(&w->text, e, w->english);
    loa_buf_adds(&w->text, "\n📍 ");
    answer_say_where(&w->text, e, w->english, true);
    say_link(w, e);
    say_registration(w, e);
    if (e->contact_phone)
        loa_buf_addf(&w->text, "\n☎️ %s", e->contact_phone);
    if (e->organizer)
        loa_buf_addf(&w->text, "\n%s %s", t(w, "Đơn vị tổ chức:", "Organizer:"), e->organizer);
    if (e->summary)
        loa_buf_addf(&w->text, "\n%s", e->summary);
    say_state(w, e, now_ms);
    if (e->registration_url && e->end_ms > now_ms)
        button(w, MSG_BUTTON_URL, ANSWER_SAY_REGISTER, e->registration_url);
    if (e->online_url && e->end_ms > now_ms)
        button(w, MSG_BUTTON_URL, ANSWER_SAY_JOIN, e->online_url);
    say_map(w, e);
    if (e->contact_phone)
        button(w, MSG_BUTTON_PHONE, ANSWER_SAY_CALL, e->contact_phone);
}

/* --- lists ------------------------------------------------------------------------------- */

static void say_item(struct answer_writer *w, size_t number, const struct msg_event *e)
{
    loa_buf_addf(&w->text, "\n\n%zu. %s%s\n🕒 ", number, e->title,
                 e->state == MSG_EVENT_CANCELLED ? t(w, " (đã hủy)", " (cancelled)") : "");
    answer_say_when(&w->text, e, w->english);
    loa_buf_adds(&w->text, "\n📍 ");
    answer_say_where(&w->text, e, w->english, false);
}

/* What is over goes last: who asks for today in the afternoon wants what is still to come. */
static void order_for_reading(const struct answer_result *r, int64_t now_ms,
                              const struct msg_event **out)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n_events; i++) {
        if (r->events[i]->end_ms > now_ms)
            out[n++] = r->events[i];
    }
    for (size_t i = 0; i < r->n_events; i++) {
        if (r->events[i]->end_ms <= now_ms)
            out[n++] = r->events[i];
    }
}

static void say_heading(struct answer_writer *w, const struct answer_result *r)
{
    if (r->intent == ANSWER_EVENT_DETAIL || r->intent == ANSWER_REGISTRATION) {
        loa_buf_adds(&w->text,
                     t(w, "Bạn muốn hỏi hoạt động nào dưới đây?", "Which of these do you mean?"));
        return;
    }
    if (r->intent == ANSWER_NEXT_EVENT) {
        loa_buf_adds(&w->text, t(w, "Sắp diễn ra", "Coming up"));
    } else if (r->query.running) {
        loa_buf_adds(&w->text, t(w, "Đang diễn ra:", "Happening now:"));
        return;
    } else if (w->english) {
        loa_buf_addf(&w->text, "%zu event%s", r->n_events, r->n_events == 1 ? "" : "s");
    } else {
        loa_buf_addf(&w->text, "Có %zu hoạt động", r->n_events);
    }
    answer_say_query(&w->text, r, w->english);
    loa_buf_addc(&w->text, ':');
}

static void more_button(struct answer_writer *w, const struct answer_result *r, size_t next)
{
    char query[ANSWER_QUERY_TEXT];
    char *payload = loa_xasprintf("#more:%zu;%s", next, answer_query_format(&r->query, query));

    answer_write_button(w, ANSWER_SAY_MORE, payload);
    free(payload);
}

void answer_write_list(struct answer_writer *w, const struct answer_result *r, int64_t now_ms)
{
    const struct msg_event **list = loa_xcalloc(r->n_events + 1, sizeof(struct msg_event *));
    size_t from = r->offset < r->n_events ? r->offset : 0, to = from + ANSWER_PAGE;

    if (to > r->n_events)
        to = r->n_events;
    order_for_reading(r, now_ms, list);
    say_heading(w, r);
    for (size_t i = from; i < to; i++)
        say_item(w, i + 1, list[i]);
    if (to < r->n_events)
        loa_buf_addf(&w->text, "\n\n%s%zu%s", t(w, "Còn ", ""), r->n_events - to,
                     t(w, " hoạt động nữa.", " more."));
    for (size_t i = from; i < to; i++)
        answer_write_event_button(w, list[i]);
    if (to < r->n_events)
        more_button(w, r, to);
    free(list);
}

/* --- all --------------------------------------------------------------------------------- */

void answer_reply(const struct answer_index *x, const struct answer_result *r, int64_t now_ms,
                  const struct answer_options *opt, struct msg_content *out)
{
    struct answer_writer w = {.out = out, .english = r->english};

    (void)x; /* part of the interface: replies may come to need names of the catalogue */
    *out = (struct msg_content){0};
    loa_buf_init(&w.text, TEXT_MAX_BYTES);
    if (r->intent == ANSWER_FAQ) {
        answer_write_talk(&w, r, opt);
        if (r->n_events == 1) {
            loa_buf_adds(&w.text, "\n\n");
            answer_write_event(&w, r->events[0], now_ms, false);
        }
    } else if (r->n_events == 1)
        answer_write_event(&w, r->events[0], now_ms, r->intent == ANSWER_REGISTRATION);
    else if (r->n_events > 1)
        answer_write_list(&w, r, now_ms);
    else
        answer_write_talk(&w, r, opt);
    if (r->faq && r->intent != ANSWER_FAQ && r->n_events)
        loa_buf_addf(&w.text, "\n\n%s", r->faq->answer);
    out->text = loa_buf_take(&w.text);
}
