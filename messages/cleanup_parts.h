/* SPDX-License-Identifier: Apache-2.0 */
/* cleanup_parts.h - what the files of clean-up share. Not for others. */
#ifndef LOA_MESSAGES_CLEANUP_PARTS_H
#define LOA_MESSAGES_CLEANUP_PARTS_H

#include "messages/cleanup.h"

/* One step for deliveries; see cleanup.h. */
LOA_MUST_USE enum loa_err msg_cleanup_deliveries(struct db *db, struct msg_cleanup_step *s);

/* One for people who are gone, and how many there are. */
LOA_MUST_USE enum loa_err msg_cleanup_contacts(struct db *db, struct msg_cleanup_step *s);
LOA_MUST_USE enum loa_err msg_cleanup_contacts_count(struct db *db, int64_t before_ms,
                                                     int64_t *out);

/* Counts by up to four numbers, collected in memory for one step and then added to a table. */
enum { MSG_COUNTS_MAX = 512 };
struct msg_counts {
    struct msg_count {
        int64_t key[4];
        int64_t n;
    } items[MSG_COUNTS_MAX];
    size_t n;
};
/* False when there is no room for another key: the step ends before this row. */
bool msg_counts_add(struct msg_counts *c, int64_t k0, int64_t k1, int64_t k2, int64_t k3);

#endif
