/* SPDX-License-Identifier: Apache-2.0 */
/* watch.h - one run as it goes on, for who watches it: its speed, its end, how it looks as a line
 * and as JSON. */
#ifndef LOA_BOT_OPS_WATCH_H
#define LOA_BOT_OPS_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "bot/config.h"
#include "channels/channel.h"
#include "messages/base/buf.h"
#include "messages/progress.h"
#include "scheduler/quiet.h"

enum { WATCH_SAMPLES = 12, WATCH_SPAN_MS = 10000 };

/* A run that is watched: what was seen of it last and how it moved. */
struct watch_run {
    struct msg_progress now;
    int64_t total; /* outcomes it will have; -1: not counted yet */
    struct watch_sample {
        int64_t mono_ms, done;
    } samples[WATCH_SAMPLES]; /* oldest first, of the last WATCH_SPAN_MS */
    size_t n_samples;
    double per_s;       /* recipients a second; -1: not known yet */
    int64_t ends_ms;    /* when it ends at this speed; 0: not known, or it is over */
    int64_t quiet_till; /* wall; 0: no quiet hours hold it now */
    bool held;          /* its message is paused */
};

/* Recipients a minute that the platform's pace (or the operator's setting) lets through when a
 * message goes to each contact. */
int64_t watch_possible(const struct bot_config *cfg, const struct channel_ops *ops);
int64_t watch_done(const struct watch_run *w);
/* Takes what was just read: speed and end follow. `possible` is the platform's pace in recipients a
 * minute. */
void watch_take(struct watch_run *w, const struct msg_progress *now, bool held, int64_t wall_ms,
                int64_t mono_ms, const struct sched_quiet *quiet, int64_t possible);

/* One line about a run, without a line end, at most `columns` characters wide (0: any). */
void watch_line(const struct watch_run *w, int64_t message, int64_t wall_ms, size_t columns,
                struct loa_buf *out);
/* The same as JSON; caller owns. */
cJSON *watch_json(const struct watch_run *w, int64_t wall_ms);

#endif
