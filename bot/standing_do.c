/* SPDX-License-Identifier: Apache-2.0 */
/* Wishes granted, and what is said to them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/answer/phrasebook.h"
#include "bot/reminder_text.h"
#include "bot/standing.h"
#include "messages/base/buf.h"
#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"
#include "messages/contact.h"
#include "messages/event_change.h"

enum { LIST_MAX = 10 };

struct doing {
    struct db *db;
    const struct bot_standing *w;
    const struct bot_standing_scene *s;
    struct msg_content *out;
    struct loa_buf text;
};

static void button(struct doing *d, enum msg_button_kind kind, const char *title, const char *head,
                   const char *value)
{
    char *whole = loa_xasprintf("%s%s", head, value);

    (void)msg_content_add_button(d->out, kind, title, whole);
    free(whole);
}

static void reply_button(struct doing *d, const char *title, const char *value)
{
    button(d, MSG_BUTTON_REPLY, title, "", value);
}

/* ---- reminders -------------------------------------------------------------------------- */

/* What the platform's window leaves of it: said before, not found out after. */
static void say_window(struct doing *d, const struct msg_reminder_times *t)
{
    int64_t window = d->s->window_ms;
    int reach = 0, all = 0;

    for (int i = 0; i < MSG_REMINDER_STEPS; i++) {
        all += t->ms[i] > 0;
        reach += t->ms[i] > 0 && bot_reminder_reaches(window, d->s->now, t->ms[i]);
    }
    if (reach == all)
        return;
    loa_buf_addf(&d->text, "\n⚠️ %s chỉ cho tôi nhắn trong ", d->s->platform);
    if (window < 2 * LOA_DAY_MS)
        loa_buf_addf(&d->text, "%" PRId64 " giờ", window / LOA_HOUR_MS);
    else
        loa_buf_addf(&d->text, "%" PRId64 " ngày", window / LOA_DAY_MS);
    loa_buf_addf(&d->text,
                 " kể từ tin cuối cùng của bạn, nên %s có thể không gửi được. Bạn nhắn cho tôi một "
                 "tin trước lúc đó, hoặc thêm sự kiện vào lịch của bạn.",
                 reach ? "lời nhắc sau" : "lời nhắc này");
}

static void add_calendar_button(struct doing *d, const struct msg_event *e)
{
    struct loa_buf url = {0};

    if (!d->s->public_url)
        return;
    loa_buf_addf(&url, "%s/events.ics?event=", d->s->public_url);
    loa_buf_add_url(&url, e->id);
    button(d, MSG_BUTTON_URL, "Thêm vào lịch", "", loa_buf_str(&url));
    loa_buf_release(&url);
}

static void say_reminded(struct doing *d, const struct msg_event *e,
                         const struct msg_reminder_times *t)
{
    loa_buf_addf(&d->text, "🔔 Tôi sẽ nhắc bạn ");
    bot_reminder_say_times(&d->text, t);
    loa_buf_addf(&d->text, ":\n%s\n🕒 ", e->title);
    answer_say_when(&d->text, e, false);
    loa_buf_adds(&d->text, "\n📍 ");
    answer_say_where(&d->text, e, false, false);
    say_window(d, t);
    add_calendar_button(d, e);
    button(d, MSG_BUTTON_REPLY, "Thôi nhắc", "#unremind:", e->id);
    reply_button(d, "Xem các lời nhắc", "#reminders");
}

static enum loa_err remind_event(struct doing *d, const struct msg_event *e)
{
    const struct bot_standing_scene *s = d->s;
    struct msg_reminder_times times;
    enum loa_err err;

