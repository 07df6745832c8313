/* SPDX-License-Identifier: Apache-2.0 */
/* store.h - the database behind two threads: one owns the writing connection and runs all jobs
 * that wait in one transaction (group commit), the other owns a read-only connection, so that a
 * long report never delays a webhook. Completions run on the loop.
 *
 * A job's `arg` belongs to the job from the submit until `done` runs. */
#ifndef LOA_MESSAGES_STORE_STORE_H
#define LOA_MESSAGES_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

struct store;

/* On a store thread, inside a transaction. An error undoes this job's changes, not its
 * neighbours'. Must touch nothing but the database and `arg`. */
typedef enum loa_err (*store_work_cb)(struct db *db, void *arg);
/* On the loop, after the commit (or its failure: LOA_EIO). Runs exactly once. On PostgreSQL a
 * commit whose answer was lost is LOA_EIO too, though it may have happened: what is done again
 * after LOA_EIO must be able to stand twice. */
typedef void (*store_done_cb)(void *arg, enum loa_err result);

/* Opens both connections, migrates, and locks SQLite's file for this process: LOA_EEXIST when
 * another `loa serve` holds it (PostgreSQL serves many). Caller owns *out, store_close(). */
LOA_MUST_USE enum loa_err store_open(uv_loop_t *loop, const char *url, struct store **out,
                                     struct loa_problem *why);
/* Runs what was submitted, then stops; `closed` runs on the loop when all is freed. */
void store_close(struct store *s, void (*closed)(void *ctx), void *ctx);

void store_write(struct store *s, store_work_cb work, store_done_cb done, void *arg);
void store_read(struct store *s, store_work_cb work, store_done_cb done, void *arg);

/* Why the job whose completion runs just now ended with `result`, for the log: the database's own
 * words if it was the database. Borrowed until the completion returns. */
const char *store_why(const struct store *s, enum loa_err result);

/* Jobs that wait or run; the server refuses webhooks (503) when this grows too large. */
size_t store_backlog(const struct store *s);

struct store_stats {
    uint64_t commits, jobs, failures; /* of the writer */
    int64_t last_commit_us;
};
void store_stats(struct store *s, struct store_stats *out);
/* How long the slowest transaction since the last call took, its jobs included; 0: there was none.
 */
int64_t store_slowest_commit_us(struct store *s);

/* False while a connection to the database is lost: jobs then end with LOA_EIO at once, and both
 * threads connect again in the background. */
bool store_connected(struct store *s);
/* Connections that were made anew since the start. */
uint64_t store_reconnects(struct store *s);

#endif
