/* SPDX-License-Identifier: Apache-2.0 */
/* rules.h - what a platform allows and charges, as data with its source and the day from which it
 * holds: caps on posts, what is free, closed hours. It changes every year; a change is a row in an
 * adapter's table (zalo_rules.c and its neighbours), not code. Pace and reply window are in struct
 * channel_limits. What the office has agreed with the platform (package, prices) is struct
 * channel_terms; both together say what holds for one account. Pure data, any thread. */
#ifndef LOA_CHANNELS_RULES_H
#define LOA_CHANNELS_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/account.h"
#include "messages/base/err.h"

struct channel_ops;

enum { CHANNEL_UNSTATED = -1 }; /* no source says it */

/* What the platform sells to an account. */
struct channel_package {
    const char *name;  /* in settings: "advanced" */
    const char *title; /* as the platform calls it: "Nâng cao" */
    int posts_month;   /* posts that one follower can get in a calendar month */
    int free_month;    /* singles a calendar month that cost nothing though they are charged ones */
    int calls_minute;  /* of one account; 0: only the platform's own limit */
};

struct channel_rules {
    const char *source;     /* the contract, its sections and marks */
    const char *valid_from; /* "2026-06-01", in the installation's zone; NULL ends the table */

    /* Posts. */
    bool posts_reach_followers; /* they go to each follower, so that our contacts count them;
                                 * otherwise to an unknown public */
    int posts_day;              /* a follower gets at most so many a day; 0: no cap */
    int64_t review_ms;          /* from our call until the platform spreads the post */

    /* Money. A message to one person is free within free_ms of his last word. */
    int64_t free_ms;
    bool charged;              /* the platform charges singles outside of it */
    bool utility_charged;      /* approved templates are charged */
    const char *price_setting; /* where the office puts its rate */

    /* Hours in which a way is refused, "22:00-06:00"; NULL: none. By enum channel_way. */
    const char *closed[3];

    int64_t refresh_life_ms; /* of a refresh token that is not used; 0: there is none */
    int64_t access_life_ms;  /* of an access token that we renew */

    const struct channel_package *packages; /* NULL: the platform has none */
    size_t n_packages;
    const char *usual_package; /* counted with when the settings name none */
};

/* The rules in force at a moment; before the first row's day, the first row. */
const struct channel_rules *channel_rules_at(const struct channel_ops *ops, int64_t ms);
/* NULL if the platform sells nothing of that name. */
const struct channel_package *channel_package_find(const struct channel_rules *rules,
                                                   const char *name);
/* "basic, advanced, premium", for staff who wrote another. */
void channel_package_names(const struct channel_rules *rules, char *out, size_t size);

/* From the settings, for all accounts of a channel. Zeroed: nothing was told. */
struct channel_terms {
    const char *package;   /* borrowed; NULL: not told */
    int64_t posts_month;   /* instead of the package's; 0: the package's */
    int64_t free_month;    /* instead of the package's; 0: the package's */
    int64_t price;         /* đồng a charged single */
    int64_t utility_price; /* đồng a charged template */
};

/* What holds for one account. */
struct channel_deal {
    const struct channel_package *package; /* NULL: the platform has none */
    bool sure;                             /* staff told the cap below; else it is the usual one */
    int posts_month;                       /* 0: no cap */
    int posts_day;
    int64_t free_month, price, utility_price;
    int calls_minute; /* 0: the platform's own limit */
};

/* The account's own settings win over `terms` (NULL: none). `a` may be NULL. */
struct channel_deal channel_deal_of(const struct channel_rules *rules,
                                    const struct channel_terms *terms, const struct msg_account *a);
/* LOA_EINVAL with the member at fault in `why`: a package that is not sold, a number that is
 * none. */
LOA_MUST_USE enum loa_err channel_terms_check(const struct channel_ops *ops,
                                              const struct msg_account *a, int64_t now,
                                              struct loa_problem *why);

#endif