    if (e->state == MSG_EVENT_CANCELLED) {
        loa_buf_addf(&d->text, "⚠️ %s đã hủy, nên tôi không nhắc.", e->title);
        return LOA_OK;
    }
    if (!bot_reminder_times(e, s->quiet, s->now, &times)) {
        loa_buf_addf(&d->text, "%s %s, không còn lúc nào để nhắc trước.", e->title,
                     e->end_ms <= s->now     ? "đã kết thúc"
                     : e->start_ms <= s->now ? "đang diễn ra"
                                             : "sắp bắt đầu");
        button(d, MSG_BUTTON_REPLY, "Chi tiết", "#event:", e->id);
        return LOA_OK;
    }
    err = msg_reminder_put(d->db, s->account, s->contact, e, &times, s->wording, s->now);
    if (err == LOA_ELIMIT) {
        loa_buf_addf(&d->text, "Bạn đã có %d lời nhắc; hãy bỏ bớt rồi nhắn lại.",
                     MSG_REMINDERS_MAX);
        reply_button(d, "Xem các lời nhắc", "#reminders");
        return LOA_OK;
    }
    if (!err)
        say_reminded(d, e, &times);
    return err;
}

static void event_button(struct doing *d, const struct msg_event *e, const char *head)
{
    size_t cut = loa_utf8_cut(e->title, 19);
    char *title =
        e->title[cut] ? loa_xasprintf("%.*s…", (int)cut, e->title) : loa_xstrdup(e->title);

    button(d, MSG_BUTTON_REPLY, title, head, e->id);
    free(title);
}

static enum loa_err ask_which(struct doing *d)
{
    enum loa_err err = LOA_OK;

    loa_buf_adds(&d->text, "Bạn muốn được nhắc sự kiện nào?");
    for (size_t i = 0; i < d->w->n_choices && !err; i++) {
        struct msg_event e;

        err = msg_event_load(d->db, d->w->choices[i], &e);
        if (err == LOA_ENOENT) {
            err = LOA_OK;
        } else if (!err) {
            loa_buf_addf(&d->text, "\n• %s, ", e.title);
            answer_say_when(&d->text, &e, false);
            event_button(d, &e, "#remind:");
            msg_event_release(&e);
        }
    }
    if (!d->w->n_choices) {
        loa_buf_adds(&d->text, " Bạn nhắn tên của nó, ví dụ “nhắc tôi lễ khai mạc ở Nha Trang”.");
        reply_button(d, "Sắp diễn ra", "#next");
    }
    return err;
}

/* Who said stop hears nothing unasked, so a reminder would not come. */
static void say_stopped(struct doing *d)
{
    loa_buf_adds(&d->text,
                 "Bạn đang ngừng nhận tin, nên tôi không nhắn trước cho bạn được. Muốn "
                 "được nhắc, bạn bấm “Nhận tin mỗi ngày” (hoặc gõ DANG KY) rồi nhắn lại.");
    reply_button(d, "Nhận tin mỗi ngày", "#sub");
}

static enum loa_err remind(struct doing *d)
{
    struct msg_event e;
    enum loa_err err = msg_contact_may_write(d->db, d->s->account, d->s->contact);

    if (err == LOA_EPERM) {
        say_stopped(d);
        return LOA_OK;
    }
    if (err || !d->w->event[0])
        return err ? err : ask_which(d);
    err = msg_event_load(d->db, d->w->event, &e);
    if (err == LOA_ENOENT) {
        loa_buf_adds(&d->text, "Sự kiện này không còn trong lịch.");
        return LOA_OK;
    }
    if (err)
        return err;
    err = remind_event(d, &e);
    msg_event_release(&e);
    return err;
}

static enum loa_err unremind(struct doing *d)
{
    const struct bot_standing_scene *s = d->s;
    int64_t n = 0;
    enum loa_err err =
        msg_reminder_stop(d->db, s->account, s->contact, d->w->event[0] ? d->w->event : NULL,
                          s->wording ? s->wording : "", s->now, &n);

    if (!n)
        loa_buf_adds(&d->text, "Bạn không có lời nhắc nào như vậy.");
    else if (d->w->event[0])
        loa_buf_adds(&d->text, "Tôi sẽ không nhắc bạn về sự kiện này nữa.");
    else
        loa_buf_addf(&d->text, "Tôi đã bỏ %" PRId64 " lời nhắc của bạn.", n);
    reply_button(d, "Xem các lời nhắc", "#reminders");
    return err;
}

