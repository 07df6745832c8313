/* SPDX-License-Identifier: Apache-2.0 */
/* A backup taken in the middle of everything, a lost machine, a restore: what may have gone out
 * since the backup goes to nobody again unless staff say so. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "messages/base/err.h"
#include "messages/store/db.h"
#include "tests/integration/rig.h"
#include "tests/kit/database.h"

TestSuite(restore, .timeout = 600);

enum { PEOPLE = 3000 };

static struct rig r;
static char *lost_store;

static void start(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env),
                   "ZALO_RATE=12000\nVIBER_RATE=600000\nFACEBOOK_RATE=600000\nLOA_DOUBT_WAIT=2\n"
                   "LOA_AUDIT_ANCHOR=anchors\n");
    rig_start(&r, "");
    rig_do(&r, "{\"op\":\"limits\",\"on\":false}");
}

static void end(void)
{
    bool on_server = r.database != NULL;

    rig_end(&r);
    if (lost_store && on_server && !getenv("RIG_KEEP"))
        kit_database_drop(lost_store);
    else
        free(lost_store);
}

/* The machine is gone: all but the backup and the key. What was on it is somewhere else. */
static void lose_the_machine(void)
{
    char command[256];

    rig_kill(&r);
    if (r.database) {
        lost_store = kit_database_put_aside(r.database);
        return;
    }
    (void)snprintf(command, sizeof(command), "cd %s && mkdir lost && mv loa.db loa.db-* lost/",
                   r.dir);
    cr_assert_eq(system(command), 0);
    lost_store = strdup("sqlite:lost/loa.db");
}

/* Whatever the server is about to send by itself, it has sent before a later message is out. */
static void let_it_do_what_it_will(void)
{
    static int n;
    char options[160];
    int64_t id;

    (void)snprintf(options, sizeof(options),
                   "--title Sau --text 'Tin sau khôi phục %d' --channels viber", ++n);
    id = rig_message(&r, options);
    RIG_WAIT(&r, rig_run_done(&r, id, "viber"));
}

static const char *in_seconds(int seconds)
{
    static char iso[32];
    time_t then = time(NULL) + seconds;
    struct tm tm;

    (void)strftime(iso, sizeof(iso), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&then, &tm));
    return iso;
}

static int64_t number_in(const char *url, const char *sql)
{
    struct loa_problem why = {"", ""};
    struct db *db = NULL;
    int64_t n = -1;

    cr_assert_eq(db_open(url, DB_READONLY, &db, &why), LOA_OK, "%s", why.text);
    cr_expect_eq(db_get_int(db, &n, sql, ""), LOA_OK, "%s", db_message(db));
    db_close(db);
    return n;
}

/* A broadcast of which a backup saw the first third and the machine two; a message that was due
 * in between; one that staff cancelled in between. */
struct lost {
    int64_t broadcast, due, cancelled;
    int64_t reached; /* when the machine was lost */
};

/* A message that is due right after the backup: approved in time to be in it, not started yet. */
static bool due_after_backup(struct lost *l, int seconds)
{
    char options[256], copy[128], started[96];

    (void)snprintf(options, sizeof(options),
                   "--title B --text 'Tin đến giờ' --channels viber --at %s", in_seconds(seconds));
    l->due = rig_message(&r, options);
    rig_must(&r, "backup copy.db --force --user an");
    (void)snprintf(copy, sizeof(copy), "sqlite:%s/copy.db", r.dir);
    (void)snprintf(started, sizeof(started),
                   "SELECT COUNT(*) FROM occurrences WHERE message_id = %lld", (long long)l->due);
    return number_in(copy, started) == 0;
}

static void lose_in_the_middle(struct lost *l)
{
    char options[256];

    rig_followers(&r, "zalo", PEOPLE);
    rig_followers(&r, "viber", 10);
    (void)snprintf(options, sizeof(options),
                   "--title Sau --text 'Tin đã hủy' --channels viber --at %s", in_seconds(3600));
    l->cancelled = rig_message(&r, options);
    rig_serve(&r, "");
    l->broadcast = rig_message(&r, "--title A --text 'Tin trước sự cố' --channels zalo");
    RIG_WAIT(&r, rig_stat(&r, "zalo", "unique") >= PEOPLE / 3);
    for (int seconds = 2; !due_after_backup(l, seconds); seconds += 2)
        cr_assert_lt(seconds, 10);
    rig_must(&r, "message cancel %lld --user an", (long long)l->cancelled);
    RIG_WAIT(&r,
             rig_got(&r, "viber", "#3", "Tin đến giờ") >= 1 && rig_state_is(&r, l->due, "sent"));
    RIG_WAIT(&r, rig_stat(&r, "zalo", "unique") >= 2 * PEOPLE / 3);
    lose_the_machine();
    l->reached = rig_stat(&r, "zalo", "unique");
    cr_assert_lt(l->reached, PEOPLE);
}

