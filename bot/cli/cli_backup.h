/* SPDX-License-Identifier: Apache-2.0 */
/* cli_backup.h - what backup and restore share. */
#ifndef LOA_BOT_CLI_CLI_BACKUP_H
#define LOA_BOT_CLI_CLI_BACKUP_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

/* How many of what a store holds, {"contacts": 12, ...}. Caller owns *out. */
LOA_MUST_USE enum loa_err cli_store_contents(struct db *db, cJSON **out);
void cli_print_contents(const cJSON *contents);
/* A store_progress_cb for a terminal; says nothing elsewhere. */
void cli_progress(void *ctx, int64_t done, int64_t total);

#endif
