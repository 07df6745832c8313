/* SPDX-License-Identifier: Apache-2.0 */
/* CHANNEL_FLOW_POST: create the article, wait until Zalo has processed it, broadcast it.
 *
 * The state is a word and, after a colon, what must survive a crash:
 *   ""              nothing done yet
 *   create:N        "create" may be on its way, for the Nth time
 *   look:N          asking whether an article of this title is there
 *   verify:N:TOKEN  created; asked N times whether it is ready
 *   ready:ID        ready, never broadcast
 *   broadcast:ID    the broadcast may be on its way: never repeated
 *   done:ID:MESSAGE finished
 * A call without a reply means that the flow goes on after a crash or a failure. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/zalo_private.h"
#include "messages/base/json.h"

enum {
    POLL_MS = 3000,        /* section 4 */
    LIMITED_MS = 60000,    /* after -32 */
    POLLS_MAX = 100,       /* five minutes; then the engine decides whether to go on */
    LOOK_AFTER_MS = 10000, /* an article whose answer got lost needs some time to appear */
    LATEST = 10,           /* getslice gives no more */
    CREATES_MAX = 3,       /* then people look for themselves */
    TOKEN_SIZE = 480,      /* fits the state */
};

static enum channel_step step_create(struct zalo *z, struct channel_flow *f, long times,
                                     struct http_req *req)
{
    char *json = zalo_article_json(z, f->content);

    zalo_request(z, req, HTTP_POST, "/v2.0/article/create");
    loa_buf_adds(&req->body, json);
    free(json);
    /* No effect that the engine must guard: nobody is told of an article before the broadcast,
     * and a creation in doubt is looked up here. */
    (void)snprintf(f->state, sizeof(f->state), "create:%ld", times);
    return CHANNEL_STEP_SEND;
}

static enum channel_step step_look(struct zalo *z, struct channel_flow *f, long times,
                                   struct http_req *req)
{
    zalo_request(z, req, HTTP_GET, "/v2.0/article/getslice");
    loa_buf_addf(&req->url, "?offset=0&limit=%d&type=normal", (int)LATEST);
    f->wait_ms = LOOK_AFTER_MS;
    (void)snprintf(f->state, sizeof(f->state), "look:%ld", times);
    return CHANNEL_STEP_SEND;
}

static enum channel_step step_verify(struct zalo *z, struct channel_flow *f, long polls,
                                     const char *token, int64_t wait_ms, struct http_req *req)
{
    cJSON *o = cJSON_CreateObject();
    char *json;

    cJSON_AddStringToObject(o, "token", token);
    json = loa_json_print(o);
    zalo_request(z, req, HTTP_POST, "/v2.0/article/verify");
    loa_buf_adds(&req->body, json);
    free(json);
    f->wait_ms = wait_ms;
    (void)snprintf(f->state, sizeof(f->state), "verify:%ld:%s", polls, token);
    cJSON_Delete(o);
    return CHANNEL_STEP_SEND;
}

/* To everyone: an empty target (section 3.5). */
static enum channel_step step_broadcast(struct zalo *z, struct channel_flow *f, const char *id,
                                        struct http_req *req)
{
    cJSON *root = cJSON_CreateObject(), *attachment, *payload, *element = cJSON_CreateObject();
    char *json;

    cJSON_AddObjectToObject(cJSON_AddObjectToObject(root, "recipient"), "target");
    attachment = cJSON_AddObjectToObject(cJSON_AddObjectToObject(root, "message"), "attachment");
    cJSON_AddStringToObject(attachment, "type", "template");
    payload = cJSON_AddObjectToObject(attachment, "payload");
    cJSON_AddStringToObject(payload, "template_type", "media");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(payload, "elements"), element);
    cJSON_AddStringToObject(element, "media_type", "article");
    cJSON_AddStringToObject(element, "attachment_id", id);
    json = loa_json_print(root);
    zalo_request(z, req, HTTP_POST, "/v2.0/oa/message");
    loa_buf_adds(&req->body, json);
    free(json);
    cJSON_Delete(root);
    f->effect = true;
    (void)snprintf(f->state, sizeof(f->state), "broadcast:%s", id);
    return CHANNEL_STEP_SEND;
}

static enum channel_step finish(struct zalo *z, struct channel_flow *f,
                                enum channel_verdict verdict, const char *words)
{
    f->res.verdict = verdict;
    zalo_say(z, &f->res, words);
    return CHANNEL_STEP_DONE;
}

