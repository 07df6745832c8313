/* SPDX-License-Identifier: Apache-2.0 */
/* doubt_parts.h - between the files of doubts. Not for others. */
#ifndef LOA_MESSAGES_DOUBT_PARTS_H
#define LOA_MESSAGES_DOUBT_PARTS_H

#include "messages/doubt_case.h"

/* What decides whether a doubt can be sent again. */
struct msg_doubt_facts {
    enum msg_doubt_kind kind;
    int64_t ends_ms; /* after it nothing is sent */
    bool sending, cancelled, gone, opted_out, unreachable;
};
/* NULL: it can. Static. */
const char *msg_doubt_hindrance(const struct msg_doubt_facts *f, int64_t now);

#endif
