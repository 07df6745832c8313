/* SPDX-License-Identifier: Apache-2.0 */
/* Conversations that citizens had handed over to people, ready-made answers, and the questions that
 * the bot could not answer. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/api/resources.h"
#include "bot/ops/conversation.h"
#include "bot/ops/questions.h"
#include "bot/ops/transcript.h"
#include "messages/account.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/canned.h"

enum { TALKS_MAX = 1000, LINES_DEFAULT = 50, LINES_MAX = 500, GROUPS_DEFAULT = 50 };

/* ---- conversations --------------------------------------------------------------------- */

enum loa_err api_talks_list(struct db *db, struct api_call *c)
{
    const char *account = api_query(c, "account"), *urgent = api_query(c, "urgent");
    struct msg_conversation *all = NULL;
    int64_t id = 0, limit = 100;
    size_t n = 0;
    cJSON *items;
    enum loa_err err = api_query_int(c, "limit", 1, TALKS_MAX, &limit);

    if (!err && account)
        err = msg_account_id(db, account, &id, &c->why);
    if (!err)
        err = msg_conversation_list(db, id, urgent && strcmp(urgent, "1") == 0, (size_t)limit, &all,
                                    &n);
    if (err)
        return err;
    c->json = cJSON_CreateObject();
    items = cJSON_AddArrayToObject(c->json, "items");
    for (size_t i = 0; i < n; i++) {
        cJSON_AddItemToArray(items, ops_conversation_json(c->bot->cfg, &all[i], c->now));
        msg_conversation_release(&all[i]);
    }
    free(all);
    return LOA_OK;
}

static enum loa_err show(struct db *db, struct api_call *c, int64_t limit)
{
    struct msg_conversation talk = {0};
    struct ops_transcript t = {0};
    enum loa_err err = msg_conversation_find(db, c->at.id, &talk, &c->why);

    if (err == LOA_ENOENT)
        c->status = 404;
    if (err)
        return err;
    err = ops_transcript_read(db, &talk, (size_t)limit, &t);
    if (!err) {
        c->json = ops_conversation_json(c->bot->cfg, &talk, c->now);
        cJSON_AddItemToObject(c->json, "messages", ops_transcript_json(&t));
    }
    ops_transcript_release(&t);
    msg_conversation_release(&talk);
    return err;
}

enum loa_err api_talk_show(struct db *db, struct api_call *c)
{
    int64_t limit = LINES_DEFAULT;
    enum loa_err err = api_query_int(c, "limit", 1, LINES_MAX, &limit);

    return err ? err : show(db, c, limit);
}

static enum loa_err assign(struct db *db, struct api_call *c, const struct msg_conversation *talk)
{
    const cJSON *to = loa_json_get(c->body, "to");

    if (!cJSON_IsString(to) && !cJSON_IsNull(to))
        return loa_fail(&c->why, LOA_EINVAL, "to", "Cần tên người phụ trách, hoặc null để bỏ");
    return msg_conversation_assign(db, &c->actor, c->now, talk,
                                   cJSON_IsString(to) ? to->valuestring : NULL, &c->why);
}

static enum loa_err reply(struct db *db, struct api_call *c, const struct msg_conversation *talk)
{
    const char *text = loa_json_str(c->body, "text");
    int64_t id = 0;

    if (!text || !*text)
        return loa_fail(&c->why, LOA_EINVAL, "text", "Hãy viết câu trả lời");
    return ops_conversation_reply(db, &c->actor, c->now, talk, text, &id, &c->why);
}

enum loa_err api_talk_step(struct db *db, struct api_call *c)
{
    const char *verb = strrchr(c->route->path, '/') + 1;
    struct msg_conversation talk = {0};
    enum loa_err err = msg_conversation_find(db, c->at.id, &talk, &c->why);

    if (err == LOA_ENOENT)
        c->status = 404;
    if (err)
        return err;
    if (strcmp(verb, "reply") == 0)
        err = reply(db, c, &talk);
    else if (strcmp(verb, "assign") == 0)
        err = assign(db, c, &talk);
    else
        err = msg_conversation_close(db, &c->actor, c->now, &talk, &c->why);
    msg_conversation_release(&talk);
    if (err == LOA_ENOENT && strcmp(verb, "close") == 0)
        c->status = 409; /* it is not open */
    return err ? err : show(db, c, LINES_DEFAULT);
}

/* ---- ready-made answers ---------------------------------------------------------------- */

enum loa_err api_canned_list(struct db *db, struct api_call *c)
{
    c->json = cJSON_CreateObject();
    return msg_canned_list(db, cJSON_AddArrayToObject(c->json, "items"));
}

/* POST makes one, PUT replaces one. */
enum loa_err api_canned_put(struct db *db, struct api_call *c)
{
    int64_t id = c->at.id;
    enum loa_err err = msg_canned_put(db, &c->actor, c->now, loa_json_str(c->body, "title"),
                                      loa_json_str(c->body, "text"), &id, &c->why);

    if (err)
        return err;
    c->status = c->at.id ? 200 : 201;
    c->json = cJSON_CreateObject();
    loa_json_add_int(c->json, "id", id);
    return LOA_OK;
}

enum loa_err api_canned_delete(struct db *db, struct api_call *c)
{
    enum loa_err err = msg_canned_delete(db, &c->actor, c->now, c->at.id, &c->why);

    c->status = err ? c->status : 204;
    return err;
}

/* ---- questions ------------------------------------------------------------------------- */

enum loa_err api_questions_list(struct db *db, struct api_call *c)
{
    int64_t since = 0, limit = GROUPS_DEFAULT;
    enum loa_err err = api_query_time(c, "since", &since);

    if (!err)
        err = api_query_int(c, "limit", 1, 1000, &limit);
    if (err)
        return err;
    c->json = cJSON_CreateObject();
    return ops_questions_list(db, since, limit, cJSON_AddArrayToObject(c->json, "items"));
}

enum loa_err api_question_show(struct db *db, struct api_call *c)
{
    enum loa_err err = ops_question_show(db, c->at.id, &c->json, &c->why);

    if (err == LOA_ENOENT)
        c->status = 404;
    return err;
}

enum loa_err api_question_settle(struct db *db, struct api_call *c)
{
    bool answers = strcmp(strrchr(c->route->path, '/') + 1, "answer") == 0;
    struct ops_question_answer a = {.group = c->at.id,
                                    .text = answers ? loa_json_str(c->body, "text") : NULL,
                                    .id = loa_json_str(c->body, "id")};
    enum loa_err err;

    if (answers && (!a.text || !*a.text))
        return loa_fail(&c->why, LOA_EINVAL, "text", "Hãy viết câu trả lời");
    if (a.id && (!*a.id || strlen(a.id) >= sizeof(a.faq)))
        return loa_fail(&c->why, LOA_EINVAL, "id", "Mã dài 1-128 byte");
    err = ops_question_settle(db, &c->actor, c->now, &a, &c->why);
    if (err == LOA_ENOENT)
        c->status = 404;
    if (err)
        return err;
    c->json = cJSON_CreateObject();
    loa_json_add_str(c->json, "faq", a.faq);
    loa_json_add_int(c->json, "questions", a.settled);
    return LOA_OK;
}

enum loa_err api_feedback_list(struct db *db, struct api_call *c)
{
    int64_t since = 0;
    enum loa_err err = api_query_time(c, "since", &since);

    if (err)
        return err;
    c->json = cJSON_CreateObject();
    return ops_feedback_list(db, since, cJSON_AddArrayToObject(c->json, "items"));
}
