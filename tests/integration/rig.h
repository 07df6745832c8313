/* SPDX-License-Identifier: Apache-2.0 */
/* rig.h - the real programs in a folder of their own: loa-sandbox, loa serve, the command line.
 * Everything waits for a condition, never for a time. A failed expectation of the rig itself ends
 * the test with the tail of the logs. */
#ifndef LOA_TESTS_INTEGRATION_RIG_H
#define LOA_TESTS_INTEGRATION_RIG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <cjson/cJSON.h>

struct rig {
    char dir[64], web[64], sandbox[64], tls[64];
    /* PostgreSQL's URL: set before rig_start() it is used as it is, otherwise one is made when
     * LOA_TEST_STORE says so. NULL: sqlite:loa.db. */
    char *database;
    bool database_made;
    int web_port;
    pid_t sandbox_pid, loa_pid;
    char extra_env[1024]; /* more lines for .env, before rig_start() */
};

/* Makes the folder, starts the sandbox, writes .env, users an/binh/chi/dung (admin, writer, two
 * approvers). `sandbox_args` may be "". */
void rig_start(struct rig *r, const char *sandbox_args);
/* Ends and reaps everything and removes the folder, unless RIG_KEEP is set. */
void rig_end(struct rig *r);

/* A setting in .env; static. */
const char *rig_env(struct rig *r, const char *name);

/* Starts `loa serve ARGS` and waits until /readyz says so. */
void rig_serve(struct rig *r, const char *args);
/* Without waiting. */
void rig_spawn(struct rig *r, const char *args);
void rig_wait_ready(struct rig *r);
int rig_free_port(void);
/* One more `loa serve`, with its own environment ("NAME=value ...", for a shell) and log in the
 * rig's folder. The caller reaps it. */
pid_t rig_spawn_as(struct rig *r, const char *env, const char *log_name);
void rig_kill(struct rig *r); /* kill -9 */
int rig_stop(struct rig *r);  /* SIGTERM; its exit code */

/* Runs `loa ARGS` in the folder; stdout and stderr (at most some KiB) into a static buffer.
 * Returns the exit code. */
int rig_loa(struct rig *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *rig_output(void);
/* The same, and must succeed. */
void rig_must(struct rig *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* HTTP. `status` may be NULL. Body in a static buffer. */
const char *rig_http(const char *method, const char *url, const char *body, size_t len,
                     const char *header, long *status);
/* Percent-encoded; caller owns, free(). */
char *rig_escape(const char *text);
/* GET of the sandbox's own pages: "/_control/..."; the answer is the caller's. */
cJSON *rig_read(struct rig *r, const char *path);
/* An order to the sandbox, which must succeed; the answer is the caller's. */
cJSON *rig_order(struct rig *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void rig_do(struct rig *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Numbers of the sandbox's ledger: /_control/stats, PLATFORM.KEY. */
int64_t rig_stat(struct rig *r, const char *platform, const char *key);
/* Ledger entries of one citizen ("demo", "#0"), newest last; `dir` "out" or "in". Caller owns. */
cJSON *rig_ledger(struct rig *r, const char *platform, const char *user, const char *dir);
/* How many entries to that citizen hold `text`, in their text or in a card. */
int rig_got(struct rig *r, const char *platform, const char *user, const char *text);

/* N followers in the sandbox, and as contacts in the store. */
void rig_followers(struct rig *r, const char *platform, int n);
/* new + submit + approve (+ schedule when it has no time); the message's id. `options` are those
 * of `message new` but --user. */
int64_t rig_message(struct rig *r, const char *options);
cJSON *rig_show(struct rig *r, int64_t id);
/* A number of the message's run on an account, -1 if there is none. */
int64_t rig_run(struct rig *r, int64_t id, const char *account, const char *key);
bool rig_run_done(struct rig *r, int64_t id, const char *account);
bool rig_state_is(struct rig *r, int64_t id, const char *state);
/* One SQL number from the store, past the program; -1 when there is none. */
int64_t rig_sql(struct rig *r, const char *sql);
/* SQL for the store, several statements at once. */
void rig_sql_run(struct rig *r, const char *sql);
/* The store's address, into `out`, for those who read more than a number; returns `out`. */
const char *rig_store(struct rig *r, char *out, size_t size);
bool rig_log_has(struct rig *r, const char *text);
/* A metric's value without labels; -1 if absent. */
int64_t rig_metric(struct rig *r, const char *name);

/* Waits until `condition` holds, at most two minutes. */
#define RIG_WAIT(r, condition)                                                                     \
    do {                                                                                           \
        int64_t rig_deadline_ = rig_now_ms() + 120000;                                             \
        while (!(condition)) {                                                                     \
            if (rig_now_ms() > rig_deadline_)                                                      \
                rig_give_up((r), #condition);                                                      \
            rig_nap();                                                                             \
        }                                                                                          \
    } while (0)
int64_t rig_now_ms(void);
void rig_nap(void);
void rig_give_up(struct rig *r, const char *what);

#endif
