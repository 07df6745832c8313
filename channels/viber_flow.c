/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/viber_private.h"
#include "messages/base/json.h"
#include "messages/base/utf8.h"

enum {
    CALL_TIMEOUT_MS = 30000,
    SETUP_TIMEOUT_MS = 60000, /* Viber calls the webhook before it answers */
    ID_SIZE = 256,
};

/* States of a post. What stands after the word survives a crash with it. */
static const char state_from[] = "from ";       /* + author's id: ready to post */
static const char state_posting[] = "posting "; /* + author's id: may be on its way */
static const char state_posted[] = "posted ";   /* + message token */

static const char *after(const char *state, const char *word)
{
    size_t n = strlen(word);

    return strncmp(state, word, n) == 0 ? state + n : NULL;
}

static void set_state(struct channel_flow *f, const char *word, const char *value)
{
    (void)snprintf(f->state, sizeof(f->state), "%s%s", word, value);
}

/* Fills the request; `o` is taken. */
static enum channel_step call(struct viber *v, const char *method, cJSON *o, struct http_req *req)
{
    char *json = viber_print(o, CHANNEL_WAY_POST);

    http_req_reset(req);
    req->method = HTTP_POST;
    req->content_type = "application/json";
    req->timeout_ms = CALL_TIMEOUT_MS;
    loa_buf_addf(&req->url, "%s/pa/%s", v->api_base, method);
    loa_buf_adds(&req->body, json);
    v->base.ops->authorize(&v->base, req);
    free(json);
    cJSON_Delete(o);
    return CHANNEL_STEP_SEND;
}

static enum channel_step ask_account(struct viber *v, struct http_req *req)
{
    return call(v, "get_account_info", cJSON_CreateObject(), req);
}

static enum channel_step finish(const struct viber *v, struct channel_flow *f,
                                enum channel_verdict verdict, const char *words)
{
    channel_result_init(&f->res);
    f->res.verdict = verdict;
    viber_say(v, &f->res, words);
    return CHANNEL_STEP_DONE;
}

/* ---- which kind of account it is (2.4) ----------------------------------------------------- */

/* A bot writes to its subscribers, a channel only posts. Of a channel most members are missing;
 * nothing is claimed unless the signs agree. Whether a bot may broadcast is not told at all. */
static void tell_ways(const cJSON *account, bool has_author, struct channel_flow *f)
{
    const bool counts = loa_json_get(account, "subscribers_count") || loa_json_get(account, "uri");

    if (counts && !has_author) {
        f->ways_open = 1U << CHANNEL_WAY_SINGLE;
        f->ways_closed = 1U << CHANNEL_WAY_POST;
        f->ways_why = "đây là bot Viber, không phải kênh: không đăng được bài công khai";
    } else if (!counts && has_author) {
        f->ways_open = 1U << CHANNEL_WAY_POST;
        f->ways_closed = 1U << CHANNEL_WAY_SINGLE | 1U << CHANNEL_WAY_BATCH;
        f->ways_why = "đây là kênh Viber, không phải bot: chỉ đăng được bài công khai";
    }
}

/* ---- post: get_account_info, then post (2.7) ----------------------------------------------- */

/* Only an id of a super admin may stand in `from`. */
static const char *find_author(const cJSON *account)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, loa_json_get(account, "members"))
    {
        const char *role = loa_json_str(member, "role"), *id = loa_json_str(member, "id");

        if (role && strcmp(role, "superadmin") == 0 && id && id[0] && strlen(id) < ID_SIZE &&
            loa_utf8_is_text(id))
            return id;
    }
    return NULL;
}

static enum channel_step send_post(struct viber *v, struct channel_flow *f, const char *author,
                                   struct http_req *req)
{
    char from[ID_SIZE];
    cJSON *o;

    if (!f->content)
        return finish(v, f, CHANNEL_DROP, "no content to post");
    (void)snprintf(from, sizeof(from), "%s", author); /* `author` may stand in f->state */
    o = viber_message(f->content, CHANNEL_WAY_POST, NULL);
    cJSON_AddStringToObject(o, "from", from);
    set_state(f, state_posting, from);
    f->effect = true;
    return call(v, "post", o, req);
}

static enum channel_step on_account(struct viber *v, struct channel_flow *f,
                                    const struct http_reply *prev, struct http_req *req)
{
    cJSON *account = viber_parse_answer(v, prev, &f->res);
    enum channel_step step = CHANNEL_STEP_DONE;
    const char *author;

    if (!account)
        return step;
    author = find_author(account);
    tell_ways(account, author != NULL, f);
    if (author) {
        step = send_post(v, f, author, req);
    } else { /* nobody to post in the name of; a bot still writes to people */
        step =
            finish(v, f, CHANNEL_STOP,
                   f->ways_why ? f->ways_why : "kênh Viber không cho biết quản trị viên cấp cao");
        f->res.partial = true;
    }
    cJSON_Delete(account);
    return step;
}

/* After a refusal the author is looked up anew (the admin may be gone), except where nothing is
 * wrong but the moment. */
