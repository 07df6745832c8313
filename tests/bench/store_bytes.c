/* SPDX-License-Identifier: Apache-2.0 */
/* What one delivery takes in a SQLite store, all indexes included: runs of many recipients are
 * recorded as the scheduler does it, window by window with the outcomes a little out of order, and
 * the file's growth is divided by their number. Prints a row of the bench's table.
 *   bench-store_bytes FOLDER [DELIVERIES] */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "messages/base/crypto.h"
#include "messages/base/mem.h"
#include "messages/delivery.h"
#include "messages/run.h"
#include "messages/store/db.h"

enum { WINDOW = 800, FLUSH = 256, NEAR = 64, RUNS = 4, TARGET = 64 };

static const int64_t start_ms = INT64_C(1790000000000);

static void must(enum loa_err err, struct db *db, const char *what)
{
    if (!err)
        return;
    (void)fprintf(stderr, "store_bytes: %s: %s (%s)\n", what, loa_strerror(err), db_message(db));
    exit(1);
}

static int64_t number(struct db *db, const char *sql)
{
    int64_t n = 0;

    must(db_get_int(db, &n, sql, ""), db, sql);
    return n;
}

static int64_t used(struct db *db)
{
    return number(db, "PRAGMA page_count") * number(db, "PRAGMA page_size");
}

static struct db *open_store(const char *folder, char **path)
{
    char *url;
    struct loa_problem why = {"", ""};
    struct db *db = NULL;

    *path = loa_xasprintf("%s/bytes.db", folder);
    url = loa_xasprintf("sqlite:%s", *path);
    (void)unlink(*path);
    if (db_open(url, DB_CREATE, &db, &why) || db_migrate(db, NULL, &why)) {
        (void)fprintf(stderr, "store_bytes: %s\n", why.text);
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

/* An outcome as platforms answer it: ids of Zalo's length and of Messenger's in turn, one in fifty
 * refused, one in fifty left out. */
static void fill(struct msg_outcome *o, int64_t contact, int64_t at_ms)
{
    *o = (struct msg_outcome){.contact_id = contact, .at_ms = at_ms, .state = MSG_DELIVERY_SENT};
    if (contact % 50 == 7) {
        o->state = MSG_DELIVERY_FAILED;
        o->code = -213;
    } else if (contact % 50 == 8) {
        o->state = MSG_DELIVERY_SKIPPED;
        o->code = MSG_SKIP_UNSUBSCRIBED;
    } else {
        (void)snprintf(o->remote_id, sizeof(o->remote_id),
                       contact % 2 ? "%016" PRIx64 "%016" PRIx64 : "m_%040" PRIx64 "%048" PRIx64,
                       (uint64_t)contact * UINT64_C(0x9E3779B97F4A7C15), (uint64_t)contact);
    }
}

static void record_window(struct db *db, int64_t run, int64_t first, size_t n)
{
    struct msg_outcome items[WINDOW];

    for (size_t i = 0; i < n; i++)
        fill(&items[i], first + (int64_t)i, start_ms + first + (int64_t)i);
    for (size_t i = 0; i < n; i++) { /* answers overtake each other, but not by far */
        size_t left = n - i, to = i + (size_t)rand() % (left < NEAR ? left : NEAR);
        struct msg_outcome swap = items[i];

        items[i] = items[to];
        items[to] = swap;
    }
    must(db_begin(db), db, "begin");
    must(db_run(db,
                "INSERT INTO windows (run_id, first_id, last_id, claimed_ms) "
                "VALUES ($1, $2, $3, $4)",
                "iiii", run, first, first + (int64_t)n - 1, start_ms),
         db, "window");
    for (size_t i = 0; i < n; i += FLUSH)
        must(msg_run_record(db, run, items + i, n - i < FLUSH ? n - i : FLUSH), db, "record");
    must(msg_run_window_done(db, run, first), db, "window done");
    must(db_commit(db), db, "commit");
}

static int64_t new_run(struct db *db, int64_t due)
{
    struct msg_run r = {.message_id = 1,
                        .due_ms = due,
                        .account_id = 1,
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

int main(int argc, char **argv)
{
    int64_t n = argc > 2 ? strtoll(argv[2], NULL, 10) : 1000000, each = n / RUNS, before, grown;
    struct db *db;
    double bytes;
    char *path;

    if (argc < 2 || each < 1 || loa_crypto_init() != LOA_OK) {
        (void)fprintf(stderr, "usage: bench-store_bytes FOLDER [DELIVERIES]\n");
        return 2;
    }
    db = open_store(argv[1], &path);
    before = used(db);
    for (int run = 0; run < RUNS; run++) {
        int64_t id = new_run(db, start_ms + run);

        for (int64_t at = 1; at <= each; at += WINDOW)
            record_window(db, id, at, (size_t)(each - at + 1 < WINDOW ? each - at + 1 : WINDOW));
    }
    grown = used(db) - before;
    bytes = (double)grown / (double)(each * RUNS);
    (void)printf("| store bytes per delivery, all indexes, %" PRId64
                 " deliveries | %.1f bytes | %.1f MiB | | <= %d | %s |\n",
                 each * RUNS, bytes, (double)grown / 1048576, TARGET,
                 bytes <= TARGET ? "reached" : "missed");
    db_close(db);
    (void)unlink(path);
    free(path);
    return 0;
}
