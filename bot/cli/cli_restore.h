/* SPDX-License-Identifier: Apache-2.0 */
/* cli_restore.h - the parts of loa restore. A copy of the backup is worked on in a file of its own
 * until it is safe, and then goes to its place in one step: a file beside it is renamed, a server
 * gets all of it in one transaction. Until then nothing is at that place. */
#ifndef LOA_BOT_CLI_CLI_RESTORE_H
#define LOA_BOT_CLI_CLI_RESTORE_H

#include <stdbool.h>
#include <stdint.h>

#include "bot/cli/cli.h"
#include "messages/anchor.h"
#include "messages/base/crypto.h"
#include "messages/base/err.h"
#include "messages/refusal.h"
#include "messages/restore.h"
#include "messages/store/db.h"

struct restore {
    struct cli *cli;            /* its store is the place, its connection the copy */
    const char *file, *anchors; /* what to restore; NULL or the file of anchors */
    const char *old;            /* the lost store, as far as it can be read; NULL: it is gone */
    const char *const *lists;   /* files of who said stop */
    size_t n_lists;
    bool without_key;
    char *target, *work; /* file names: where it goes (NULL: to a server), and the copy */
    struct db *server;   /* where it goes, or NULL */
    char sha256[LOA_SHA256_HEX];
    int64_t now;
    int lock;
    struct msg_restored held;
    struct msg_refusals_taken refusals;
    struct msg_anchor anchor; /* the row of the restore itself */
    struct msg_anchor_report compared;
    struct loa_problem why;
};

/* Puts into the copy who said stop after the backup, from `old` and `lists`. Inside the act that
 * makes the copy safe, when held.backup_ms is known. */
LOA_MUST_USE enum loa_err cli_restore_refusals(struct restore *r);
/* What came of it, for staff. */
void cli_restore_print_refusals(const struct restore *r);
/* Sees that the place is empty and that nobody works there, and makes the copy. */
LOA_MUST_USE enum loa_err cli_restore_take(struct restore *r);
/* The copy, which is closed by now, to its place. */
LOA_MUST_USE enum loa_err cli_restore_put(struct restore *r);
/* Leaves nothing of the work behind. */
void cli_restore_clean(struct restore *r);

#endif
