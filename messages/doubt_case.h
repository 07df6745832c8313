/* SPDX-License-Identifier: Apache-2.0 */
/* doubt_case.h - a doubt as staff see it: its own id, what speaks for and against, and the two
 * things that they can say: "it went out" and "send it again". Store thread. */
#ifndef LOA_MESSAGES_DOUBT_CASE_H
#define LOA_MESSAGES_DOUBT_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/doubt.h"
#include "messages/store/db.h"

/* "d12-345": run 12 to contact 345; "p12": the public post of run 12; "r9": reply 9. Stable, also
 * after the doubt is settled. */
struct msg_doubt_id {
    enum msg_doubt_kind kind;
    int64_t item, contact;
};
enum { MSG_DOUBT_ID_SIZE = 48 };
const char *msg_doubt_id_format(const struct msg_doubt_id *id, char out[MSG_DOUBT_ID_SIZE]);
/* LOA_EINVAL: not such an id. The contact of a reply is not in it (0). */
LOA_MUST_USE enum loa_err msg_doubt_id_parse(const char *text, struct msg_doubt_id *out);

/* ---- what speaks for and against -------------------------------------------------------- */

struct msg_doubt_case {
    struct msg_doubt_id id;
    int64_t message, account_id; /* message 0: a reply */
    char *account, *channel, *title, *remote, *name;
    int64_t since_ms, noted_ms;
    enum msg_doubt_cause cause;
    int code;
    enum msg_doubt_look looked;
    int tries;           /* how often it was sent again */
    bool again, sending; /* waits to be sent again; is being sent */
    /* Evidence. */
    int64_t last_echo_ms;    /* when the platform last told of a message of this account; 0 never */
    int64_t later, arrived;  /* messages to this person that went out since, and that arrived */
    int64_t last_arrived_ms; /* when the last of those did */
    int64_t unclaimed;       /* receipts to this person since, of no message that we know */
    int64_t wrote_ms;        /* when this person wrote last, if since; 0: not since */
    /* Why it cannot be sent again (static, Vietnamese); NULL: it can. */
    const char *hindrance;
};
struct msg_doubt_cases {
    struct msg_doubt_case *items;
    size_t n;
    int64_t total; /* how many there are in all */
};
void msg_doubt_cases_release(struct msg_doubt_cases *c);

struct msg_doubt_filter {
    int64_t message, run, account; /* 0: any */
    size_t max;
};
/* Oldest first; those of a run being sent again are among them. */
LOA_MUST_USE enum loa_err msg_doubt_list(struct db *db, const struct msg_doubt_filter *filter,
                                         int64_t now, struct msg_doubt_cases *out);

/* ---- what staff say --------------------------------------------------------------------- */

enum msg_doubt_said { MSG_DOUBT_SENT, MSG_DOUBT_AGAIN };

/* Settles one, in the audit log. *fresh false: that was said (or known) before, nothing changed.
 * LOA_ENOENT: there is no such message to a person. LOA_EPERM with the reason in `why`: it is not
 * in doubt (any more), or cannot be sent again. */
LOA_MUST_USE enum loa_err msg_doubt_say(struct db *db, const struct msg_actor *who, int64_t now,
                                        const struct msg_doubt_id *id, enum msg_doubt_said what,
                                        bool *fresh, struct loa_problem *why);
/* The same of all that a run has in doubt; *n counts those that changed, *left those that cannot
 * be sent again. */
LOA_MUST_USE enum loa_err msg_doubt_say_all(struct db *db, const struct msg_actor *who, int64_t now,
                                            int64_t run, enum msg_doubt_said what, int64_t *n,
                                            int64_t *left, struct loa_problem *why);

#endif
