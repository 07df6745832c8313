/* SPDX-License-Identifier: Apache-2.0 */
/* forecast_impl.h - what the files of the forecast share. Not for others. */
#ifndef LOA_SCHEDULER_FORECAST_IMPL_H
#define LOA_SCHEDULER_FORECAST_IMPL_H

#include "messages/message.h"
#include "messages/reach.h"
#include "scheduler/forecast.h"

enum {
    FORECAST_MESSAGES = 500, /* of the plan, at most */
    FORECAST_WANTS = 32,     /* different audiences; further ones count as everybody */
    FORECAST_ITEMS = 20000,
    FORECAST_OCCURRENCES = 100, /* of one message */
};

struct sched_forecast_work {
    struct sched_forecast *f;
    struct sched_forecast_options opt;
    struct msg_message **messages; /* of the plan; the first is the one asked about */
    size_t n_messages;
    struct msg_audience wants[FORECAST_WANTS]; /* lists borrowed from the messages */
    size_t n_wants;                            /* the first is that of the one asked about */
    size_t at;                                 /* the account that is being counted */
    struct msg_reach reach[FORECAST_WANTS];
    struct msg_reach_scan scan;
    bool scanning;
};

/* forecast_plan.c: fills f->accounts and f->items (not counted yet) and messages. */
LOA_MUST_USE enum loa_err forecast_gather(struct db *db, struct sched_forecast_work *w, int64_t id,
                                          struct loa_problem *why);

bool forecast_in_list(const struct msg_list *l, const char *s);
/* forecast_accounts.c: fills f->accounts with those of the message's channels. */
LOA_MUST_USE enum loa_err forecast_accounts(struct db *db, struct sched_forecast_work *w,
                                            struct loa_problem *why);

/* forecast_time.c: the hours in which something is not sent: ours, which hold all but urgent
 * messages, and the platform's. */
struct forecast_hours {
    const struct sched_quiet *quiet; /* NULL: none */
    struct sched_quiet closed;       /* zeroed: none */
};
struct forecast_hours forecast_hours_of(const struct sched_quiet *quiet,
                                        const struct channel_rules *rules, enum channel_way way);
/* The first moment from `ms` on that is open. */
int64_t forecast_open_from(const struct forecast_hours *h, bool urgent, int64_t ms);
/* When it closes next; `ms` is open. */
int64_t forecast_open_until(const struct forecast_hours *h, bool urgent, int64_t ms);

/* A broadcast to be worked off: who it is for waits in line with the others of its account. */
struct forecast_job {
    bool urgent;
    int64_t due_ms, order; /* earlier due first, then the lower order */
    int64_t from_ms, deadline_ms;
    double people, per_ms;    /* how many, and how many a millisecond */
    int64_t start_ms, end_ms; /* out; 0: it never starts */
    double left;              /* out: whose turn comes after the deadline */
};
/* One after the other as the engine takes them: urgent first, then by due time. They stand still
 * outside the open hours. Fills the outs. */
void forecast_queue(struct forecast_job *jobs, size_t n, const struct forecast_hours *hours,
                    int64_t now);

/* forecast_people.c: writable people by what a message to them is at a moment. */
struct forecast_lanes {
    int64_t free, paid, by_template, closed;
};
/* The age up to which a message is free, inside the window. */
int64_t forecast_short_age(const struct sched_forecast_account *a);
struct forecast_lanes forecast_lanes_at(const struct sched_forecast_account *a,
                                        const struct msg_reach_scan *s, const struct msg_reach *r,
                                        int64_t at, bool with_template);
/* Nothing can be sent from the account at that moment any more: its right has run out. */
bool forecast_right_is_over(const struct sched_forecast_account *a, int64_t at);
/* Fills people, reach and fates of what is sent to each person at a moment. */
void forecast_people(const struct sched_forecast_account *a, const struct msg_reach_scan *s,
                     const struct msg_reach *r, struct sched_forecast_item *i, int64_t at);
/* start_ms and end_ms are known now: whose window closes meanwhile, and who has no turn. */
void forecast_end(const struct sched_forecast_account *a, const struct msg_reach_scan *s,
                  const struct msg_reach *r, struct sched_forecast_item *i, double left);
/* So many have no turn before the deadline. Counts the requests. */
void forecast_late(const struct sched_forecast_account *a, struct sched_forecast_item *i,
                   double left);
/* What the package covers is used up in the order of sending: call so. */
struct forecast_month_use {
    int64_t start_ms, used;
};
void forecast_cost(const struct sched_forecast_account *a, struct sched_forecast_item *i,
                   struct forecast_month_use *use);

/* forecast_posts.c: whom the posts of one account reach under its caps; adds f->months. */
LOA_MUST_USE enum loa_err forecast_posts(struct db *db, struct sched_forecast *f, size_t account,
                                         const struct forecast_hours *hours);
/* Which `slots` of the days in `candidates` to use: those in `urgent` first, then spread evenly. */
uint32_t forecast_choose_days(uint32_t candidates, uint32_t urgent, int slots);

/* forecast_warn.c */
void forecast_warn(struct sched_forecast *f, const char *code, enum sched_warning_level level,
                   const struct sched_forecast_account *a, int64_t at_ms, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* "07:30 ngày 05/10/2026", "05/10" and "1.234.567"; they return `out`. */
enum { FORECAST_TIME = 48, FORECAST_NUMBER = 32 };
const char *forecast_when(int64_t ms, char out[FORECAST_TIME]);
const char *forecast_day(int64_t ms, char out[FORECAST_TIME]);
const char *forecast_number(int64_t v, char out[FORECAST_NUMBER]);
/* forecast_warn_account.c */
void forecast_warn_account(struct sched_forecast *f, size_t account);
/* Everything that the numbers themselves tell. */
void forecast_warn_all(struct sched_forecast_work *w);

#endif
