/* SPDX-License-Identifier: Apache-2.0 */
/* flow_impl.h - between flow.c, which moves a flow along, and flow_end.c, which says what its end
 * means. Not for others. */
#ifndef LOA_SCHEDULER_FLOW_IMPL_H
#define LOA_SCHEDULER_FLOW_IMPL_H

#include "scheduler/engine_impl.h"

/* The flow is done, or could not go on; `run` for a public post only. */
void flow_over(struct account *a, struct run *run, struct channel_flow *f);
/* A crash left a post with such a request: not known whether it is out. */
void flow_over_doubt(struct run *r);
/* Its next request is not sent just now (a stop, a pause, a cancel): no try is counted, and it goes
 * on from f->state. */
void flow_over_wait(struct run *r, const struct channel_flow *f);
/* The run is over in the store: the post was put out by hand meanwhile. */
void flow_over_gone(struct run *r);
/* The time is over before it went. */
void flow_over_late(struct run *r);
/* The platform's cap leaves nobody whom it would reach. */
void flow_over_capped(struct run *r, const char *why);

#endif
