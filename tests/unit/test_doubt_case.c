/* SPDX-License-Identifier: Apache-2.0 */
/* A doubt as staff see it: its id, what speaks for and against, and what they may say of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/delivery.h"
#include "messages/doubt_case.h"
#include "messages/inbound.h"
#include "messages/message.h"
#include "messages/receipt.h"
#include "tests/unit/store_help.h"

enum { DEADLINE = 9000000 };

static struct db *db;
static int64_t account, message, person, run;

static int64_t new_run(int64_t due, int64_t created)
{
    struct msg_run r = {.message_id = message,
                        .due_ms = due,
                        .account_id = account,
                        .content = loa_xstrdup("{}"),
                        .deadline_ms = DEADLINE};
    int64_t id;

    cr_assert_eq(msg_run_create(db, &r, created), LOA_OK);
    id = r.id;
    msg_run_release(&r);
    return id;
}

static void record(int64_t id, int64_t contact, enum msg_delivery_state state, const char *remote)
{
    struct msg_outcome o = {.contact_id = contact,
                            .at_ms = 3000,
                            .since_ms = state == MSG_DELIVERY_DOUBT ? 2000 : 0,
                            .cause = MSG_DOUBT_TIMEOUT,
                            .state = state};

    (void)snprintf(o.remote_id, sizeof(o.remote_id), "%s", remote);
    cr_assert_eq(msg_run_record(db, id, &o, 1), LOA_OK);
}

static void open_it(void)
{
    struct msg_spec spec;

    db = help_open();
    account = help_account(db, "zalo");
    spec = help_spec("{\"title\":\"Tin\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":["
                     "\"zalo\"]}}");
    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &message, NULL), LOA_OK);
    msg_spec_release(&spec);
    person = help_contact(db, account, "u1", NULL, NULL);
    (void)help_contact(db, account, "u2", NULL, NULL);
    run = new_run(500, 1000);
    cr_assert_eq(db_run(db, "UPDATE messages SET state = 'sent'", ""), LOA_OK);
}

static void close_it(void)
{
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM runs r WHERE r.total <> "
                              "(SELECT COUNT(*) FROM deliveries d WHERE d.run_id = r.id) OR "
                              "r.in_doubt <> (SELECT COUNT(*) FROM deliveries d WHERE "
                              "d.run_id = r.id AND d.state = 4)"),
                 0, "the numbers do not add up");
    help_close(db);
}

TestSuite(msg_doubt_case, .timeout = 20, .init = open_it, .fini = close_it);

static struct msg_doubt_cases cases(int64_t now)
{
    struct msg_doubt_filter all = {.max = 10};
    struct msg_doubt_cases c;

    cr_assert_eq(msg_doubt_list(db, &all, now, &c), LOA_OK);
    return c;
}

/* LOA_EEXIST: said before. */
static enum loa_err say(const char *name, enum msg_doubt_said what, int64_t now)
{
    struct loa_problem why = {"", ""};
    struct msg_doubt_id id;
    bool fresh;
    enum loa_err err;

    cr_assert_eq(msg_doubt_id_parse(name, &id), LOA_OK);
    err = msg_doubt_say(db, &help_admin, now, &id, what, &fresh, &why);
    cr_expect(err == LOA_OK || why.text[0], "a refusal says why");
    return !err && !fresh ? LOA_EEXIST : err;
}

static const char *name_of(int64_t contact)
{
    static char name[MSG_DOUBT_ID_SIZE];
    struct msg_doubt_id id = {MSG_DOUBT_DELIVERY, run, contact};

    return msg_doubt_id_format(&id, name);
}

static int64_t audits(void)
{
    return help_int(db, "SELECT COUNT(*) FROM audit WHERE action LIKE 'doubt.%'");
}

/* ---- ids -------------------------------------------------------------------------------- */

Test(msg_doubt_case, an_id_is_read_as_it_is_written)
{
    static const char *const good[] = {"d12-345", "p12", "r9"};
    static const char *const bad[] = {"",   "d",   "d12",  "d12-",  "d-1",
                                      "p0", "r-9", "p12x", "d1-2x", "x1",
                                      "r",  "12",  "p1-2", "d1 -2", "r99999999999999999999"};
    char text[MSG_DOUBT_ID_SIZE];
    struct msg_doubt_id id;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        cr_assert_eq(msg_doubt_id_parse(good[i], &id), LOA_OK, "%s", good[i]);
        cr_expect_str_eq(msg_doubt_id_format(&id, text), good[i]);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(msg_doubt_id_parse(bad[i], &id), LOA_EINVAL, "%s", bad[i]);
}

/* ---- evidence --------------------------------------------------------------------------- */

