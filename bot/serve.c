/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/serve.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bot/api/api.h"
#include "bot/bot.h"
#include "bot/conversation.h"
#include "bot/demo_clock.h"
#include "bot/feeds.h"
#include "bot/health.h"
#include "bot/optouts_log.h"
#include "bot/people_watch.h"
#include "bot/portal.h"
#include "bot/reminders.h"
#include "bot/webhook.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/mem.h"

enum { GRACE_MS = 20000, DOOR_DESCRIPTORS = 1200 }; /* 1024 connections in, the store, the log */

static const struct http_route routes[] = {
    {HTTP_ON_GET, "/healthz", false, bot_healthz, 0},
    {HTTP_ON_GET, "/readyz", false, bot_readyz, 0},
    {HTTP_ON_GET, "/metrics", false, bot_metrics, 0},
    {HTTP_ON_GET | HTTP_ON_POST | HTTP_ON_PUT | HTTP_ON_DELETE, BOT_API_ROOT, true, bot_api,
     BOT_API_BODY_MAX},
    {HTTP_ON_POST, BOT_API_ROOT "/events:import", false, bot_api, BOT_API_FILE_MAX},
    {HTTP_ON_POST, BOT_API_ROOT "/faqs:import", false, bot_api, BOT_API_FILE_MAX},
    {HTTP_ON_POST, BOT_API_ROOT "/daily:import", false, bot_api, BOT_API_FILE_MAX},
    {HTTP_ON_GET, "/events.ics", false, bot_events_ics, 0},
    {HTTP_ON_GET, "/feed.atom", false, bot_feed_atom, 0},
    {HTTP_ON_GET, "/chat", false, bot_portal_page, 0},
    {HTTP_ON_GET, "/chat/embed.js", false, bot_portal_file, 0},
    {HTTP_ON_GET, "/chat/chat.js", false, bot_portal_file, 0},
    {HTTP_ON_GET, "/chat/words.js", false, bot_portal_file, 0},
    {HTTP_ON_GET, "/chat/chat.css", false, bot_portal_file, 0},
    {HTTP_ON_GET, "/chat/icon.svg", false, bot_portal_file, 0},
    {HTTP_ON_GET, "/chat/events", false, bot_portal_events, 0},
    {HTTP_ON_POST, "/chat/say", false, bot_portal_say, BOT_PORTAL_SAY_MAX},
    {HTTP_ON_POST, "/chat/leave", false, bot_portal_leave, 16},
    {HTTP_ON_GET | HTTP_ON_POST, "/webhooks/facebook", true, bot_webhook_facebook, BOT_WEBHOOK_MAX},
    {HTTP_ON_GET | HTTP_ON_POST, "/webhooks/viber", true, bot_webhook_viber, BOT_WEBHOOK_MAX},
    {HTTP_ON_GET | HTTP_ON_POST, "/webhooks/zalo", true, bot_webhook_zalo, BOT_WEBHOOK_MAX},
};

/* The server and what only its start and end need. */
struct serve {
    struct bot bot;
    struct loa_secret *key;
    uv_signal_t term, interrupt, hang_up;
    uv_timer_t drain;
    struct bot_demo_clock clock;
    bool failed;
};

static int complain(const struct loa_problem *why)
{
    (void)fprintf(stderr, "loa: %s%s%s\n", why->field, why->field[0] ? ": " : "", why->text);
    return 1;
}

/* ---- the end: server, engine, answers, store ------------------------------------------- */

static void on_closed(uv_handle_t *h)
{
    (void)h;
}

static void on_store_closed(void *ctx)
{
    struct serve *s = ctx;

    s->bot.store = NULL;
    uv_close((uv_handle_t *)&s->term, on_closed);
    uv_close((uv_handle_t *)&s->interrupt, on_closed);
    uv_close((uv_handle_t *)&s->hang_up, on_closed);
    uv_close((uv_handle_t *)&s->drain, on_closed);
    bot_demo_clock_end(&s->clock);
}

