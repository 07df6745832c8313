/* SPDX-License-Identifier: Apache-2.0 */
/* cli_place.h - what commands that take a whole store from one place to another share. */
#ifndef LOA_BOT_CLI_CLI_PLACE_H
#define LOA_BOT_CLI_CLI_PLACE_H

#include "messages/base/err.h"
#include "messages/store/db.h"

/* A store's address without the password, which must not reach a screen or the log. Caller owns. */
char *cli_place(const char *url);
/* Nobody may work on a store that is taken elsewhere: a node that goes on would send again what is
 * sent from there. Locks a file (*lock as store_lock() has it; caller ends it with store_unlock()),
 * and looks for live nodes on a server. LOA_EEXIST: somebody does. `field` is for `why`. */
LOA_MUST_USE enum loa_err cli_store_idle(const char *url, struct db *db, const char *field,
                                         int *lock, struct loa_problem *why);

#endif
