/* SPDX-License-Identifier: Apache-2.0 */
/* engine_impl.h - what the engine's own files share. Not for others. */
#ifndef LOA_SCHEDULER_ENGINE_IMPL_H
#define LOA_SCHEDULER_ENGINE_IMPL_H

#include "channels/http_client.h"
#include "messages/account_way.h"
#include "messages/delivery.h"
#include "messages/rate.h"
#include "scheduler/backoff.h"
#include "scheduler/engine.h"
#include "scheduler/gcra.h"
#include "scheduler/outage.h"
#include "scheduler/places.h"
#include "scheduler/stall.h"

enum {
    TICK_MS = 200,
    FLUSH_MS = 25,
    FLUSH_MAX = 1024,
    DROP_STREAK = 5,
    GIVE_UP_STREAK = 200,
    LATER_DEFAULT_MS = 3600 * 1000,
};

/* ---- accounts (account.c) -------------------------------------------------------------- */

struct run;
struct run_forecast;
struct pending_reply;

/* Staff's cap on a broadcast, in recipients; beside the platform's pace, which counts calls. */
struct rate_cap {
    int64_t per_minute; /* 0: none */
    int64_t free_us;    /* nothing before this */
};

/* The right to work an account (or to plan). */
struct lease {
    bool held;
    int64_t fence;
    int64_t until_boot; /* nothing is sent after it; INT64_MAX: nobody else can be there */
};

struct account {
    struct account *next;
    struct sched_engine *engine;
    struct msg_account data;
    struct channel *channel;
    struct sched_gcra pace[3]; /* by enum channel_way; replies use SINGLE's */
    struct rate_cap cap;       /* of all its broadcasts together */
    size_t inflight;
    size_t platform;  /* its channel's number in channel_all */
    bool waits;       /* to be looked at: something changed, or it found no place */
    unsigned quantum; /* requests that it may still begin in this turn */
    struct sched_outage outage;
    int64_t held_ms; /* an outage holds it for so long; 0: none does */
    int64_t wake_us; /* monotonic: its limiter lets something go then; 0: none waits for that */
    struct lease lease;
    bool taking;     /* it is being put in order before it is worked */
    bool leaving;    /* it goes to another node as soon as nothing is under way */
    unsigned jobs;   /* fenced writes under way */
    unsigned flows;  /* under way */
    unsigned flying; /* replies under way */
    bool paused;
    bool pausing;          /* the pause is on its way into the store */
    bool stale_look;       /* the pause was stored while a look was under way */
    int64_t pause_at_mono; /* storing it failed: again then */
    bool needs_refresh, refreshing;
    bool needs_setup;  /* webhook and profile, once this server answers */
    bool awaits_setup; /* sends wait for its first try: without a webhook Viber refuses them all */
    unsigned setup_failures;
    int64_t setup_at_mono;
    int64_t refresh_at_mono; /* not before */
    unsigned refresh_failures;
    bool refresh_outage;                   /* the platform did not answer at all */
    bool refresh_hopeless;                 /* the platform refused the refresh token for good ... */
    char refresh_why[CHANNEL_DETAIL_SIZE]; /* ... with these words */
    int64_t checked_mono;                  /* the last time that the token's age was looked at */
    int64_t heard_ms;                      /* wall: the last webhook, */
    int64_t heard_stored_ms;               /* and the one that the store knows of */
    struct pending_reply *replies, **replies_tail;
    size_t n_replies;
    unsigned closed_ways;     /* bits 1 << way: not open to this account */
    bool ways_told;           /* the platform, or staff, said which it has */
    int64_t ask_ways_at_mono; /* not before */
    struct account_templates {
        struct msg_listed_template *list; /* as told last */
        size_t n;
        bool listed; /* it has been told */
        bool asking, asked;
        int64_t asked_mono; /* when it was answered, or refused */
        int64_t next_mono;  /* when it is asked again */
    } templates;
    int give_up_code; /* a streak of the same refusal points at the account, not the people */
    unsigned give_up_streak;
    uint64_t sent, failed, retried, doubtful, replied;
};

/* ---- runs (broadcast.c) ---------------------------------------------------------------- */

struct window {
    struct window *next;
    struct msg_targets targets;
    int64_t first_id, last_id; /* of its contacts; last_id 0: a post */
    size_t at;                 /* next target to send */
    size_t left;               /* without an outcome */
    bool replaces;
    bool doubtful; /* may have been sent already: its rows stay in doubt if nothing more is sent */
    bool listed;   /* has a row in the store that ends with it */
    bool done;     /* every target has its outcome; swept when nothing walks the list */
};

