/* SPDX-License-Identifier: Apache-2.0 */
/* account_way.h - by which ways an account may deliver, where that is not simply all that its
 * channel has. Accounts of one platform differ (a Viber bot writes to people, a Viber channel only
 * posts), and a right can be missing. What is known comes from the platform, from its refusals
 * (for a day, as rights can be given), or from staff, whose word stands above both.
 * A way is kept as the number of enum channel_way, which this folder does not know. Store thread.
 */
#ifndef LOA_MESSAGES_ACCOUNT_WAY_H
#define LOA_MESSAGES_ACCOUNT_WAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

enum { MSG_WAYS = 3, MSG_WAY_DETAIL_SIZE = 256 };
enum msg_way_state { MSG_WAY_UNKNOWN, MSG_WAY_OPEN, MSG_WAY_CLOSED };
enum msg_way_source { MSG_WAY_PLATFORM, MSG_WAY_REFUSAL, MSG_WAY_STAFF };

struct msg_way {
    enum msg_way_state state;
    enum msg_way_source source;
    char detail[MSG_WAY_DETAIL_SIZE]; /* why, for staff */
    int64_t until_ms;                 /* of a refusal */
};

/* What is known at `now` of each way; a refusal that is over counts as unknown. */
LOA_MUST_USE enum loa_err msg_account_ways(struct db *db, int64_t account, int64_t now,
                                           struct msg_way out[MSG_WAYS]);
/* Notes one; nothing replaces staff's word but staff's. */
LOA_MUST_USE enum loa_err msg_account_way_set(struct db *db, int64_t account, int way,
                                              const struct msg_way *is, int64_t now);
/* The same for a refusal: closed until a day from now. */
LOA_MUST_USE enum loa_err msg_account_way_refused(struct db *db, int64_t account, int way,
                                                  const char *detail, int64_t now);
/* Forgets refusals only, or everything: then the platform is asked again. */
LOA_MUST_USE enum loa_err msg_account_ways_forget(struct db *db, int64_t account, bool all);

/* All accounts of which something is known, as bits 1 << way. Caller owns *out. */
struct msg_account_ways_known {
    int64_t account;
    unsigned closed;
    bool told; /* by the platform or staff: it need not be asked */
};
LOA_MUST_USE enum loa_err msg_account_ways_all(struct db *db, int64_t now,
                                               struct msg_account_ways_known **out, size_t *n);

/* "open", "closed", "unknown"; "platform", "refusal", "staff". */
const char *msg_way_state_name(enum msg_way_state s);
const char *msg_way_source_name(enum msg_way_source s);

#endif