static int64_t held(const char *key)
{
    rig_must(&r, "held list --json");
    return strstr(rig_output(), key) != NULL;
}

Test(restore, nobody_gets_anything_twice_unless_staff_say_so, .init = start, .fini = end)
{
    struct lost l;
    int64_t run;
    char key[32];

    lose_in_the_middle(&l);
    rig_must(&r, "restore copy.db --json --user an");
    (void)fprintf(stderr, "restore: %s", rig_output());
    rig_serve(&r, "");
    let_it_do_what_it_will();
    cr_expect_eq(rig_stat(&r, "zalo", "unique"), l.reached, "not one more");
    cr_expect_eq(rig_stat(&r, "zalo", "duplicates"), 0);
    cr_expect_eq(rig_stat(&r, "viber", "duplicates"), 0);
    cr_expect_eq(rig_got(&r, "viber", "#3", "Tin đã hủy"), 0);

    /* Staff find out one by one. The cancelled message is back, but paused. */
    cr_expect(rig_state_is(&r, l.cancelled, "paused"));
    rig_must(&r, "message cancel %lld --user an", (long long)l.cancelled);
    (void)snprintf(key, sizeof(key), "\"key\":\"%lld@", (long long)l.due);
    cr_expect(held(key), "what was due is put to staff: %s", rig_output());
    run = rig_sql(&r, "SELECT id FROM runs WHERE state = 'held'");
    (void)snprintf(key, sizeof(key), "run:%lld", (long long)run);
    cr_expect(held(key), "%s", rig_output());
    cr_expect_neq(rig_loa(&r, "message resume %lld --user chi", (long long)l.broadcast), 0);
    rig_must(&r, "held skip %s --user chi", key);
    rig_must(&r, "message resume %lld --user chi", (long long)l.broadcast);
    RIG_WAIT(&r, rig_state_is(&r, l.broadcast, "sent"));
    let_it_do_what_it_will();
    cr_expect_eq(rig_stat(&r, "zalo", "unique"), l.reached);
    cr_expect_eq(rig_stat(&r, "zalo", "duplicates"), 0);
    rig_must(&r, "audit verify");
    cr_expect(strstr(rig_output(), "Khớp với") != NULL, "%s", rig_output());
    cr_expect_eq(rig_stop(&r), 0);
}

/* They rather have some get it twice than some not at all: all behind the backup's place are
 * written to. Whom the run had claimed then is in doubt and stays so. */
Test(restore, staff_may_have_the_rest_sent, .init = start, .fini = end)
{
    struct lost l;
    int64_t doubt, sent;

    lose_in_the_middle(&l);
    rig_must(&r, "restore copy.db --user an");
    rig_serve(&r, "");
    let_it_do_what_it_will();
    sent = rig_run(&r, l.broadcast, "zalo", "sent");
    rig_must(&r, "held send run:%lld --user chi",
             (long long)rig_sql(&r, "SELECT id FROM runs WHERE state = 'held'"));
    rig_must(&r, "message resume %lld --user chi", (long long)l.broadcast);
    RIG_WAIT(&r, rig_run_done(&r, l.broadcast, "zalo"));
    doubt = rig_run(&r, l.broadcast, "zalo", "in_doubt");
    (void)fprintf(stderr,
                  "restore: known %lld, in doubt %lld, reached before the loss %lld, after %lld, "
                  "twice %lld\n",
                  (long long)sent, (long long)doubt, (long long)l.reached,
                  (long long)rig_stat(&r, "zalo", "unique"),
                  (long long)rig_stat(&r, "zalo", "duplicates"));
    cr_expect_eq(rig_stat(&r, "zalo", "unique"), PEOPLE, "everybody has it");
    cr_expect_eq(rig_run(&r, l.broadcast, "zalo", "sent") + doubt, PEOPLE);
    cr_expect_leq(rig_stat(&r, "zalo", "duplicates"), l.reached - sent - doubt,
                  "twice only who is behind the place of the backup");
    RIG_WAIT(&r, rig_state_is(&r, l.broadcast, "sent"));
    cr_expect_eq(rig_stop(&r), 0);
}

