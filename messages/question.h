/* SPDX-License-Identifier: Apache-2.0 */
/* question.h - what citizens asked and got no answer to, or a bad one, and what they thought of the
 * answers: kept without who asked. Store thread; what writes wants a transaction. */
#ifndef LOA_MESSAGES_QUESTION_H
#define LOA_MESSAGES_QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/catalog.h"
#include "messages/store/db.h"

enum msg_question_reason {
    MSG_QUESTION_UNANSWERED = 0,
    MSG_QUESTION_WRONG = 1,  /* the citizen said so */
    MSG_QUESTION_UNSURE = 2, /* the answerer was not sure */
};

/* The question without what could tell who asked: numbers of six and more digits, addresses of mail
 * and web become "[…]". Caller owns, free(). */
char *msg_question_redact(const char *text);
/* Redacts and keeps. */
LOA_MUST_USE enum loa_err msg_question_add(struct db *db, const char *channel, const char *question,
                                           enum msg_question_reason reason, int64_t now);

struct msg_question {
    int64_t seq, at_ms;
    enum msg_question_reason reason;
    char *text;
};
/* All that are kept, in the order of their numbers, at most `max` of the newest. Caller ends with
 * msg_questions_free(). */
LOA_MUST_USE enum loa_err msg_questions_read(struct db *db, size_t max, struct msg_question **out,
                                             size_t *n);
void msg_questions_free(struct msg_question *q, size_t n);
/* Staff dealt with them: they are only counted from now on. */
LOA_MUST_USE enum loa_err msg_questions_settle(struct db *db, const int64_t *seqs, size_t n);

/* ---- what people thought of an answer --------------------------------------------------- */

/* What a citizen may still say something about. */
struct msg_open_question {
    int64_t judge_seq; /* 0: no answer to judge */
    int64_t erase_ms;  /* 0: was not asked whether all shall be erased */
};
LOA_MUST_USE enum loa_err msg_open_question_get(struct db *db, int64_t account, int64_t contact,
                                                struct msg_open_question *out);
/* The answer to event `seq` may be judged from now on; `what` it was answered from. There must be a
 * conversation. */
LOA_MUST_USE enum loa_err msg_judge_open(struct db *db, int64_t account, int64_t contact,
                                         int64_t seq, const char *what);
/* Counts the judgement, once; `seq` 0 means the last answer. A question whose answer is not right
 * joins the list. *counted is false if there is nothing to judge (any more). */
LOA_MUST_USE enum loa_err msg_judge(struct db *db, int64_t account, int64_t contact, int64_t seq,
                                    const char *channel, bool useful, int64_t now, bool *counted);
/* ms 0: no longer asked. */
LOA_MUST_USE enum loa_err msg_erase_asked(struct db *db, int64_t account, int64_t contact,
                                          int64_t ms);

#endif