static enum loa_err show_reminders(struct doing *d)
{
    struct msg_list ids;
    enum loa_err err = msg_reminder_list(d->db, d->s->account, d->s->contact, d->s->now, &ids);

    if (!err && !ids.n)
        loa_buf_adds(&d->text,
                     "Bạn chưa nhờ nhắc sự kiện nào. Xem một sự kiện rồi bấm “Nhắc tôi”.");
    else if (!err)
        loa_buf_addf(&d->text, "🔔 Bạn đang nhờ nhắc %zu sự kiện:", ids.n);
    for (size_t i = 0; i < ids.n && i < LIST_MAX && !err; i++) {
        struct msg_event e;

        err = msg_event_load(d->db, ids.items[i], &e);
        if (err)
            break;
        loa_buf_addf(&d->text, "\n%zu. %s\n🕒 ", i + 1, e.title);
        answer_say_when(&d->text, &e, false);
        event_button(d, &e, "#event:");
        msg_event_release(&e);
    }
    if (!err && ids.n > LIST_MAX)
        loa_buf_addf(&d->text, "\nvà %zu sự kiện nữa.", ids.n - LIST_MAX);
    if (!err && ids.n)
        reply_button(d, "Bỏ hết lời nhắc", "#unremind");
    else if (!err)
        reply_button(d, "Sắp diễn ra", "#next");
    msg_list_release(&ids);
    return err;
}

/* ---- topics, places, audiences ----------------------------------------------------------- */

/* As people call it; the id if the topic has gone. */
static void say_tag(struct doing *d, const char *tag)
{
    static const char audience[] = BOT_STANDING_AUDIENCE;
    struct db_stmt *st;
    enum loa_err err;
    bool said = false;

    if (strncmp(tag, audience, sizeof(audience) - 1) == 0) {
        loa_buf_addf(&d->text, "cho %s", tag + sizeof(audience) - 1);
        return;
    }
    err = db_query(d->db, &st, "SELECT data FROM vocabulary WHERE kind = 'topic' AND id = $1", "s",
                   tag);
    while (!err && db_next(st, &err)) {
        cJSON *o = cJSON_Parse(db_text(st, 0));
        const cJSON *name = cJSON_GetObjectItemCaseSensitive(o, "name");

        if (cJSON_IsString(name) && !said) {
            loa_buf_adds(&d->text, name->valuestring);
            said = true;
        }
        cJSON_Delete(o);
    }
    if (!said)
        loa_buf_adds(&d->text, tag);
}

static enum loa_err note(struct doing *d, const char *what, bool in)
{
    const struct bot_standing_scene *s = d->s;
    char source[160];

    (void)snprintf(source, sizeof(source), "chat, %.140s", what);
    return msg_consent_note(d->db, s->account, s->contact, in ? "topic-in" : "topic-out",
                            s->wording, source, s->now);
}

static enum loa_err change_tags(struct doing *d, bool add)
{
    const struct bot_standing *w = d->w;
    const struct bot_standing_scene *s = d->s;
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < w->n_tags && !err; i++) {
        loa_buf_adds(&d->text, i ? ", " : " ");
        say_tag(d, w->tags[i]);
        err = msg_contact_topic(d->db, s->account, s->contact, w->tags[i], add);
        if (!err)
            err = note(d, w->tags[i], add);
    }
    if (err || !w->district[0])
        return err;
    loa_buf_addf(&d->text, "%s khu vực %s", w->n_tags ? "," : "", w->district);
    err = msg_contact_district(d->db, s->account, s->contact, add ? w->district : NULL);
    return err ? err : note(d, w->district, add);
}

static enum loa_err follow(struct doing *d)
{
    const struct bot_standing_scene *s = d->s;
    enum loa_err err;

