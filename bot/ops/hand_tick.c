/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/hand_tick.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/occurrence.h"
#include "messages/account.h"
#include "messages/base/json.h"
#include "messages/base/utf8.h"
#include "messages/handpost.h"
#include "messages/message.h"
#include "scheduler/plan_message.h"
#include "scheduler/recur.h"

enum { URL_MAX = 2048, NOTE_MAX = 500 };

struct tick {
    struct db *db;
    const struct msg_actor *who;
    int64_t now;
    const struct ops_hand_tick *wish;
    struct msg_message *m;
    struct bot_occurrence when;
};

bool ops_hand_url_ok(const char *url)
{
    return strncmp(url, "https://", 8) == 0 && strlen(url) <= URL_MAX;
}

bool ops_hand_note_ok(const char *note)
{
    return loa_utf8_length(note) <= NOTE_MAX;
}

/* The channel of the account; LOA_EPERM unless the message has a public post there. */
static enum loa_err find_post(const struct tick *t, int64_t *account, char channel[32],
                              struct loa_problem *why)
{
    struct db_stmt *st;
    bool wanted = false;
    enum loa_err err = msg_account_id(t->db, t->wish->account, account, why);

    if (!err)
        err = db_query(t->db, &st, "SELECT channel FROM accounts WHERE id = $1", "i", *account);
    while (!err && db_next(st, &err))
        (void)snprintf(channel, 32, "%s", db_text(st, 0));
    for (size_t i = 0; !err && i < t->m->spec.channels.n; i++)
        wanted = wanted || strcmp(t->m->spec.channels.items[i], channel) == 0;
    if (!err && !(wanted && msg_spec_deliver(&t->m->spec, channel) & MSG_DELIVER_POST))
        return loa_fail(why, LOA_EPERM, "account",
                        "Thông điệp %" PRId64 " không có bài đăng công khai trên “%s”", t->wish->id,
                        t->wish->account);
    return err;
}

/* What the server would have posted, in case it does so after all. Caller frees *text. */
static enum loa_err render(const struct tick *t, const char *channel, char **text,
                           struct loa_problem *why)
{
    struct msg_content content;
    enum loa_err err = bot_occurrence_content(t->db, t->m, channel, t->when.due_ms, &content, why);
    cJSON *json = msg_content_to_json(&content);

    *text = loa_json_print(json);
    cJSON_Delete(json);
    msg_content_release(&content);
    return err;
}

static enum loa_err put_tick(const struct tick *t, int64_t account, const char *channel,
                             struct loa_problem *why)
{
    char *content = NULL;
    struct msg_handpost h = {.account_id = account,
                             .due_ms = t->when.due_ms,
                             .deadline_ms = t->when.expires_ms ? t->when.expires_ms
                                                               : t->when.due_ms + SCHED_DEADLINE_MS,
                             .url = t->wish->url,
                             .note = t->wish->note};
    enum loa_err err = render(t, channel, &content, why);

    h.content = err ? NULL : content; /* a run that is there has its own */
    err = msg_handpost_done(t->db, t->who, t->now, t->m, t->wish->approvals, &h, why);
    free(content);
    return err;
}

static enum loa_err act(struct tick *t, struct loa_problem *why)
{
    char channel[32] = "";
    int64_t account = 0;
    enum loa_err err = msg_message_hold(t->db, t->wish->id, &t->m, why);

    if (!err)
        err = find_post(t, &account, channel, why);
    if (!err)
        err = bot_occurrence_find(t->m, t->wish->day, t->now, &t->when, why);
    if (err)
        return err;
    if (t->wish->undo)
        return msg_handpost_undo(t->db, t->who, t->now, t->m, account, t->when.due_ms,
                                 sched_key(t->when.due_ms) <= t->m->last_key, why);
    return put_tick(t, account, channel, why);
}

enum loa_err ops_hand_tick(struct db *db, const struct msg_actor *who, int64_t now,
                           struct ops_hand_tick *wish, struct loa_problem *why)
{
    struct tick t = {.db = db, .who = who, .now = now, .wish = wish};
    enum loa_err err;

    if (wish->url && !ops_hand_url_ok(wish->url))
        return loa_fail(why, LOA_EINVAL, "url",
                        "Cần liên kết tới bài đã đăng, bắt đầu bằng https://");
    if (wish->note && !ops_hand_note_ok(wish->note))
        return loa_fail(why, LOA_EINVAL, "note", "Ghi chú dài nhất %d ký tự", NOTE_MAX);
    err = act(&t, why);
    wish->due_ms = t.when.due_ms;
    msg_message_free(t.m);
    return err;
}
