/* SPDX-License-Identifier: Apache-2.0 */
/* questions.h - groups of questions without a good answer, and the entry that answers one. */
#ifndef LOA_BOT_OPS_QUESTIONS_H
#define LOA_BOT_OPS_QUESTIONS_H

#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/store/db.h"

enum { OPS_FAQ_ID = 130 };

/* Adds {"group","count","unanswered","wrong","unsure","last","questions"} to `list`, the largest
 * first, at most `limit` of those asked since then. */
LOA_MUST_USE enum loa_err ops_questions_list(struct db *db, int64_t since_ms, int64_t limit,
                                             cJSON *list);
/* One with all its wordings. LOA_ENOENT. Caller owns *out. */
LOA_MUST_USE enum loa_err ops_question_show(struct db *db, int64_t group, cJSON **out,
                                            struct loa_problem *why);

struct ops_question_answer {
    int64_t group;
    const char *text, *id; /* of the entry; text NULL: the group is dropped; id NULL: made */
    /* Out. */
    char faq[OPS_FAQ_ID];
    int64_t settled; /* questions */
};
/* Store thread, inside a writing transaction. LOA_ENOENT: no such group. LOA_EINVAL: the entry. */
LOA_MUST_USE enum loa_err ops_question_settle(struct db *db, const struct msg_actor *who,
                                              int64_t now, struct ops_question_answer *a,
                                              struct loa_problem *why);
/* Adds {"what","useful","wrong"} to `list`: what people thought of answers since that day. */
LOA_MUST_USE enum loa_err ops_feedback_list(struct db *db, int64_t since_ms, cJSON *list);

#endif
