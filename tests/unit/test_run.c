/* SPDX-License-Identifier: Apache-2.0 */
/* Runs: windows over the audience, outcomes written once, what a crash leaves in doubt, and
 * numbers that always add up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/delivery.h"
#include "messages/inbound.h"
#include "messages/message.h"
#include "messages/receipt.h"
#include "messages/run.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account, message;

static void open_it(void)
{
    struct msg_spec spec;

    db = help_open();
    account = help_account(db, "zalo");
    spec = help_spec("{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":["
                     "\"zalo\"]}}");
    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &message, NULL), LOA_OK);
    msg_spec_release(&spec);
}

/* What each run says of itself fits its rows. */
static void check_numbers(void)
{
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM runs r WHERE "
                              "r.sent <> (SELECT COUNT(*) FROM deliveries d WHERE d.run_id = r.id "
                              "AND d.state IN (1, 5, 6)) OR "
                              "r.failed <> (SELECT COUNT(*) FROM deliveries d WHERE d.run_id = "
                              "r.id AND d.state = 2) OR "
                              "r.skipped <> (SELECT COUNT(*) FROM deliveries d WHERE d.run_id = "
                              "r.id AND d.state = 3) OR "
                              "r.in_doubt <> (SELECT COUNT(*) FROM deliveries d WHERE d.run_id = "
                              "r.id AND d.state = 4) OR "
                              "r.total <> r.sent + r.failed + r.skipped + r.in_doubt"),
                 0, "the numbers do not add up");
}

static void close_it(void)
{
    check_numbers();
    help_close(db);
}

TestSuite(msg_run, .timeout = 20, .init = open_it, .fini = close_it);

static int64_t new_run(int64_t due, const char *topic, const char *district)
{
    struct msg_run r = {.message_id = message,
                        .due_ms = due,
                        .account_id = account,
                        .content = loa_xstrdup("{}"),
                        .deadline_ms = 9000000};
    int64_t id;

    if (topic)
        msg_list_add(&r.audience.topics, topic);
    if (district)
        msg_list_add(&r.audience.districts, district);
    cr_assert_eq(msg_run_create(db, &r, 1000), LOA_OK);
    id = r.id;
    msg_run_release(&r);
    return id;
}

/* `n` followers; the first one's id. */
static int64_t people(int n)
{
    struct db_rows *rows = db_rows_new("iis");
    int64_t first = 0;
    char remote[16];

    cr_assert_eq(db_next_ids(db, "contacts", (size_t)n, &first), LOA_OK);
    for (int i = 0; i < n; i++) {
        (void)snprintf(remote, sizeof(remote), "u%d", i);
        db_rows_add(rows, account, first + i, remote);
    }
    cr_assert_eq(db_run_many(db,
                             "INSERT INTO contacts (account_id, id, remote_id, status) "
                             "VALUES ($1, $2, $3, 0)",
                             rows, NULL),
                 LOA_OK);
    db_rows_free(rows);
    return first;
}

static int64_t cursor_of(int64_t run)
{
    int64_t cursor = 0;

    cr_assert_eq(db_get_int(db, &cursor, "SELECT cursor_id FROM runs WHERE id = $1", "i", run),
                 LOA_OK);
    return cursor;
}

static struct msg_targets claim(int64_t run, size_t max)
{
    static const struct msg_audience everybody = {0};
    struct msg_targets t;

    cr_assert_eq(msg_run_claim(db, run, account, &everybody, cursor_of(run), max, 2000, &t),
                 LOA_OK);
    return t;
}

static void record(int64_t run, int64_t contact, enum msg_delivery_state state, const char *remote,
                   bool replaces)
{
    struct msg_outcome o = {
        .contact_id = contact, .at_ms = 3000, .state = state, .replaces = replaces};

    (void)snprintf(o.remote_id, sizeof(o.remote_id), "%s", remote ? remote : "");
    cr_assert_eq(msg_run_record(db, run, &o, 1), LOA_OK);
    check_numbers();
}

/* All that its policy lets go again. */
static struct msg_targets take_doubts(const struct msg_run *r, int64_t now)
{
    struct msg_doubt_rules rules = {.now = now, .wait_ms = 1, .resend = true};
    struct msg_targets t;

    cr_assert_eq(msg_doubt_take(db, r, &rules, 10, &t), LOA_OK);
    return t;
}

static int64_t state_of(int64_t run, int64_t contact)
{
    int64_t v = 0;
    enum loa_err err =
        db_get_int(db, &v, "SELECT state FROM deliveries WHERE run_id = $1 AND contact_id = $2",
                   "ii", run, contact);

    cr_assert(err == LOA_OK || err == LOA_ENOENT);
    return v;
}

static enum loa_err receipt(int64_t contact, int64_t run, const char *remote,
                            enum msg_delivery_state state)
{
    enum loa_err err = msg_run_receipt(db, account, contact, run, remote, state, 5000);

    check_numbers();
    return err;
}

/* ---- making and loading ---------------------------------------------------------------- */

Test(msg_run, an_occurrence_has_one_run_on_an_account)
{
    struct msg_run again = {.message_id = message,
                            .due_ms = 500,
                            .account_id = account,
                            .content = loa_xstrdup("{}"),
                            .deadline_ms = 1};

    new_run(500, NULL, NULL);
    cr_expect_eq(msg_run_create(db, &again, 1000), LOA_EEXIST);
    again.way = 2;
    cr_expect_eq(msg_run_create(db, &again, 1000), LOA_OK, "another way is another run");
    msg_run_release(&again);
    new_run(501, NULL, NULL);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM runs"), 3);
}