/* A target that waits for its next try. */
struct retry {
    struct retry *next;
    struct window *window;
    size_t from, n; /* targets of the window; n > 1 for a batch */
    int64_t at_mono;
    unsigned attempts;
    bool refreshed;
};

struct outcome_batch {
    struct msg_outcome *items;
    size_t n;
    struct contact_change {
        int64_t contact_id;
        enum channel_gone gone;
    } * changes;
    size_t n_changes;
    int64_t *windows; /* first ids of those that ended */
    size_t n_windows;
};

struct run {
    struct run *next;
    struct sched_engine *engine;
    struct account *account;
    struct msg_run data;
    struct channel_draft update, utility; /* composed once */
    bool has_update, has_utility;
    bool template_seen;   /* before it began: is it approved? */
    bool template_closed; /* it is not, or was refused */
    bool unforeseen;      /* its forecast is made once that is known */
    struct window *windows;
    struct retry *retries; /* by time */
    bool claiming, at_end, finishing, held, cancelled;
    bool seen;                         /* by the look under way */
    const struct channel_rules *rules; /* in force when it was opened */
    bool post;                         /* began as a public post, whatever data.way is now */
    bool post_free;                    /* the platform's cap leaves somebody for it: it may begin */
    bool lost; /* another node works its account: it ends here without a word to the store */
    bool resend_doubtful;
    bool asked;      /* staff want some of its doubts sent again */
    bool stale_look; /* outcomes were stored while a look was under way */
    struct outcome_batch batch;
    int64_t batch_since_mono;
    bool flushing; /* a batch is on its way */
    bool unstored; /* one was given up at the stop: the notes of windows stay */
    struct sched_stall stall;
    uint64_t moves; /* whatever it did: claimed, sent, noted, looked at */
    struct rate_cap cap;
    size_t window; /* how many are claimed at once just now */
    int64_t claimed_mono;
    size_t inflight;
    unsigned drop_streak, utility_streak;
    struct run_doubt {
        int64_t since_ms; /* when the request went out */
        enum msg_doubt_cause cause;
    } doubt;             /* whose outcome is being noted */
    int64_t check_at_ms; /* wall: look for unsettled ones again */
    bool has_content;    /* content below is set */
    struct msg_content content;
};

/* ---- the engine ------------------------------------------------------------------------ */

/* What staff were told of a right last. */
struct told_right {
    int64_t account_id;
    enum msg_right_kind kind;
    int64_t expires_ms;
    enum msg_right_alarm alarm;
};

struct sched_engine {
    uv_loop_t *loop;
    struct store *store;
    struct sched_engine_options opt;
    struct http_client *http;
    uv_timer_t tick, soon; /* soon: the limiter's next moment */
    uv_timer_t flush;      /* outcomes do not wait longer than FLUSH_MS */
    unsigned handles;
    struct account *accounts;
    struct run *runs;
    struct op *spare;    /* free list of requests under way */
    struct http_req req; /* scratch: swapped into the client at each send */
    bool started, looking, planning, failed, last_look_failed, pumping, again;
    bool stopping, http_closed, given_back, freed;
    /* Runs that ended while a look was under way: it may still have seen them open. */
    int64_t *ended;
    size_t n_ended;
    struct sched_places places;
    struct account *turn;           /* whose turn it is to be first */
    uint64_t begun;                 /* requests */
    int64_t all_at_us;              /* monotonic: look at all accounts then; 0: no need */
    struct flow *flows;             /* under way */
    struct run_forecast *forecasts; /* the first is being made, the others wait */
    unsigned jobs;                  /* store jobs under way */
    struct msg_right *rights;       /* of all accounts, as the store had them last */
    size_t n_rights;
    struct told_right *told;
    size_t n_told;
    int64_t rights_at_mono;
    int64_t alarmed_ms; /* wall: when staff were last told what there is to tell */
    int64_t reconcile_at_mono, in_doubt;
    int64_t deaf_ms; /* wall: the last time that webhooks found no ear here */
    bool reconciling;
    uint64_t reconciled[SCHED_RECONCILED_KINDS];
    /* lease.c */
    int64_t session; /* of this process, random */
    struct lease planner;
    int64_t round_at_mono, slow_again_mono;
    bool rounding, round_failed, opening, serving, left;
    unsigned taking;        /* accounts that are being put in order */
    uint64_t failures_seen; /* of the store, at the last round */
    uint64_t leases_lost;
    int64_t *give; /* accounts that the next round hands back */
    size_t n_give;
    int64_t last_account; /* greatest id that is open or was tried */
    void (*ready)(void *ctx, enum loa_err err);
    void *ready_ctx;
    void (*stopped)(void *ctx);
    void *stopped_ctx;
    struct sched_backoff backoff;
};

