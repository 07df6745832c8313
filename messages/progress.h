/* SPDX-License-Identifier: Apache-2.0 */
/* progress.h - how far the runs of a message are, read beside the server that works on them. Any
 * connection, also a read-only one. */
#ifndef LOA_MESSAGES_PROGRESS_H
#define LOA_MESSAGES_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/run.h"
#include "messages/store/db.h"

struct msg_progress {
    int64_t run_id, account_id;
    int64_t occurrence_ms, deadline_ms;
    int way, attempt; /* attempt 1: the first */
    enum msg_run_state state;
    bool over, urgent;
    bool account_paused;
    char account[72], channel[32], reason[256]; /* reason: of the pause, cut if longer */
    int64_t sent, failed, skipped, in_doubt;
    int64_t cap_per_minute; /* staff's; 0: none */
};

struct msg_progress_of_message {
    char state[16];
    int64_t next_ms; /* when it is due next; 0 or 1: not known yet */
    struct msg_progress *runs;
    size_t n;
};
/* The runs of the newest occurrence, older ones that are not over, and all from the run `since` on
 * (0: none besides). LOA_ENOENT: no such message. Caller ends *out with msg_progress_release(),
 * also after an error.
 */
LOA_MUST_USE enum loa_err msg_progress_load(struct db *db, int64_t message, int64_t since,
                                            struct msg_progress_of_message *out);
void msg_progress_release(struct msg_progress_of_message *p);

/* How many outcomes the run will have in the end. Does not change while it runs; looks at every
 * contact once, so ask once. */
LOA_MUST_USE enum loa_err msg_progress_total(struct db *db, const struct msg_progress *run,
                                             int64_t *total);

#endif
