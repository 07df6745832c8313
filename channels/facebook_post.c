/* SPDX-License-Identifier: Apache-2.0 */
/* A post on the Page, once. The Graph API has no idempotency key, so before posting the flow
 * notes the newest post of the feed; whenever it is not known whether ours was made (a time-out,
 * a crash), it reads the feed back and looks for our text above that mark, and posts again only
 * when the feed shows that it is not there.
 *
 * Where the mark is not in sight (it was deleted, or many posts followed), the time tells which of
 * the same text is ours: the first requests went out no earlier than f->since_ms.
 *
 * State: "STEP ATTEMPT READS MARK", the step's request being under way:
 *   look    read the newest post            create  post it (the one request with an effect)
 *   seek    read the feed back              same    the same, after "same post twice" */
#include "channels/facebook_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"

#define MARK_EMPTY "0"   /* the feed was empty */
#define MARK_UNKNOWN "-" /* it could not be read */

enum {
    ATTEMPTS = 3, /* requests with an effect, in all */
    READS = 3,    /* of the feed, after each doubtful one */
    FEED_SIZE = 25,
    CLOCKS_APART_MS = 10 * 60 * 1000, /* ours and the platform's, at most */
    CREATE_TIMEOUT_MS = 60000,        /* the platform fetches the picture meanwhile */
    SAME_POST_TWICE = 506,
};

/* A post may take a moment to show in the feed. The last one is for a look before another try,
 * when the platform said that it did not post. */
static const int64_t read_wait_ms[READS + 1] = {2000, 8000, 20000, 0};

enum step { LOOK, CREATE, SEEK, SAME };

static const char *const step_names[] = {"look", "create", "seek", "same"};

struct state {
    enum step step;
    int attempt, reads;
    char mark[CHANNEL_ID_SIZE];
};

static void read_state(const char *text, struct state *s)
{
    char name[16] = "";

    *s = (struct state){.step = LOOK, .mark = MARK_UNKNOWN};
    if (sscanf(text, "%15s %d %d %159s", name, &s->attempt, &s->reads, s->mark) != 4) {
        *s = (struct state){.step = LOOK, .mark = MARK_UNKNOWN};
        return;
    }
    for (size_t i = 0; i < sizeof(step_names) / sizeof(step_names[0]); i++) {
        if (strcmp(name, step_names[i]) == 0)
            s->step = (enum step)i;
    }
    if (s->reads < 0 || s->reads > READS)
        s->reads = READS;
}

/* ---- requests -------------------------------------------------------------------------- */

static void create_request(struct facebook *fb, const struct msg_content *c, struct http_req *req)
{
    const bool is_photo = c->image_url && c->image_url[0];
    cJSON *body = cJSON_CreateObject();
    char *text = facebook_post_text(c);

    loa_json_add_str(body, "message", text);
    if (is_photo) {
        cJSON_AddStringToObject(body, "url", c->image_url);
        loa_json_add_str(body, "alt_text_custom", c->image_alt);
    } else {
        loa_json_add_str(body, "link", c->link_url);
    }
    cJSON_AddTrueToObject(body, "published");
    free(text);
    facebook_request(fb, req, fb->page, is_photo ? "photos" : "feed", body);
    req->timeout_ms = CREATE_TIMEOUT_MS;
}

static enum channel_step send_step(struct facebook *fb, struct channel_flow *f,
                                   const struct state *s, struct http_req *req)
{
    char edge[64];

    (void)snprintf(f->state, sizeof(f->state), "%s %d %d %s", step_names[s->step], s->attempt,
                   s->reads, s->mark);
    if (s->step == CREATE) {
        f->effect = true;
        create_request(fb, f->content, req);
        return CHANNEL_STEP_SEND;
    }
    if (s->step == SEEK)
        f->wait_ms = read_wait_ms[s->reads];
    (void)snprintf(edge, sizeof(edge), "feed?fields=id,message,created_time&limit=%d", FEED_SIZE);
    facebook_request(fb, req, fb->page, edge, NULL);
    return CHANNEL_STEP_SEND;
}

/* ---- reading the feed ------------------------------------------------------------------ */

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Equal but for white space, which the platform trims and folds. */
static bool same_text(const char *a, const char *b)
{
    for (;;) {
        while (is_blank(*a))
            a++;
        while (is_blank(*b))
            b++;
        if (*a != *b)
            return false;
        if (!*a)
            return true;
        a++;
        b++;
    }
}

