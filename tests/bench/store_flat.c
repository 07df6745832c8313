/* SPDX-License-Identifier: Apache-2.0 */
/* Is what a recipient costs the store the same whatever the audience's size? The same number of
 * recipients is claimed and recorded, window by window with a commit each, in runs over few
 * contacts and in one run over many, at places all along it; also for a rare district, which has to
 * be looked for. Processor time, as the disk's waits are the same for both. Prints rows of the
 * bench's table. bench-store_flat FOLDER [MANY] */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "messages/base/crypto.h"
#include "messages/base/mem.h"
#include "messages/delivery.h"
#include "messages/run.h"
#include "messages/store/db.h"

enum { FEW = 10000, WINDOW = 800, PLACES = 20, PLACE = 20000, RARE_ONE_IN = 1000, ROUNDS = 3 };

static const int64_t start_ms = INT64_C(1790000000000);
static int64_t next_due = INT64_C(1790000000000);

static void must(enum loa_err err, struct db *db, const char *what)
{
    if (!err)
        return;
    (void)fprintf(stderr, "store_flat: %s: %s (%s)\n", what, loa_strerror(err), db_message(db));
    exit(1);
}

static double cpu_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

/* ---- an account with so many followers --------------------------------------------------- */

static void add_contacts(struct db *db, int64_t account, int64_t n)
{
    must(db_begin(db), db, "begin");
    must(db_run(db,
                "INSERT INTO accounts (id, name, channel, created_ms) "
                "VALUES ($1, CAST($1 AS TEXT), 'zalo', 1)",
                "i", account),
         db, "account");
    for (int64_t i = 1; i <= n; i++) {
        char remote[24];

        (void)snprintf(remote, sizeof(remote), "3%018" PRId64, i);
        must(
            db_run(db,
                   "INSERT INTO contacts (account_id, id, remote_id, status, last_seen_ms, topics, "
                   "district) VALUES ($1, $2, $3, 0, $4, ';van-hoa;', $5)",
                   "iisis", account, i, remote, start_ms,
                   i % RARE_ONE_IN ? "Nha Trang" : "Khánh Sơn"),
            db, "contact");
        if (i % 100000 == 0) {
            must(db_commit(db), db, "commit");
            must(db_begin(db), db, "begin");
        }
    }
    must(db_commit(db), db, "commit");
}

static struct db *open_store(const char *folder, char **path)
{
    char *url;
    struct loa_problem why = {"", ""};
    struct db *db = NULL;

    *path = loa_xasprintf("%s/flat.db", folder);
    url = loa_xasprintf("sqlite:%s", *path);
    (void)unlink(*path);
    if (db_open(url, DB_CREATE, &db, &why) || db_migrate(db, NULL, &why)) {
        (void)fprintf(stderr, "store_flat: %s\n", why.text);
        exit(1);
    }
    free(url);
    must(db_run(db,
                "INSERT INTO messages (id, title, state, author, version, content, sha256, "
                "created_ms, updated_ms) VALUES (1, 'T', 'sending', 'an', 1, '{}', '', 1, 1)",
                ""),
         db, "message");
    return db;
}

/* ---- runs -------------------------------------------------------------------------------- */

static int64_t new_run(struct db *db, int64_t account)
{
    struct msg_run r = {.message_id = 1,
                        .due_ms = next_due++,
                        .account_id = account,
                        .content = loa_xstrdup("{\"text\":\"T\"}"),
                        .deadline_ms = start_ms};
    int64_t id;

    must(db_begin(db), db, "begin");
    must(msg_run_create(db, &r, start_ms), db, "run");
    must(db_commit(db), db, "commit");
    id = r.id;
    msg_run_release(&r);
    return id;
}

/* Claims and records one window; how many recipients it had. */
static int64_t one_window(struct db *db, int64_t run, int64_t account,
                          const struct msg_audience *audience, int64_t *cursor)
{
    static struct msg_outcome outcomes[WINDOW];
    struct msg_targets t;
    int64_t n;

    must(db_begin(db), db, "begin");
    must(msg_run_claim(db, run, account, audience, *cursor, WINDOW, start_ms, &t), db, "claim");
    for (size_t i = 0; i < t.n; i++) {
        outcomes[i] = (struct msg_outcome){
            .contact_id = t.items[i].contact_id, .at_ms = start_ms, .state = MSG_DELIVERY_SENT};
        (void)snprintf(outcomes[i].remote_id, sizeof(outcomes[i].remote_id), "%032" PRIx64,
                       (uint64_t)t.items[i].contact_id);
    }
    must(msg_run_record(db, run, outcomes, t.n), db, "record");
    if (t.n)
        must(msg_run_window_done(db, run, t.first_id), db, "window");
    must(db_commit(db), db, "commit");
    *cursor = t.last_id ? t.last_id : INT64_MAX;
    n = (int64_t)t.n;
    msg_targets_release(&t);
    return n;
}