Test(msg_doubt_case, it_shows_what_was_seen_since)
{
    int64_t later = new_run(600, 4000);
    struct msg_doubt_cases c;

    record(run, person, MSG_DELIVERY_DOUBT, "");
    record(later, person, MSG_DELIVERY_SENT, "m2");
    cr_assert_eq(msg_run_receipt(db, account, person, 0, "m2", MSG_DELIVERY_DELIVERED, 5000),
                 LOA_OK);
    cr_assert_eq(msg_run_receipt_early(db, account, person, 0, "stray", 5500), LOA_OK);
    cr_assert_eq(db_run(db, "UPDATE accounts SET last_echo_ms = 6000", ""), LOA_OK);
    cr_assert_eq(db_run(db, "UPDATE contacts SET last_seen_ms = 2500", ""), LOA_OK);
    c = cases(7000);
    cr_assert_eq(c.n, (size_t)1);
    cr_expect_eq(c.total, 1);
    cr_expect_eq(c.items[0].message, message);
    cr_expect_str_eq(c.items[0].title, "Tin");
    cr_expect_str_eq(c.items[0].account, "zalo");
    cr_expect_str_eq(c.items[0].remote, "u1");
    cr_expect_eq(c.items[0].since_ms, 2000);
    cr_expect_eq(c.items[0].cause, MSG_DOUBT_TIMEOUT);
    cr_expect_eq(c.items[0].last_echo_ms, 6000);
    cr_expect_eq(c.items[0].later, 1);
    cr_expect_eq(c.items[0].arrived, 1);
    cr_expect_eq(c.items[0].last_arrived_ms, 5000);
    cr_expect_eq(c.items[0].unclaimed, 1);
    cr_expect_eq(c.items[0].wrote_ms, 2500);
    cr_expect_null(c.items[0].hindrance);
    msg_doubt_cases_release(&c);
}

Test(msg_doubt_case, the_list_can_be_cut_to_a_message_a_run_an_account)
{
    int64_t other = new_run(600, 1000);
    struct msg_doubt_filter f = {.max = 1};
    struct msg_doubt_cases c;

    record(run, person, MSG_DELIVERY_DOUBT, "");
    record(run, person + 1, MSG_DELIVERY_DOUBT, "");
    record(other, person, MSG_DELIVERY_DOUBT, "");
    cr_assert_eq(msg_doubt_list(db, &f, 4000, &c), LOA_OK);
    cr_expect_eq(c.n, (size_t)1);
    cr_expect_eq(c.total, 3);
    msg_doubt_cases_release(&c);
    f = (struct msg_doubt_filter){.run = run, .message = message, .account = account, .max = 9};
    cr_assert_eq(msg_doubt_list(db, &f, 4000, &c), LOA_OK);
    cr_expect_eq(c.n, (size_t)2);
    msg_doubt_cases_release(&c);
    f = (struct msg_doubt_filter){.account = account + 1, .max = 9};
    cr_assert_eq(msg_doubt_list(db, &f, 4000, &c), LOA_OK);
    cr_expect_eq(c.total, 0);
    msg_doubt_cases_release(&c);
}

/* ---- "it went out" ---------------------------------------------------------------------- */

