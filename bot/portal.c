/* SPDX-License-Identifier: Apache-2.0 */
/* What visitors hear. A stream first gets what its page missed, then each new line. Lines that this
 * node stored are looked for at once, those of other nodes when the database tells of a change. */
#include "bot/portal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/portal.h"

enum {
    STREAMS_MAX = 400, /* of the server's connections; webhooks need the others */
    TABS_MAX = 3,      /* of one visitor; what is beyond either asks again and again */
    LOOK_MS = 200,
    PING_MS = 20 * LOA_SECOND_MS, /* proxies cut what is silent for a minute */
    LINES_MAX = 200,
    AFTER_SIZE = 24,
};

struct stream {
    struct stream *next;
    struct bot_portal *portal;
    struct http_exchange *x; /* NULL: it is over */
    char visitor[PORTAL_VISITOR_SIZE];
    int64_t last;
    bool loading;
    bool brief; /* there are too many: it gets what there is and comes again */
};

struct bot_portal {
    struct bot *bot;
    uv_timer_t timer;
    int64_t account;
    struct stream *streams;
    unsigned n_streams;
    int64_t seen;    /* lines up to this went to the streams; -1: none was loaded yet */
    int64_t version; /* of the database, when they were read */
    int64_t pinged_mono;
    bool looking, again;
    struct bot_portal_rate rate;
};

/* ---- a stream ---------------------------------------------------------------------------- */

static void unlink_stream(struct stream *s)
{
    struct stream **at = &s->portal->streams;

    while (*at && *at != s)
        at = &(*at)->next;
    if (!*at)
        return;
    *at = s->next;
    if (!--s->portal->n_streams)
        s->portal->seen = -1;
}

static void on_closed(void *ctx)
{
    struct stream *s = ctx;

    s->x = NULL;
    unlink_stream(s);
    if (!s->loading)
        free(s);
}

/* Not inside a walk over the streams. */
static void end_stream(struct stream *s)
{
    if (s->x)
        http_exchange_stream_end(s->x);
    on_closed(s);
}

static void write_line(struct stream *s, const struct msg_portal_line *l)
{
    struct loa_buf b = {0};

    if (l->id <= s->last || !s->x)
        return;
    s->last = l->id;
    loa_buf_addf(&b, "id: %" PRId64 "\ndata: {\"at\":%" PRId64 ",\"from\":\"%s\",\"m\":", l->id,
                 l->at_ms, l->by_staff ? "staff" : "bot");
    loa_buf_adds(&b, l->body);
    loa_buf_adds(&b, "}\n\n");
    (void)http_exchange_stream_write(s->x, loa_buf_str(&b), b.len);
    loa_buf_release(&b);
}

/* ---- what a page missed ------------------------------------------------------------------ */

struct load_job {
    struct stream *stream;
    char visitor[PORTAL_VISITOR_SIZE];
    int64_t account, after, end;
    struct msg_portal_line *lines;
    size_t n;
};

/* The end is read first: a line between the two is read twice rather than never. A page that is
 * ahead of the store has seen another one (before a restore). */
static enum loa_err load_work(struct db *db, void *arg)
{
    struct load_job *j = arg;
    enum loa_err err = msg_portal_last(db, j->account, &j->end);

    if (!err && j->after > j->end)
        j->after = 0;
    return err ? err
               : msg_portal_after(db, j->account, j->visitor, j->after, LINES_MAX, &j->lines,
                                  &j->n);
}

static void load(struct stream *s);
static void look(struct bot_portal *p, bool force);

/* A line that came after the end was read may have been told before this node listened. */
static void begin_looking(struct bot_portal *p, int64_t end)
{
    if (p->seen >= 0)
        return;
    p->seen = end;
    look(p, true);
}

