/* SPDX-License-Identifier: Apache-2.0 */
/* backup.h - a consistent copy of a store in one SQLite file, taken while others write, and the
 * checks that such a file must stand before anything is restored from it. Every call blocks, for as
 * long as the store is large; connections are its own. */
#ifndef LOA_MESSAGES_STORE_BACKUP_H
#define LOA_MESSAGES_STORE_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/base/crypto.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

/* Some times a second while it copies; bytes, `total` is an estimate. */
typedef void (*store_progress_cb)(void *ctx, int64_t done, int64_t total);

struct store_copy_job {
    const char *url;  /* of the store */
    const char *file; /* where the copy goes; under a temporary name beside it until it is whole */
    bool replace;     /* an older one of that name may be replaced */
    int64_t now;      /* noted in the copy as its time */
    store_progress_cb progress; /* NULL: none */
    void *ctx;
};
struct store_copy {
    int64_t size; /* bytes */
    char sha256[LOA_SHA256_HEX];
};
/* The copy is marked as a backup, checked, synced, has mode 0600 and no free pages, so nothing that
 * was deleted is in it. Writers of the store are not held up. Of PostgreSQL it is one snapshot, in
 * the same kind of file, so that any backup can become either kind of store; that store must be at
 * the program's schema version. LOA_EEXIST: the file is there. LOA_EPROTO: the store is damaged. */
LOA_MUST_USE enum loa_err store_backup(const struct store_copy_job *job, struct store_copy *out,
                                       struct loa_problem *why);

/* Integrity of every page, index and reference. LOA_EPROTO: damaged. */
LOA_MUST_USE enum loa_err store_check_pages(struct db *db, struct loa_problem *why);

#endif