static void on_housekeeping_stopped(void *ctx)
{
    struct serve *s = ctx;

    s->bot.housekeeping = NULL;
    store_close(s->bot.store, on_store_closed, s);
}

static void on_engine_stopped(void *ctx)
{
    struct serve *s = ctx;

    s->bot.engine = NULL;
    bot_knowledge_close(s->bot.knowledge);
    bot_feeds_free(s->bot.feeds);
    s->bot.feeds = NULL;
    bot_reminders_stop(s->bot.reminders);
    s->bot.reminders = NULL;
    bot_people_watch_stop(s->bot.people_watch);
    s->bot.people_watch = NULL;
    bot_optouts_log_stop(s->bot.optouts_log);
    s->bot.optouts_log = NULL;
    bot_portal_stop(s->bot.portal);
    if (s->bot.housekeeping)
        sched_housekeeping_stop(s->bot.housekeeping, on_housekeeping_stopped, s);
    else
        on_housekeeping_stopped(s);
}

/* The bot's own store jobs (replies being written) hand over to the engine when they are done, so
 * they end before it does. */
static void on_drain(uv_timer_t *t)
{
    struct serve *s = t->data;

    if (s->bot.jobs)
        return;
    uv_timer_stop(t);
    if (s->bot.engine)
        sched_engine_stop(s->bot.engine, GRACE_MS, on_engine_stopped, s);
    else
        on_engine_stopped(s);
}

static void stop_engine(struct serve *s)
{
    uv_timer_start(&s->drain, on_drain, 0, 5);
}

static void on_http_stopped(void *ctx)
{
    struct serve *s = ctx;

    s->bot.http = NULL;
    stop_engine(s);
}

static void stop(struct serve *s)
{
    if (s->bot.stopping)
        return;
    s->bot.stopping = true;
    LOA_LOG0(LOA_LOG_INFO, "stopping");
    if (s->bot.http)
        http_server_stop(s->bot.http, GRACE_MS, on_http_stopped, s);
    else
        stop_engine(s);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct serve *s = handle->data;

    if (s->bot.stopping) {
        LOA_LOG(LOA_LOG_WARN, "told to stop twice, leaving at once", F("signal", number));
        _exit(1); /* as after a crash: what is under way is in doubt at the next start */
    }
    stop(s);
}

/* The data files of the staff, changed or not. */
static void on_hang_up(uv_signal_t *handle, int number)
{
    struct serve *s = handle->data;

    LOA_LOG(LOA_LOG_INFO, "told to read the data files anew", F("signal", number));
    bot_people_watch_now(s->bot.people_watch);
    bot_knowledge_reload(s->bot.knowledge);
}

/* ---- the start: accounts, engine, server, answers -------------------------------------- */

/* Who plans also keeps house: one node of them all. */
static bool keeps_house(void *ctx)
{
    const struct bot *bot = ctx;

    return bot->engine && sched_engine_plans(bot->engine);
}

static void start_housekeeping(struct bot *bot)
{
    struct sched_housekeeping_options opt = {
        .anchor_file = bot->cfg->audit_anchor, .mine = keeps_house, .ctx = bot};

    bot_config_keep(bot->cfg, &opt.keep);
    bot->housekeeping = sched_housekeeping_start(&bot->loop, bot->store, &opt);
}

static void open_doors(struct bot *bot)
{
    bot->ready = true;
    sched_engine_set_up(bot->engine);
    start_housekeeping(bot);
    bot->reminders = bot_reminders_start(bot);
    bot->people_watch = bot_people_watch_start(bot);
    bot->optouts_log = bot_optouts_log_start(bot);
    bot->portal = bot_portal_start(bot);
    LOA_LOG(LOA_LOG_INFO, "ready", F("listen", bot->cfg->listen),
            F("port", (int)http_server_port(bot->http)));
}

