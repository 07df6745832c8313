/* SPDX-License-Identifier: Apache-2.0 */
/* Clean-up: what is old is counted and goes, step by step; what is unsettled or young stays; the
 * numbers of a run stay right; the store stops growing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/cleanup.h"
#include "messages/contact.h"
#include "messages/conversation.h"
#include "messages/delivery.h"
#include "messages/inbound.h"
#include "messages/message.h"
#include "messages/opt_out.h"
#include "messages/question.h"
#include "messages/receipt.h"
#include "messages/run.h"
#include "messages/trial.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account, message, day0;

static void open_it(void)
{
    struct msg_spec spec;

    db = help_open();
    account = help_account(db, "zalo");
    spec = help_spec("{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":["
                     "\"zalo\"]}}");
    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &message, NULL), LOA_OK);
    msg_spec_release(&spec);
    day0 = help_at("2026-10-01T07:30:00+07:00");
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_cleanup, .timeout = 60, .init = open_it, .fini = close_it);

/* Steps until the pass is over; returns what was dropped. */
static int64_t clean_by(enum msg_cleanup_kind kind, int64_t before, int64_t now, size_t max)
{
    struct msg_cleanup_step s = {.kind = kind, .before_ms = before, .now = now, .max = max};
    int64_t dropped = 0, expected = 0;

    cr_assert_eq(msg_cleanup_count(db, kind, before, &expected), LOA_OK);
    for (int steps = 0; !s.over; steps++) {
        cr_assert_lt(steps, 10000, "it never ends");
        cr_assert_eq(msg_cleanup_step(db, &s), LOA_OK, "%s", db_message(db));
        cr_assert_leq(s.dropped, (int64_t)max);
        dropped += s.dropped;
    }
    cr_expect_eq(dropped, expected, "the count says what goes");
    return dropped;
}

static int64_t clean(enum msg_cleanup_kind kind, int64_t before)
{
    return clean_by(kind, before, before + LOA_DAY_MS, 7);
}

/* ---- deliveries -------------------------------------------------------------------------- */

static int64_t finished_run(int64_t due, int n, bool done)
{
    struct msg_run r = {.message_id = message,
                        .due_ms = due,
                        .account_id = account,
                        .content = loa_xstrdup("{}"),
                        .deadline_ms = due + LOA_DAY_MS};
    int64_t id;

    cr_assert_eq(msg_run_create(db, &r, due), LOA_OK);
    id = r.id;
    msg_run_release(&r);
    for (int i = 1; i <= n; i++) {
        struct msg_outcome o = {.contact_id = i, .at_ms = due, .state = MSG_DELIVERY_SENT};

        (void)snprintf(o.remote_id, sizeof(o.remote_id), "r%d", i);
        if (i % 10 == 0) {
            o.state = MSG_DELIVERY_FAILED;
            o.code = -213;
        } else if (i % 10 == 9) {
            o.state = MSG_DELIVERY_SKIPPED;
            o.code = MSG_SKIP_BLOCKED;
        } else if (i % 10 == 8) {
            o.at_ms = due + 2 * LOA_HOUR_MS;
        }
        cr_assert_eq(msg_run_record(db, id, &o, 1), LOA_OK);
    }
    if (done)
        cr_assert_eq(msg_run_state_set(db, id, MSG_RUN_DONE, NULL, due + LOA_HOUR_MS), LOA_OK);
    return id;
}

static void set_state(int64_t run, int64_t contact, enum msg_delivery_state state)
{
    cr_assert_eq(db_run(db,
                        "UPDATE deliveries SET state = $1 WHERE run_id = $2 AND contact_id = $3",
                        "iii", (int64_t)state, run, contact),
                 LOA_OK);
}

static int64_t left(int64_t run)
{
    int64_t n = 0;

    cr_assert_eq(db_get_int(db, &n, "SELECT COUNT(*) FROM deliveries WHERE run_id = $1", "i", run),
                 LOA_OK);
    return n;
}

