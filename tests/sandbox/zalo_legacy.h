/* SPDX-License-Identifier: Apache-2.0 */
/* zalo_legacy.h - broadcast of articles, the overloaded v2 path, personal promotion and
 * transaction (retired since 2026-03-01), and templates by phone. */
#ifndef LOA_SANDBOX_ZALO_LEGACY_H
#define LOA_SANDBOX_ZALO_LEGACY_H

#include "tests/sandbox/zalo.h"

void zalo_send_v2(struct zalo_call *c);          /* section 3.5 */
void zalo_send_promotion(struct zalo_call *c);   /* section 3.2 */
void zalo_send_transaction(struct zalo_call *c); /* section 3.2 */
void zalo_send_phone(struct zalo_call *c);       /* section 3.4 */

/* zalo_send.c: 0 or the code with which this user refuses anything. */
int zalo_refusal(const struct zalo_call *c, const struct sbx_user *u);
/* Ledger, answer and receipts; quota_json is "" or ,"quota":{...} */
void zalo_accepted(struct zalo_call *c, int64_t user, struct zalo_message *m,
                   const char *quota_json);

#endif
