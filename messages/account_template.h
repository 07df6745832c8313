/* SPDX-License-Identifier: Apache-2.0 */
/* account_template.h - the templates of an account that its platform has to approve, as it listed
 * them last, and whether a message's values fit one. Store thread or command line. */
#ifndef LOA_MESSAGES_ACCOUNT_TEMPLATE_H
#define LOA_MESSAGES_ACCOUNT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/content.h"
#include "messages/store/db.h"

struct msg_listed_template {
    char name[128], language[24];
    char status[24]; /* the platform's word: "APPROVED" is the one that may be sent */
    int params;      /* numbered placeholders of its text */
    bool named;      /* they have names instead of numbers, which is not supported */
    int buttons;     /* buttons that send something back */
};

/* In Vietnamese: "đang chờ nền tảng duyệt". The word itself where it is a new one. */
const char *msg_template_status_title(const char *status);

/* LOA_OK: the template that the content names is among `list`, approved, and its values fit.
 * LOA_EINVAL: why not, for staff. */
LOA_MUST_USE enum loa_err msg_template_fits(const struct msg_listed_template *list, size_t n,
                                            const struct msg_content *c, struct loa_problem *why);

/* Replaces what was known of the account. */
LOA_MUST_USE enum loa_err msg_account_templates_put(struct db *db, int64_t account,
                                                    const struct msg_listed_template *list,
                                                    size_t n, int64_t now);
/* By name and language; caller frees *out. *at_ms is when they were listed; 0: never yet. */
LOA_MUST_USE enum loa_err msg_account_templates_load(struct db *db, int64_t account,
                                                     struct msg_listed_template **out, size_t *n,
                                                     int64_t *at_ms);
/* msg_template_fits() with the account's; LOA_OK if the platform has not listed any yet. */
LOA_MUST_USE enum loa_err msg_account_template_check(struct db *db, int64_t account,
                                                     const struct msg_content *c,
                                                     struct loa_problem *why);

#endif
