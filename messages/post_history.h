/* SPDX-License-Identifier: Apache-2.0 */
/* post_history.h - which public posts of an account went out, and whom they reached: platforms cap
 * the posts that one follower gets in a day and in a month. Whoever became known after a post did
 * not get it, so a post is remembered by its line: the highest contact id there was. Any database
 * thread. */
#ifndef LOA_MESSAGES_POST_HISTORY_H
#define LOA_MESSAGES_POST_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

enum { MSG_POSTS_MAX = 64 };

struct msg_post {
    int64_t at_ms;
    int64_t line; /* followers with a greater contact id did not get it */
};

/* Posts that went out or may have (in doubt), from since_ms on and before until_ms, newest line
 * first; at most MSG_POSTS_MAX. `but_run` is left out. */
LOA_MUST_USE enum loa_err msg_post_history(struct db *db, int64_t account_id, int64_t since_ms,
                                           int64_t until_ms, int64_t but_run,
                                           struct msg_post out[MSG_POSTS_MAX], size_t *n);
/* Followers above a line. */
LOA_MUST_USE enum loa_err msg_post_followers(struct db *db, int64_t account_id, int64_t line,
                                             int64_t *out);

#endif