Test(msg_run, open_runs_are_loaded_as_they_were_made_urgent_ones_first)
{
    struct msg_run urgent = {.message_id = message,
                             .due_ms = 900,
                             .account_id = account,
                             .way = 1,
                             .content = loa_xstrdup("{\"a\":1}"),
                             .deadline_ms = 77,
                             .urgent = true,
                             .resend_doubtful = true};
    struct msg_run *all = NULL;
    int64_t first = new_run(500, "van-hoa", "Nha Trang"), over = new_run(400, NULL, NULL);
    size_t n = 0;

    msg_list_add(&urgent.audience.topics, "a");
    msg_list_add(&urgent.audience.topics, "b");
    cr_assert_eq(msg_run_create(db, &urgent, 1000), LOA_OK);
    msg_run_release(&urgent);
    cr_assert_eq(msg_run_state_set(db, over, MSG_RUN_DONE, NULL, 2000), LOA_OK);
    cr_assert_eq(msg_run_load_open(db, 0, &all, &n), LOA_OK);
    cr_assert_eq(n, (size_t)2);
    cr_expect(all[0].urgent);
    cr_expect(all[0].resend_doubtful);
    cr_expect_str_eq(all[0].content, "{\"a\":1}");
    cr_expect_eq(all[0].way, 1);
    cr_expect_eq(all[0].deadline_ms, 77);
    cr_expect_eq(all[0].audience.topics.n, (size_t)2);
    cr_expect_eq(all[0].audience.districts.n, (size_t)0);
    cr_expect_eq(all[0].state, MSG_RUN_WAITING);
    cr_expect_str_eq(all[0].message_state, "draft");
    cr_expect_eq(all[1].id, first);
    cr_expect_str_eq(all[1].audience.districts.items[0], "Nha Trang");
    for (size_t i = 0; i < n; i++)
        msg_run_release(&all[i]);
    free(all);
}

Test(msg_run, what_went_wrong_stays_when_the_state_moves_on)
{
    int64_t run = new_run(500, NULL, NULL);
    char *text;

    cr_assert_eq(msg_run_state_set(db, run, MSG_RUN_SENDING, "hạn mức", 2000), LOA_OK);
    cr_assert_eq(msg_run_state_set(db, run, MSG_RUN_CANCELLED, NULL, 3000), LOA_OK);
    cr_assert_eq(msg_run_flow_save(db, new_run(600, NULL, NULL), "{\"step\":2}", false), LOA_OK);
    text = help_text(db, "SELECT error || state || finished_ms FROM runs WHERE id = 1");
    cr_expect_str_eq(text, "hạn mứccancelled3000");
    free(text);
    text = help_text(db, "SELECT flow_state || state FROM runs WHERE id = 2");
    cr_expect_str_eq(text, "{\"step\":2}sending");
    free(text);
}

/* ---- windows --------------------------------------------------------------------------- */

