/* SPDX-License-Identifier: Apache-2.0 */
/* forecast.h - what a message would do if it went as it stands: per account and way how many
 * receive it, how many do not and why, from when to when under pace, quiet hours and what is ahead
 * in the queue, what it costs, and who can be reached hour by hour. It looks over the whole plan:
 * caps on posts are shared with the other messages, and what will have run out by then is told.
 * Reads only, in slices, so that a reader thread is never held for long. Database thread. */
#ifndef LOA_SCHEDULER_FORECAST_H
#define LOA_SCHEDULER_FORECAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "channels/channel.h"
#include "messages/account_right.h"
#include "messages/base/err.h"
#include "messages/store/db.h"
#include "scheduler/quiet.h"

/* It looks so many days on from the first occurrence that is ahead. */
enum { SCHED_FORECAST_DAYS = 31, SCHED_FORECAST_HOURS = 168 };

struct sched_forecast_options {
    struct sched_quiet quiet;
    /* As in struct sched_engine_options; NULL: the contract's pace, nothing agreed. */
    double (*pace_of)(void *ctx, const char *channel);
    struct channel_terms (*terms_of)(void *ctx, const char *channel);
    void *ctx;
};

/* Why a person is not reached. */
enum sched_fate {
    SCHED_FATE_UNSUBSCRIBED, /* does not follow */
    SCHED_FATE_OPTED_OUT,    /* said stop */
    SCHED_FATE_BLOCKED,
    SCHED_FATE_INVALID,  /* no such person */
    SCHED_FATE_ERASED,   /* asked to be forgotten */
    SCHED_FATE_WINDOW,   /* outside the reply window, and the message has no template */
    SCHED_FATE_TEMPLATE, /* outside it, and the platform has not approved the message's template */
    SCHED_FATE_RIGHT,    /* the account may not use this way */
    SCHED_FATE_EXPIRED,  /* its right to send will have run out, and it is not renewed by us */
    SCHED_FATE_CAP,      /* has had all the posts that the platform allows */
    SCHED_FATE_LATE,     /* its turn comes after the deadline */
    SCHED_FATES,
};
const char *sched_fate_name(enum sched_fate f);  /* "unsubscribed", in JSON */
const char *sched_fate_title(enum sched_fate f); /* in Vietnamese */

/* One occurrence of one message on one account by one way. */
struct sched_forecast_item {
    int64_t message_id;
    bool mine; /* of the message that was asked about; others are what shares the account */
    bool urgent;
    bool open;      /* its run is under way */
    bool no_right;  /* the account may not use this way */
    size_t account; /* index */
    enum channel_way way;
    int64_t due_ms;           /* names the occurrence */
    int64_t from_ms;          /* when it could begin: its time, or the end of quiet hours */
    int64_t deadline_ms;      /* nothing is sent from here on */
    int64_t start_ms, end_ms; /* 0: it sends nothing */
    bool public_post;         /* whom it reaches cannot be counted */
    int64_t people;           /* in the audience; of a post: followers */
    int64_t reach;            /* of these, who receives it: free + paid + template, or by a post */
    int64_t by_window_free;   /* inside the window at no charge */
    int64_t by_window_paid;   /* inside the window, charged */
    int64_t by_template;      /* outside the window, by an approved template */
    int64_t fates[SCHED_FATES]; /* who does not */
    int64_t closing;            /* of `reach`, whose window closes before the end */
    int64_t requests;           /* calls that it takes */
    int64_t charged;            /* messages beyond what the package covers */
    int64_t cost;               /* đồng */
    bool day_full, month_full;  /* a post: which cap leaves nobody */
    /* What the counting needs. */
    size_t want;  /* index of its audience */
    double share; /* of the audience that is still ahead of an open run */
    double per_s; /* recipients a second; of a post: none */
    bool has_template;
    bool template_closed; /* it names one that cannot be used on this account */
};

struct sched_forecast_hour {
    int64_t at_ms;
    int64_t free, paid, by_template, closed; /* writable people, by what they are then */
    bool quiet;                              /* nothing is sent at that hour */
};

struct sched_forecast_account {
    int64_t id;
    char *name, *pause_reason;
    const struct channel_ops *ops;
    const struct channel_rules *rules;
    struct channel_deal deal;
    bool paused;
    bool has_token, can_refresh;
    char why_not_direct[256], why_not_post[256]; /* asked for and not possible there; else "" */
    char why_not_template[448];                  /* likewise */
    int64_t right_ends_ms; /* its right to send, if nothing is done; 0: never, or not known */
    enum msg_right_kind right;
    double per_s[3];   /* calls a second, by way */
    int64_t free_used; /* of deal.free_month, this month */
    int64_t followers;
    bool direct, has_template;                              /* what the message does there */
    struct sched_forecast_hour hours[SCHED_FORECAST_HOURS]; /* of the message's audience */
    size_t n_hours;
};

/* The posts of one account in one calendar month against the cap; bit d-1 is day d. */
struct sched_forecast_month {
    size_t account;
    int64_t start_ms;
    uint32_t used;     /* days on which one went out already */
    uint32_t planned;  /* days with one ahead, of any message */
    uint32_t mine;     /* of these, with one of this message */
    uint32_t urgent;   /* of these, with an urgent one */
    uint32_t served;   /* of these, on which it reaches somebody */
    uint32_t proposed; /* the days to use, when there are more than the cap allows */
    int n_used;        /* posts that went out this month */
};

enum sched_warning_level { SCHED_NOTE, SCHED_WARNING };

struct sched_warning {
    const char *code; /* stable; see docs/forecast.md */
    enum sched_warning_level level;
    int64_t at_ms; /* 0: none */
    char account[80];
    char text[512]; /* Vietnamese */
};

struct sched_forecast {
    int64_t message_id, now_ms, until_ms;
    char *title, *state;
    bool urgent;
    bool timed; /* it has a time of its own; otherwise it was foreseen for now */
    struct sched_forecast_account *accounts;
    size_t n_accounts;
    struct sched_forecast_item *items; /* by account, then due time */
    size_t n_items;
    struct sched_forecast_month *months;
    size_t n_months;
    struct sched_warning *warnings;
    size_t n_warnings;
    bool cut; /* there is more ahead than was looked at */
};

/* LOA_ENOENT: no such message. Caller owns *out, sched_forecast_free(). */
LOA_MUST_USE enum loa_err sched_forecast_make(struct db *db,
                                              const struct sched_forecast_options *opt, int64_t id,
                                              int64_t now, struct sched_forecast **out,
                                              struct loa_problem *why);
void sched_forecast_free(struct sched_forecast *f); /* NULL is fine */

/* The same in steps, for a thread that others wait for: begin, step until *done, take. */
struct sched_forecast_work;
LOA_MUST_USE enum loa_err sched_forecast_begin(struct db *db,
                                               const struct sched_forecast_options *opt, int64_t id,
                                               int64_t now, struct sched_forecast_work **out,
                                               struct loa_problem *why);
LOA_MUST_USE enum loa_err sched_forecast_step(struct db *db, struct sched_forecast_work *w,
                                              bool *done);
struct sched_forecast *sched_forecast_take(struct sched_forecast_work *w); /* ends w */
void sched_forecast_drop(struct sched_forecast_work *w); /* ends w; NULL is fine */

/* docs/forecast.md; caller owns. `with_hours` false leaves the window map out. */
cJSON *sched_forecast_json(const struct sched_forecast *f, bool with_hours);
cJSON *sched_forecast_item_json(const struct sched_forecast_item *i, const char *account,
                                const char *channel);

#endif