/* Both the engine and the answers are there. What an earlier end left open is found by the engine's
 * next look. */
static void on_knowledge(void *ctx)
{
    struct serve *s = ctx;

    if (!s->bot.stopping)
        open_doors(&s->bot);
}

static void fail(struct serve *s, const struct loa_problem *why)
{
    s->failed = true;
    (void)complain(why);
    stop(s);
}

static void on_engine_started(void *ctx, enum loa_err err)
{
    struct serve *s = ctx;
    const struct bot_config *cfg = s->bot.cfg;
    struct loa_problem why = {"", "Không khởi động được; xem nhật ký ở trên"};
    struct http_server_options http = {.listen = cfg->listen, .round_over = bot_webhook_round};

    if (s->bot.stopping)
        return;
    if (!err)
        err = http_server_new(&s->bot.loop, &http, routes, sizeof(routes) / sizeof(routes[0]),
                              &s->bot, &s->bot.http, &why);
    if (!err)
        err = bot_knowledge_open(&s->bot.loop, s->bot.store, cfg->words_dir, on_knowledge, s,
                                 &s->bot.knowledge, &why);
    if (err)
        fail(s, &why);
}

static double pace_of(void *ctx, const char *channel)
{
    const struct bot_config *cfg = ctx;

    return bot_config_rate(cfg, channel);
}

static struct channel_terms terms_of(void *ctx, const char *channel)
{
    const struct bot_config *cfg = ctx;

    return bot_config_terms(cfg, channel);
}

struct accounts_job {
    struct serve *serve;
    struct msg_account accounts[BOT_CONFIG_ACCOUNTS_MAX];
    size_t n;
    struct loa_problem why;
};

static enum loa_err accounts_work(struct db *db, void *arg)
{
    static const struct msg_actor self = {"loa", "loa"};
    struct accounts_job *j = arg;
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < j->n && !err; i++)
        err = msg_account_put(db, &self, loa_clock_wall(), j->serve->key, &j->accounts[i], &j->why);
    return err;
}

/* Webhook connections and requests to platforms are descriptors. */
static void raise_descriptor_limit(void)
{
    struct rlimit rl;

    if (getrlimit(RLIMIT_NOFILE, &rl) == 0 && rl.rlim_cur < rl.rlim_max) {
        rl.rlim_cur = rl.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &rl);
    }
}

/* What is left of them when the door has its own: a request without a descriptor would only fail.
 */
static size_t connections_for(const struct bot_config *cfg)
{
    size_t wanted = (size_t)cfg->connections, left;
    struct rlimit rl;

    if (getrlimit(RLIMIT_NOFILE, &rl) != 0 || rl.rlim_cur >= wanted + DOOR_DESCRIPTORS)
        return wanted;
    left = rl.rlim_cur > 2 * DOOR_DESCRIPTORS ? (size_t)rl.rlim_cur - DOOR_DESCRIPTORS
                                              : (size_t)rl.rlim_cur / 2;
    LOA_LOG(LOA_LOG_WARN, "fewer connections than set: the limit of open files is low",
            F("connections", left), F("open_files", rl.rlim_cur));
    return left < wanted ? left : wanted;
}