Test(msg_run, windows_cover_everybody_once_in_order)
{
    int64_t first = people(10), run = new_run(500, NULL, NULL), expected = first;
    struct msg_targets t;

    for (;;) {
        t = claim(run, 4);
        if (!t.last_id)
            break;
        cr_expect_eq(t.first_id, expected);
        for (size_t i = 0; i < t.n; i++)
            cr_expect_eq(t.items[i].contact_id, expected++);
        cr_expect_eq(t.last_id, expected - 1);
        msg_targets_release(&t);
    }
    cr_expect_eq(expected, first + 10);
    cr_expect_eq(t.n, (size_t)0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM windows"), 3);
}

Test(msg_run, who_follows_after_it_began_is_not_part_of_it)
{
    int64_t run;
    struct msg_targets t;

    people(2);
    run = new_run(500, NULL, NULL);
    help_contact(db, account, "late", NULL, NULL);
    t = claim(run, 100);
    cr_expect_eq(t.n, (size_t)2);
    msg_targets_release(&t);
    t = claim(run, 100);
    cr_expect_eq(t.last_id, 0);
}

Test(msg_run, another_accounts_contacts_are_left_alone)
{
    int64_t other = help_account(db, "viber"), run;
    struct msg_targets t;

    people(1);
    help_contact(db, other, "x", NULL, NULL);
    people(0);
    run = new_run(500, NULL, NULL);
    t = claim(run, 100);
    cr_expect_eq(t.n, (size_t)1);
    msg_targets_release(&t);
}

Test(msg_run, only_the_audience_is_claimed)
{
    static const struct {
        const char *topics, *district;
        bool topic_only, district_only, both;
    } who[] = {
        {";van-hoa;the-thao;", "Nha Trang", true, true, true},
        {";van-hoa;", "Cam Ranh", true, false, false},
        {"the-thao;van-hoa", NULL, true, false, false},
        {";van;", "Nha Trang", false, true, false},
        {";van-hoa-doc;", "Nha Trang ", false, false, false},
        {NULL, "Nha Trang", false, true, false},
        {NULL, NULL, false, false, false},
    };
    enum { N = sizeof(who) / sizeof(who[0]) };
    struct msg_audience topic = {0}, district = {0}, both = {0};
    const struct msg_audience *const audiences[] = {&topic, &district, &both};
    int64_t ids[N];

    msg_list_add(&topic.topics, "x");
    msg_list_add(&topic.topics, "van-hoa");
    msg_list_add(&district.districts, "Nha Trang");
    msg_list_add(&both.topics, "van-hoa");
    msg_list_add(&both.districts, "Nha Trang");
    for (int i = 0; i < N; i++) {
        char remote[16];

        (void)snprintf(remote, sizeof(remote), "p%d", i);
        ids[i] = help_contact(db, account, remote, who[i].topics, who[i].district);
    }
    for (size_t a = 0; a < 3; a++) {
        struct msg_targets t;
        size_t at = 0;

        cr_assert_eq(msg_run_claim(db, new_run(500 + (int64_t)a, NULL, NULL), account, audiences[a],
                                   0, 100, 2000, &t),
                     LOA_OK);
        for (int i = 0; i < N; i++) {
            bool in = a == 0 ? who[i].topic_only : a == 1 ? who[i].district_only : who[i].both;

            if (in)
                cr_expect(at < t.n && t.items[at++].contact_id == ids[i], "%d in %zu", i, a);
        }
        cr_expect_eq(at, t.n);
        cr_expect_eq(t.last_id, ids[N - 1], "the window ends behind those who are passed over");
        msg_targets_release(&t);
    }
    msg_list_release(&topic.topics);
    msg_list_release(&district.districts);
    msg_list_release(&both.topics);
    msg_list_release(&both.districts);
}

Test(msg_run, a_claim_whose_commit_seemed_to_fail_is_taken_up_again)
{
    static const struct msg_audience everybody = {0};
    struct msg_targets first, again;
    int64_t run;

    people(9);
    run = new_run(500, NULL, NULL);
    cr_assert_eq(msg_run_claim(db, run, account, &everybody, 0, 4, 2000, &first), LOA_OK);
    cr_assert_eq(msg_run_claim(db, run, account, &everybody, 0, 2, 2001, &again), LOA_OK);
    cr_expect_eq(again.n, first.n, "the window that was claimed, whatever is asked for now");
    cr_expect_eq(again.first_id, first.first_id);
    cr_expect_eq(again.last_id, first.last_id);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM windows"), 1);
    msg_targets_release(&again);
    again = claim(run, 4);
    cr_expect_eq(again.first_id, first.last_id + 1);
    msg_targets_release(&first);
    msg_targets_release(&again);
}

Test(msg_run, a_window_without_anybody_in_it_moves_on_and_is_not_noted)
{
    struct msg_audience nobody = {0};
    struct msg_targets t;
    int64_t run;

    people(3);
    run = new_run(500, NULL, NULL);
    msg_list_add(&nobody.topics, "none");
    cr_assert_eq(msg_run_claim(db, run, account, &nobody, 0, 2, 2000, &t), LOA_OK);
    cr_expect_eq(t.n, (size_t)0);
    cr_expect_neq(t.last_id, 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM windows"), 0);
    msg_targets_release(&t);
    msg_list_release(&nobody.topics);
}

/* One in a thousand lives there: a window is filled from far ahead, but a claim looks at some
 * thousands of contacts at most, and the next one goes on behind them. */
Test(msg_run, a_rare_audience_fills_windows_by_bounded_steps)
{
    enum { PEOPLE = 10000, ONE_IN = 1000, SCAN = 4096 };
    struct msg_audience rare = {0};
    struct msg_targets t;
    int64_t run, first = people(PEOPLE), cursor = first - 1;
    int claims = 0, found = 0;

    cr_assert_eq(db_run(db, "UPDATE contacts SET district = 'Khanh Sơn' WHERE (id - $1) % $2 = 0",
                        "ii", first, (int64_t)ONE_IN),
                 LOA_OK);
    run = new_run(500, NULL, "Khanh Sơn");
    msg_list_add(&rare.districts, "Khanh Sơn");
    for (;; claims++) {
        cr_assert_eq(msg_run_claim(db, run, account, &rare, cursor_of(run), 4, 2000, &t), LOA_OK);
        if (!t.last_id)
            break;
        cr_expect_gt(t.first_id, cursor, "what was looked at is not looked at again");
        cr_expect_leq(t.last_id - cursor, SCAN);
        cursor = t.last_id;
        for (size_t i = 0; i < t.n; i++)
            cr_expect_eq(t.items[i].contact_id, first + found++ * ONE_IN);
        cr_expect_leq(t.n, (size_t)4);
        msg_targets_release(&t);
    }
    cr_expect_eq(found, PEOPLE / ONE_IN);
    cr_expect_leq(claims, 4);
    msg_list_release(&rare.districts);
}

Test(msg_run, who_may_not_be_written_to_comes_with_the_reason)
{
    static const enum msg_skip expected[] = {MSG_SKIP_NONE,    MSG_SKIP_UNSUBSCRIBED,
                                             MSG_SKIP_BLOCKED, MSG_SKIP_INVALID,
                                             MSG_SKIP_INVALID, MSG_SKIP_UNSUBSCRIBED};
    int64_t first = people(6);
    struct msg_targets t;

    for (int i = 0; i < 5; i++)
        cr_assert_eq(msg_contact_status_set(db, account, first + i, (enum msg_contact_status)i),
                     LOA_OK);
    cr_assert_eq(msg_contact_consent(db, account, first + 5, false, "STOP", "text", 5), LOA_OK);
    t = claim(new_run(500, NULL, NULL), 100);
    cr_assert_eq(t.n, (size_t)6);
    for (size_t i = 0; i < 6; i++)
        cr_expect_eq(t.items[i].skip, expected[i], "%zu", i);
    cr_expect_str_eq(t.items[0].remote_id, "u0");
    cr_expect_null(t.items[0].name);
    msg_targets_release(&t);
}

Test(msg_run, a_run_that_is_over_gives_no_more_windows)
{
    int64_t run;
    struct msg_targets t;

    people(4);
    run = new_run(500, NULL, NULL);
    t = claim(run, 2);
    msg_targets_release(&t);
    cr_assert_eq(msg_run_state_set(db, run, MSG_RUN_CANCELLED, NULL, 2500), LOA_OK);
    t = claim(run, 2);
    cr_expect_eq(t.n, (size_t)0);
    cr_expect_eq(t.last_id, 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM windows"), 1);
}

/* ---- outcomes -------------------------------------------------------------------------- */

Test(msg_run, each_outcome_is_counted_where_it_belongs)
{
    int64_t c = people(7), run = new_run(500, NULL, NULL);
    static const enum msg_delivery_state states[] = {
        MSG_DELIVERY_SENT, MSG_DELIVERY_FAILED,    MSG_DELIVERY_SKIPPED, MSG_DELIVERY_DOUBT,
        MSG_DELIVERY_SEEN, MSG_DELIVERY_DELIVERED, MSG_DELIVERY_LATER};

    for (int i = 0; i < 7; i++)
        record(run, c + i, states[i], NULL, false);
    cr_expect_eq(help_int(db, "SELECT sent FROM runs"), 3);
    cr_expect_eq(help_int(db, "SELECT failed FROM runs"), 1);
    cr_expect_eq(help_int(db, "SELECT skipped FROM runs"), 1);
    cr_expect_eq(help_int(db, "SELECT in_doubt FROM runs"), 1);
    cr_expect_eq(help_int(db, "SELECT total FROM runs"), 6, "one waits and has no outcome yet");
}

Test(msg_run, an_outcome_is_written_once)
{
    int64_t c = people(2), run = new_run(500, NULL, NULL);
    struct msg_outcome twice[2] = {{.contact_id = c, .at_ms = 1, .state = MSG_DELIVERY_FAILED},
                                   {.contact_id = c + 1, .at_ms = 1, .state = MSG_DELIVERY_SENT}};

    record(run, c, MSG_DELIVERY_SENT, "m1", false);
    cr_expect_eq(msg_run_record(db, run, twice, 2), LOA_OK, "nobody else waits because of it");
    check_numbers();
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_SENT);
    cr_expect_eq(state_of(run, c + 1), MSG_DELIVERY_SENT);
}

Test(msg_run, an_old_doubt_does_not_take_the_receipt_of_a_later_message)
{
    int64_t c = people(1), run = new_run(500, NULL, NULL), day = INT64_C(86400000);
    struct msg_reply reply = {.account = account, .contact = c, .content = loa_xstrdup("{}")};

    record(run, c, MSG_DELIVERY_DOUBT, NULL, false);
    cr_expect_eq(msg_run_receipt(db, account, c, 0, "m9", MSG_DELIVERY_SENT, day), LOA_ENOENT);
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_DOUBT);
    cr_assert_eq(msg_reply_add(db, &reply, 2500), LOA_OK);
    cr_expect_eq(receipt(c, 0, "m9", MSG_DELIVERY_SENT), LOA_ENOENT,
                 "it may be that of the reply which is on its way");
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_DOUBT);
    msg_reply_release(&reply);
}

