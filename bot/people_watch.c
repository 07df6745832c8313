/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/people_watch.h"

#include <stdlib.h>

#include "messages/base/log.h"
#include "messages/base/mem.h"

enum { LOOK_MS = 500 };

struct bot_people_watch {
    struct bot *bot;
    uv_fs_poll_t poll;
    uv_work_t work;
    bool reading, again, stopping, closed;
    struct bot_people *fresh; /* NULL: it could not be read */
    struct loa_problem why;
};

static void end_if_over(struct bot_people_watch *w)
{
    if (w->closed && !w->reading)
        free(w);
}

static void read_work(uv_work_t *work)
{
    struct bot_people_watch *w = work->data;

    if (bot_people_load(w->bot->cfg->people_file, &w->fresh, &w->why) != LOA_OK)
        w->fresh = NULL;
}

static void read_done(uv_work_t *work, int status)
{
    struct bot_people_watch *w = work->data;

    (void)status; /* never cancelled */
    w->reading = false;
    if (w->stopping) {
        bot_people_free(w->fresh);
        end_if_over(w);
        return;
    }
    if (w->fresh) {
        bot_people_free(w->bot->people); /* talks under way hold it themselves */
        w->bot->people = w->fresh;
        LOA_LOG(LOA_LOG_INFO, "matters for people loaded", F("file", w->bot->cfg->people_file));
    } else {
        LOA_LOG(LOA_LOG_ERROR, "matters for people not loaded, the old ones stay",
                F("at", w->why.field), F("why", w->why.text));
    }
    if (w->again)
        bot_people_watch_now(w);
}

void bot_people_watch_now(struct bot_people_watch *w)
{
    if (!w || w->stopping)
        return;
    w->again = w->reading; /* it may have been read in part before it changed */
    if (w->reading)
        return;
    w->reading = true;
    w->fresh = NULL;
    w->work.data = w;
    if (uv_queue_work(&w->bot->loop, &w->work, read_work, read_done) != 0)
        w->reading = false;
}

static void on_change(uv_fs_poll_t *poll, int status, const uv_stat_t *was, const uv_stat_t *is)
{
    (void)status; /* a file that went away is told by the reading of it */
    (void)was;
    (void)is;
    bot_people_watch_now(poll->data);
}

struct bot_people_watch *bot_people_watch_start(struct bot *bot)
{
    struct bot_people_watch *w;

    if (!bot->cfg->people_file)
        return NULL;
    w = loa_xcalloc(1, sizeof(*w));
    w->bot = bot;
    uv_fs_poll_init(&bot->loop, &w->poll);
    w->poll.data = w;
    if (uv_fs_poll_start(&w->poll, on_change, bot->cfg->people_file, LOOK_MS) != 0)
        LOA_LOG(LOA_LOG_WARN, "file not watched; SIGHUP reads it anew",
                F("file", bot->cfg->people_file));
    return w;
}

static void on_closed(uv_handle_t *h)
{
    struct bot_people_watch *w = h->data;

    w->closed = true;
    end_if_over(w);
}

void bot_people_watch_stop(struct bot_people_watch *w)
{
    if (!w)
        return;
    w->stopping = true;
    uv_close((uv_handle_t *)&w->poll, on_closed);
}
