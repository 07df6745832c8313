/* SPDX-License-Identifier: Apache-2.0 */
/* vacant.h - is a database on a server one that a store may be put into? */
#ifndef LOA_MESSAGES_STORE_VACANT_H
#define LOA_MESSAGES_STORE_VACANT_H

#include "messages/base/err.h"
#include "messages/store/db.h"

/* LOA_EEXIST: it holds somebody's store (tables without rows are none), or another session of the
 * program is connected to it, which would work on what is put there under its feet. Changes
 * nothing; before the migrations. PostgreSQL only. */
LOA_MUST_USE enum loa_err store_check_vacant(struct db *db, struct loa_problem *why);

#endif
