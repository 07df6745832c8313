/* SPDX-License-Identifier: Apache-2.0 */
/* replay.h - a request that was sent twice does its work once: the first is noted with its answer
 * in the same transaction as what it did, the second gets that answer. Store thread, inside a
 * writing transaction. */
#ifndef LOA_MESSAGES_REPLAY_H
#define LOA_MESSAGES_REPLAY_H

#include <stdint.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

enum { MSG_REPLAY_KEY_MAX = 200 };

struct msg_replay {
    unsigned status;
    char *etag, *location, *body; /* "" if none */
};
void msg_replay_release(struct msg_replay *r);

/* `digest` is that of the request: its method, address and body. LOA_OK: it is the first; do the
 * work, then msg_replay_keep(). LOA_EEXIST: it was done, *out has the answer and the caller ends
 * it. LOA_EINVAL: the key belongs to another request. Another process that works on the same is
 * waited for. */
LOA_MUST_USE enum loa_err msg_replay_claim(struct db *db, const char *user, const char *key,
                                           const char *digest, int64_t now, struct msg_replay *out,
                                           struct loa_problem *why);
LOA_MUST_USE enum loa_err msg_replay_keep(struct db *db, const char *user, const char *key,
                                          const struct msg_replay *r);

#endif