Test(restore, refuses_what_is_no_place_and_no_backup, .init = start, .fini = end)
{
    char command[512];

    rig_must(&r, "backup copy.db --user an");
    cr_expect_neq(rig_loa(&r, "restore copy.db --user an"), 0);
    cr_expect(strstr(rig_output(), "đã có một kho dữ liệu") != NULL, "%s", rig_output());
    cr_expect_neq(rig_loa(&r, "restore nothing.db --to sqlite:new.db --user an"), 0);
    cr_expect_neq(rig_loa(&r, "restore copy.db --to sqlite:new.db --user binh"), 0,
                  "a writer does not restore");
    (void)snprintf(command, sizeof(command),
                   "cd %s && cp copy.db bad.db && dd if=/dev/zero of=bad.db bs=4096 seek=9 count=9 "
                   "conv=notrunc 2>/dev/null",
                   r.dir);
    cr_assert_eq(system(command), 0);
    cr_expect_neq(rig_loa(&r, "restore bad.db --to sqlite:new.db --user an"), 0, "damaged");
    rig_serve(&r, "");
    cr_expect_neq(rig_loa(&r, "restore copy.db --user an"), 0);
    cr_expect(r.database || strstr(rig_output(), "loa serve") != NULL, "it runs: %s", rig_output());
    cr_expect_eq(rig_stop(&r), 0);
    (void)snprintf(command, sizeof(command), "ls -A %s | grep -c 'new.db' | grep -qx 1", r.dir);
    cr_expect_eq(system(command), 0, "nothing but the lock is left behind");
    (void)snprintf(command, sizeof(command), "ls -A %s | grep -q 'copy.db[.]'", r.dir);
    cr_expect_neq(system(command), 0, "nor beside the backup");
}

/* ---- from one kind of store to the other ------------------------------------------------- */

static void same_in(const char *url)
{
    static const char *const counts[] = {
        "SELECT COUNT(*) FROM contacts WHERE status = 0", "SELECT COUNT(*) FROM runs",
        "SELECT COUNT(*) FROM messages WHERE state = 'sent'", "SELECT COUNT(*) FROM deliveries"};

    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        int64_t n = rig_sql(&r, counts[i]);

        cr_expect_gt(n, 0, "%s", counts[i]);
        cr_expect_eq(number_in(url, counts[i]), n, "%s", counts[i]);
    }
}

/* An office that has lost its server goes on with a file, and the other way round. */
Test(restore, a_backup_of_either_store_becomes_the_other, .init = start, .fini = end)
{
    char *other, file[128];
    int64_t id;

    if (!kit_postgres())
        cr_skip_test("LOA_TEST_POSTGRES is not set");
    other = kit_database_new(false);
    rig_followers(&r, "zalo", 50);
    rig_serve(&r, "");
    id = rig_message(&r, "--title A --text 'Tin' --channels zalo");
    RIG_WAIT(&r, rig_run_done(&r, id, "zalo") && rig_state_is(&r, id, "sent"));
    cr_expect_eq(rig_stop(&r), 0);
    rig_must(&r, "backup one.db --user an");
    rig_must(&r, "restore one.db --to %s --without-key --user an",
             r.database ? "sqlite:other.db" : other);
    (void)snprintf(file, sizeof(file), "sqlite:%s/other.db", r.dir);
    same_in(r.database ? file : other);
    /* And back again: what was restored is backed up like any other. */
    (void)setenv("LOA_STORE", r.database ? "sqlite:other.db" : other, 1);
    (void)setenv("LOA_SECRET_KEY", "6c6f61206c6f612070687561", 1);
    rig_must(&r, "backup two.db --user an");
    rig_must(&r, "restore two.db --to %s --without-key --user an",
             r.database ? other : "sqlite:other.db");
    same_in(r.database ? other : file);
    (void)setenv("LOA_STORE", r.database ? other : "sqlite:other.db", 1);
    rig_must(&r, "audit verify");
    kit_database_drop(other);
}

/* ---- who said stop meanwhile --------------------------------------------------------------- */

static bool has_said_stop(const char *store)
{
    return number_in(store, "SELECT COUNT(*) FROM contacts WHERE opted_out = 1") == 1;
}

static void three_friends_and_one_leaves(void)
{
    char store[128];

    rig_followers(&r, "viber", 3);
    rig_serve(&r, "");
    rig_must(&r, "backup copy.db --user an");
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"viber\",\"user\":\"#0\",\"text\":\"HỦY\"}");
    RIG_WAIT(&r, has_said_stop(rig_store(&r, store, sizeof(store))));
    lose_the_machine();
}