Test(msg_run, a_doubt_does_not_take_the_receipt_of_a_message_of_long_ago)
{
    int64_t c = people(1), old = new_run(500, NULL, NULL), run = 0;

    record(old, c, MSG_DELIVERY_SENT, "m1", false);
    for (int i = 1; i <= 30; i++)
        run = new_run(500 + i, NULL, NULL);
    record(run, c, MSG_DELIVERY_DOUBT, NULL, false);
    cr_expect_eq(receipt(c, 0, "m1", MSG_DELIVERY_DELIVERED), LOA_ENOENT, "a phone was off");
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_DOUBT);
    cr_expect_eq(receipt(c, 0, "m2", MSG_DELIVERY_DELIVERED), LOA_OK);
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_DELIVERED);
}

Test(msg_run, an_early_echo_that_was_no_other_message_s_is_seen_before_a_doubt_goes_again)
{
    int64_t c = people(2), run = new_run(500, NULL, NULL), other = new_run(600, NULL, NULL);
    struct msg_run r = {.id = run, .account_id = account, .deadline_ms = 9000000};
    struct msg_targets t;

    record(run, c, MSG_DELIVERY_DOUBT, NULL, false);
    record(run, c + 1, MSG_DELIVERY_DOUBT, NULL, false);
    record(other, c + 1, MSG_DELIVERY_SENT, "m2", false);
    cr_assert_eq(msg_run_receipt_early(db, account, c, 0, "m1", 4000), LOA_OK);
    cr_assert_eq(msg_run_receipt_early(db, account, c + 1, 0, "m2", 4000), LOA_OK);
    cr_assert_eq(msg_doubt_hear(db, &r, 9000), LOA_OK);
    t = take_doubts(&r, 9000);
    cr_assert_eq(t.n, (size_t)1, "the other echo was the other run's");
    cr_expect_eq(t.items[0].contact_id, c + 1);
    msg_targets_release(&t);
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_SENT);
    check_numbers();
}