static enum channel_step on_posted(struct viber *v, struct channel_flow *f, const char *author,
                                   const struct http_reply *prev)
{
    char from[ID_SIZE];

    (void)snprintf(from, sizeof(from), "%s", author);
    viber_parse_reply(&v->base, CHANNEL_WAY_POST, prev, &f->res, NULL, NULL);
    if (f->res.verdict == CHANNEL_OK)
        set_state(f, state_posted, f->res.remote_id);
    else if (f->res.verdict == CHANNEL_RETRY)
        set_state(f, state_from, from);
    else if (f->res.verdict != CHANNEL_DOUBT)
        set_state(f, "", "");
    return CHANNEL_STEP_DONE;
}

static enum channel_step flow_post(struct viber *v, struct channel_flow *f,
                                   const struct http_reply *prev, struct http_req *req)
{
    const char *posting = after(f->state, state_posting), *posted = after(f->state, state_posted);
    const char *ready = after(f->state, state_from);

    if (posted) {
        (void)finish(v, f, CHANNEL_OK, "");
        (void)snprintf(f->res.remote_id, sizeof(f->res.remote_id), "%s", posted);
        return CHANNEL_STEP_DONE;
    }
    if (posting && prev)
        return on_posted(v, f, posting, prev);
    if (posting && f->again)
        return send_post(v, f, posting, req);
    if (posting) { /* resumed: nobody can tell whether the post went out (no receipts, no key) */
        (void)finish(v, f, CHANNEL_DOUBT, "interrupted while posting");
        f->res.doubt = MSG_DOUBT_CRASH;
        return CHANNEL_STEP_DONE;
    }
    if (ready)
        return send_post(v, f, ready, req);
    return prev ? on_account(v, f, prev, req) : ask_account(v, req);
}

/* ---- setup: set_webhook (2.1) -------------------------------------------------------------- */

static enum channel_step flow_setup(struct viber *v, struct channel_flow *f,
                                    const struct http_reply *prev, struct http_req *req)
{
    static const char *const events[] = {"delivered", "seen", "failed", "conversation_started"};
    enum channel_step step;
    cJSON *o;

    if (prev) {
        cJSON_Delete(viber_parse_answer(v, prev, &f->res));
        return CHANNEL_STEP_DONE;
    }
    if (!f->webhook_url || !f->webhook_url[0]) /* "" would take the webhook away */
        return finish(v, f, CHANNEL_DROP, "no webhook address to set");
    o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "url", f->webhook_url);
    cJSON_AddItemToObject(
        o, "event_types",
        cJSON_CreateStringArray(events, (int)(sizeof(events) / sizeof(events[0]))));
    cJSON_AddTrueToObject(o, "send_name");
    cJSON_AddFalseToObject(o, "send_photo");
    step = call(v, "set_webhook", o, req);
    req->timeout_ms = SETUP_TIMEOUT_MS;
    return step;
}

/* ---- probe: get_account_info (2.4) --------------------------------------------------------- */

static void summarize(const cJSON *account, struct channel_flow *f)
{
    const char *name = loa_json_str(account, "name"), *uri = loa_json_str(account, "uri");
    const char *id = loa_json_str(account, "id"), *hook = loa_json_str(account, "webhook");
    struct loa_buf line;
    size_t len;

    loa_buf_init(&line, 0);
    loa_buf_addf(&line, "%s", name && name[0] ? name : "(không tên)");
    if (id && id[0])
        loa_buf_addf(&line, " (%s)", id);
    if (uri && uri[0])
        loa_buf_addf(&line, ", viber://pa?chatURI=%s", uri);
    loa_buf_addf(&line, ", %lld người theo dõi",
                 (long long)loa_json_int(account, "subscribers_count", 0));
    loa_buf_addf(&line, ", webhook: %s", hook && hook[0] ? hook : "chưa đặt");
    len = line.len < sizeof(f->summary) ? line.len : sizeof(f->summary) - 1;
    len = loa_utf8_valid_prefix(loa_buf_str(&line), len);
    for (size_t i = 0; i < len; i++)
        f->summary[i] = (unsigned char)line.data[i] < 0x20 ? ' ' : line.data[i];
    f->summary[len] = '\0';
    loa_buf_release(&line);
}

static enum channel_step flow_probe(struct viber *v, struct channel_flow *f,
                                    const struct http_reply *prev, struct http_req *req)
{
    cJSON *account;

    if (!prev)
        return ask_account(v, req);
    account = viber_parse_answer(v, prev, &f->res);
    if (account) {
        summarize(account, f);
        tell_ways(account, find_author(account) != NULL, f);
    }
    cJSON_Delete(account);
    return CHANNEL_STEP_DONE;
}

enum channel_step viber_flow(struct channel *c, struct channel_flow *f,
                             const struct http_reply *prev, struct http_req *req)
{
    struct viber *v = (struct viber *)c;

    f->wait_ms = 0;
    f->effect = false;
    switch (f->kind) {
    case CHANNEL_FLOW_POST:
        return flow_post(v, f, prev, req);
    case CHANNEL_FLOW_SETUP:
        return flow_setup(v, f, prev, req);
    case CHANNEL_FLOW_PROBE:
        return flow_probe(v, f, prev, req);
    case CHANNEL_FLOW_TEMPLATES: /* its messages need no approval */
    case CHANNEL_FLOW_REFRESH:   /* a Viber token does not expire */
    case CHANNEL_FLOW_UPLOAD:    /* media go by public address only */
        break;
    }
    return finish(v, f, CHANNEL_DROP, "Viber has no such act");
}
