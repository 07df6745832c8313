/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/hand_sheet.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "messages/account.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"
#include "messages/trial.h"
#include "scheduler/ways.h"

static void post_release(struct ops_hand_post *p)
{
    free(p->account);
    free(p->channel);
    free(p->pause_reason);
    free(p->command);
    channel_sheet_release(&p->sheet);
}

void ops_hand_release(struct ops_hand_sheet *s)
{
    for (size_t i = 0; i < s->n_posts; i++)
        post_release(&s->posts[i]);
    for (size_t i = 0; i < s->n_notes; i++)
        free(s->notes[i]);
    free(s->posts);
    free(s->notes);
    msg_message_free(s->m);
    *s = (struct ops_hand_sheet){0};
}

static void add_note(struct ops_hand_sheet *s, char *text)
{
    s->notes = loa_xrealloc(s->notes, (s->n_notes + 1) * sizeof(*s->notes));
    s->notes[s->n_notes++] = text;
}

/* ---- one post -------------------------------------------------------------------------- */

/* What the run posts, once there is one; before, what the message says for that day. */
static enum loa_err content_of(struct db *db, const struct ops_hand_sheet *s, const char *channel,
                               const struct msg_posting *post, struct msg_content *out,
                               struct loa_problem *why)
{
    if (post->content)
        return msg_content_load(post->content, out);
    return bot_occurrence_content(db, s->m, channel, s->when.due_ms, out, why);
}

static char *command_of(const struct ops_hand_sheet *s, const struct msg_account *a)
{
    char day[LOA_ISO_SIZE];

    if (s->m->spec.rrule)
        return loa_xasprintf("loa handpost done %" PRId64 " --account %s --day %s --url LIÊN_KẾT "
                             "--user TÊN",
                             s->m->id, a->name, loa_iso_date(s->when.due_ms, day));
    return loa_xasprintf("loa handpost done %" PRId64 " --account %s --url LIÊN_KẾT --user TÊN",
                         s->m->id, a->name);
}

static void fill_post(const struct ops_hand_sheet *s, const struct channel_ops *ops,
                      const struct msg_account *a, struct msg_content *c, struct ops_hand_post *p)
{
    msg_content_name(c, NULL);
    ops->sheet(c, a->remote_id, &p->sheet);
    if (ops->check(c, CHANNEL_WAY_POST, &p->limit) == LOA_OK)
        p->limit = (struct loa_problem){"", ""};
    p->title = ops->title;
    p->account = loa_xstrdup(a->name);
    p->channel = loa_xstrdup(a->channel);
    p->paused = a->paused;
    p->pause_reason = loa_xstrdup(a->pause_reason);
    p->length = p->sheet.text ? loa_utf8_length(p->sheet.text) : 0;
    p->max = ops->limits.post_text;
    p->command = command_of(s, a);
}

static enum loa_err add_post(struct db *db, struct ops_hand_sheet *s, const struct channel_ops *ops,
                             const struct msg_account *a, struct loa_problem *why)
{
    struct msg_content content = {0};
    struct ops_hand_post p = {0};
    struct msg_posting post = {0};
    enum loa_err err = msg_posting_look(db, s->m->id, s->when.due_ms, a->id, &post);

    if (!err)
        err = content_of(db, s, a->channel, &post, &content, why);
    if (!err) {
        p.state = post.state;
        fill_post(s, ops, a, &content, &p);
        s->posts = loa_xrealloc(s->posts, (s->n_posts + 1) * sizeof(*s->posts));
        s->posts[s->n_posts++] = p;
    }
    msg_content_release(&content);
    msg_posting_release(&post);
    return err;
}

/* ---- all of them ----------------------------------------------------------------------- */

static bool asked_for(const struct ops_hand_wish *w, const struct msg_account *a)
{
    const char *channel = w->channel, *account = w->account;

    return (!channel || strcmp(channel, a->channel) == 0) &&
           (!account || strcmp(account, a->name) == 0);
}

static bool in_list(const struct msg_list *l, const char *s)
{
    for (size_t i = 0; i < l->n; i++) {
        if (strcmp(l->items[i], s) == 0)
            return true;
    }
    return false;
}

static enum loa_err add_account(struct db *db, struct ops_hand_sheet *s,
                                const struct msg_account *a, struct loa_problem *why)
{
    const struct channel_ops *ops = channel_find(a->channel);
    unsigned deliver = msg_spec_deliver(&s->m->spec, a->channel);
    struct sched_ways ways;
    enum loa_err err;

    if (!ops || !in_list(&s->m->spec.channels, a->channel) || !asked_for(&s->wish, a))
        return LOA_OK;
    err = sched_ways_of(db, ops, a->id, deliver, s->wish.now, &ways);
    if (!err && deliver & MSG_DELIVER_DIRECT)
        add_note(s, loa_xasprintf("%s (%s): tin riêng cho từng người không đăng tay được; máy gửi "
                                  "tiếp khi kênh trở lại",
                                  a->name, ops->title));
    if (!err && ways.post && ops->sheet)
        return add_post(db, s, ops, a, why);
    if (!err && deliver & MSG_DELIVER_POST)
        add_note(s, loa_xasprintf("%s (%s): %s", a->name, ops->title, ways.why_not_post));
    return err;
}