Test(restore, who_said_stop_after_the_backup_is_not_written_to, .init = start, .fini = end)
{
    int64_t id;

    three_friends_and_one_leaves();
    /* A node that was killed counts as one that lives until its lease runs out. */
    RIG_WAIT(&r, rig_loa(&r, "restore copy.db --old %s --user an", lost_store) == 0);
    cr_expect_not_null(strstr(rig_output(), "1 người xin thôi nhận"), "%s", rig_output());
    rig_serve(&r, "");
    id = rig_message(&r, "--title A --text 'Tin sau' --channels viber");
    RIG_WAIT(&r, rig_run_done(&r, id, "viber"));
    cr_expect_eq(rig_got(&r, "viber", "#0", "Tin sau"), 0);
    cr_expect_eq(rig_got(&r, "viber", "#1", "Tin sau"), 1);
    cr_expect_eq(rig_got(&r, "viber", "#2", "Tin sau"), 1);
    rig_must(&r, "audit verify");
    cr_expect_eq(rig_stop(&r), 0);
}

/* Without the old store, staff are told that nobody knows, and a list of before helps. */
Test(restore, a_list_of_who_said_stop_serves_as_well, .init = start, .fini = end)
{
    char plain[128], own[128];

    three_friends_and_one_leaves();
    (void)setenv("LOA_STORE", lost_store, 1);
    rig_must(&r, "contacts optouts export > optouts.jsonl");
    (void)unsetenv("LOA_STORE");
    rig_must(&r, "restore copy.db --to sqlite:plain.db --without-key --user an");
    cr_expect_not_null(strstr(rig_output(), "CHƯA BIẾT"), "%s", rig_output());
    (void)snprintf(plain, sizeof(plain), "sqlite:%s/plain.db", r.dir);
    cr_expect(!has_said_stop(plain));
    (void)setenv("LOA_STORE", "sqlite:plain.db", 1);
    rig_must(&r, "contacts optouts import optouts.jsonl --user an");
    (void)unsetenv("LOA_STORE");
    cr_expect(has_said_stop(plain));
    rig_must(&r, "restore copy.db --optouts optouts.jsonl --json --user an");
    cr_expect_not_null(strstr(rig_output(), "\"opt_outs\":1"), "%s", rig_output());
    cr_expect(has_said_stop(rig_store(&r, own, sizeof(own))));
    cr_expect_neq(rig_loa(&r, "contacts optouts import copy.db --user an"), 0, "no such file");
}

static void start_with_a_list(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env),
                   "VIBER_RATE=600000\nLOA_OPTOUTS_FILE=stops.jsonl\n");
    rig_start(&r, "");
}

static bool is_listed(const char *word)
{
    char path[128], line[1024] = "";
    bool found = false;
    FILE *f;

    (void)snprintf(path, sizeof(path), "%s/stops.jsonl", r.dir);
    f = fopen(path, "r");
    while (f && !found && fgets(line, sizeof(line), f))
        found = strstr(line, word) != NULL;
    if (f)
        (void)fclose(f);
    return found;
}

/* Nobody exports anything: the list is there when all else is gone. */
Test(restore, who_says_stop_is_listed_as_it_is_stored, .init = start_with_a_list, .fini = end)
{
    char own[128];

    rig_followers(&r, "viber", 3);
    rig_serve(&r, "");
    rig_must(&r, "backup copy.db --user an");
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"viber\",\"user\":\"#0\",\"text\":\"HỦY\"}");
    RIG_WAIT(&r, is_listed("\"wording\":\"HỦY\""));
    lose_the_machine();
    rig_must(&r, "restore copy.db --optouts stops.jsonl --json --user an");
    cr_expect_not_null(strstr(rig_output(), "\"opt_outs\":1"), "%s", rig_output());
    cr_expect(has_said_stop(rig_store(&r, own, sizeof(own))));
    /* The server that goes on writes on into the same list, where nothing is doubled that counts.
     */
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"viber\",\"user\":\"#1\",\"text\":\"dừng\"}");
    RIG_WAIT(&r, is_listed("\"wording\":\"dừng\""));
    cr_expect_eq(rig_stop(&r), 0);
    rig_must(&r, "contacts optouts import stops.jsonl --json --user an");
    cr_expect_not_null(strstr(rig_output(), "\"opt_outs\":0"), "%s", rig_output());
}
