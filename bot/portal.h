/* SPDX-License-Identifier: Apache-2.0 */
/* portal.h - the chat on the office's own portal: its page and what belongs to it (portal_page.c),
 * what visitors say (portal_say.c), and what they hear, as server-sent events (portal.c). What is
 * said goes the way of every webhook, and a reply is a line in the store: so any node takes any
 * visitor, and one who was cut off hears what he missed. Loop thread only. */
#ifndef LOA_BOT_PORTAL_H
#define LOA_BOT_PORTAL_H

#include "bot/bot.h"
#include "bot/http_server.h"
#include "channels/portal.h"
#include "messages/store/embedded.h"
#include "scheduler/gcra.h"

extern const struct store_embedded portal_files[]; /* bot/portal/, made by the Makefile */

enum { BOT_PORTAL_SAY_MAX = 16 * 1024 };

/* Handlers; `ctx` is the struct bot. */
void bot_portal_page(void *ctx, struct http_exchange *x);   /* GET /chat */
void bot_portal_file(void *ctx, struct http_exchange *x);   /* GET /chat/NAME */
void bot_portal_events(void *ctx, struct http_exchange *x); /* GET /chat/events */
void bot_portal_say(void *ctx, struct http_exchange *x);    /* POST /chat/say */
void bot_portal_leave(void *ctx, struct http_exchange *x);  /* POST /chat/leave */

struct bot_portal *bot_portal_start(struct bot *bot);
/* Once the server has stopped and no job of the bot's is under way. NULL is fine. */
void bot_portal_stop(struct bot_portal *p);
/* Lines were stored here: they go out now. `ctx` is the bot. */
void bot_portal_delivered(void *ctx);

/* ---- how much a visitor may say (portal_say.c) -------------------------------------------- */

enum { BOT_PORTAL_SETS = 512, BOT_PORTAL_WAYS = 8 };

/* A limiter for each of the visitors who spoke last, by digest; who is pushed out starts anew. */
struct bot_portal_rate {
    struct bot_portal_talker {
        int64_t key, used_us;
        struct sched_gcra gcra;
    } talkers[BOT_PORTAL_SETS][BOT_PORTAL_WAYS];
    struct sched_gcra all;
};

void bot_portal_rate_init(struct bot_portal_rate *r);
/* 0: he may; otherwise the wait in us. */
int64_t bot_portal_rate_allow(struct bot_portal_rate *r, const char *visitor, int64_t now_us);

/* ---- for the parts of it ------------------------------------------------------------------ */

struct bot_portal_rate *bot_portal_rate_of(struct bot_portal *p);
/* The channel and its account. False, and `x` answered: there is none, or not yet. */
bool bot_portal_channel(struct bot *bot, struct http_exchange *x, struct channel **c,
                        int64_t *account);
/* Whose cookie it is. False, and `x` answered: he has none. */
bool bot_portal_visitor(struct http_exchange *x, char visitor[PORTAL_VISITOR_SIZE]);
/* Is the request one of our own page? Compares where it comes from (`origin`, `site` as the
 * browser's headers say, NULL: not said) with the host it went to and the public address. */
bool bot_portal_is_own(const char *origin, const char *site, const char *host,
                       const char *public_url);

#endif
