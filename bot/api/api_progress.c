/* SPDX-License-Identifier: Apache-2.0 */
/* A message's runs as they go on, as server-sent events: "progress" when something has changed,
 * "end" when all is over. Each look checks again who looks, so that a token that was revoked sees
 * nothing more. */
#include <stdlib.h>
#include <string.h>

#include "bot/api/resources.h"
#include "bot/ops/watch.h"
#include "messages/base/buf.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"

enum { LOOK_MS = 500, HEARTBEAT_MS = 15000, STREAMS_MAX = 200 };

struct stream {
    struct api_call *c;
    uv_timer_t timer;
    bool open, busy, gone; /* gone: the reader is */
    bool over;             /* there is nothing more to come */
    struct watch_run *runs;
    size_t n;
    char *last; /* what was told last */
    int64_t wrote_mono;
};

/* ---- the end --------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *h)
{
    struct stream *s = h->data;
    struct bot *bot = s->c->bot;

    api_call_free(s->c);
    free(s->runs);
    free(s->last);
    free(s);
    bot->jobs--;
}

static void dispose(struct stream *s)
{
    uv_close((uv_handle_t *)&s->timer, on_closed);
}

static void on_gone(void *ctx)
{
    struct stream *s = ctx;

    s->gone = true;
    if (!s->busy)
        dispose(s);
}

static void end(struct stream *s)
{
    http_exchange_stream_end(s->c->x);
    dispose(s);
}

/* ---- a look, in a job ------------------------------------------------------------------ */

static struct watch_run *find(struct stream *s, int64_t run)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->runs[i].now.run_id == run)
            return &s->runs[i];
    }
    s->runs = loa_xrealloc(s->runs, (s->n + 1) * sizeof(*s->runs));
    s->runs[s->n] = (struct watch_run){.total = -1, .per_s = -1};
    return &s->runs[s->n++];
}

static enum loa_err take(struct db *db, struct stream *s, const struct msg_progress *p, bool held)
{
    const struct bot_config *cfg = s->c->bot->cfg;
    const struct channel_ops *ops = channel_find(p->channel);
    struct watch_run *r = find(s, p->run_id);
    enum loa_err err = LOA_OK;

    if (r->total < 0)
        err = msg_progress_total(db, p, &r->total);
    if (!err)
        watch_take(r, p, held, loa_clock_wall(), loa_clock_mono(), &cfg->quiet,
                   ops ? watch_possible(cfg, ops) : 0);
    return err;
}

static bool may_come(const char *state)
{
    return strcmp(state, "approved") == 0 || strcmp(state, "scheduled") == 0 ||
           strcmp(state, "sending") == 0 || strcmp(state, "paused") == 0;
}

/* The time of the look alone is no news. */
static cJSON *told(const struct stream *s, const char *state)
{
    cJSON *o = cJSON_CreateObject(), *list;

    cJSON_AddStringToObject(o, "state", state);
    list = cJSON_AddArrayToObject(o, "runs");
    for (size_t i = 0; i < s->n; i++) {
        cJSON *run = watch_json(&s->runs[i], 0);

        cJSON_DeleteItemFromObjectCaseSensitive(run, "time");
        cJSON_AddItemToArray(list, run);
    }
    return o;
}

static enum loa_err look(struct db *db, struct api_call *c)
{
    struct stream *s = c->own;
    struct msg_progress_of_message p;
    bool all_over = true;
    enum loa_err err = msg_progress_load(db, c->at.id, s->n ? s->runs[0].now.run_id : 0, &p);

    for (size_t i = 0; i < p.n && !err; i++) {
        err = take(db, s, &p.runs[i], strcmp(p.state, "paused") == 0);
        all_over = all_over && p.runs[i].over;
    }
    if (!err) {
        s->over = p.n ? all_over : !may_come(p.state);
        c->json = told(s, p.state);
    }
    msg_progress_release(&p);
    if (err == LOA_ENOENT)
        return loa_fail(&c->why, err, "id", "Không có thông điệp này");
    return err;
}

/* ---- telling --------------------------------------------------------------------------- */

static void write_text(struct stream *s, const char *text, size_t n)
{
    s->wrote_mono = loa_clock_mono();
    (void)http_exchange_stream_write(s->c->x, text, n); /* if it fails, on_gone() follows */
}

static void tell(struct stream *s)
{
    struct loa_buf b = {0};

    if (!s->last || strcmp(s->last, s->c->text) != 0) {
        loa_buf_addf(&b, "event: progress\ndata: %s\n\n", s->c->text);
        free(s->last);
        s->last = loa_xstrdup(s->c->text);
    }
    if (s->over)
        loa_buf_adds(&b, "event: end\ndata: {}\n\n");
    if (!b.len && loa_clock_mono() - s->wrote_mono > HEARTBEAT_MS)
        loa_buf_adds(&b, ": \n\n");
    if (b.len)
        write_text(s, loa_buf_str(&b), b.len);
    loa_buf_release(&b);
}

static bool begin(struct stream *s)
{
    static const struct http_header headers[] = {{"Cache-Control", "no-store"},
                                                 {"X-Accel-Buffering", "no"}};
    const struct http_answer a = {
        .status = 200, .content_type = "text/event-stream", .headers = headers, .n_headers = 2};

    s->open = true;
    return http_exchange_stream_begin(s->c->x, &a, on_gone, s) == LOA_OK;
}

static void on_timer(uv_timer_t *t);

static void on_look(struct api_call *c, enum loa_err result)
{
    struct stream *s = c->own;

    s->busy = false;
    if (s->gone || (!s->open && !result && !begin(s))) {
        dispose(s);
        return;
    }
    if (!s->open) {
        struct api_call *problem = loa_xmalloc(sizeof(*problem));

        *problem = *c; /* the answer ends this one */
        *c = (struct api_call){.bot = problem->bot};
        api_answer(problem, result);
        dispose(s);
        return;
    }
    if (!result)
        tell(s);
    if (s->over || (result && result != LOA_EIO))
        end(s);
    else
        uv_timer_start(&s->timer, on_timer, LOOK_MS, 0);
}

static void look_now(struct stream *s)
{
    s->busy = true;
    s->c->now = loa_clock_wall();
    api_read(s->c, look, on_look);
}

static void on_timer(uv_timer_t *t)
{
    look_now(t->data);
}

void api_message_progress(struct api_call *c)
{
    struct http_server_stats stats;
    struct stream *s;

    http_server_stats(c->bot->http, &stats);
    if (stats.streams >= STREAMS_MAX) {
        api_answer(c, api_refuse(c, LOA_EIO, 503, "", "Đang có quá nhiều người theo dõi"));
        return;
    }
    s = loa_xcalloc(1, sizeof(*s));
    s->c = c;
    c->own = s;
    uv_timer_init(&c->bot->loop, &s->timer);
    s->timer.data = s;
    c->bot->jobs++; /* the store stays open until it is gone */
    look_now(s);
}
