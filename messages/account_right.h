/* SPDX-License-Identifier: Apache-2.0 */
/* account_right.h - what an account's rights last until and what failed when they were renewed, so
 * that staff hear of it a day ahead and not when a broadcast stops. Kinds:
 *   access   the token that calls are made with (renewed by the program where it expires)
 *   refresh  what it is renewed with; only a person can give a new one
 *   page     a token that nobody renews
 *   data     the platform's leave to read data, granted by a person for a time
 *   setup    webhook and profile (has no end; only its failures are kept)
 * Database thread or command line. */
#ifndef LOA_MESSAGES_ACCOUNT_RIGHT_H
#define LOA_MESSAGES_ACCOUNT_RIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

enum { MSG_RIGHT_AHEAD_MS = 24 * 3600 * 1000 }; /* when staff are warned */

enum msg_right_kind {
    MSG_RIGHT_ACCESS,
    MSG_RIGHT_REFRESH,
    MSG_RIGHT_PAGE,
    MSG_RIGHT_DATA,
    MSG_RIGHT_SETUP,
};

struct msg_right {
    int64_t account_id;
    enum msg_right_kind kind;
    int64_t expires_ms; /* 0: never, or not known */
    char failure[256];  /* of the last try to renew it; "" when that went well */
};

/* Notes an end (0: it has none) and that all is well. */
LOA_MUST_USE enum loa_err msg_right_holds(struct db *db, int64_t account, enum msg_right_kind kind,
                                          int64_t expires_ms, int64_t now);
/* Notes a failure; the end stays what it was. */
LOA_MUST_USE enum loa_err msg_right_failed(struct db *db, int64_t account, enum msg_right_kind kind,
                                           const char *why, int64_t now);
/* Staff gave new credentials: what was known of the old ones is of no use. */
LOA_MUST_USE enum loa_err msg_right_forget(struct db *db, int64_t account);
/* Of all accounts, by account and kind. Caller owns *out (an array of *n), free(). */
LOA_MUST_USE enum loa_err msg_right_load(struct db *db, struct msg_right **out, size_t *n);

enum msg_right_alarm { MSG_RIGHT_WELL, MSG_RIGHT_FAILING, MSG_RIGHT_SOON, MSG_RIGHT_OVER };
/* An access token that is renewed in time is no alarm on its last day. */
enum msg_right_alarm msg_right_alarm(const struct msg_right *r, int64_t now);

const char *msg_right_name(enum msg_right_kind kind); /* in metrics, logs and JSON: "refresh" */
/* For staff, in Vietnamese: what it is, and what to do about it. */
const char *msg_right_title(enum msg_right_kind kind);
const char *msg_right_advice(enum msg_right_kind kind);

#endif
