/* SPDX-License-Identifier: Apache-2.0 */
/* mark.h - what a store says of itself, by name: that it is a backup, when it was restored. */
#ifndef LOA_MESSAGES_STORE_MARK_H
#define LOA_MESSAGES_STORE_MARK_H

#include "messages/base/err.h"
#include "messages/store/db.h"

/* When the copy was taken, epoch ms. A store with this mark is a backup that was not restored: its
 * messages went on elsewhere, so nothing may be sent from it. */
#define STORE_MARK_BACKUP "backup_ms"
/* When the store was last restored, and from a backup of when. */
#define STORE_MARK_RESTORED "restored_ms"
#define STORE_MARK_RESTORED_FROM "restored_backup_ms"

/* LOA_ENOENT: no such mark. */
LOA_MUST_USE enum loa_err store_mark_get(struct db *db, const char *name, int64_t *value);
LOA_MUST_USE enum loa_err store_mark_set(struct db *db, const char *name, int64_t value);
LOA_MUST_USE enum loa_err store_mark_clear(struct db *db, const char *name);
/* LOA_EPERM with what to do when the store is a backup; before it is migrated. */
LOA_MUST_USE enum loa_err store_refuse_backup(struct db *db, struct loa_problem *why);

#endif