/* What a crash leaves is written as a batch; those that were told of early do not become doubts. */
Test(msg_run, a_batch_of_doubts_hears_the_early_ones_and_notes_the_others)
{
    int64_t c = people(5), run = new_run(500, NULL, NULL);
    struct msg_outcome o[5];

    for (int i = 0; i < 5; i++)
        o[i] = (struct msg_outcome){.contact_id = c + i,
                                    .at_ms = 3000,
                                    .since_ms = 2000,
                                    .cause = MSG_DOUBT_CRASH,
                                    .state = MSG_DELIVERY_DOUBT};
    cr_assert_eq(msg_run_receipt_early(db, account, c + 1, 0, "m1", 2500), LOA_OK);
    cr_assert_eq(msg_run_receipt_early(db, account, c + 2, 0, "m0", 1500), LOA_OK, "before it");
    cr_assert_eq(msg_run_record(db, run, o, 4), LOA_OK);
    check_numbers();
    cr_expect_eq(state_of(run, c + 1), MSG_DELIVERY_SENT);
    cr_expect_eq(state_of(run, c + 2), MSG_DELIVERY_DOUBT);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM doubts WHERE cause = 1 AND since_ms = 2000"),
                 3);
    cr_assert_eq(msg_run_record(db, run, o, 5), LOA_OK, "four rows too many");
    check_numbers();
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM doubts"), 4);
    cr_expect_eq(state_of(run, c + 1), MSG_DELIVERY_SENT);
    cr_expect_eq(help_int(db, "SELECT MAX(tries) FROM doubts"), 0);
}

Test(msg_run, a_retry_is_in_doubt_while_it_runs_and_then_settled)
{
    int64_t c = people(2), run = new_run(500, NULL, NULL), n = 0;
    struct msg_run r = {.id = run, .account_id = account, .deadline_ms = 9000000};
    struct msg_targets t;

    record(run, c, MSG_DELIVERY_LATER, NULL, false);
    record(run, c + 1, MSG_DELIVERY_LATER, NULL, false);
    cr_assert_eq(msg_run_count(db, run, MSG_DELIVERY_LATER, &n), LOA_OK);
    cr_expect_eq(n, 2);
    cr_assert_eq(msg_run_take_later(db, &r, 10, 2999, &t), LOA_OK);
    cr_expect_eq(t.n, (size_t)0, "not due yet");
    msg_targets_release(&t);
    cr_assert_eq(msg_run_take_later(db, &r, 1, 4000, &t), LOA_OK);
    cr_assert_eq(t.n, (size_t)1);
    cr_expect_eq(t.items[0].contact_id, c);
    msg_targets_release(&t);
    check_numbers();
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_DOUBT);
    record(run, c, MSG_DELIVERY_SENT, "m1", true);
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_SENT);
    cr_expect_eq(state_of(run, c + 1), MSG_DELIVERY_LATER);
}

Test(msg_run, an_echo_that_settled_a_doubt_is_not_overwritten)
{
    int64_t c = people(1), run = new_run(500, NULL, NULL);

    record(run, c, MSG_DELIVERY_DOUBT, NULL, false);
    cr_expect_eq(receipt(c, run, "m1", MSG_DELIVERY_SENT), LOA_OK);
    record(run, c, MSG_DELIVERY_FAILED, NULL, true);
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_SENT);
}

Test(msg_run, an_echo_that_came_before_the_doubt_settles_it)
{
    int64_t c = people(2), run = new_run(500, NULL, NULL);
    struct msg_outcome o[] = {
        {.contact_id = c, .at_ms = 3000, .since_ms = 2000, .state = MSG_DELIVERY_DOUBT},
        {.contact_id = c + 1, .at_ms = 3000, .since_ms = 2000, .state = MSG_DELIVERY_DOUBT}};

    cr_assert_eq(msg_run_receipt_early(db, account, c, 0, "m1", 2500), LOA_OK);
    cr_assert_eq(msg_run_receipt_early(db, account, c, 0, "m1", 2600), LOA_OK, "twice is fine");
    cr_assert_eq(msg_run_receipt_early(db, account, c + 1, 0, "m0", 1500), LOA_OK);
    cr_assert_eq(msg_run_record(db, run, o, 2), LOA_OK);
    check_numbers();
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_SENT);
    cr_expect_eq(state_of(run, c + 1), MSG_DELIVERY_DOUBT, "an older echo was another message's");
    cr_assert_eq(db_run(db, "DELETE FROM early_receipts", ""), LOA_OK);
}

Test(msg_run, an_echo_that_says_whose_it_is_settles_no_other_broadcast)
{
    int64_t c = people(1), first = new_run(500, NULL, NULL), second = new_run(501, NULL, NULL);
    struct msg_outcome o[] = {
        {.contact_id = c, .at_ms = 3000, .since_ms = 2000, .state = MSG_DELIVERY_DOUBT}};

    cr_assert_eq(msg_run_receipt_early(db, account, c, -7, "m0", 2400), LOA_OK);
    cr_assert_eq(msg_run_receipt_early(db, account, c, second, "m1", 2500), LOA_OK);
    cr_assert_eq(msg_run_record(db, first, o, 1), LOA_OK);
    cr_expect_eq(state_of(first, c), MSG_DELIVERY_DOUBT);
    cr_assert_eq(msg_run_record(db, second, o, 1), LOA_OK);
    cr_expect_eq(state_of(second, c), MSG_DELIVERY_SENT);
    check_numbers();
    cr_assert_eq(db_run(db, "DELETE FROM early_receipts", ""), LOA_OK);
}

/* ---- after a crash --------------------------------------------------------------------- */

