/* SPDX-License-Identifier: Apache-2.0 */
/* contact_view.h - people as staff look for them: by account, name or the platform's id. Reads
 * only. */
#ifndef LOA_BOT_OPS_CONTACT_VIEW_H
#define LOA_BOT_OPS_CONTACT_VIEW_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

/* A row of "remote_id, name, status, opted_out, last_seen_ms, topics, district" as JSON; caller
 * owns. */
cJSON *ops_contact_json(const struct db_stmt *st);
/* The store keeps ";a;b;", for people it is "a;b". Caller frees. */
char *ops_topics_text(const char *stored);
/* What is known of one: as above, with "follows", "tester", "waits" and how much is kept of him.
 * LOA_ENOENT: nobody by that number, or erased. Caller owns *out. */
LOA_MUST_USE enum loa_err ops_contact_show(struct db *db, int64_t account, int64_t contact,
                                           cJSON **out, struct loa_problem *why);

#endif