static int64_t stat_of(int64_t run, int64_t state, int64_t code, int64_t hour)
{
    int64_t n = 0;
    enum loa_err err = db_get_int(db, &n,
                                  "SELECT n FROM delivery_stats WHERE run_id = $1 AND state = $2 "
                                  "AND code = $3 AND hour = $4",
                                  "iiii", run, state, code, hour);

    cr_assert(err == LOA_OK || err == LOA_ENOENT);
    return n;
}

Test(msg_cleanup, deliveries_are_counted_by_outcome_and_hour_and_go)
{
    int64_t run = finished_run(day0, 50, true), delivered, seen;

    set_state(run, 1, MSG_DELIVERY_DELIVERED);
    set_state(run, 2, MSG_DELIVERY_SEEN);
    cr_expect_eq(clean(MSG_CLEANUP_DELIVERIES, day0 + LOA_DAY_MS), 50);
    cr_expect_eq(left(run), 0);
    cr_expect_eq(stat_of(run, MSG_DELIVERY_SENT, 0, 7), 33);
    cr_expect_eq(stat_of(run, MSG_DELIVERY_SENT, 0, 9), 5);
    cr_expect_eq(stat_of(run, MSG_DELIVERY_FAILED, -213, 7), 5);
    cr_expect_eq(stat_of(run, MSG_DELIVERY_SKIPPED, MSG_SKIP_BLOCKED, 7), 5);
    cr_assert_eq(msg_delivery_reached(db, run, &delivered, &seen), LOA_OK);
    cr_expect_eq(delivered, 2);
    cr_expect_eq(seen, 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM runs WHERE sent = 40 AND failed = 5 AND "
                              "skipped = 5 AND total = 50"),
                 1, "the run's own numbers stay");
    cr_expect_eq(clean(MSG_CLEANUP_DELIVERIES, day0 + LOA_DAY_MS), 0, "once");
    cr_expect_eq(stat_of(run, MSG_DELIVERY_SENT, 0, 7), 33);
}

Test(msg_cleanup, open_and_young_runs_are_left_alone)
{
    int64_t open = finished_run(day0, 20, false), young = finished_run(day0 + LOA_DAY_MS, 20, true);

    cr_expect_eq(clean(MSG_CLEANUP_DELIVERIES, day0 + LOA_DAY_MS), 0);
    cr_expect_eq(left(open), 20);
    cr_expect_eq(left(young), 20);
}

Test(msg_cleanup, what_is_in_doubt_stays_until_it_is_settled)
{
    int64_t run = finished_run(day0, 30, true), week = day0 + 8 * (int64_t)LOA_DAY_MS;

    set_state(run, 3, MSG_DELIVERY_DOUBT);
    set_state(run, 17, MSG_DELIVERY_DOUBT);
    cr_expect_eq(clean(MSG_CLEANUP_DELIVERIES, day0 + LOA_DAY_MS), 28);
    cr_expect_eq(left(run), 2);
    cr_expect_eq(clean(MSG_CLEANUP_DELIVERIES, day0 + LOA_DAY_MS), 0, "not each time again");
    set_state(run, 3, MSG_DELIVERY_SENT);
    cr_expect_eq(clean_by(MSG_CLEANUP_DELIVERIES, day0 + LOA_DAY_MS, week + 2 * LOA_DAY_MS, 7), 1,
                 "after a week it is looked at again");
    cr_expect_eq(left(run), 1);
    cr_expect_eq(stat_of(run, MSG_DELIVERY_SENT, 0, 7) + stat_of(run, MSG_DELIVERY_SENT, 0, 9), 23);
}

Test(msg_cleanup, a_public_post_keeps_its_address)
{
    int64_t run = finished_run(day0, 10, true);
    struct msg_outcome o = {
        .contact_id = 0, .at_ms = day0, .state = MSG_DELIVERY_SENT, .remote_id = "page_post"};
    int64_t expected = 0;

    cr_assert_eq(msg_run_record(db, run, &o, 1), LOA_OK);
    cr_assert_eq(msg_cleanup_count(db, MSG_CLEANUP_DELIVERIES, day0 + 2 * LOA_DAY_MS, &expected),
                 LOA_OK);
    cr_expect_eq(expected, 10);
    cr_expect_eq(clean(MSG_CLEANUP_DELIVERIES, day0 + 2 * LOA_DAY_MS), 10);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM deliveries WHERE remote_id = 'page_post'"), 1);
}

