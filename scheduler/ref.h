/* SPDX-License-Identifier: Apache-2.0 */
/* ref.h - our own id of a message, which travels with it and comes back in the platform's echo
 * (Facebook metadata) where there is one: "loa:d:RUN:CONTACT" for a broadcast, "loa:r:REPLY" for a
 * reply, "loa:p:RUN" for a public post. */
#ifndef LOA_SCHEDULER_REF_H
#define LOA_SCHEDULER_REF_H

#include <stdint.h>

enum { SCHED_REF_SIZE = 64 };

struct sched_ref {
    char kind; /* 'd', 'r', 'p' */
    int64_t id, contact;
};

const char *sched_ref_format(const struct sched_ref *ref, char out[SCHED_REF_SIZE]);
/* kind 0 when it is not one of ours. */
struct sched_ref sched_ref_parse(const char *text);

#endif