/* Ends for now: `state` is where the next call goes on. */
static enum channel_step finish_at(struct channel_flow *f, const char *word, const char *id)
{
    (void)snprintf(f->state, sizeof(f->state), "%s%s", word, id);
    return CHANNEL_STEP_DONE;
}

static bool is_id(const char *s)
{
    return s[0] && !strpbrk(s, ":\n\"\\");
}

/* The number behind the word of "create:N" and "look:N". */
static long times_of(const char *state)
{
    const char *colon = strchr(state, ':');
    long n = colon ? strtol(colon + 1, NULL, 10) : 0;

    return n < 1 || n > CREATES_MAX ? CREATES_MAX : n;
}

/* ---- answers ---- */

static enum channel_step after_create(struct zalo *z, struct channel_flow *f, const cJSON *data,
                                      struct http_req *req)
{
    char token[TOKEN_SIZE];
    long times = times_of(f->state);

    switch (f->res.verdict) {
    case CHANNEL_OK:
        loa_json_id(data, "token", token, sizeof(token));
        if (!token[0])
            return step_look(z, f, times, req);
        /* At once, since the token is stored just before it is first used. */
        return step_verify(z, f, 0, token, 0, req);
    case CHANNEL_DOUBT:
        return step_look(z, f, times, req);
    case CHANNEL_RETRY:
    case CHANNEL_REFRESH:
    case CHANNEL_LATER:
    case CHANNEL_GIVE_UP:
    case CHANNEL_DROP:
    case CHANNEL_STOP:
        break;
    }
    return finish_at(f, "", "");
}

/* Titles come back, our ref does not. One of the same title may be ours or yesterday's: that is
 * for people to see. None at all means that nothing was created, so creating repeats nothing. */
static enum channel_step after_look(struct zalo *z, struct channel_flow *f, const cJSON *data,
                                    struct http_req *req)
{
    const cJSON *media;
    long times = times_of(f->state);
    bool found = times >= CREATES_MAX;
    char *title;

    if (f->res.verdict == CHANNEL_DOUBT) /* looking has no effect */
        f->res.verdict = CHANNEL_RETRY;
    if (f->res.verdict != CHANNEL_OK)
        return CHANNEL_STEP_DONE;
    title = zalo_article_title(f->content);
    cJSON_ArrayForEach(media, loa_json_get(data, "medias"))
    {
        const char *other = loa_json_str(media, "title");

        found = found || (other && strcmp(other, title) == 0);
    }
    free(title);
    if (found && f->again)
        return step_create(z, f, 1, req);
    f->res.doubt = MSG_DOUBT_LOOK;
    if (found)
        return finish(z, f, CHANNEL_DOUBT,
                      "Không rõ bài viết đã được tạo trên Zalo chưa (chưa gửi tới người quan "
                      "tâm): hãy xem mục bài viết trong trang quản trị Official Account.");
    return step_create(z, f, times + 1, req);
}

/* "verify:N:TOKEN": the token, and N in *polls. */
static const char *token_of(const char *state, long *polls)
{
    char *end;

    *polls = strtol(state + sizeof("verify:") - 1, &end, 10);
    if (*polls < 0 || *polls > POLLS_MAX)
        *polls = 0;
    return *end == ':' ? end + 1 : "";
}

static enum channel_step after_verify(struct zalo *z, struct channel_flow *f, const cJSON *data,
                                      struct http_req *req)
{
    char token[TOKEN_SIZE], id[CHANNEL_ID_SIZE];
    long polls;

    (void)snprintf(token, sizeof(token), "%s", token_of(f->state, &polls));
    if (f->res.verdict == CHANNEL_OK) {
        loa_json_id(data, "id", id, sizeof(id));
        if (is_id(id))
            return step_broadcast(z, f, id, req);
        f->res.verdict = CHANNEL_RETRY; /* accepted, and still no id */
    }
    /* -200 here is the cover that Zalo could not fetch; asking again changes nothing. */
    if (f->res.code == -200 && !strcasestr(f->res.detail, "being processed"))
        return finish(z, f, CHANNEL_DROP,
                      "Zalo không tạo được bài viết, thường vì không tải "
                      "được ảnh bìa: hãy kiểm tra địa chỉ ảnh.");
    /* Asking has no effect, so a lost answer is no doubt either. */
    if (f->res.verdict == CHANNEL_DOUBT || strcasestr(f->res.detail, "being processed"))
        f->res.verdict = CHANNEL_RETRY;
    if (f->res.verdict != CHANNEL_RETRY)
        return CHANNEL_STEP_DONE;
    if (polls + 1 < POLLS_MAX)
        return step_verify(z, f, polls + 1, token, f->res.code == -32 ? LIMITED_MS : POLL_MS, req);
    f->res.retry_after_ms = LIMITED_MS;
    (void)snprintf(f->state, sizeof(f->state), "verify:0:%s", token);
    return CHANNEL_STEP_DONE;
}