static bool is_ours(const cJSON *post, const char *text)
{
    const char *message = loa_json_str(post, "message");
    char *nfc = loa_utf8_nfc(message ? message : "");
    const bool ours = same_text(nfc, text);

    free(nfc);
    return ours;
}

enum found { FOUND, ABSENT, UNSURE };

/* "2026-10-01T00:30:00+0000", without the colon that ISO wants. 0: none. */
static int64_t created_ms(const cJSON *post)
{
    const char *text = loa_json_str(post, "created_time");
    char iso[32];
    int64_t ms;

    if (!text || strlen(text) != strlen("2026-10-01T00:30:00+0000"))
        return 0;
    (void)snprintf(iso, sizeof(iso), "%.22s:%s", text, text + 22);
    return loa_iso_parse(iso, &ms) == LOA_OK ? ms : 0;
}

/* Newest first, until the mark or the time before which it is none of ours: what comes further
 * down is older. UNSURE: neither is in sight, and nothing is that could be ours. */
static enum found find_post(const cJSON *feed, const struct state *s, const struct channel_flow *f,
                            char id[CHANNEL_ID_SIZE])
{
    const bool anywhere = s->step == SAME;
    char *text = facebook_post_text(f->content), *nfc = loa_utf8_nfc(text);
    bool seen = false, whole = strcmp(s->mark, MARK_EMPTY) == 0, dated = false;
    const cJSON *post;

    cJSON_ArrayForEach(post, loa_json_get(feed, "data"))
    {
        const int64_t made = created_ms(post);
        char at[CHANNEL_ID_SIZE];

        loa_json_id(post, "id", at, sizeof(at));
        if (!anywhere && (strcmp(at, s->mark) == 0 ||
                          (made && f->since_ms && made < f->since_ms - CLOCKS_APART_MS))) {
            whole = true;
            break;
        }
        if (!seen && at[0] && is_ours(post, nfc)) {
            seen = true;
            dated = made && f->since_ms;
            memcpy(id, at, sizeof(at));
        }
    }
    free(nfc);
    free(text);
    if (seen && (anywhere || whole || dated))
        return FOUND;
    return anywhere || whole ? ABSENT : UNSURE;
}

/* ---- steps ----------------------------------------------------------------------------- */

static enum channel_step done(struct channel_flow *f, enum channel_verdict verdict,
                              const char *words)
{
    f->res.verdict = verdict;
    if (words)
        (void)snprintf(f->res.detail, sizeof(f->res.detail), "%s", words);
    return CHANNEL_STEP_DONE;
}

static enum channel_step posted(struct channel_flow *f, const char *id)
{
    channel_result_init(&f->res);
    (void)snprintf(f->res.remote_id, sizeof(f->res.remote_id), "%s", id);
    return done(f, CHANNEL_OK, NULL);
}

static bool is_id(const char *s)
{
    return s[0] && strspn(s, "0123456789_") == strlen(s);
}

static enum channel_step after_look(struct facebook *fb, struct channel_flow *f, struct state *s,
                                    const cJSON *json, struct http_req *req)
{
    const cJSON *data = loa_json_get(json, "data");
    char id[CHANNEL_ID_SIZE];

    switch (f->res.verdict) {
    case CHANNEL_OK:
        loa_json_id(cJSON_GetArrayItem(data, 0), "id", id, sizeof(id));
        if (is_id(id))
            memcpy(s->mark, id, sizeof(id));
        else if (cJSON_IsArray(data) && !cJSON_GetArraySize(data))
            memcpy(s->mark, MARK_EMPTY, sizeof(MARK_EMPTY));
        break;
    case CHANNEL_RETRY:
    case CHANNEL_DOUBT: /* of reading: nothing has happened yet */
        f->state[0] = '\0';
        return done(f, CHANNEL_RETRY, NULL);
    case CHANNEL_REFRESH:
    case CHANNEL_STOP:
    case CHANNEL_LATER:
        f->state[0] = '\0';
        return CHANNEL_STEP_DONE;
    case CHANNEL_GIVE_UP:
    case CHANNEL_DROP: /* it cannot be read: post all the same, but without a mark */
        break;
    }
    s->step = CREATE;
    s->attempt++;
    return send_step(fb, f, s, req);
}

/* Not known whether it was posted: the feed tells. */
static enum channel_step doubt(struct facebook *fb, struct channel_flow *f, struct state *s,
                               struct http_req *req)
{
    s->step = SEEK;
    s->reads = 0;
    return send_step(fb, f, s, req);
}

