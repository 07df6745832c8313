/* SPDX-License-Identifier: Apache-2.0 */
/* receipt.h - what a platform tells of a message after it was sent: echoes, delivered, seen. Store
 * thread, inside a writing transaction. */
#ifndef LOA_MESSAGES_RECEIPT_H
#define LOA_MESSAGES_RECEIPT_H

#include "messages/run.h"

/* Notes that a receipt came, by its key and its own time, which a replay repeats (0: it has none).
 * LOA_EEXIST: it was there already (a replay). */
LOA_MUST_USE enum loa_err msg_receipt_new(struct db *db, int64_t account_id, const char *key,
                                          int64_t said_ms, int64_t now);

/* What a platform told later: finds the delivery among the account's recent runs by the person
 * and, when given, by the platform's message id, or by our own ref (run id). Raises its state
 * (SENT settles a doubt; DELIVERED; SEEN; FAILED). LOA_ENOENT: none of ours. A run that the account
 * does not have (another installation's, or lost before a restore) is LOA_OK and changes nothing:
 * its receipts must not be taken for early ones. */
LOA_MUST_USE enum loa_err msg_run_receipt(struct db *db, int64_t account_id, int64_t contact_id,
                                          int64_t run_id, const char *remote_id,
                                          enum msg_delivery_state state, int64_t now);
/* An echo or receipt that found no delivery: it may belong to a request whose outcome is not
 * stored yet. `item`: what it says it is of, a run's id or a reply's as a negative number; 0: it
 * does not say. */
LOA_MUST_USE enum loa_err msg_run_receipt_early(struct db *db, int64_t account_id,
                                                int64_t contact_id, int64_t item,
                                                const char *remote_id, int64_t now);
/* Takes the first such one since a time that no message of ours claims and that is of the item, or
 * else may be: "" in remote_id if there is none. */
LOA_MUST_USE enum loa_err msg_run_receipt_take(struct db *db, int64_t account_id,
                                               int64_t contact_id, int64_t item, int64_t since_ms,
                                               char *remote_id, size_t size);
/* Everything sent to the person up to a time was delivered or seen. */
LOA_MUST_USE enum loa_err msg_run_watermark(struct db *db, int64_t account_id, int64_t contact_id,
                                            int64_t up_to_ms, enum msg_delivery_state state,
                                            int64_t now);

/* The platform told of a message of ours that it took at `at_ms` (0: it does not say). Keeps up to
 * when its silence about a message is proof that it never had it; an echo that is late proves
 * nothing about those that may wait behind it. */
LOA_MUST_USE enum loa_err msg_echo_note(struct db *db, int64_t account_id, int64_t at_ms,
                                        int64_t now);

#endif
