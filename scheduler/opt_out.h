/* SPDX-License-Identifier: Apache-2.0 */
/* opt_out.h - the part of the engine's look into the store that finds who said stop. Not for
 * others. */
#ifndef LOA_SCHEDULER_OPT_OUT_H
#define LOA_SCHEDULER_OPT_OUT_H

#include "messages/opt_out.h"
#include "scheduler/engine_impl.h"

struct opt_out_look {
    struct opt_out_range {
        int64_t account, first, last; /* contacts */
    } * ranges;
    size_t n;
    struct msg_opt_outs found;
};

/* On the loop: whom it concerns. */
void opt_out_ask(struct sched_engine *e, struct opt_out_look *l);
/* On a store thread. */
LOA_MUST_USE enum loa_err opt_out_read(struct db *db, struct opt_out_look *l);
/* On the loop: spares those that were found, and ends *l. */
void opt_out_end(struct sched_engine *e, struct opt_out_look *l);

#endif