/* A step that is undone with its transaction is as if it had not been. */
Test(msg_cleanup, a_crash_between_steps_counts_nothing_twice)
{
    int64_t run = finished_run(day0, 50, true);
    struct msg_cleanup_step s = {.kind = MSG_CLEANUP_DELIVERIES,
                                 .before_ms = day0 + LOA_DAY_MS,
                                 .now = day0 + LOA_DAY_MS,
                                 .max = 8},
                            undone;

    for (int i = 0; !s.over; i++) {
        if (i % 2) {
            undone = s;
            cr_assert_eq(db_savepoint(db), LOA_OK);
            cr_assert_eq(msg_cleanup_step(db, &undone), LOA_OK);
            db_rollback_to(db);
            cr_assert_eq(db_release(db), LOA_OK);
        }
        cr_assert_eq(msg_cleanup_step(db, &s), LOA_OK);
    }
    cr_expect_eq(left(run), 0);
    cr_expect_eq(help_int(db, "SELECT SUM(n) FROM delivery_stats"), 50);
}

Test(msg_cleanup, a_receipt_that_comes_later_finds_nothing_and_changes_nothing)
{
    int64_t run = finished_run(day0, 10, true);

    cr_expect_eq(clean(MSG_CLEANUP_DELIVERIES, day0 + LOA_DAY_MS), 10);
    cr_expect_eq(msg_run_receipt(db, account, 1, 0, "r1", MSG_DELIVERY_SEEN, day0 + LOA_DAY_MS),
                 LOA_ENOENT);
    cr_expect_eq(msg_run_receipt(db, account, 1, run, "r1", MSG_DELIVERY_SEEN, day0 + LOA_DAY_MS),
                 LOA_ENOENT);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM runs WHERE sent = 8 AND total = 10"), 1);
}

/* ---- events, replies, questions ---------------------------------------------------------- */

static void event(int i, int kind, bool open, int64_t at)
{
    char key[16], text[64];
    int64_t seq;

    (void)snprintf(key, sizeof(key), "k%d", i);
    (void)snprintf(text, sizeof(text), "{\"kind\":%d,\"text\":\"x\"}", kind);
    cr_assert_eq(msg_inbound_add(db, account, key, text, open, 0, at, &seq), LOA_OK);
}

Test(msg_cleanup, events_that_were_worked_on_are_counted_by_day_and_kind)
{
    for (int i = 0; i < 40; i++)
        event(i, i % 2 ? 8 : 0, i == 4, day0 + (i < 30 ? 0 : LOA_DAY_MS));
    event(99, 0, false, day0 + 5 * (int64_t)LOA_DAY_MS);
    cr_expect_eq(clean(MSG_CLEANUP_EVENTS, day0 + 2 * LOA_DAY_MS), 39);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM inbound"), 2, "an open one and a young one");
    cr_expect_eq(help_int(db, "SELECT n FROM activity_stats WHERE day = 20261001 AND what = 1 AND "
                              "code = 0"),
                 14);
    cr_expect_eq(help_int(db, "SELECT n FROM activity_stats WHERE day = 20261001 AND code = 8"),
                 15);
    cr_expect_eq(help_int(db, "SELECT SUM(n) FROM activity_stats WHERE day = 20261002"), 10);
}

static void reply(enum msg_reply_state state, int64_t at)
{
    struct msg_reply r = {.account = account, .contact = 1, .content = loa_xstrdup("{}")};

    cr_assert_eq(msg_reply_add(db, &r, at), LOA_OK);
    cr_assert_eq(
        db_run(db, "UPDATE replies SET state = $1 WHERE id = $2", "ii", (int64_t)state, r.id),
        LOA_OK);
    msg_reply_release(&r);
}