Test(msg_run, after_a_crash_just_those_without_an_outcome_are_in_doubt)
{
    int64_t c = people(6), run = new_run(500, NULL, NULL), doubtful = 0, twice = 0;
    struct msg_targets t = claim(run, 4);

    record(run, c, MSG_DELIVERY_SENT, "m", false);
    record(run, c + 1, MSG_DELIVERY_FAILED, NULL, false);
    msg_targets_release(&t);
    cr_assert_eq(msg_contact_consent(db, account, c + 2, false, "STOP", "text", 5), LOA_OK);
    cr_assert_eq(msg_run_recover(db, account, 6000, &doubtful), LOA_OK);
    check_numbers();
    cr_expect_eq(doubtful, 1);
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_SENT);
    cr_expect_eq(state_of(run, c + 1), MSG_DELIVERY_FAILED);
    cr_expect_eq(state_of(run, c + 2), MSG_DELIVERY_SKIPPED);
    cr_expect_eq(state_of(run, c + 3), MSG_DELIVERY_DOUBT);
    cr_expect_eq(state_of(run, c + 4), 0, "not claimed, so not touched");
    cr_assert_eq(msg_run_recover(db, account, 6001, &twice), LOA_OK);
    cr_expect_eq(twice, 0);
    t = claim(run, 4);
    cr_expect_eq(t.n, (size_t)2, "and the run goes on behind the window");
    cr_expect_eq(t.first_id, c + 4);
    msg_targets_release(&t);
}

Test(msg_run, after_a_crash_those_outside_the_audience_stay_out_of_the_numbers)
{
    int64_t run, doubtful = 0;
    struct msg_audience audience = {0};
    struct msg_targets t;

    help_contact(db, account, "a", ";van-hoa;", NULL);
    help_contact(db, account, "b", NULL, NULL);
    run = new_run(500, "van-hoa", NULL);
    msg_list_add(&audience.topics, "van-hoa");
    cr_assert_eq(msg_run_claim(db, run, account, &audience, 0, 10, 2000, &t), LOA_OK);
    msg_targets_release(&t);
    msg_list_release(&audience.topics);
    cr_assert_eq(msg_run_recover(db, account, 6000, &doubtful), LOA_OK);
    cr_expect_eq(doubtful, 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM deliveries"), 1);
}

Test(msg_run, a_finished_window_leaves_no_doubt)
{
    int64_t c = people(2), run = new_run(500, NULL, NULL), doubtful = 7;
    struct msg_targets t = claim(run, 10);

    record(run, c, MSG_DELIVERY_SENT, "a", false);
    record(run, c + 1, MSG_DELIVERY_SENT, "b", false);
    cr_assert_eq(msg_run_window_done(db, run, t.first_id), LOA_OK);
    msg_targets_release(&t);
    cr_assert_eq(msg_run_recover(db, account, 6000, &doubtful), LOA_OK);
    cr_expect_eq(doubtful, 0);
}

Test(msg_run, what_is_in_doubt_can_be_taken_to_be_sent_again)
{
    int64_t c = people(3), run = new_run(500, NULL, NULL);
    struct msg_run r = {.id = run, .account_id = account, .deadline_ms = 9000000};
    struct msg_targets t;

    record(run, c, MSG_DELIVERY_DOUBT, NULL, false);
    record(run, c + 1, MSG_DELIVERY_SENT, "m", false);
    record(run, c + 2, MSG_DELIVERY_DOUBT, NULL, false);
    cr_assert_eq(msg_contact_consent(db, account, c + 2, false, "STOP", "text", 5), LOA_OK);
    t = take_doubts(&r, 4000);
    cr_assert_eq(t.n, (size_t)1, "who left meanwhile is not written to");
    cr_expect_eq(t.items[0].contact_id, c);
    msg_targets_release(&t);
    check_numbers();
    t = take_doubts(&r, 4001);
    cr_expect_eq(t.n, (size_t)0, "it is being sent");
    msg_targets_release(&t);
}

/* ---- what platforms tell later --------------------------------------------------------- */

Test(msg_run, receipts_raise_a_state_and_never_lower_it)
{
    static const struct {
        enum msg_delivery_state was, told, is;
    } cases[] = {
        {MSG_DELIVERY_SENT, MSG_DELIVERY_DELIVERED, MSG_DELIVERY_DELIVERED},
        {MSG_DELIVERY_SENT, MSG_DELIVERY_SEEN, MSG_DELIVERY_SEEN},
        {MSG_DELIVERY_SENT, MSG_DELIVERY_FAILED, MSG_DELIVERY_FAILED},
        {MSG_DELIVERY_DELIVERED, MSG_DELIVERY_SENT, MSG_DELIVERY_DELIVERED},
        {MSG_DELIVERY_DELIVERED, MSG_DELIVERY_FAILED, MSG_DELIVERY_DELIVERED},
        {MSG_DELIVERY_SEEN, MSG_DELIVERY_DELIVERED, MSG_DELIVERY_SEEN},
        {MSG_DELIVERY_SEEN, MSG_DELIVERY_FAILED, MSG_DELIVERY_SEEN},
        {MSG_DELIVERY_DOUBT, MSG_DELIVERY_SENT, MSG_DELIVERY_SENT},
        {MSG_DELIVERY_DOUBT, MSG_DELIVERY_DELIVERED, MSG_DELIVERY_DELIVERED},
        {MSG_DELIVERY_DOUBT, MSG_DELIVERY_FAILED, MSG_DELIVERY_FAILED},
        {MSG_DELIVERY_FAILED, MSG_DELIVERY_SENT, MSG_DELIVERY_FAILED},
        {MSG_DELIVERY_FAILED, MSG_DELIVERY_DELIVERED, MSG_DELIVERY_DELIVERED},
        {MSG_DELIVERY_SKIPPED, MSG_DELIVERY_SEEN, MSG_DELIVERY_SKIPPED},
        {MSG_DELIVERY_LATER, MSG_DELIVERY_SENT, MSG_DELIVERY_LATER},
    };
    enum { N = sizeof(cases) / sizeof(cases[0]) };
    int64_t c = people(N), run = new_run(500, NULL, NULL);

    for (int i = 0; i < N; i++) {
        record(run, c + i, cases[i].was, "m", false);
        cr_expect_eq(receipt(c + i, 0, "m", cases[i].told), LOA_OK);
        cr_expect_eq(state_of(run, c + i), cases[i].is, "case %d", i);
        cr_expect_eq(receipt(c + i, 0, "m", cases[i].told), LOA_OK, "a replay changes nothing");
        cr_expect_eq(state_of(run, c + i), cases[i].is, "case %d", i);
    }
}

Test(msg_run, a_receipt_goes_to_the_message_it_names_not_to_a_newer_doubt)
{
    int64_t c = people(1), old = new_run(500, NULL, NULL), newer = new_run(600, NULL, NULL);

    record(old, c, MSG_DELIVERY_SENT, "m-old", false);
    record(newer, c, MSG_DELIVERY_DOUBT, NULL, false);
    cr_expect_eq(receipt(c, 0, "m-old", MSG_DELIVERY_DELIVERED), LOA_OK);
    cr_expect_eq(state_of(old, c), MSG_DELIVERY_DELIVERED);
    cr_expect_eq(state_of(newer, c), MSG_DELIVERY_DOUBT);
    cr_expect_eq(receipt(c, 0, "m-new", MSG_DELIVERY_DELIVERED), LOA_OK);
    cr_expect_eq(state_of(newer, c), MSG_DELIVERY_DELIVERED);
    cr_expect_eq(receipt(c, 0, "m-new", MSG_DELIVERY_SEEN), LOA_OK, "the id is known from then");
    cr_expect_eq(state_of(newer, c), MSG_DELIVERY_SEEN);
}

Test(msg_run, the_receipt_of_a_reply_settles_no_doubt_of_a_run)
{
    int64_t c = people(1), run = new_run(500, NULL, NULL);
    struct msg_reply reply = {.account = account, .contact = c, .content = loa_xstrdup("{}")};

    record(run, c, MSG_DELIVERY_DOUBT, NULL, false);
    cr_assert_eq(msg_reply_add(db, &reply, 2500), LOA_OK);
    cr_assert_eq(msg_reply_set(db, reply.id, MSG_REPLY_SENT, 0, "r1", 2500, 2600), LOA_OK);
    msg_reply_release(&reply);
    cr_expect_eq(receipt(c, 0, "r1", MSG_DELIVERY_DELIVERED), LOA_ENOENT);
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_DOUBT);
}

