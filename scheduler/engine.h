/* SPDX-License-Identifier: Apache-2.0 */
/* engine.h - drives the channels over the messages: looks what is due, walks the contacts, keeps to
 * the limits, writes what became of each one. Loop thread only; the store does the rest on its own.
 *
 * How a broadcast travels: planner.c makes runs of what is due -> broadcast.c claims windows of
 * contacts -> dispatch.c hands requests to the HTTP client under the account's limiter ->
 * broadcast.c writes the outcomes. reply.c and flow.c use the same dispatch. */
#ifndef LOA_SCHEDULER_ENGINE_H
#define LOA_SCHEDULER_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "channels/channel.h"
#include "messages/account.h"
#include "messages/base/err.h"
#include "messages/base/secret.h"
#include "messages/inbound.h"
#include "messages/store/store.h"
#include "scheduler/quiet.h"

struct sched_engine;

struct sched_engine_options {
    const struct loa_secret *key; /* seals rotated tokens; borrowed, outlives the engine */
    struct sched_quiet quiet;
    bool approvals;         /* runs need an approved message */
    bool http2_sends;       /* offer HTTP/2 for sends too */
    bool allow_retired;     /* channels may use what the contracts mark as retired */
    size_t max_inflight;    /* requests of one account at once; 0: 64 */
    size_t connections;     /* of all accounts together; 0: 4096 */
    size_t window;          /* contacts claimed at once, at most; 0: 800 */
    int64_t doubt_wait_ms;  /* how long echoes may settle a doubt; 0: 10 min */
    const char *public_url; /* where platforms reach us; NULL: no webhook set-up. Borrowed */
    const char *ca_file;    /* trusted certificates; NULL: the system's. Borrowed */
    const char *node;       /* this node's name, for people. Borrowed */
    const char *address;    /* where it listens, for people. Borrowed */
    bool alone;             /* no other process can work on this store */
    int64_t lease_ms;       /* how long an account stays with a node that says nothing; 0: 8 s */
    /* Events of an account that this node works wait in the store. */
    void (*events)(void *ctx, int64_t account_id, int64_t fence);
    void *events_ctx;
    /* Replies of a channel that is local (CHANNEL_CAP_LOCAL) were stored for its page; NULL: nobody
     * wants to know. */
    void (*delivered)(void *ctx);
    /* Calls a minute by channel name instead of the contract's pace; NULL or 0: the contract's. */
    double (*pace_of)(void *ctx, const char *channel);
    /* What the office has agreed with a platform; NULL: nothing is known. */
    struct channel_terms (*terms_of)(void *ctx, const char *channel);
    void *ctx;
};

/* Caller owns *out; sched_engine_stop() ends it. `loop` and `store` are borrowed. */
LOA_MUST_USE enum loa_err sched_engine_new(uv_loop_t *loop, struct store *store,
                                           const struct sched_engine_options *opt,
                                           struct sched_engine **out);
/* Opens the accounts, takes those that are free, puts what a crash left of them in order, begins to
 * work. `ready` runs once. */
void sched_engine_start(struct sched_engine *e, void (*ready)(void *ctx, enum loa_err err),
                        void *ctx);
/* Once this server answers webhooks: sets them up where the platform allows it, and tries again
 * until it has worked. Nothing without a public address. */
void sched_engine_set_up(struct sched_engine *e);
/* No new sends; what is in flight finishes (at most `grace_ms`), outcomes are stored, what was
 * claimed and not sent goes back. `stopped` runs last, the engine is freed by then. */
void sched_engine_stop(struct sched_engine *e, unsigned grace_ms, void (*stopped)(void *ctx),
                       void *ctx);
/* Looks for work now and not at the next tick. */
void sched_engine_wake(struct sched_engine *e);

/* An open account by channel and name; NULL name: the channel's first. NULL if there is none. */
struct channel *sched_engine_channel(struct sched_engine *e, const char *channel, const char *name,
                                     int64_t *account_id);
