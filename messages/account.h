/* SPDX-License-Identifier: Apache-2.0 */
/* account.h - one Zalo OA, Viber bot or Facebook Page that the office owns: its settings, its
 * secrets (sealed at rest under the installation's key) and its state. Store thread. */
#ifndef LOA_MESSAGES_ACCOUNT_H
#define LOA_MESSAGES_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/base/secret.h"
#include "messages/store/db.h"

struct msg_account {
    int64_t id;
    char *name, *channel;
    bool paused;
    char *pause_reason;
    /* Settings; NULL when not given. */
    char *remote_id, *app_id, *sender_name, *api_base, *oauth_base;
    /* What the office has agreed with the platform for this account, instead of the general
     * settings; numbers as decimal text. See channels/rules.h. NULL when not given. */
    char *package, *posts_month, *free_month, *price, *utility_price;
    struct loa_secret *access_token, *refresh_token, *app_secret, *webhook_secret, *verify_token;
    int64_t token_expires_ms; /* 0: unknown or never */
    int64_t last_webhook_ms, last_echo_ms;
};

void msg_account_release(struct msg_account *a);

/* Makes the account or brings its settings up to date (by name). A refresh token that we rotated
 * ourselves stays, unless the given one differs from the one we started from: then staff put in a
 * new one and it wins. Fills a->id. */
LOA_MUST_USE enum loa_err msg_account_put(struct db *db, const struct msg_actor *who, int64_t now,
                                          const struct loa_secret *key, struct msg_account *a,
                                          struct loa_problem *why);
/* Caller owns *out (an array of *n) and the contents. LOA_EINVAL when a secret cannot be opened
 * with this key. `key` NULL leaves the secrets out. */
LOA_MUST_USE enum loa_err msg_account_load(struct db *db, const struct loa_secret *key,
                                           struct msg_account **out, size_t *n,
                                           struct loa_problem *why);
/* The same for those with ids from first to last. */
LOA_MUST_USE enum loa_err msg_account_load_range(struct db *db, const struct loa_secret *key,
                                                 int64_t first, int64_t last,
                                                 struct msg_account **out, size_t *n,
                                                 struct loa_problem *why);
/* LOA_ENOENT when there is no such account. */
LOA_MUST_USE enum loa_err msg_account_id(struct db *db, const char *name, int64_t *out,
                                         struct loa_problem *why);
LOA_MUST_USE enum loa_err msg_account_pause(struct db *db, const struct msg_actor *who, int64_t now,
                                            int64_t id, const char *reason);
/* Ways that the platform had refused are tried again, too. */
LOA_MUST_USE enum loa_err msg_account_resume(struct db *db, const struct msg_actor *who,
                                             int64_t now, int64_t id);
/* A rotated pair, before its first use. refresh NULL keeps the stored one. */
LOA_MUST_USE enum loa_err msg_account_store_tokens(struct db *db, const struct loa_secret *key,
                                                   int64_t id, const struct loa_secret *access,
                                                   const struct loa_secret *refresh,
                                                   int64_t expires_ms);

#endif
