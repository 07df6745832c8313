/* SPDX-License-Identifier: Apache-2.0 */
/* citizen.h - what all three platforms do with a citizen: open the window, send receipts. */
#ifndef LOA_SANDBOX_CITIZEN_H
#define LOA_SANDBOX_CITIZEN_H

#include "tests/sandbox/ledger.h"

/* An interaction that opens or renews the window. */
void sbx_touch(struct sbx *s, struct sbx_account *a, int64_t user);
/* Starts echo, delivered and seen for an accepted message; does nothing in quiet mode. */
void sbx_receipts(struct sbx *s, struct sbx_account *a, int64_t user, int64_t seq);

/* The three citizens of the page; created at the first call. */
void sbx_demo(struct sbx *s);
extern const char *const sbx_demo_id[SBX_PLATFORMS];

#endif
