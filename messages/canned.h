/* SPDX-License-Identifier: Apache-2.0 */
/* canned.h - answers that staff have ready for citizens, by title. Store thread. */
#ifndef LOA_MESSAGES_CANNED_H
#define LOA_MESSAGES_CANNED_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

enum { MSG_CANNED_TITLE_MAX = 100, MSG_CANNED_TEXT_MAX = 2000 }; /* code points */

/* Adds {"id","title","text","user","at"} to `list`, by title. */
LOA_MUST_USE enum loa_err msg_canned_list(struct db *db, cJSON *list);
/* Inside a writing transaction; *id 0: a new one, which gets its number. LOA_EINVAL: title or text.
 * LOA_EEXIST: the title is another's. LOA_ENOENT: there is none of that number. */
LOA_MUST_USE enum loa_err msg_canned_put(struct db *db, const struct msg_actor *who, int64_t now,
                                         const char *title, const char *text, int64_t *id,
                                         struct loa_problem *why);
LOA_MUST_USE enum loa_err msg_canned_delete(struct db *db, const struct msg_actor *who, int64_t now,
                                            int64_t id, struct loa_problem *why);

#endif