Test(msg_run, a_receipt_with_our_own_ref_needs_no_id_of_the_platform)
{
    int64_t c = people(1), run = new_run(500, NULL, NULL), other = new_run(600, NULL, NULL);

    record(run, c, MSG_DELIVERY_SENT, NULL, false);
    record(other, c, MSG_DELIVERY_SENT, NULL, false);
    cr_expect_eq(receipt(c, run, "m1", MSG_DELIVERY_SEEN), LOA_OK);
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_SEEN);
    cr_expect_eq(state_of(other, c), MSG_DELIVERY_SENT);
}

Test(msg_run, a_receipt_for_nothing_of_ours_finds_nothing)
{
    int64_t c = people(2), run = new_run(500, NULL, NULL);

    cr_expect_eq(receipt(c, 0, "x", MSG_DELIVERY_SEEN), LOA_ENOENT);
    record(run, c, MSG_DELIVERY_SENT, "m1", false);
    cr_expect_eq(receipt(c, 0, "other", MSG_DELIVERY_SEEN), LOA_ENOENT);
    cr_expect_eq(receipt(c + 1, 0, "m1", MSG_DELIVERY_SEEN), LOA_ENOENT, "another person's");
    cr_expect_eq(receipt(c, 99, "m1", MSG_DELIVERY_SEEN), LOA_OK, "of a run of others: not ours");
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_SENT);
    cr_expect_eq(msg_run_receipt(db, account + 1, c, 0, "m1", MSG_DELIVERY_SEEN, 5), LOA_ENOENT);
    cr_expect_eq(receipt(c, 0, NULL, MSG_DELIVERY_SEEN), LOA_ENOENT);
}

Test(msg_run, a_watermark_raises_what_was_sent_before_it_and_nothing_else)
{
    int64_t c = people(1), sent = new_run(500, NULL, NULL), failed = new_run(600, NULL, NULL),
            doubt = new_run(700, NULL, NULL), later = new_run(800, NULL, NULL);
    struct msg_outcome after = {.contact_id = c, .at_ms = 3001, .state = MSG_DELIVERY_SENT};

    record(sent, c, MSG_DELIVERY_SENT, "m1", false);
    record(failed, c, MSG_DELIVERY_FAILED, NULL, false);
    record(doubt, c, MSG_DELIVERY_DOUBT, NULL, false);
    cr_assert_eq(msg_run_record(db, later, &after, 1), LOA_OK);
    cr_assert_eq(msg_run_watermark(db, account, c, 3000, MSG_DELIVERY_SEEN, 5000), LOA_OK);
    check_numbers();
    cr_expect_eq(state_of(sent, c), MSG_DELIVERY_SEEN);
    cr_expect_eq(state_of(failed, c), MSG_DELIVERY_FAILED, "it never went");
    cr_expect_eq(state_of(doubt, c), MSG_DELIVERY_DOUBT, "perhaps it never went");
    cr_expect_eq(state_of(later, c), MSG_DELIVERY_SENT);
    cr_assert_eq(msg_run_watermark(db, account, c, 3000, MSG_DELIVERY_DELIVERED, 5000), LOA_OK);
    cr_expect_eq(state_of(sent, c), MSG_DELIVERY_SEEN);
}

