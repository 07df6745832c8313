/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/feeds.h"

#include <stdlib.h>
#include <string.h>

#include "bot/feed.h"
#include "messages/base/mem.h"
#include "messages/catalog_store.h"

enum { KEPT = 16, WAITING_MAX = 64, ARG_MAX = 300 };

struct waiting {
    struct http_exchange *x;
    char *none_match, *since;
};

/* One selection of events in one format. */
struct page {
    struct bot_feeds *feeds;
    enum bot_feed_kind kind;
    char *args[4]; /* event, topic, district, audience; NULL: any */
    int64_t version, used;
    bool making;
    char *body; /* NULL: not made yet */
    size_t len;
    char etag[BOT_ETAG_SIZE];
    int64_t changed_ms;
    struct waiting waiting[WAITING_MAX];
    size_t n_waiting;
};

struct bot_feeds {
    struct bot *bot;
    struct page pages[KEPT];
    int64_t uses;
};

static const char *const arg_names[4] = {"event", "topic", "district", "audience"};

struct bot_feeds *bot_feeds_new(struct bot *bot)
{
    struct bot_feeds *f = loa_xcalloc(1, sizeof(*f));

    f->bot = bot;
    return f;
}

static void page_reset(struct page *p)
{
    for (size_t i = 0; i < 4; i++)
        free(p->args[i]);
    free(p->body);
    *p = (struct page){.feeds = p->feeds};
}

void bot_feeds_free(struct bot_feeds *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < KEPT; i++)
        page_reset(&f->pages[i]);
    free(f);
}

/* ---- answering ------------------------------------------------------------------------- */

static void answer(const struct page *p, struct waiting *w)
{
    char date[BOT_HTTP_DATE_SIZE];
    struct http_header headers[5] = {{"ETag", p->etag},
                                     {"Cache-Control", "public, max-age=60"},
                                     {"Access-Control-Allow-Origin", "*"}};
    struct http_answer a = {.status = 200,
                            .content_type = bot_feed_type(p->kind),
                            .body = p->body,
                            .len = p->len,
                            .headers = headers,
                            .n_headers = 3};

    bot_http_date(p->changed_ms, date);
    if (p->changed_ms)
        headers[a.n_headers++] = (struct http_header){"Last-Modified", date};
    if (p->kind == BOT_FEED_ICS)
        headers[a.n_headers++] =
            (struct http_header){"Content-Disposition", "inline; filename=\"events.ics\""};
    if (bot_feed_is_known(w->none_match, w->since, p->etag, p->changed_ms)) {
        a.status = 304;
        a.content_type = NULL;
        a.body = NULL;
        a.len = 0;
    }
    http_exchange_answer(w->x, &a);
    free(w->none_match);
    free(w->since);
}

static void answer_all(struct page *p, bool failed)
{
    for (size_t i = 0; i < p->n_waiting; i++) {
        struct waiting *w = &p->waiting[i];

        if (!failed) {
            answer(p, w);
            continue;
        }
        http_exchange_problem(w->x, 503, "Kho dữ liệu tạm thời không đọc được; hãy thử lại sau.");
        free(w->none_match);
        free(w->since);
    }
    p->n_waiting = 0;
}

/* ---- making ---------------------------------------------------------------------------- */

struct make_job {
    struct page *page; /* stays where it is while it is being made */
    const char *title, *url;
    int64_t version;
    char *body;
    int64_t changed_ms;
};

static enum loa_err make_work(struct db *db, void *arg)
{
    struct make_job *j = arg;
    const struct page *p = j->page;
    struct bot_feed_filter f = {p->args[0], p->args[1], p->args[2], p->args[3]};
    struct bot_feed_options o = {.title = j->title, .url = j->url};
    struct msg_catalog *c = NULL;
    enum loa_err err = msg_catalog_load(db, &c);

    if (err)
        return err;
    free(j->body);
    j->body = bot_feed_make(c, p->kind, &f, &o, &j->changed_ms);
    msg_catalog_free(c);
    return LOA_OK;
}

static void make_done(void *arg, enum loa_err result)
{
    struct make_job *j = arg;
    struct page *p = j->page;
    struct bot *bot = p->feeds->bot;

    p->making = false;
    if (!result) {
        free(p->body);
        p->body = j->body;
        p->len = strlen(j->body);
        p->changed_ms = j->changed_ms;
        p->version = j->version;
        bot_feed_etag(p->body, p->len, p->etag);
        j->body = NULL;
    }
    answer_all(p, result != LOA_OK);
    free(j->body);
    free(j);
    bot->jobs--;
}

static void make(struct page *p, int64_t version)
{
    struct bot *bot = p->feeds->bot;
    struct make_job *j = loa_xcalloc(1, sizeof(*j));

    *j = (struct make_job){
        .page = p, .title = bot->cfg->office, .url = bot->cfg->public_url, .version = version};
    p->making = true;
    bot->jobs++;
    store_read(bot->store, make_work, make_done, j);
}

/* ---- requests -------------------------------------------------------------------------- */

static bool is_same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The page of these arguments, or the one that was asked for longest ago; NULL: all are being
 * made. */
static struct page *page_of(struct bot_feeds *f, enum bot_feed_kind kind, const char *const args[4])
{
    struct page *oldest = NULL;

    for (size_t i = 0; i < KEPT; i++) {
        struct page *p = &f->pages[i];
        bool same = p->kind == kind && p->used;

        for (size_t k = 0; k < 4; k++)
            same = same && is_same(p->args[k], args[k]);
        if (same)
            return p;
        if (!p->making && (!oldest || p->used < oldest->used))
            oldest = p;
    }
    if (!oldest)
        return NULL;
    oldest->feeds = f;
    page_reset(oldest);
    oldest->kind = kind;
    for (size_t k = 0; k < 4; k++)
        oldest->args[k] = loa_xstrdup(args[k]);
    return oldest;
}

static void serve(struct bot *bot, struct http_exchange *x, enum bot_feed_kind kind)
{
    const char *args[4];
    struct page *p;
    int64_t version = bot_knowledge_version(bot->knowledge);

    for (size_t k = 0; k < 4; k++) {
        args[k] = http_exchange_query(x, arg_names[k]);
        if (args[k] && strlen(args[k]) > ARG_MAX) {
            http_exchange_problem(x, 400, "Tham số dài quá.");
            return;
        }
    }
    p = page_of(bot->feeds, kind, args);
    if (!p || p->n_waiting == WAITING_MAX || bot->stopping) {
        http_exchange_problem(x, 503, "Máy chủ đang bận; hãy thử lại sau.");
        return;
    }
    p->used = ++bot->feeds->uses;
    p->waiting[p->n_waiting++] =
        (struct waiting){.x = x,
                         .none_match = loa_xstrdup(http_exchange_header(x, "If-None-Match")),
                         .since = loa_xstrdup(http_exchange_header(x, "If-Modified-Since"))};
    if (p->making)
        return;
    if (p->body && p->version == version)
        answer_all(p, false);
    else
        make(p, version);
}

void bot_events_ics(void *ctx, struct http_exchange *x)
{
    serve(ctx, x, BOT_FEED_ICS);
}

void bot_feed_atom(void *ctx, struct http_exchange *x)
{
    serve(ctx, x, BOT_FEED_ATOM);
}
