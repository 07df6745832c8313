/* SPDX-License-Identifier: Apache-2.0 */
/* comment.h - what staff say to each other about a message, beside it and never sent. Store
 * thread. */
#ifndef LOA_MESSAGES_COMMENT_H
#define LOA_MESSAGES_COMMENT_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

enum { MSG_COMMENT_MAX = 2000 }; /* code points */

/* Inside a writing transaction; said of the version that the message has now. LOA_ENOENT: no such
 * message. LOA_EINVAL: empty, too long, or no text. */
LOA_MUST_USE enum loa_err msg_comment_add(struct db *db, const struct msg_actor *who, int64_t now,
                                          int64_t message, const char *text, int64_t *id,
                                          struct loa_problem *why);
/* Adds {"id","version","user","at","text"} to `list`, oldest first. */
LOA_MUST_USE enum loa_err msg_comments_list(struct db *db, int64_t message, cJSON *list);

#endif
