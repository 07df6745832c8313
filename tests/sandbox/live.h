/* SPDX-License-Identifier: Apache-2.0 */
/* live.h - server-sent events for the page: new messages, ticks, the clock and the counters. */
#ifndef LOA_SANDBOX_LIVE_H
#define LOA_SANDBOX_LIVE_H

#include "tests/sandbox/ledger.h"

struct st_h2o_req_t;

/* Answers GET /_live?zalo=ID&viber=ID&facebook=ID with a stream; each names the citizen whose
 * phone is shown (of account 1). Public posts always come. */
int sbx_live_attach(struct sbx *s, struct st_h2o_req_t *req);
void sbx_live_entry(struct sbx *s, const struct sbx_entry *e);
void sbx_live_status(struct sbx *s, const struct sbx_entry *e);
/* A citizen's state changed (follows, keyboard ...). */
void sbx_live_user(struct sbx *s, const struct sbx_account *a, int64_t user);
void sbx_live_reset(struct sbx *s); /* all was cleared: pages load anew */
void sbx_live_start(struct sbx *s);
/* {"now","followers":{},"counts":{}} as the page's header shows it. */
void sbx_live_state(const struct sbx *s, struct sbx_buf *out);
void sbx_user_json(const struct sbx_account *a, int64_t user, struct sbx_buf *out);

#endif