static enum loa_err add_accounts(struct db *db, struct ops_hand_sheet *s, struct loa_problem *why)
{
    struct msg_account *all = NULL;
    size_t n = 0;
    enum loa_err err = msg_account_load(db, NULL, &all, &n, why);

    for (size_t i = 0; i < n; i++) {
        if (!err)
            err = add_account(db, s, &all[i], why);
        msg_account_release(&all[i]);
    }
    free(all);
    return err;
}

static enum loa_err nothing(const struct ops_hand_sheet *s, struct loa_problem *why)
{
    return loa_fail(why, LOA_ENOENT, "deliver", "Không có bài nào để đăng tay. %s%s",
                    s->n_notes ? s->notes[0] : "Tin này không thuộc kênh hay tài khoản đó",
                    s->n_notes ? ". Muốn đăng công khai, hãy soạn tin với --deliver post" : "");
}

enum loa_err ops_hand_collect(struct db *db, const struct ops_hand_wish *w,
                              struct ops_hand_sheet *out, struct loa_problem *why)
{
    bool approved = false;
    enum loa_err err;

    *out = (struct ops_hand_sheet){.wish = *w};
    err = msg_message_get(db, w->id, &out->m, why);
    if (!err)
        err = msg_trial_approved(db, out->m, w->approvals, &approved);
    if (!err && !approved)
        return loa_fail(why, LOA_EPERM, "state",
                        "Thông điệp %" PRId64 " chưa được duyệt (hoặc đã đổi sau khi duyệt), không "
                        "được đăng",
                        w->id);
    if (!err)
        err = bot_occurrence_find(out->m, w->day, w->now, &out->when, why);
    if (!err)
        err = add_accounts(db, out, why);
    return !err && !out->n_posts ? nothing(out, why) : err;
}

/* ---- forms ----------------------------------------------------------------------------- */

const char *ops_hand_state(enum msg_post_state state)
{
    switch (state) {
    case MSG_POST_PLANNED:
        return "chưa tới giờ, chưa đăng";
    case MSG_POST_WAITING:
        return "đang chờ, chưa đăng";
    case MSG_POST_UNDERWAY:
        return "máy đang gửi hoặc chưa rõ đã lên chưa: ĐỪNG đăng, hãy xem loa doubt";
    case MSG_POST_OUT:
        return "máy đã đăng rồi: ĐỪNG đăng nữa";
    case MSG_POST_BY_HAND:
        return "đã đăng tay rồi";
    case MSG_POST_FAILED:
        return "máy đăng không được";
    case MSG_POST_SKIPPED:
        return "máy đã bỏ qua";
    }
    return "";
}

static const char *state_word(enum msg_post_state state)
{
    static const char *const words[] = {"planned", "waiting", "under_way", "out",
                                        "by_hand", "failed",  "skipped"};

    return words[state];
}

static cJSON *post_json(const struct ops_hand_post *p)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "account", p->account);
    cJSON_AddStringToObject(o, "channel", p->channel);
    cJSON_AddStringToObject(o, "state", state_word(p->state));
    if (p->paused)
        cJSON_AddStringToObject(o, "account_paused", p->pause_reason ? p->pause_reason : "");
    loa_json_add_str(o, "place", p->sheet.place);
    loa_json_add_str(o, "title", p->sheet.title);
    cJSON_AddStringToObject(o, "text", p->sheet.text ? p->sheet.text : "");
    loa_json_add_str(o, "image", p->sheet.image_url);
    loa_json_add_str(o, "link", p->sheet.link_url);
    loa_json_add_str(o, "file", p->sheet.file_url);
    loa_json_add_str(o, "problem", p->limit.text);
    loa_json_add_int(o, "length", (int64_t)p->length);
    loa_json_add_int(o, "max", (int64_t)p->max);
    cJSON_AddStringToObject(o, "command", p->command);
    return o;
}

cJSON *ops_hand_json(const struct ops_hand_sheet *s)
{
    cJSON *o = cJSON_CreateObject(), *list;
    char iso[LOA_ISO_SIZE];

    loa_json_add_int(o, "id", s->m->id);
    cJSON_AddStringToObject(o, "title", s->m->spec.title);
    cJSON_AddStringToObject(o, "due", loa_iso_format(s->when.due_ms, iso));
    if (s->when.expires_ms)
        cJSON_AddStringToObject(o, "expires", loa_iso_format(s->when.expires_ms, iso));
    list = cJSON_AddArrayToObject(o, "posts");
    for (size_t i = 0; i < s->n_posts; i++)
        cJSON_AddItemToArray(list, post_json(&s->posts[i]));
    list = cJSON_AddArrayToObject(o, "notes");
    for (size_t i = 0; i < s->n_notes; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(s->notes[i]));
    return o;
}