static enum channel_step after_create(struct facebook *fb, struct channel_flow *f, struct state *s,
                                      struct http_req *req)
{
    switch (f->res.verdict) {
    case CHANNEL_DOUBT:
        return doubt(fb, f, s, req);
    case CHANNEL_RETRY: /* the next try begins with one look at the feed */
        (void)snprintf(f->state, sizeof(f->state), "%s %d %d %s", step_names[SEEK], s->attempt - 1,
                       READS, s->mark);
        if (strcmp(s->mark, MARK_UNKNOWN) == 0)
            f->state[0] = '\0';
        return CHANNEL_STEP_DONE;
    case CHANNEL_DROP:
        if (f->res.code != SAME_POST_TWICE)
            return CHANNEL_STEP_DONE;
        s->step = SAME;
        return send_step(fb, f, s, req);
    case CHANNEL_OK:
    case CHANNEL_REFRESH:
    case CHANNEL_LATER:
    case CHANNEL_GIVE_UP:
    case CHANNEL_STOP:
        break;
    }
    return CHANNEL_STEP_DONE;
}

static enum channel_step create(struct facebook *fb, struct channel_flow *f, struct state *s,
                                struct http_req *req)
{
    channel_result_init(&f->res);
    s->step = CREATE;
    s->attempt++;
    s->reads = 0;
    return send_step(fb, f, s, req);
}

/* It cannot be told whether it is there; staff may have looked for themselves. */
static enum channel_step unsure(struct facebook *fb, struct channel_flow *f, struct state *s,
                                const char *words, struct http_req *req)
{
    if (f->again && s->step == SEEK)
        return create(fb, f, s, req);
    channel_result_init(&f->res);
    f->res.doubt = MSG_DOUBT_LOOK;
    return done(f, CHANNEL_DOUBT, words);
}

static enum channel_step absent(struct facebook *fb, struct channel_flow *f, struct state *s,
                                struct http_req *req)
{
    channel_result_init(&f->res);
    if (s->step == SAME) {
        f->res.code = SAME_POST_TWICE;
        return done(f, CHANNEL_DROP, "the platform takes it for a copy of an earlier post");
    }
    if (++s->reads < READS)
        return send_step(fb, f, s, req);
    if (s->attempt >= ATTEMPTS)
        return unsure(fb, f, s, "no post shows, though it was tried again and again", req);
    return create(fb, f, s, req);
}

static enum channel_step after_seek(struct facebook *fb, struct channel_flow *f, struct state *s,
                                    const cJSON *json, struct http_req *req)
{
    char id[CHANNEL_ID_SIZE];

    switch (f->res.verdict) {
    case CHANNEL_OK:
        break;
    case CHANNEL_DOUBT: /* of reading: read again */
    case CHANNEL_RETRY:
        return done(f, CHANNEL_RETRY, NULL);
    case CHANNEL_GIVE_UP:
    case CHANNEL_DROP:
        return unsure(fb, f, s, "not known whether it was posted; the feed is unreadable", req);
    case CHANNEL_REFRESH:
    case CHANNEL_LATER:
    case CHANNEL_STOP:
        return CHANNEL_STEP_DONE;
    }
    switch (find_post(json, s, f, id)) {
    case FOUND:
        return posted(f, id);
    case UNSURE:
        return unsure(fb, f, s, "not known whether it was posted; the feed has moved on", req);
    case ABSENT:
        break;
    }
    return absent(fb, f, s, req);
}

enum channel_step facebook_flow_post(struct facebook *fb, struct channel_flow *f,
                                     const struct http_reply *prev, struct http_req *req)
{
    enum channel_step step;
    struct state s;
    cJSON *json;

    read_state(f->state, &s);
    if (!prev) /* the beginning; or after a crash, when a post under way may have been made */
        return s.step == CREATE ? doubt(fb, f, &s, req) : send_step(fb, f, &s, req);
    facebook_parse_reply(&fb->base, CHANNEL_WAY_POST, prev, &f->res, NULL, NULL);
    if (s.step == CREATE)
        return after_create(fb, f, &s, req);
    json = loa_json_parse(prev->body, prev->len);
    step = s.step == LOOK ? after_look(fb, f, &s, json, req) : after_seek(fb, f, &s, json, req);
    cJSON_Delete(json);
    return step;
}