static enum channel_step after_broadcast(struct channel_flow *f, const cJSON *data)
{
    char id[CHANNEL_ID_SIZE];

    (void)snprintf(id, sizeof(id), "%s", f->state + sizeof("broadcast:") - 1);
    switch (f->res.verdict) {
    case CHANNEL_OK:
        loa_json_id(data, "message_id", f->res.remote_id, sizeof(f->res.remote_id));
        (void)snprintf(f->state, sizeof(f->state), "done:%s:%s", id, f->res.remote_id);
        return CHANNEL_STEP_DONE;
    case CHANNEL_DOUBT:
        return CHANNEL_STEP_DONE; /* the state says that it may have gone */
    case CHANNEL_RETRY:
    case CHANNEL_REFRESH:
    case CHANNEL_LATER:
    case CHANNEL_GIVE_UP:
    case CHANNEL_DROP:
    case CHANNEL_STOP:
        break;
    }
    return finish_at(f, "ready:", id);
}

/* ---- the flow ---- */

static const char *behind(const char *state, const char *word)
{
    size_t n = strlen(word);

    return strncmp(state, word, n) == 0 ? state + n : NULL;
}

static enum channel_step resume(struct zalo *z, struct channel_flow *f, struct http_req *req)
{
    char rest[sizeof(f->state)];
    const char *at;
    long polls;

    channel_result_init(&f->res);
    if (!f->state[0])
        return step_create(z, f, 1, req);
    if (behind(f->state, "create:") || behind(f->state, "look:"))
        return step_look(z, f, times_of(f->state), req);
    if (behind(f->state, "verify:")) {
        (void)snprintf(rest, sizeof(rest), "%s", token_of(f->state, &polls));
        return step_verify(z, f, polls, rest, POLL_MS, req);
    }
    if ((at = behind(f->state, "ready:")) != NULL) {
        (void)snprintf(rest, sizeof(rest), "%s", at);
        return step_broadcast(z, f, rest, req);
    }
    if ((at = behind(f->state, "done:")) != NULL) {
        const char *message = strchr(at, ':');

        f->res.verdict = CHANNEL_OK;
        (void)snprintf(f->res.remote_id, sizeof(f->res.remote_id), "%.*s",
                       (int)sizeof(f->res.remote_id) - 1, message ? message + 1 : "");
        return CHANNEL_STEP_DONE;
    }
    at = behind(f->state, "broadcast:");
    if (at && f->again) {
        (void)snprintf(rest, sizeof(rest), "%s", at);
        return step_broadcast(z, f, rest, req);
    }
    f->res.doubt = MSG_DOUBT_CRASH;
    return finish(z, f, CHANNEL_DOUBT,
                  "Không rõ bài viết đã được gửi tới người quan tâm chưa: hãy xem trong trang quản "
                  "trị Official Account.");
}

/* Rights of articles and broadcasts are given one by one: without them the account still writes to
 * people. */
static bool is_right_of_posts(int code)
{
    return code == -209 || code == -212 || code == -221 || code == -223;
}

enum channel_step zalo_post_flow(struct zalo *z, struct channel_flow *f,
                                 const struct http_reply *prev, struct http_req *req)
{
    enum channel_step step = CHANNEL_STEP_DONE;
    const cJSON *data;
    cJSON *root;

    f->effect = false;
    f->wait_ms = 0;
    if (!f->content)
        return finish(z, f, CHANNEL_DROP, "a post needs content");
    if (!prev)
        return resume(z, f, req);
    data = zalo_read_reply(z, prev, &f->res, &root);
    if (f->res.verdict == CHANNEL_STOP && is_right_of_posts(f->res.code))
        f->res.partial = true;
    if (behind(f->state, "create:"))
        step = after_create(z, f, data, req);
    else if (behind(f->state, "look:"))
        step = after_look(z, f, data, req);
    else if (behind(f->state, "verify:"))
        step = after_verify(z, f, data, req);
    else if (behind(f->state, "broadcast:"))
        step = after_broadcast(f, data);
    else
        step = finish(z, f, CHANNEL_DROP, "a reply to no request of this flow");
    cJSON_Delete(root);
    return step;
}