struct account *engine_account(struct sched_engine *e, int64_t id);
/* The channel's number in channel_all; NULL: how many there are. */
size_t engine_platform_of(const struct channel_ops *ops);
uint32_t engine_random(void *ctx, uint32_t upper);
/* A store job that the engine waits for when it stops. */
void engine_write(struct sched_engine *e, store_work_cb work, store_done_cb done, void *arg);
void engine_read(struct sched_engine *e, store_work_cb work, store_done_cb done, void *arg);
void engine_job_done(struct sched_engine *e);
/* Runs `work` on the loop after some time; counts as a job until it returns, so that a stop waits
 * for it. */
void engine_after(struct sched_engine *e, unsigned ms, void (*work)(void *arg), void *arg);

/* look.c: looks into the store for work, unless that is under way. */
void look_now(struct sched_engine *e);

/* reconcile.c */
void reconcile_tick(struct sched_engine *e);
/* run_stall.c: finds the runs that stand still and lets them be opened anew; how many. Whatever
 * walks the runs does not do so meanwhile. */
uint64_t run_stall_look(struct sched_engine *e);

/* engine.c: the run is over and is about to be freed. */
void engine_run_ended(struct sched_engine *e, int64_t run_id);
/* Takes the contents. */
void engine_open_accounts(struct sched_engine *e, struct msg_account *accounts, size_t n);

/* lease.c */
void lease_init(struct sched_engine *e);
void lease_tick(struct sched_engine *e);
void lease_leave(struct sched_engine *e);
void lease_open_new(struct sched_engine *e);
bool lease_is_valid(const struct lease *l);
bool account_is_ours(const struct account *a);
void account_lost(struct account *a);
/* The request is dropped at the last moment if the lease has run out by then. */
void account_guard(struct account *a, struct http_req *req);
/* engine_write() that changes nothing (LOA_EPERM) if another node works the account by now. */
void engine_write_for(struct account *a, store_work_cb work, store_done_cb done, void *arg);
/* engine.c: calls `ready` when the first round is over and what it took is in order. */
void lease_settled(struct sched_engine *e);

/* account.c */
struct account *account_open(struct sched_engine *e, struct msg_account *data);
/* What the store has now: another node may have paused it or renewed its token. Takes the contents
 * of `data`. */
void account_renew(struct account *a, struct msg_account *data);
void account_free(struct account *a);
void account_pause(struct account *a, const char *reason);
/* Stores a pause that could not be stored before. */
void account_pause_again(struct account *a);
/* Takes what a reply says about pace, token and account. */
void account_learn(struct account *a, enum channel_way way, const struct channel_result *res);
/* A request has ended, well or not: is the platform there at all? Once for each. */
void account_heard(struct account *a, const struct channel_result *res);
bool account_ready(const struct account *a);
/* What holds for it by the platform's rules and the office's agreement. */
struct channel_deal account_deal(const struct account *a, int64_t now);
/* Calls a second by a way, when nothing slows it down. */
double account_pace(const struct account *a, enum channel_way way);
/* Ready, and no set-up is waited for. */
bool account_may_send(const struct account *a);
/* Sends wait until the account's webhook and profile have been set anew, or that has failed. */
void account_await_setup(struct account *a);

/* account_ways.c */
/* A flow has brought what the account may do. */
void account_ways_told(struct account *a, const struct channel_flow *f);
/* STOP, partial: this way is closed, at least for now. */
void account_way_refused(struct account *a, enum channel_way way, const struct channel_result *res);
/* What the store knows; of the others nothing is known. */
void account_ways_seen(struct sched_engine *e, const struct msg_account_ways_known *known,
                       size_t n);
/* Asks the platform, where it can tell and has not yet. */
void account_ask_ways(struct account *a);

/* account_reread.c: takes the tokens that the store has by now; `changed`: they are others. */
void account_reread(struct account *a, void (*done)(struct account *a, bool changed));