static void loaded(struct stream *s, const struct load_job *j)
{
    s->last = j->after;
    for (size_t i = 0; i < j->n; i++)
        write_line(s, &j->lines[i]);
    if (j->n == LINES_MAX)
        load(s);
    else if (s->brief)
        end_stream(s);
    else
        begin_looking(s->portal, j->end);
}

static void load_done(void *arg, enum loa_err result)
{
    struct load_job *j = arg;
    struct stream *s = j->stream;
    struct bot *bot = s->portal->bot;

    s->loading = false;
    if (!s->x)
        free(s);
    else if (result) /* its page comes again */
        end_stream(s);
    else
        loaded(s, j);
    msg_portal_lines_free(j->lines, j->n);
    free(j);
    bot->jobs--;
}

static void load(struct stream *s)
{
    struct load_job *j = loa_xcalloc(1, sizeof(*j));

    j->stream = s;
    j->account = s->portal->account;
    j->after = s->last;
    memcpy(j->visitor, s->visitor, sizeof(j->visitor));
    s->loading = true;
    s->portal->bot->jobs++;
    store_read(s->portal->bot->store, load_work, load_done, j);
}

/* ---- what is new ------------------------------------------------------------------------- */

struct look_job {
    struct bot_portal *portal;
    bool force;
    int64_t account, after, known, version;
    struct msg_portal_line *lines;
    size_t n;
};

static enum loa_err look_work(struct db *db, void *arg)
{
    struct look_job *j = arg;
    enum loa_err err = db_version(db, &j->version);

    if (err || (!j->force && j->version == j->known))
        return err;
    return msg_portal_after(db, j->account, NULL, j->after, LINES_MAX, &j->lines, &j->n);
}

static void spread(struct bot_portal *p, const struct msg_portal_line *l)
{
    for (struct stream *s = p->streams; s; s = s->next) {
        if (!s->loading && strcmp(s->visitor, l->visitor) == 0)
            write_line(s, l);
    }
}

static void look_done(void *arg, enum loa_err result)
{
    struct look_job *j = arg;
    struct bot_portal *p = j->portal;
    bool again = p->again || j->n == LINES_MAX;

    p->looking = p->again = false;
    if (!result) {
        p->version = j->version;
        for (size_t i = 0; i < j->n; i++)
            spread(p, &j->lines[i]);
        if (j->n && p->seen >= 0 && p->seen < j->lines[j->n - 1].id)
            p->seen = j->lines[j->n - 1].id;
    }
    if (again && !result)
        look(p, true);
    msg_portal_lines_free(j->lines, j->n);
    free(j);
    p->bot->jobs--;
}

static void look(struct bot_portal *p, bool force)
{
    struct look_job *j;

    if (p->looking) {
        p->again = p->again || force;
        return;
    }
    if (p->seen < 0 || p->bot->stopping)
        return;
    j = loa_xcalloc(1, sizeof(*j));
    *j = (struct look_job){
        .portal = p, .force = force, .account = p->account, .after = p->seen, .known = p->version};
    p->looking = true;
    p->bot->jobs++;
    store_read(p->bot->store, look_work, look_done, j);
}

void bot_portal_delivered(void *ctx)
{
    struct bot *bot = ctx;

    if (bot->portal)
        look(bot->portal, true);
}

static void on_timer(uv_timer_t *t)
{
    struct bot_portal *p = t->data;
    int64_t now = loa_clock_mono();

    look(p, false);
    if (now - p->pinged_mono < PING_MS)
        return;
    p->pinged_mono = now;
    for (struct stream *s = p->streams; s; s = s->next)
        (void)http_exchange_stream_write(s->x, ":\n\n", 3);
}

/* ---- the request ------------------------------------------------------------------------- */

bool bot_portal_channel(struct bot *bot, struct http_exchange *x, struct channel **c,
                        int64_t *account)
{
    *c = bot->ready && bot->portal && bot->cfg->portal
             ? sched_engine_channel(bot->engine, "portal", NULL, account)
             : NULL;
    if (!*c)
        http_exchange_problem(x, bot->ready && !bot->cfg->portal ? 404 : 503,
                              "Cửa sổ trò chuyện chưa mở; hãy thử lại sau.");
    return *c != NULL;
}