static void accounts_done(void *arg, enum loa_err result)
{
    struct accounts_job *j = arg;
    struct serve *s = j->serve;
    const struct bot_config *cfg = s->bot.cfg;
    struct sched_engine_options opt = {
        .key = s->key,
        .quiet = cfg->quiet,
        .approvals = cfg->approvals,
        .http2_sends = cfg->http2_sends,
        .allow_retired = cfg->allow_retired,
        .max_inflight = (size_t)cfg->max_inflight,
        .connections = connections_for(cfg),
        .doubt_wait_ms = (int64_t)cfg->doubt_wait * LOA_SECOND_MS,
        .public_url = cfg->public_url,
        .ca_file = cfg->ca_file,
        .node = cfg->node,
        .address = cfg->public_url ? cfg->public_url : cfg->listen,
        .alone = strncmp(cfg->store, "sqlite:", 7) == 0, /* it locks its file */
        .lease_ms = (int64_t)cfg->lease * LOA_SECOND_MS,
        .events = bot_conversation_take,
        .events_ctx = &s->bot,
        .delivered = bot_portal_delivered,
        .pace_of = pace_of,
        .terms_of = terms_of,
        .ctx = (void *)(uintptr_t)cfg,
    };

    if (!result)
        result = sched_engine_new(&s->bot.loop, s->bot.store, &opt, &s->bot.engine);
    if (result)
        fail(s, &j->why);
    else
        sched_engine_start(s->bot.engine, on_engine_started, s);
    for (size_t i = 0; i < j->n; i++)
        msg_account_release(&j->accounts[i]);
    free(j);
}

static void put_accounts(struct serve *s)
{
    struct accounts_job *j = loa_xcalloc(1, sizeof(*j));

    j->serve = s;
    bot_config_accounts(s->bot.cfg, j->accounts, &j->n);
    store_write(s->bot.store, accounts_work, accounts_done, j);
}

/* ---- the process ----------------------------------------------------------------------- */

static void watch_signals(struct serve *s)
{
    (void)signal(SIGPIPE, SIG_IGN);
    uv_signal_init(&s->bot.loop, &s->term);
    uv_signal_init(&s->bot.loop, &s->interrupt);
    uv_signal_init(&s->bot.loop, &s->hang_up);
    s->term.data = s->interrupt.data = s->hang_up.data = s;
    uv_signal_start(&s->term, on_signal, SIGTERM);
    uv_signal_start(&s->interrupt, on_signal, SIGINT);
    uv_signal_start(&s->hang_up, on_hang_up, SIGHUP);
}

static void walk_close(uv_handle_t *h, void *arg)
{
    (void)arg;
    LOA_LOG(LOA_LOG_ERROR, "handle left open", F("type", uv_handle_type_name(h->type)));
}

static enum loa_err set_up(struct serve *s, const struct bot_serve_options *opt,
                           struct loa_problem *why)
{
    enum loa_err err = opt->demo_clock ? bot_demo_clock_set(opt->demo_clock, why) : LOA_OK;

    if (!err)
        err = bot_config_key(s->bot.cfg, &s->key, why);
    s->bot.key = s->key;
    if (!err)
        err = bot_people_load(s->bot.cfg->people_file, &s->bot.people, why);
    if (!err)
        err = store_open(&s->bot.loop, s->bot.cfg->store, &s->bot.store, why);
    return err;
}

int bot_serve(const struct bot_config *cfg, const struct bot_serve_options *opt)
{
    struct serve *s = loa_xcalloc(1, sizeof(*s));
    struct loa_problem why = {"", ""};
    int status;

    s->bot.cfg = cfg;
    s->bot.feeds = bot_feeds_new(&s->bot);
    raise_descriptor_limit();
    uv_loop_init(&s->bot.loop);
    if (set_up(s, opt, &why) != LOA_OK) {
        status = complain(&why);
    } else {
        watch_signals(s);
        bot_demo_clock_follow(&s->clock, &s->bot.loop, opt->demo_clock);
        uv_timer_init(&s->bot.loop, &s->drain);
        s->drain.data = s;
        put_accounts(s);
        uv_run(&s->bot.loop, UV_RUN_DEFAULT);
        status = s->failed;
        LOA_LOG(LOA_LOG_INFO, "stopped", F("failed", s->failed));
    }
    if (uv_loop_close(&s->bot.loop) != 0)
        uv_walk(&s->bot.loop, walk_close, NULL);
    bot_people_free(s->bot.people);
    bot_feeds_free(s->bot.feeds); /* unless it was started */
    loa_secret_free(s->key);
    free(s);
    return status;
}