Test(msg_doubt_case, it_went_out_is_said_once)
{
    record(run, person, MSG_DELIVERY_DOUBT, "");
    cr_expect_eq(say(name_of(person), MSG_DOUBT_SENT, 4000), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT state FROM deliveries"), MSG_DELIVERY_SENT);
    cr_expect_eq(help_int(db, "SELECT sent FROM runs"), 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM doubts"), 0);
    cr_expect_eq(audits(), 1);
    cr_expect_eq(say(name_of(person), MSG_DOUBT_SENT, 4001), LOA_EEXIST);
    cr_expect_eq(say(name_of(person), MSG_DOUBT_AGAIN, 4001), LOA_EPERM, "it is settled");
    cr_expect_eq(audits(), 1);
}

Test(msg_doubt_case, nothing_is_said_of_what_is_not_there_or_not_in_doubt)
{
    record(run, person, MSG_DELIVERY_FAILED, "");
    cr_expect_eq(say(name_of(person), MSG_DOUBT_SENT, 4000), LOA_EPERM);
    cr_expect_eq(say(name_of(person), MSG_DOUBT_AGAIN, 4000), LOA_EPERM);
    cr_expect_eq(say(name_of(person + 1), MSG_DOUBT_SENT, 4000), LOA_EPERM, "never written to");
    cr_expect_eq(say("d99-1", MSG_DOUBT_SENT, 4000), LOA_ENOENT);
    cr_expect_eq(say("r99", MSG_DOUBT_AGAIN, 4000), LOA_ENOENT);
    cr_expect_eq(audits(), 0);
}

/* ---- "send it again" -------------------------------------------------------------------- */

Test(msg_doubt_case, send_again_reopens_a_finished_run_and_is_said_once)
{
    struct msg_run *open;
    size_t n;

    record(run, person, MSG_DELIVERY_DOUBT, "");
    cr_assert_eq(msg_run_state_set(db, run, MSG_RUN_DONE, NULL, 3500), LOA_OK);
    cr_expect_eq(say(name_of(person), MSG_DOUBT_AGAIN, 4000), LOA_OK);
    cr_expect_eq(say(name_of(person), MSG_DOUBT_AGAIN, 4001), LOA_EEXIST);
    cr_expect_eq(audits(), 1);
    cr_assert_eq(msg_run_load_open(db, 0, &open, &n), LOA_OK);
    cr_assert_eq(n, (size_t)1);
    cr_expect(open[0].asked);
    cr_expect_str_eq(open[0].message_state, "sending");
    msg_run_release(&open[0]);
    free(open);
    cr_expect_eq(say(name_of(person), MSG_DOUBT_SENT, 4002), LOA_OK, "second thoughts");
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM doubts"), 0);
}

Test(msg_doubt_case, send_again_is_refused_where_it_would_be_wrong)
{
    record(run, person, MSG_DELIVERY_DOUBT, "");
    record(run, person + 1, MSG_DELIVERY_DOUBT, "");
    cr_expect_eq(say(name_of(person), MSG_DOUBT_AGAIN, DEADLINE), LOA_EPERM, "too late");
    cr_assert_eq(msg_contact_consent(db, account, person, false, "HỦY", "chat", 5), LOA_OK);
    cr_expect_eq(say(name_of(person), MSG_DOUBT_AGAIN, 4000), LOA_EPERM, "opted out");
    cr_assert_eq(msg_contact_status_set(db, account, person + 1, MSG_CONTACT_BLOCKED), LOA_OK);
    cr_expect_eq(say(name_of(person + 1), MSG_DOUBT_AGAIN, 4000), LOA_EPERM, "blocked us");
    cr_assert_eq(msg_contact_status_set(db, account, person + 1, MSG_CONTACT_OK), LOA_OK);
    cr_assert_eq(db_run(db, "UPDATE doubts SET sending = 1", ""), LOA_OK);
    cr_expect_eq(say(name_of(person + 1), MSG_DOUBT_SENT, 4000), LOA_EPERM, "on its way");
    cr_assert_eq(db_run(db, "UPDATE doubts SET sending = 0", ""), LOA_OK);
    cr_assert_eq(db_run(db, "UPDATE messages SET state = 'cancelled'", ""), LOA_OK);
    cr_expect_eq(say(name_of(person + 1), MSG_DOUBT_AGAIN, 4000), LOA_EPERM, "cancelled");
    cr_expect_eq(audits(), 0);
}

Test(msg_doubt_case, a_post_is_made_again_through_its_flow)
{
    struct msg_run *open;
    size_t n;

    record(run, 0, MSG_DELIVERY_DOUBT, "");
    cr_assert_eq(msg_run_flow_save(db, run, "create 1 0 9!", false), LOA_OK);
    cr_assert_eq(msg_run_state_set(db, run, MSG_RUN_DONE, NULL, 3500), LOA_OK);
    cr_expect_eq(say("p1", MSG_DOUBT_AGAIN, 4000), LOA_OK);
    cr_expect_eq(say("p1", MSG_DOUBT_AGAIN, 4001), LOA_EEXIST);
    cr_expect_eq(say("p1", MSG_DOUBT_SENT, 4001), LOA_EPERM, "it is being made");
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM deliveries"), 0);
    cr_assert_eq(msg_run_load_open(db, 0, &open, &n), LOA_OK);
    cr_assert_eq(n, (size_t)1);
    cr_expect(open[0].post_again);
    cr_expect_str_eq(open[0].flow_state, "create 1 0 9!");
    msg_run_release(&open[0]);
    free(open);
    cr_assert_eq(msg_run_flow_save(db, run, "create 2 0 9!", true), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT post_again FROM runs"), 0, "used up by its request");
    cr_assert_eq(db_run(db, "UPDATE runs SET post_again = 1", ""), LOA_OK);
    record(run, 0, MSG_DELIVERY_SENT, "104_9");
    cr_expect_eq(help_int(db, "SELECT post_again FROM runs"), 0, "or by having found it");
}

Test(msg_doubt_case, all_of_a_run_at_once)
{
    struct loa_problem why;
    int64_t n, left;

    record(run, person, MSG_DELIVERY_DOUBT, "");
    record(run, person + 1, MSG_DELIVERY_DOUBT, "");
    cr_assert_eq(msg_contact_consent(db, account, person, false, "HỦY", "chat", 5), LOA_OK);
    cr_assert_eq(msg_doubt_say_all(db, &help_admin, 4000, run, MSG_DOUBT_AGAIN, &n, &left, &why),
                 LOA_OK);
    cr_expect_eq(n, 1);
    cr_expect_eq(left, 1, "one opted out");
    cr_assert_eq(msg_doubt_say_all(db, &help_admin, 4000, run, MSG_DOUBT_AGAIN, &n, &left, &why),
                 LOA_OK);
    cr_expect_eq(n, 0, "said before");
    cr_assert_eq(msg_doubt_say_all(db, &help_admin, 4000, run, MSG_DOUBT_SENT, &n, &left, &why),
                 LOA_OK);
    cr_expect_eq(n, 2);
    cr_expect_eq(left, 0);
    cr_expect_eq(help_int(db, "SELECT sent FROM runs"), 2);
    cr_expect_eq(audits(), 2);
    cr_expect_eq(msg_doubt_say_all(db, &help_admin, 4000, 99, MSG_DOUBT_SENT, &n, &left, &why),
                 LOA_ENOENT);
    cr_expect_eq(
        msg_doubt_say_all(db, &help_admin, DEADLINE, run, MSG_DOUBT_AGAIN, &n, &left, &why),
        LOA_EPERM);
}

/* ---- replies ---------------------------------------------------------------------------- */

static int64_t reply(int lane)
{
    struct msg_reply r = {
        .account = account, .contact = person, .lane = lane, .content = loa_xstrdup("{}")};
    int64_t id;

    cr_assert_eq(msg_reply_add(db, &r, 1000), LOA_OK);
    id = r.id;
    msg_reply_release(&r);
    cr_assert_eq(msg_reply_doubt(db, id, MSG_DOUBT_LOST, 0, 2000, 1500), LOA_OK);
    return id;
}

Test(msg_doubt_case, a_reply_in_doubt_is_listed_and_settled_too)
{
    struct msg_doubt_cases c;
    int64_t day = INT64_C(86400000);

    (void)reply(MSG_REPLY_ANSWER);
    c = cases(2000);
    cr_assert_eq(c.n, (size_t)1);
    cr_expect_eq(c.items[0].id.kind, MSG_DOUBT_REPLY);
    cr_expect_eq(c.items[0].since_ms, 1000, "when it was handed over");
    cr_expect_eq(c.items[0].cause, MSG_DOUBT_LOST);
    cr_expect_null(c.items[0].hindrance);
    msg_doubt_cases_release(&c);
    cr_expect_eq(say("r1", MSG_DOUBT_AGAIN, 1000 + day), LOA_EPERM, "nobody waits any more");
    cr_expect_eq(say("r1", MSG_DOUBT_AGAIN, 2000), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT state FROM replies"), MSG_REPLY_WAITING);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM doubts"), 0);
    cr_expect_eq(say("r1", MSG_DOUBT_AGAIN, 2001), LOA_EEXIST);
    cr_assert_eq(msg_reply_set(db, 1, MSG_REPLY_SENT, 0, "m", 0, 3000), LOA_OK);
    cr_expect_eq(say("r1", MSG_DOUBT_SENT, 3001), LOA_EEXIST);
    cr_expect_eq(say("r1", MSG_DOUBT_AGAIN, 3001), LOA_EPERM);
}

Test(msg_doubt_case, who_opted_out_gets_answers_but_nothing_unasked)
{
    struct msg_doubt_cases c;

    (void)reply(MSG_REPLY_ANSWER);
    (void)reply(MSG_REPLY_ANSWER + 1);
    cr_assert_eq(msg_contact_consent(db, account, person, false, "HỦY", "chat", 5), LOA_OK);
    c = cases(2000);
    cr_assert_eq(c.n, (size_t)2);
    cr_expect_null(c.items[0].hindrance);
    cr_expect_not_null(c.items[1].hindrance);
    msg_doubt_cases_release(&c);
    cr_expect_eq(say("r1", MSG_DOUBT_AGAIN, 2000), LOA_OK);
    cr_expect_eq(say("r2", MSG_DOUBT_AGAIN, 2000), LOA_EPERM);
    cr_expect_eq(say("r2", MSG_DOUBT_SENT, 2000), LOA_OK);
}

Test(msg_doubt_case, a_reply_s_receipt_ends_its_doubt)
{
    int64_t id = reply(MSG_REPLY_ANSWER);

    cr_assert_eq(msg_reply_receipt(db, account, person, id, "m1", 2000), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM doubts"), 0);
}
