/* SPDX-License-Identifier: Apache-2.0 */
/* lease.h - which node works which account. A lease is a row with its holder, an expiry by the
 * database's clock and a fencing number that grows whenever the holder changes. A holder renews it
 * at a third of its life and writes for the account only together with msg_lease_check(), which
 * holds the row until the commit: a node that was cut off or frozen finds its number stale and
 * changes nothing. Store thread, inside a writing transaction. */
#ifndef LOA_MESSAGES_LEASE_H
#define LOA_MESSAGES_LEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

enum { MSG_LEASE_PLANNER = 0 }; /* the account number of the one that makes runs of what is due */

struct msg_lease {
    int64_t account, fence;
};

/* One round of a node: says that it is alive, renews what it holds, takes what is free up to its
 * fair share of the accounts. */
struct msg_lease_round {
    int64_t session; /* random, of this process */
    const char *name, *address;
    int64_t ttl_ms;
    int64_t deaf_ms;     /* when a webhook was last sent away here; 0: never */
    int64_t local_ms;    /* this machine's clock, to show how far it is off */
    bool alone;          /* no other process can be alive on this store: theirs are free */
    bool refresh;        /* renewed leases get a new number: writes of before are uncertain */
    const int64_t *give; /* accounts to hand back, borrowed */
    size_t n_give;
    /* out */
    int64_t now_ms;         /* by the database's clock */
    struct msg_lease *held; /* caller owns; by account */
    size_t n_held;
    size_t excess; /* how many more accounts than its share it holds */
};
LOA_MUST_USE enum loa_err msg_lease_round(struct db *db, struct msg_lease_round *r);
/* When any node last sent a webhook away, by what they said in their rounds. */
LOA_MUST_USE enum loa_err msg_lease_deaf(struct db *db, int64_t *deaf_ms);
/* At a graceful stop: everything is free at once. */
LOA_MUST_USE enum loa_err msg_lease_leave(struct db *db, int64_t session);
/* LOA_EPERM: the number is stale. Else nobody takes the lease before this transaction ends. */
LOA_MUST_USE enum loa_err msg_lease_check(struct db *db, int64_t account, int64_t fence);

struct msg_node {
    int64_t session, started_ms, seen_ms, skew_ms;
    char *name, *address;
    bool alive;     /* holds a lease or was seen within half a minute */
    char *accounts; /* names of those that it works, by comma; "" for none */
    size_t n_accounts;
    bool plans;
};
/* All nodes that were seen lately. Caller owns *out, msg_nodes_release(). For readers. */
LOA_MUST_USE enum loa_err msg_nodes(struct db *db, struct msg_node **out, size_t *n);
void msg_nodes_release(struct msg_node *nodes, size_t n);

#endif