Test(msg_cleanup, replies_that_are_not_settled_stay)
{
    for (int i = 0; i < 50; i++)
        reply((enum msg_reply_state)(i % 5), day0);
    reply(MSG_REPLY_SENT, day0 + 9 * (int64_t)LOA_DAY_MS);
    cr_expect_eq(clean(MSG_CLEANUP_REPLIES, day0 + LOA_DAY_MS), 20);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM replies WHERE state IN (0, 1, 4)"), 30);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM replies"), 31);
    cr_expect_eq(help_int(db, "SELECT n FROM activity_stats WHERE what = 2 AND code = 2"), 10);
    cr_expect_eq(help_int(db, "SELECT n FROM activity_stats WHERE what = 2 AND code = 3"), 10);
}

Test(msg_cleanup, questions_are_counted_without_their_words)
{
    for (int i = 0; i < 20; i++)
        cr_assert_eq(msg_question_add(db, i % 4 ? "zalo" : "viber", "nhà tôi ở số 5, sđt 0905",
                                      MSG_QUESTION_UNANSWERED, day0),
                     LOA_OK);
    cr_expect_eq(clean(MSG_CLEANUP_QUESTIONS, day0 + LOA_DAY_MS), 20);
    cr_expect_eq(help_int(db, "SELECT n FROM question_stats WHERE channel = 'zalo'"), 15);
    cr_expect_eq(help_int(db, "SELECT n FROM question_stats WHERE channel = 'viber'"), 5);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM unanswered"), 0);
}

/* ---- the rest ---------------------------------------------------------------------------- */

Test(msg_cleanup, who_waits_for_a_person_is_not_forgotten)
{
    for (int64_t i = 1; i <= 30; i++) {
        int64_t at = i % 3 ? day0 : day0 + 3 * (int64_t)LOA_DAY_MS;

        cr_assert_eq(msg_conversation_put(db, account, i, "{}", at), LOA_OK);
        if (i % 10 == 0)
            cr_assert_eq(msg_handover_open(db, account, i, MSG_HANDOVER_ASKED, NULL, false, at),
                         LOA_OK);
    }
    cr_expect_eq(clean(MSG_CLEANUP_CONVERSATIONS, day0 + LOA_DAY_MS), 18);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM conversations WHERE wants_person = 1"), 3);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM conversations"), 12);
    /* Answered, and long ago. */
    cr_assert_eq(msg_handover_spoke(db, account, 10, "an", day0 + 1), LOA_OK);
    cr_expect_eq(clean(MSG_CLEANUP_CONVERSATIONS, day0 + LOA_DAY_MS), 1);
}

Test(msg_cleanup, occurrences_that_staff_have_not_answered_stay)
{
    static const char *const states[] = {"started", "asked", "missed"};

    for (int64_t i = 0; i < 30; i++)
        cr_assert_eq(db_run(db,
                            "INSERT INTO occurrences (message_id, due_ms, state, at_ms) "
                            "VALUES ($1, $2, $3, $2)",
                            "iis", message, day0 + i, states[i % 3]),
                     LOA_OK);
    cr_expect_eq(clean(MSG_CLEANUP_OCCURRENCES, day0 + LOA_DAY_MS), 20);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM occurrences WHERE state = 'asked'"), 10);
}

Test(msg_cleanup, receipts_of_nothing_go)
{
    char id[24];

    for (int64_t i = 0; i < 40; i++) {
        (void)snprintf(id, sizeof(id), "m%d", (int)i);
        cr_assert_eq(
            msg_run_receipt_early(db, account, 1 + i % 3, 0, id, i % 2 ? day0 : day0 + LOA_DAY_MS),
            LOA_OK);
    }
    cr_expect_eq(clean(MSG_CLEANUP_RECEIPTS, day0 + LOA_HOUR_MS), 20);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM early_receipts"), 20);
}