static void move_to(struct db *db, int64_t run, int64_t cursor)
{
    must(db_run(db, "UPDATE runs SET cursor_id = $1 WHERE id = $2", "ii", cursor, run), db, "move");
}

/* Processor microseconds a contact that is passed: recipients, or those looked through for them. */
static double everybody(struct db *db, int64_t account, int64_t people, int64_t *looked)
{
    static const struct msg_audience all = {0};
    int64_t step = people > FEW ? people / PLACES : people, sent = 0;
    int64_t run = people > FEW ? new_run(db, account) : 0;
    double begun = cpu_us();

    for (int64_t at = 0; sent < (int64_t)PLACES * PLACE; at = at + step < people ? at + step : 0) {
        int64_t cursor = at, left = people > FEW ? PLACE : people;

        if (people <= FEW)
            run = new_run(db, account);
        else
            move_to(db, run, at);
        while (left > 0) {
            int64_t n = one_window(db, run, account, &all, &cursor);

            left -= n;
            sent += n;
            if (!n)
                break;
        }
    }
    *looked = sent;
    return (cpu_us() - begun) / (double)sent;
}

static double rare(struct db *db, int64_t account, int64_t people, int64_t *looked)
{
    struct msg_audience some = {0};
    double begun = cpu_us();

    msg_list_add(&some.districts, "Khánh Sơn");
    for (*looked = 0; *looked < (int64_t)PLACES * PLACE;) {
        int64_t cursor = 0, run = new_run(db, account);

        while (cursor < people && *looked < (int64_t)PLACES * PLACE) {
            int64_t before = cursor;

            (void)one_window(db, run, account, &some, &cursor);
            *looked += (cursor < people ? cursor : people) - before;
        }
    }
    msg_list_release(&some.districts);
    return (cpu_us() - begun) / (double)*looked;
}

typedef double (*measure_cb)(struct db *db, int64_t account, int64_t people, int64_t *looked);

/* The best of some rounds, in turn: other work on the machine only adds. */
static void compare(struct db *db, const char *what, measure_cb measure, int64_t many)
{
    double few_us = 1e9, many_us = 1e9, ratio;
    int64_t looked;

    for (int i = 0; i < ROUNDS; i++) {
        double a = measure(db, 1, FEW, &looked), b = measure(db, 2, many, &looked);

        few_us = a < few_us ? a : few_us;
        many_us = b < many_us ? b : many_us;
    }
    ratio = many_us / few_us;
    (void)printf("| %s, %" PRId64 " contacts | %.2f us | %d contacts: %.2f us | %.2f | <= 1.1 | %s "
                 "|\n",
                 what, many, many_us, FEW, few_us, ratio, ratio <= 1.1 ? "reached" : "missed");
}

static long peak_kib(void)
{
    FILE *f = fopen("/proc/self/status", "r");
    char line[128];
    long kib = 0;

    while (f && fgets(line, sizeof(line), f)) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    }
    if (f)
        (void)fclose(f);
    return kib;
}

int main(int argc, char **argv)
{
    int64_t many = argc > 2 ? strtoll(argv[2], NULL, 10) : 5000000;
    struct db *db;
    char *path;

    if (argc < 2 || many < FEW || loa_crypto_init() != LOA_OK) {
        (void)fprintf(stderr, "usage: bench-store_flat FOLDER [MANY]\n");
        return 2;
    }
    db = open_store(argv[1], &path);
    add_contacts(db, 1, FEW);
    add_contacts(db, 2, many);
    compare(db, "store, a recipient claimed and recorded", everybody, many);
    compare(db, "store, a contact looked at for a rare district", rare, many);
    (void)fprintf(stderr, "store_flat: %ld KiB at most\n", peak_kib());
    db_close(db);
    (void)unlink(path);
    free(path);
    return 0;
}