/* The platform's id of an account; NULL: it was never given. Borrowed. */
const char *sched_engine_remote_id(struct sched_engine *e, int64_t account_id);
/* The account whose platform id is `remote_id`; false (and *account_id untouched) if none is. */
bool sched_engine_account_of(struct sched_engine *e, const char *channel, const char *remote_id,
                             int64_t *account_id);
struct channel *sched_engine_channel_of(struct sched_engine *e, int64_t account_id);

/* The number that writes for the account must carry; 0: another node works it. */
int64_t sched_engine_fence(struct sched_engine *e, int64_t account_id);
/* A store job for an account: LOA_EPERM, and nothing is done, unless this node works it until the
 * commit. */
void sched_engine_write(struct sched_engine *e, int64_t account_id, store_work_cb work,
                        store_done_cb done, void *arg);

/* Sends a reply that is in the store as handed over. Takes the contents of `r` (content, remote);
 * the outcome is stored by the engine. */
void sched_engine_reply(struct sched_engine *e, struct msg_reply *r);
/* A person said stop: what is claimed and not yet sent to him is left out. */
void sched_engine_opt_out(struct sched_engine *e, int64_t account_id, int64_t contact_id);
/* The platform told something about the account: what is kept of it is read anew. */
void sched_engine_noticed(struct sched_engine *e, int64_t account_id);
/* The platform told us to stop (or go on) with an account. */
void sched_engine_pause(struct sched_engine *e, int64_t account_id, const char *reason);

struct sched_account_stats {
    const char *name, *channel;
    bool paused, refreshing;
    bool ours;                /* this node works it */
    int64_t fence;            /* 0: not ours */
    const char *pause_reason; /* NULL unless paused */
    uint64_t sent, failed, retried, doubtful, replies;
    size_t inflight, queued;
    double rate;            /* calls a second in force */
    int64_t cap_per_minute; /* staff's cap on broadcasts, in recipients; 0: none */
    int64_t token_expires_ms, last_echo_ms;
};
/* One call an account. */
void sched_engine_stats(struct sched_engine *e,
                        void (*each)(void *ctx, const struct sched_account_stats *s), void *ctx);
/* Does this node make runs of what is due? */
bool sched_engine_plans(const struct sched_engine *e);
uint64_t sched_engine_leases_lost(const struct sched_engine *e);
/* A webhook was sent away, to come again: for a while silence proves nothing. */
void sched_engine_deaf(struct sched_engine *e);
/* A webhook of the account came: its subscription is alive. */
void sched_engine_heard(struct sched_engine *e, int64_t account_id);

/* An account's right and its end (messages/account_right.h). */
struct sched_right {
    const char *account, *channel, *kind;
    int64_t expires_ms; /* 0: never, or not known */
    bool failing;       /* the last try to renew it failed */
};
/* One call a right of an account that this node works. */
void sched_engine_rights(struct sched_engine *e,
                         void (*each)(void *ctx, const struct sched_right *r), void *ctx);
/* What the reconcilers found and put right since the start. */
enum sched_reconciled {
    SCHED_RECONCILED_WINDOW,
    SCHED_RECONCILED_REPLY,
    SCHED_RECONCILED_MESSAGE,
    SCHED_RECONCILED_RUN,
    SCHED_RECONCILED_STALL, /* a run in memory that went on no more */
    SCHED_RECONCILED_KINDS,
};
uint64_t sched_engine_reconciled(const struct sched_engine *e, enum sched_reconciled kind);
/* Deliveries and replies in doubt, in the whole store, when last counted. */
int64_t sched_engine_in_doubt(const struct sched_engine *e);
/* Runs that are not finished. */
size_t sched_engine_open_runs(const struct sched_engine *e);
/* True after the start succeeded and while the last look into the store did. */
bool sched_engine_healthy(const struct sched_engine *e);

#endif
