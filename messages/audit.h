/* SPDX-License-Identifier: Apache-2.0 */
/* audit.h - the append-only record of who did what. Each row carries the SHA-256 of the one
 * before, so that a changed or removed row shows. */
#ifndef LOA_MESSAGES_AUDIT_H
#define LOA_MESSAGES_AUDIT_H

#include <stdint.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

/* Who acts, and by which door ("cli", "api", "loa" for the program itself). */
struct msg_actor {
    const char *user;
    const char *via;
};

/* Inside a writing transaction. `target` is like "message 12"; `detail` is free text or JSON,
 * never a secret. */
LOA_MUST_USE enum loa_err msg_audit(struct db *db, const struct msg_actor *who, int64_t now,
                                    const char *action, const char *target, const char *detail);
/* Checks the whole chain. LOA_EPROTO: broken at *broken_seq. *rows counts what was read. */
LOA_MUST_USE enum loa_err msg_audit_verify(struct db *db, int64_t *rows, int64_t *broken_seq);

#endif
