/* SPDX-License-Identifier: Apache-2.0 */
/* report.h - what was sent in a period and what became of it, and how many came and went. For
 * readers; memory is one row's. */
#ifndef LOA_MESSAGES_REPORT_H
#define LOA_MESSAGES_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

/* One broadcast of one message on one account by one way. Strings are borrowed for the call. */
struct msg_report_run {
    int64_t run, message, due_ms, finished_ms; /* 0: under way */
    const char *title, *account, *channel, *state, *error;
    int way, attempt; /* enum channel_way as its number; 1, or which retry */
    bool by_hand;     /* put out by a person */
    int64_t total, sent, delivered, seen, failed, skipped, in_doubt, charged;
};
typedef void (*msg_report_run_cb)(void *ctx, const struct msg_report_run *r);
/* Runs that were due from `from_ms` on and before `to_ms`, by due time. */
LOA_MUST_USE enum loa_err msg_report_runs(struct db *db, int64_t from_ms, int64_t to_ms,
                                          msg_report_run_cb each, void *ctx);

/* What people did on one account in the period, without who they are. */
struct msg_report_account {
    const char *account, *channel;
    int64_t followers;         /* now, who may be written to */
    int64_t opt_ins, opt_outs; /* consents given and taken back */
    int64_t replies;           /* answers that were sent */
};
typedef void (*msg_report_account_cb)(void *ctx, const struct msg_report_account *a);
LOA_MUST_USE enum loa_err msg_report_accounts(struct db *db, int64_t from_ms, int64_t to_ms,
                                              msg_report_account_cb each, void *ctx);

#endif