Test(msg_cleanup, a_replay_is_known_as_long_as_platforms_send_again)
{
    char key[24];

    for (int i = 0; i < 40; i++) {
        int64_t at = day0 + (i % 2 ? 0 : 3 * (int64_t)LOA_DAY_MS);

        (void)snprintf(key, sizeof(key), "seen:%d", i);
        cr_expect_eq(msg_receipt_new(db, account, key, i % 4, at), LOA_OK);
        cr_expect_eq(msg_receipt_new(db, account, key, i % 4, at), LOA_EEXIST);
        cr_expect_eq(msg_receipt_new(db, account + 1, key, i % 4, at), LOA_OK, "another account's");
    }
    cr_expect_eq(clean(MSG_CLEANUP_REPLAYS, day0 + LOA_DAY_MS), 40);
    cr_expect_eq(msg_receipt_new(db, account, "seen:0", 0, day0), LOA_EEXIST);
    cr_expect_eq(msg_receipt_new(db, account, "seen:1", 1, day0), LOA_OK, "long forgotten");
}

Test(msg_cleanup, what_all_nodes_have_heard_goes)
{
    for (int64_t i = 0; i < 20; i++) {
        cr_assert_eq(msg_opt_out_note(db, account, 1 + i, false, i % 2 ? day0 : day0 + LOA_DAY_MS),
                     LOA_OK);
    }
    cr_expect_eq(clean_by(MSG_CLEANUP_OPT_OUTS, day0 + LOA_HOUR_MS, day0, 500), 10);
}

/* ---- people ------------------------------------------------------------------------------ */

/* A person's number by how things stand: last word, followed, said stop, consent when. */
static int64_t person(const char *remote, int64_t seen, int64_t status, bool stop, int64_t consent)
{
    int64_t id = help_contact(db, account, remote, NULL, NULL);

    cr_assert_eq(db_run(db,
                        "UPDATE contacts SET last_seen_ms = $1, status = $2, opted_out = $3, "
                        "name = 'An' WHERE id = $4",
                        "iiii", seen, status, (int64_t)stop, id),
                 LOA_OK);
    if (consent)
        cr_assert_eq(
            msg_consent_note(db, account, id, stop ? "opt-out" : "opt-in", "lời", "chat", consent),
            LOA_OK);
    return id;
}

static int64_t number(const char *sql, int64_t id)
{
    int64_t n = -1;

    cr_assert_eq(db_get_int(db, &n, sql, "i", id), LOA_OK);
    return n;
}

static bool is_forgotten(int64_t id)
{
    return number("SELECT status FROM contacts WHERE id = $1", id) == MSG_CONTACT_ERASED;
}

static int64_t consents_of(int64_t id)
{
    return number("SELECT COUNT(*) FROM consents WHERE contact_id = $1", id);
}

