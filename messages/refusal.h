/* SPDX-License-Identifier: Apache-2.0 */
/* refusal.h - who said stop, or asked to be forgotten: out of one store and into an older state of
 * it, which does not know and would write to them. Directly, or by way of a file with a JSON object
 * a line. Taking the same one in twice does no harm. Store thread. */
#ifndef LOA_MESSAGES_REFUSAL_H
#define LOA_MESSAGES_REFUSAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

struct msg_refusal {
    const char *account; /* its name */
    int64_t account_id;  /* only from msg_refusals_lately() */
    int64_t contact;     /* its number in the store that it comes from, which older states share */
    const char *remote_id; /* "erased:..." of one who asked to be forgotten */
    int64_t at_ms;
    bool erased;
    const char *wording, *source; /* wording may be NULL */
};
typedef enum loa_err (*msg_refusal_cb)(void *ctx, const struct msg_refusal *r);

/* All who said so at `since` or later and have not taken it back, in flat memory. An error of
 * `each` ends it and is returned. */
LOA_MUST_USE enum loa_err msg_refusals_each(struct db *db, int64_t since, msg_refusal_cb each,
                                            void *ctx);

/* The same of those that all nodes are still told of (a day), from a small table; each with its
 * last wording. */
LOA_MUST_USE enum loa_err msg_refusals_lately(struct db *db, int64_t since, msg_refusal_cb each,
                                              void *ctx);

/* One as a line of the file, without its end. Caller owns. */
char *msg_refusal_line(const struct msg_refusal *r);
/* A file of such lines. LOA_EINVAL: `why` names the line. */
LOA_MUST_USE enum loa_err msg_refusals_read(FILE *f, msg_refusal_cb each, void *ctx,
                                            struct loa_problem *why);

struct msg_refusals_taken {
    int64_t opt_outs, erasures; /* that the store did not know */
    int64_t known;              /* it knew, or knows a newer word of the same person */
    int64_t elsewhere;          /* of an account that the store does not have */
};
/* Inside a writing transaction; counts in *n. Whoever the store does not know becomes a contact who
 * said stop, so that no list brings them in as someone who did not. */
LOA_MUST_USE enum loa_err msg_refusal_take(struct db *db, const struct msg_refusal *r,
                                           struct msg_refusals_taken *n);

#endif
