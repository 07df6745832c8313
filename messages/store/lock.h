/* SPDX-License-Identifier: Apache-2.0 */
/* lock.h - one process at a time may work on a SQLite store: a lock on a file beside it, which the
 * system drops however the process ends. */
#ifndef LOA_MESSAGES_STORE_LOCK_H
#define LOA_MESSAGES_STORE_LOCK_H

#include "messages/base/err.h"

/* *fd is -1 where there is nothing to lock (a store in memory or on a server). LOA_EEXIST: another
 * process has it. Caller ends it with store_unlock(). */
LOA_MUST_USE enum loa_err store_lock(const char *url, int *fd, struct loa_problem *why);
void store_unlock(int fd); /* -1 is fine */

#endif