Test(msg_cleanup, people_who_are_long_gone_are_forgotten_and_only_they)
{
    int64_t before = day0 + LOA_DAY_MS, old = day0, young = day0 + 2 * (int64_t)LOA_DAY_MS;
    int64_t left = person("left", old, 1, false, 0),
            blocked = person("blocked", old, 2, false, old);
    int64_t stopped = person("stopped", old, 0, true, old);
    int64_t stays[] = {
        person("follows", old, 0, false, 0),   person("wrote", young, 1, false, 0),
        person("said", old, 0, true, young),   person("new", 0, 1, false, 0),
        person("tester", old, 1, false, 0),    person("waits", old, 1, false, 0),
        person("reached", old, 2, false, old),
    };
    int64_t n = 0, id = 0;

    cr_assert_eq(msg_tester_add(db, &help_writer, 1, account, stays[4]), LOA_OK);
    cr_assert_eq(msg_conversation_put(db, account, stays[5], "{}", 1), LOA_OK);
    cr_assert_eq(db_exec(db, "UPDATE conversations SET wants_person = 1"), LOA_OK);
    (void)finished_run(young, 0, true);
    cr_assert_eq(db_run(db,
                        "INSERT INTO deliveries (run_id, contact_id, state, at_ms) "
                        "SELECT id, $1, 1, 1 FROM runs",
                        "i", stays[6]),
                 LOA_OK);
    cr_assert_eq(msg_cleanup_count(db, MSG_CLEANUP_CONTACTS, before, &n), LOA_OK);
    cr_expect_eq(n, 3);
    cr_expect_eq(clean_by(MSG_CLEANUP_CONTACTS, before, young, 2), 3);
    cr_expect(is_forgotten(left) && is_forgotten(blocked) && is_forgotten(stopped));
    for (size_t i = 0; i < sizeof(stays) / sizeof(stays[0]); i++)
        cr_expect(!is_forgotten(stays[i]), "%zu", i);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts WHERE status = 4 AND name IS NULL"),
                 3);
    /* Of who said stop the proof stays, of the others not even that they were here. */
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts WHERE remote_id LIKE 'erased:k%'"), 1);
    cr_expect_eq(consents_of(stopped), 1);
    cr_expect_eq(consents_of(blocked), 0);
    cr_assert_eq(msg_contact_touch(db, account, "stopped", NULL, young, &id), LOA_OK);
    cr_expect_eq(msg_contact_may_write(db, account, id), LOA_EPERM);
    cr_assert_eq(msg_contact_touch(db, account, "left", NULL, young, &id), LOA_OK);
    cr_expect_eq(msg_contact_may_write(db, account, id), LOA_OK, "a new person like any other");
    /* Who was only ever noticed goes when that is long ago. */
    n = clean_by(MSG_CLEANUP_CONTACTS, young + 1, young + 2, 500);
    for (size_t i = 1; i <= 6; i++)
        cr_expect_eq(is_forgotten(stays[i]), i != 4 && i != 5, "%zu", i);
    cr_expect_eq(n, 6, "with the two who came back at that time");
}

/* ---- growth ------------------------------------------------------------------------------ */

static int64_t pages(struct db *file)
{
    return help_int(file, "PRAGMA page_count");
}

/* Ninety campaigns, of which the last ten are kept: the file stops growing when the first ones go,
 * because what they leave is used again. */
Test(msg_cleanup, the_store_stops_growing)
{
    enum { PEOPLE = 2000, CAMPAIGNS = 90, KEPT = 10 };
    struct db *memory = db;
    struct loa_problem why = {"", ""};
    char *url = help_url("grow.db");
    int64_t settled = 0, most = 0;

    cr_assert_eq(db_open(url, DB_CREATE, &db, &why), LOA_OK, "%s", why.text);
    cr_assert_eq(db_migrate(db, NULL, &why), LOA_OK, "%s", why.text);
    cr_assert_eq(db_run(db,
                        "INSERT INTO messages (id, title, state, author, version, content, "
                        "sha256, created_ms, updated_ms) "
                        "VALUES ($1, 'T', 'sending', 'an', 1, '{}', '', 1, 1)",
                        "i", message),
                 LOA_OK);
    for (int i = 0; i < CAMPAIGNS; i++) {
        int64_t now = day0 + i * (int64_t)LOA_DAY_MS;

        cr_assert_eq(db_begin(db), LOA_OK);
        (void)finished_run(now, PEOPLE, true);
        for (int k = 0; k < 200; k++)
            event(i * 1000 + k, 0, false, now);
        cr_assert_eq(db_commit(db), LOA_OK);
        for (int kind = 0; kind < MSG_CLEANUP_KINDS; kind++) {
            cr_assert_eq(db_begin(db), LOA_OK);
            (void)clean_by((enum msg_cleanup_kind)kind, now - KEPT * (int64_t)LOA_DAY_MS, now, 500);
            cr_assert_eq(db_commit(db), LOA_OK);
        }
        if (i == KEPT + 5)
            settled = pages(db);
        most = pages(db) > most ? pages(db) : most;
    }
    cr_expect_leq(most, settled + settled / 20, "%lld pages after fifteen campaigns, %lld at most",
                  (long long)settled, (long long)most);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM runs WHERE sent = 1600 AND total = 2000"),
                 CAMPAIGNS);
    db_close(db);
    db = memory;
    free(url);
    help_folder_remove();
}