bool bot_portal_visitor(struct http_exchange *x, char visitor[PORTAL_VISITOR_SIZE])
{
    char token[PORTAL_TOKEN_SIZE];

    if (!portal_token(http_exchange_header(x, "Cookie"), token)) {
        http_exchange_problem(x, 401, "Trình duyệt không giữ cookie của cuộc trò chuyện.");
        return false;
    }
    portal_visitor(token, visitor);
    return true;
}

/* What the page has: the browser says it when it connects again, the page when it is loaded. */
static int64_t heard(struct http_exchange *x)
{
    const char *id = http_exchange_header(x, "Last-Event-ID");

    if (!id)
        id = http_exchange_query(x, "after");
    if (!id || !*id || strlen(id) > 18 || id[strspn(id, "0123456789")])
        return 0;
    return strtoll(id, NULL, 10);
}

static bool is_one_too_many(const struct bot_portal *p, const char *visitor)
{
    unsigned tabs = 0;

    for (const struct stream *s = p->streams; s; s = s->next)
        tabs += strcmp(s->visitor, visitor) == 0;
    return p->n_streams >= STREAMS_MAX || tabs >= TABS_MAX;
}

static void begin(struct bot_portal *p, struct stream *s, struct http_exchange *x)
{
    static const struct http_header headers[] = {{"Cache-Control", "no-store"},
                                                 {"X-Accel-Buffering", "no"}};
    const struct http_answer a = {.status = 200,
                                  .content_type = "text/event-stream; charset=utf-8",
                                  .headers = headers,
                                  .n_headers = 2};
    const char *retry = s->brief ? "retry: 5000\n\n" : "retry: 2000\n\n";

    if (http_exchange_stream_begin(x, &a, on_closed, s) != LOA_OK) {
        free(s);
        return;
    }
    s->x = x;
    s->next = p->streams;
    p->streams = s;
    p->n_streams++;
    (void)http_exchange_stream_write(x, retry, strlen(retry));
    load(s);
}

void bot_portal_events(void *ctx, struct http_exchange *x)
{
    struct bot *bot = ctx;
    struct bot_portal *p = bot->portal;
    char visitor[PORTAL_VISITOR_SIZE];
    struct channel *c;
    struct stream *s;
    int64_t account;

    if (bot->stopping) {
        http_exchange_problem(x, 503, NULL);
        return;
    }
    if (!bot_portal_channel(bot, x, &c, &account) || !bot_portal_visitor(x, visitor))
        return;
    p->account = account;
    s = loa_xcalloc(1, sizeof(*s));
    s->portal = p;
    s->last = heard(x);
    s->brief = is_one_too_many(p, visitor);
    memcpy(s->visitor, visitor, sizeof(s->visitor));
    begin(p, s, x);
}

/* ---- start and end ----------------------------------------------------------------------- */

struct bot_portal_rate *bot_portal_rate_of(struct bot_portal *p)
{
    return &p->rate;
}

struct bot_portal *bot_portal_start(struct bot *bot)
{
    struct bot_portal *p = loa_xcalloc(1, sizeof(*p));

    p->bot = bot;
    p->seen = -1;
    bot_portal_rate_init(&p->rate);
    uv_timer_init(&bot->loop, &p->timer);
    p->timer.data = p;
    uv_timer_start(&p->timer, on_timer, LOOK_MS, LOOK_MS);
    return p;
}

static void on_timer_closed(uv_handle_t *h)
{
    free(h->data);
}

void bot_portal_stop(struct bot_portal *p)
{
    if (!p)
        return;
    p->bot->portal = NULL;
    uv_close((uv_handle_t *)&p->timer, on_timer_closed);
}
