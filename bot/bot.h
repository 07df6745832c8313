/* SPDX-License-Identifier: Apache-2.0 */
/* bot.h - the running server: what its parts share. Loop thread only. */
#ifndef LOA_BOT_BOT_H
#define LOA_BOT_BOT_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "bot/config.h"
#include "bot/http_server.h"
#include "bot/knowledge.h"
#include "bot/people.h"
#include "messages/store/store.h"
#include "scheduler/engine.h"
#include "scheduler/housekeeping.h"

struct bot_counters {
    uint64_t webhooks, webhook_events, bad_signatures, bad_bodies, duplicates, refused_busy;
    uint64_t strangers; /* events of accounts that are not ours */
    uint64_t questions, unanswered, handovers, urgent_handovers;
};

struct bot {
    uv_loop_t loop;
    const struct bot_config *cfg;
    const struct loa_secret *key; /* what secrets in the store are sealed under */
    struct store *store;
    struct sched_engine *engine;
    struct sched_housekeeping *housekeeping;
    struct http_server *http;
    struct bot_knowledge *knowledge;
    struct bot_people *people;
    struct bot_people_watch *people_watch;
    struct bot_optouts_log *optouts_log;
    struct bot_feeds *feeds;
    struct bot_reminders *reminders;
    struct bot_portal *portal;
    struct bot_counters counters;
    bool ready, stopping;
    unsigned proving;           /* passwords that are being compared */
    unsigned jobs;              /* store jobs of the bot's own under way */
    struct hook_batch *hooks;   /* of this round of requests, on their way into the store */
    unsigned hooks_waiting;     /* requests that the store has not kept yet */
    bool hooks_refused;         /* since the last one that was taken */
    bool hooks_fail;            /* the store failed when it last should */
    size_t hook_bytes;          /* of their bodies */
    int64_t hook_progress_mono; /* when it kept some last, or the first of these came */
};

#endif
