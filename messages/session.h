/* SPDX-License-Identifier: Apache-2.0 */
/* session.h - who is signed in at the console, where, since when. Only digests of the cookies are
 * stored. Store thread. */
#ifndef LOA_MESSAGES_SESSION_H
#define LOA_MESSAGES_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/base/crypto.h"
#include "messages/token.h"

enum {
    MSG_SESSION_IDLE_MS = 12 * 3600 * 1000, /* without a request */
    MSG_SESSION_MAX_MS = 7 * 24 * 3600 * 1000,
    MSG_SESSION_TOUCH_MS = 5 * 60 * 1000, /* how exactly the last use is noted */
    MSG_SESSION_SECRET = 65,              /* 64 digits and the NUL */
};

/* A new one, with a secret that nobody had before (so none can be fixed beforehand). */
LOA_MUST_USE enum loa_err msg_session_new(struct db *db, int64_t now, const char *user,
                                          const char *peer, const char *agent, int64_t *id,
                                          char secret[MSG_SESSION_SECRET]);
/* LOA_ENOENT: none in force, or its person is disabled. *stale: msg_session_touch() is due. */
LOA_MUST_USE enum loa_err msg_session_check(struct db *db, const char *digest, int64_t now,
                                            struct msg_identity *out, int64_t *id, bool *stale);
LOA_MUST_USE enum loa_err msg_session_touch(struct db *db, int64_t id, int64_t now);
/* `user` NULL: whoever's. LOA_ENOENT: there is none. */
LOA_MUST_USE enum loa_err msg_session_end(struct db *db, const struct msg_actor *who, int64_t now,
                                          int64_t id, const char *user, struct loa_problem *why);
/* All of a person but one (0: all). */
LOA_MUST_USE enum loa_err msg_sessions_end(struct db *db, const char *user, int64_t but);
/* Adds those in force of `user` to `list`; `current` is marked. */
LOA_MUST_USE enum loa_err msg_sessions_list(struct db *db, const char *user, int64_t now,
                                            int64_t current, cJSON *list);

#endif
