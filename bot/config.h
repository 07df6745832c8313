/* SPDX-License-Identifier: Apache-2.0 */
/* config.h - the settings of the program: one table, read from the environment and from `.env`,
 * checked as a whole, so that everything wrong or missing is told at once. */
#ifndef LOA_BOT_CONFIG_H
#define LOA_BOT_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bot/office_hours.h"
#include "channels/rules.h"
#include "messages/account.h"
#include "messages/base/err.h"
#include "messages/base/log.h"
#include "messages/base/secret.h"
#include "scheduler/housekeeping.h"
#include "scheduler/quiet.h"

enum { BOT_CONFIG_ACCOUNTS_MAX = 4, BOT_CONFIG_PROBLEMS_MAX = 64 };

/* Strings are NULL when the setting is empty and has no default. */
struct bot_config {
    char *listen, *public_url, *store, *timezone, *office, *words_dir, *ca_file;
    char *log, *quiet_hours, *audit_anchor, *office_hours, *people_file, *optouts_file;
    int64_t person_minutes;
    bool portal;
    char *portal_sites; /* where the chat may stand in a frame, as a CSP source list */
    struct loa_secret *secret_key;
    bool approvals, allow_retired, http2_sends;
    char *node;
    int64_t doubt_wait, lease; /* seconds */
    int64_t max_inflight, connections;
    int64_t keep_deliveries, keep_inbound, keep_replies, keep_conversations; /* days */
    int64_t keep_questions, keep_occurrences, keep_contacts;
    int64_t zalo_rate, viber_rate, facebook_rate; /* calls a minute; 0: the platform's own */
    char *zalo_package, *viber_package;
    int64_t zalo_posts_month, zalo_price, viber_price, facebook_utility_price; /* đồng */
    char *zalo_oa_id, *zalo_app_id, *zalo_api_base, *zalo_oauth_base;
    struct loa_secret *zalo_app_secret, *zalo_oa_secret, *zalo_refresh_token;
    struct loa_secret *viber_auth_token;
    char *viber_sender_name, *viber_api_base;
    char *facebook_page_id, *facebook_app_id, *facebook_api_base;
    struct loa_secret *facebook_page_token, *facebook_app_secret, *facebook_verify_token;
    /* Derived. */
    struct sched_quiet quiet;
    struct bot_office_hours hours;
    enum loa_log_level log_level;
};

/* What is wrong with the settings, in the order of the table. */
struct bot_config_problems {
    struct loa_problem items[BOT_CONFIG_PROBLEMS_MAX];
    size_t n;
    size_t warnings; /* of these, those that do not stop the program, at the end */
};

/* Reads `env_file` (NULL: ".env" if it is there) and the environment, which wins. LOA_EINVAL when
 * anything is wrong; `problems` then has all of it. Caller ends *out with bot_config_release(),
 * also after LOA_EINVAL. */
LOA_MUST_USE enum loa_err bot_config_load(const char *env_file, struct bot_config *out,
                                          struct bot_config_problems *problems);
void bot_config_release(struct bot_config *c);

/* The key that seals secrets at rest: LOA_SECRET_KEY, else a file beside the SQLite store, made
 * when it is not there. Caller owns *out. */
LOA_MUST_USE enum loa_err bot_config_key(const struct bot_config *c, struct loa_secret **out,
                                         struct loa_problem *why);
/* The accounts that the settings describe, at most BOT_CONFIG_ACCOUNTS_MAX. Caller releases each.
 */
void bot_config_accounts(const struct bot_config *c, struct msg_account *out, size_t *n);
/* Calls a minute of a channel; 0: the platform's own limit. */
double bot_config_rate(const struct bot_config *c, const char *channel);
/* What the office has agreed with a platform; borrows the strings of `c`. */
struct channel_terms bot_config_terms(const struct bot_config *c, const char *channel);

/* How long clean-up keeps what. */
void bot_config_keep(const struct bot_config *c, struct sched_keep *out);

/* The table, for the documentation and the test of .env.example: name and one line of help of the
 * i-th setting; NULL at the end. */
const char *bot_config_name(size_t i, const char **help);

#endif
