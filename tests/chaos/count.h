/* SPDX-License-Identifier: Apache-2.0 */
/* count.h - everyone of a broadcast, one by one: what the store says became of him beside what the
 * sandbox's ledger says that he got. */
#ifndef LOA_TESTS_CHAOS_COUNT_H
#define LOA_TESTS_CHAOS_COUNT_H

#include "tests/integration/rig.h"

struct count {
    int64_t people;
    int64_t sent, failed, skipped, doubt; /* by the store, rows of deliveries */
    int64_t open;                         /* no row, or one that still waits */
    int64_t open_reached;                 /* of these, in the ledger all the same */
    int64_t reached;                      /* by the ledger, at least once */
    int64_t twice;                        /* copies beyond the first, of all people */
    int64_t ghosts;                       /* sent by the store, not in the ledger */
    int64_t hidden;                       /* failed or skipped by the store, yet in the ledger */
    int64_t doubt_reached;                /* in doubt, and in the ledger */
    int64_t sums; /* the run's own numbers agree with its rows: 0, else by how much they differ */
};

/* One message (the part of its text that tells it from others) on account 1 of a channel;
 * its newest run, where there are several. */
void count_everyone(struct rig *r, const char *channel, int64_t message, const char *text,
                    struct count *out);
/* Who got it more than once, the first few of them, and when and through which door, on stderr. */
void count_print_twice(struct rig *r, const char *channel, const char *text);
/* "WHAT: CHANNEL: people 600, sent 590, ..." on stderr. */
void count_print(const char *what, const char *channel, const struct count *c);

/* A number from the environment; what is given otherwise if it is not there. */
int64_t chaos_size(const char *name, int64_t otherwise);
/* CHAOS_SEED, or another one each time; said on stderr, so that what fails can be played again. */
int64_t chaos_seed(const char *what);
/* Even in [0, below), from a seed that it moves on. */
int64_t chaos_random(uint64_t *seed, int64_t below);

/* For what takes minutes: as RIG_WAIT, but CHAOS_WAIT minutes (30), and looking only after that
 * many naps. */
#define RIG_WAIT_LONG_EVERY(r, naps, condition)                                                    \
    do {                                                                                           \
        int64_t rig_deadline_ = rig_now_ms() + 60000 * chaos_size("CHAOS_WAIT", 30);               \
        while (!(condition)) {                                                                     \
            if (rig_now_ms() > rig_deadline_)                                                      \
                rig_give_up((r), #condition);                                                      \
            for (int rig_naps_ = 0; rig_naps_ < (naps); rig_naps_++)                               \
                rig_nap();                                                                         \
        }                                                                                          \
    } while (0)
#define RIG_WAIT_LONG(r, condition) RIG_WAIT_LONG_EVERY(r, 15, condition)

#endif