/* account_templates.c */
/* Takes the list out of the flow. */
void account_templates_told(struct account *a, struct channel_flow *f);
/* Lists them, where the platform can and it is time. */
void account_ask_templates(struct account *a);
/* Closes or opens the lane of the run's template by the account's list. */
void run_template_look(struct run *r);
/* Those outside the window cannot be written to; the others go on. `why` is for staff. */
void run_template_close(struct run *r, const char *why);
/* May the run not begin yet, as its template is being looked up? */
bool run_template_waits(struct run *r);

/* flow.c */
void flow_refresh(struct account *a);
void flow_setup(struct account *a);
void flow_probe(struct account *a);
void flow_templates(struct account *a);
void flow_post(struct run *r);
/* post_gate.c: may the post begin? False while the store is asked, while another post of the
 * account is under way, and when the cap leaves nobody: then it has its outcome. */
bool post_gate(struct run *r);
/* At a stop: flows that wait before their next request end now. */
void flow_hurry(struct sched_engine *e);

/* dispatch.c */
/* Something of this account changed: it, and whoever waits for a place, goes on. */
void dispatch_account(struct account *a);
/* The same for all accounts, now or later. */
void dispatch_pump(struct sched_engine *e);
void dispatch_later(struct sched_engine *e, int64_t wait_us);
enum dispatch_kind { DISPATCH_NORMAL, DISPATCH_URGENT, DISPATCH_REPLY };
/* Is there a place for one more request of this account? If others have them all, it is called
 * again when there is. */
bool dispatch_may_begin(struct account *a, enum dispatch_kind kind);
/* A request of the account has begun, or ended. `talk`: not of a broadcast. */
void dispatch_began(struct account *a, bool talk);
void dispatch_ended(struct account *a, bool talk);

/* broadcast.c */
struct run *broadcast_open(struct sched_engine *e, struct msg_run *data);
void broadcast_free(struct run *r);
/* What the store says of a run that is at work: staff may want its post, whose outcome is in doubt,
 * made again. */
void broadcast_post_again(struct run *r, const struct msg_run *seen);
/* Sends what it may; returns the wait in us until the limiter lets the next one go, 0 for none. */
int64_t broadcast_pump(struct run *r);
void broadcast_flush(struct run *r, bool all);
void broadcast_opt_out(struct run *r, int64_t contact_id);
/* At a stop: what was claimed and not handed over goes back to wait. */
void broadcast_give_back(struct run *r);
bool broadcast_idle(const struct run *r);

/* rights.c */
/* Looks at the ends of rights now and then. */
void rights_tick(struct sched_engine *e);
/* Keeps the ends that a flow was told of. */
void rights_told(struct account *a, const struct channel_flow *f);
/* Renewing it went well (NULL) or did not. */
void rights_renewal(struct account *a, enum msg_right_kind kind, const char *failure);
void rights_free(struct sched_engine *e);

/* run_settle.c: lets go of runs that are over by somebody else's doing: those that the look did
 * not see. */
void run_let_go(struct sched_engine *e);

/* rate.c */
/* Takes the caps as the store has them now. */
void rate_take(struct sched_engine *e, const struct msg_rate *rates, size_t n);
/* How long staff's caps hold this run, in us; 0: it may send. */
int64_t rate_wait(const struct run *r, int64_t now_us);
void rate_charge(struct run *r, size_t recipients, int64_t now_us);
/* How many recipients one request may have, of `max`: no more than a minute's worth. */
size_t rate_batch(const struct run *r, size_t max);

/* run_send.c */
void run_ops_free(struct sched_engine *e);

/* reply.c */
int64_t reply_pump(struct account *a);
void reply_look(struct sched_engine *e);
/* At a stop: what was not handed to the client goes back to wait. */
void reply_give_back(struct account *a);
void reply_drop_all(struct account *a);
/* Whom the queue's replies go to: false if it is empty. */
/* Is it in the queue, or might it be under way? */
bool reply_is_here(const struct account *a, int64_t id);
bool reply_range(const struct account *a, int64_t *first, int64_t *last);
/* A person said stop: what is in the queue for him and unasked does not go; if he asked to be
 * forgotten, nothing does. */
void reply_opt_out(struct account *a, int64_t contact, bool erased);

/* planner.c: on the store thread, inside a transaction. Makes runs of what is due. */
struct plan_result {
    int runs;
};
enum loa_err planner_turn(struct db *db, const struct sched_engine_options *opt, int64_t now,
                          struct plan_result *out);
/* Messages whose runs all ended move on. */
enum loa_err planner_close(struct db *db, int64_t now);

#endif
