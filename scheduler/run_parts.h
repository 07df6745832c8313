/* SPDX-License-Identifier: Apache-2.0 */
/* run_parts.h - the pieces of a run's work, for broadcast.c and its neighbours. Not for others. */
#ifndef LOA_SCHEDULER_RUN_PARTS_H
#define LOA_SCHEDULER_RUN_PARTS_H

#include "scheduler/engine_impl.h"

bool run_is_parked(const struct run *r, int64_t now);
bool run_is_held(const struct run *r, int64_t now);
void run_window_free(struct window *w);
const struct channel_draft *run_draft_for(const struct run *r, const struct msg_target *t,
                                          int64_t now, enum msg_skip *skip);

/* run_claim.c: takes the next window from the store. */
void run_claim(struct run *r, size_t max);
void run_add_window(struct run *r, struct window *w);
/* Those whom nothing is sent to come first, so that the others can go together in batches. */
void run_skipped_first(struct msg_targets *t);

/* forecast_run.c: foresees a run that begins, beside its work. */
void run_forecast(struct run *r);

/* run_stall.c: does nothing keep it from going on just now? */
bool run_may_move(struct run *r, int64_t now);

/* run_settle.c: takes what waits unsettled from the store, or ends the run. */
void run_finish_if_over(struct run *r);
/* Takes what staff want sent again, if the last look into the store saw such. */
void run_take_asked(struct run *r);

/* run_send.c: LOA_OK: the targets are under way or have their outcome. LOA_ELIMIT: the client is
 * full, they wait. */
enum loa_err run_send(struct run *r, const struct retry *what);
void run_retry_at(struct run *r, const struct retry *what, int64_t at_mono);
/* Sends no more of this run, for a reason that staff must see. */
void run_break(struct run *r, const char *why);
/* Composes the content for the way that the run has now. */
bool run_compose(struct run *r);
/* Only what goes to those outside the window, if it names a template; false: there is none. */
bool run_compose_template(struct run *r);

/* Frees the windows that are done. Not while walking the list. */
void run_sweep(struct run *r);

/* run_outcome.c: notes one outcome for the next batch; the window is done after its last one. */
void run_outcome(struct run *r, struct window *w, size_t i, enum msg_delivery_state state, int code,
                 const char *remote_id);
void run_outcome_at(struct run *r, struct window *w, size_t i, enum msg_delivery_state state,
                    int code, const char *remote_id, int64_t at_ms);
void run_contact_change(struct run *r, int64_t contact_id, enum channel_gone gone);

#endif
