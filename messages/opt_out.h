/* SPDX-License-Identifier: Apache-2.0 */
/* opt_out.h - who said stop lately and has not taken it back: whoever has claimed people and not
 * sent to them yet looks here, as the word may have been stored by another process (an import,
 * another node's webhook). Older ones are known to every claim by the contact itself. Store
 * thread. */
#ifndef LOA_MESSAGES_OPT_OUT_H
#define LOA_MESSAGES_OPT_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

/* Inside a writing transaction. `erased`: he asked to be forgotten, so not even an answer goes. */
LOA_MUST_USE enum loa_err msg_opt_out_note(struct db *db, int64_t account, int64_t contact,
                                           bool erased, int64_t now);
/* He wants it again. */
LOA_MUST_USE enum loa_err msg_opt_out_clear(struct db *db, int64_t account, int64_t contact);
/* Forgets those of before a time: nothing was claimed so long ago. */
LOA_MUST_USE enum loa_err msg_opt_outs_forget(struct db *db, int64_t before_ms);

/* The rest is for readers. */
LOA_MUST_USE enum loa_err msg_opt_outs_any(struct db *db, bool *any);
struct msg_opt_out {
    int64_t account, contact;
    bool erased;
};
struct msg_opt_outs {
    struct msg_opt_out *items;
    size_t n;
};
/* Adds those of an account within a range of contacts. Caller frees out->items. */
LOA_MUST_USE enum loa_err msg_opt_outs_within(struct db *db, int64_t account, int64_t first,
                                              int64_t last, struct msg_opt_outs *out);

#endif