/* ---- the numbers over a whole run ------------------------------------------------------ */

Test(msg_run, the_numbers_add_up_through_a_long_muddle)
{
    static const enum msg_delivery_state states[] = {
        MSG_DELIVERY_SENT,      MSG_DELIVERY_FAILED, MSG_DELIVERY_SKIPPED, MSG_DELIVERY_DOUBT,
        MSG_DELIVERY_DELIVERED, MSG_DELIVERY_SEEN,   MSG_DELIVERY_LATER};
    unsigned seed = 20261001;
    int64_t c = people(60), run = new_run(500, NULL, NULL), doubtful;
    struct msg_run r = {.id = run, .account_id = account, .deadline_ms = 9000000};
    struct msg_targets t = claim(run, 50);

    msg_targets_release(&t);
    for (int i = 0; i < 40; i++)
        record(run, c + i, states[rand_r(&seed) % 7], "m", false);
    cr_assert_eq(msg_run_recover(db, account, 6000, &doubtful), LOA_OK);
    check_numbers();
    for (int i = 0; i < 300; i++) {
        int64_t who = c + rand_r(&seed) % 50;

        switch (rand_r(&seed) % 4) {
        case 0:
            (void)receipt(who, rand_r(&seed) % 2 ? run : 0, "m", states[rand_r(&seed) % 6]);
            break;
        case 1:
            record(run, who, states[rand_r(&seed) % 7], NULL, true);
            break;
        case 2:
            if (rand_r(&seed) % 2)
                cr_assert_eq(msg_run_take_later(db, &r, 3, 3000 + i, &t), LOA_OK);
            else
                t = take_doubts(&r, 9000 + i);
            msg_targets_release(&t);
            break;
        default:
            cr_assert_eq(msg_run_watermark(db, account, who, 9000, MSG_DELIVERY_SEEN, 5000),
                         LOA_OK);
        }
        check_numbers();
    }
}

Test(msg_run, states_have_names)
{
    cr_expect_str_eq(msg_run_state_name(MSG_RUN_WAITING), "waiting");
    cr_expect_str_eq(msg_run_state_name(MSG_RUN_CANCELLED), "cancelled");
}

/* ---- the platform's message id ---------------------------------------------------------- */

Test(msg_run, a_long_message_id_is_found_again_though_only_its_digest_is_kept)
{
    int64_t c = people(1), run = new_run(500, NULL, NULL);
    struct msg_targets t = claim(run, 10);
    char mid[151] = "m_";

    memset(mid + 2, 'x', 148);
    mid[149] = 'y';
    record(run, c, MSG_DELIVERY_SENT, mid, false);
    mid[149] = 'z';
    cr_expect_eq(receipt(c, 0, mid, MSG_DELIVERY_SEEN), LOA_ENOENT, "another one's");
    mid[149] = 'y';
    cr_expect_eq(receipt(c, 0, mid, MSG_DELIVERY_SEEN), LOA_OK);
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_SEEN);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM deliveries WHERE remote_id IS NOT NULL"), 0);
    msg_targets_release(&t);
}

Test(msg_run, a_public_posts_id_stays_readable)
{
    int64_t run = new_run(500, NULL, NULL);
    char *id;

    record(run, 0, MSG_DELIVERY_SENT, "1048_2222", false);
    id = help_text(db, "SELECT remote_id FROM deliveries WHERE contact_id = 0");
    cr_expect_str_eq(id, "1048_2222");
    free(id);
}

Test(msg_run, rows_from_before_digests_still_find_their_receipts)
{
    int64_t c = people(1), run = new_run(500, NULL, NULL);
    struct msg_targets t = claim(run, 10);

    record(run, c, MSG_DELIVERY_SENT, "old-1", false);
    cr_assert_eq(db_run(db, "UPDATE deliveries SET remote = 0, remote_id = 'old-1'", ""), LOA_OK);
    cr_expect_eq(receipt(c, 0, "old-1", MSG_DELIVERY_DELIVERED), LOA_OK);
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_DELIVERED);
    msg_targets_release(&t);
}

/* A run that was lost before a restore, or another installation's on the same account. */
Test(msg_run, a_receipt_of_a_run_we_do_not_have_is_nobodys)
{
    int64_t c = people(1), run = new_run(500, NULL, NULL);
    struct msg_targets t = claim(run, 10);

    record(run, c, MSG_DELIVERY_DOUBT, NULL, false);
    cr_expect_eq(receipt(c, run + 7, "m-lost", MSG_DELIVERY_SENT), LOA_OK);
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_DOUBT);
    cr_expect_eq(receipt(c, run, "m-mine", MSG_DELIVERY_SENT), LOA_OK);
    cr_expect_eq(state_of(run, c), MSG_DELIVERY_SENT);
    msg_targets_release(&t);
}
