/* SPDX-License-Identifier: Apache-2.0 */
/* run_parts.h - what the files of runs and deliveries share. Not for others. */
#ifndef LOA_MESSAGES_RUN_PARTS_H
#define LOA_MESSAGES_RUN_PARTS_H

#include "messages/delivery.h"

/* From the JSON text of a run's row; adds to *a. */
void msg_audience_read(const char *text, struct msg_audience *a);
void msg_audience_release(struct msg_audience *a);
/* Does a contact with these topics (";a;b;") and district belong to it? NULL: has none. */
bool msg_audience_wants(const struct msg_audience *a, const char *topics, const char *district);

/* A piece of memory for many small texts: each of its own is allocated by one thread and freed by
 * another, which costs more than the text. */
struct msg_texts {
    struct msg_texts *next;
    size_t left; /* at the end of bytes */
    size_t size;
    char bytes[];
};

/* A row of id, remote_id, name, last_seen_ms, status, opted_out; `max` targets at most. */
void msg_targets_add(struct msg_targets *t, const struct db_stmt *st);

/* Changes of a run's numbers. */
struct msg_tally {
    int64_t sent, failed, skipped, in_doubt;
    int64_t charged; /* of those sent */
};
void msg_tally_count(struct msg_tally *t, enum msg_delivery_state state, int n);
LOA_MUST_USE enum loa_err msg_tally_add(struct db *db, int64_t run_id, const struct msg_tally *t);

/* What a delivery keeps of a platform's message id (NULL and "" are none): the hash by which its
 * receipts are found, 0 for none, and the text, which only a public post needs (else NULL). */
int64_t msg_remote_hash(const char *remote_id);
const char *msg_remote_text(int64_t contact_id, const char *remote_id);

/* A doubt whose echo came early, since its request went out, becomes SENT. */
LOA_MUST_USE enum loa_err msg_delivery_hear(struct db *db, int64_t account, int64_t run_id,
                                            struct msg_outcome *o);

#endif