    loa_buf_adds(&d->text, "Tôi đã ghi: bạn nhận tin");
    err = change_tags(d, true);
    if (!err) /* asking for it is asking for messages */
        err = msg_contact_consent(d->db, s->account, s->contact, true, s->wording, "chat", s->now);
    loa_buf_adds(&d->text, ". Gõ HUY bất cứ lúc nào để ngừng.");
    reply_button(d, "Đang nhận tin gì?", "#follows");
    reply_button(d, "Hôm nay có gì?", "#today");
    return err;
}

static enum loa_err unfollow(struct doing *d)
{
    const struct bot_standing_scene *s = d->s;
    enum loa_err err;

    if (d->w->n_tags || d->w->district[0]) {
        loa_buf_adds(&d->text, "Tôi đã ghi: bạn thôi nhận tin");
        err = change_tags(d, false);
        loa_buf_adds(&d->text, ". Các tin khác vẫn như trước.");
    } else {
        loa_buf_adds(&d->text, "Tôi đã bỏ các chủ đề và khu vực riêng của bạn; bạn vẫn nhận tin "
                               "chung. Gõ HUY để ngừng tất cả.");
        err = msg_contact_tags_clear(d->db, s->account, s->contact);
        if (!err)
            err = note(d, "all", false);
    }
    reply_button(d, "Đang nhận tin gì?", "#follows");
    return err;
}

static enum loa_err show_subscription(struct doing *d)
{
    const struct bot_standing_scene *s = d->s;
    struct msg_contact_tags tags;
    struct msg_list ids = {0};
    enum loa_err err = msg_contact_tags(d->db, s->account, s->contact, &tags);

    if (!err)
        err = msg_reminder_list(d->db, s->account, s->contact, s->now, &ids);
    if (err)
        return err;
    loa_buf_adds(&d->text, tags.opted_out ? "Bạn đang ngừng nhận tin."
                           : tags.follows ? "Bạn đang nhận tin chung mỗi ngày."
                                          : "Bạn chưa đăng ký nhận tin.");
    for (size_t i = 0; i < tags.topics.n; i++) {
        loa_buf_adds(&d->text, i ? ", " : "\nChủ đề: ");
        say_tag(d, tags.topics.items[i]);
    }
    if (tags.district)
        loa_buf_addf(&d->text, "\nKhu vực: %s", tags.district);
    if (ids.n)
        loa_buf_addf(&d->text, "\n🔔 Lời nhắc: %zu sự kiện", ids.n);
    if (tags.opted_out || !tags.follows)
        reply_button(d, "Nhận tin mỗi ngày", "#sub");
    else
        reply_button(d, "Ngừng nhận tin", "#unsub");
    if (tags.topics.n || tags.district)
        reply_button(d, "Bỏ chủ đề riêng", "#unfollow");
    if (ids.n)
        reply_button(d, "Xem các lời nhắc", "#reminders");
    msg_list_release(&ids);
    msg_contact_tags_release(&tags);
    return LOA_OK;
}

/* ---- all -------------------------------------------------------------------------------- */

static enum loa_err grant(struct doing *d)
{
    switch (d->w->kind) {
    case BOT_STANDING_REMIND:
        return remind(d);
    case BOT_STANDING_UNREMIND:
        return unremind(d);
    case BOT_STANDING_REMINDERS:
        return show_reminders(d);
    case BOT_STANDING_FOLLOW:
        return follow(d);
    case BOT_STANDING_UNFOLLOW:
        return unfollow(d);
    case BOT_STANDING_SUBSCRIPTION:
        return show_subscription(d);
    case BOT_STANDING_STOP:
    case BOT_STANDING_NONE:
        break;
    }
    return LOA_EINVAL;
}

enum loa_err bot_standing_do(struct db *db, const struct bot_standing *w,
                             const struct bot_standing_scene *s, struct msg_content *out)
{
    struct doing d = {.db = db, .w = w, .s = s, .out = out};
    enum loa_err err;

    *out = (struct msg_content){0};
    err = grant(&d);
    out->text = loa_buf_take(&d.text);
    if (err)
        msg_content_release(out);
    return err;
}
