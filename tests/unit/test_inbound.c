/* SPDX-License-Identifier: Apache-2.0 */
/* What came in is kept once and worked on once; what goes back is not lost and not sent twice. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/conversation.h"
#include "messages/inbound.h"
#include "messages/question.h"
#include "messages/receipt.h"
#include "messages/run.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account, person;

static void open_it(void)
{
    db = help_open();
    account = help_account(db, "zalo");
    person = help_contact(db, account, "u1", NULL, NULL);
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_inbound, .timeout = 10, .init = open_it, .fini = close_it);

static int64_t reply(void)
{
    struct msg_reply r = {.account = account,
                          .contact = person,
                          .lane = 1,
                          .content = loa_xstrdup("{\"text\":\"x\"}")};
    int64_t id;

    cr_assert_eq(msg_reply_add(db, &r, 1000), LOA_OK);
    id = r.id;
    msg_reply_release(&r);
    return id;
}

static size_t open_replies(int64_t now, struct msg_reply *first)
{
    struct msg_reply *all = NULL;
    size_t n = 0;

    cr_assert_eq(msg_reply_open(db, 0, now, 100, &all, &n), LOA_OK);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 && first)
            *first = all[0];
        else
            msg_reply_release(&all[i]);
    }
    free(all);
    return n;
}

Test(msg_inbound, a_replayed_event_is_kept_once)
{
    int64_t seq = 0, again = 0, other = 0;

    cr_expect_eq(msg_inbound_add(db, account, "k1", "{\"a\":1}", true, 1, 10, &seq), LOA_OK);
    cr_expect_eq(msg_inbound_add(db, account, "k1", "{\"a\":2}", true, 1, 11, &again), LOA_EEXIST);
    cr_expect_eq(msg_inbound_add(db, account + 1, "k1", "{}", true, 1, 12, &other), LOA_OK,
                 "another account's keys are its own");
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM inbound"), 2);
}

Test(msg_inbound, a_replay_is_known_after_the_work_was_done_too)
{
    int64_t seq = 0, again = 0;

    cr_assert_eq(msg_inbound_add(db, account, "k1", "{}", true, 1, 10, &seq), LOA_OK);
    cr_assert_eq(msg_inbound_done(db, seq), LOA_OK);
    cr_expect_eq(msg_inbound_add(db, account, "k1", "{}", true, 1, 11, &again), LOA_EEXIST);
}

Test(msg_inbound, what_was_not_worked_on_is_found_again_oldest_first)
{
    int64_t seq[4] = {0};
    struct msg_inbound *open = NULL;
    size_t n = 0;

    cr_assert_eq(msg_inbound_add(db, account, "a", "{\"n\":0}", true, 1, 10, &seq[0]), LOA_OK);
    cr_assert_eq(msg_inbound_add(db, account, "b", "{\"n\":1}", false, 1, 10, &seq[1]), LOA_OK);
    cr_assert_eq(msg_inbound_add(db, account, "c", "{\"n\":2}", true, 1, 10, &seq[2]), LOA_OK);
    cr_assert_eq(msg_inbound_add(db, account, "d", "{\"n\":3}", true, 1, 10, &seq[3]), LOA_OK);
    cr_assert_eq(msg_inbound_done(db, seq[2]), LOA_OK);
    cr_assert_eq(msg_inbound_take(db, account, 1, 10, &open, &n), LOA_OK);
    cr_assert_eq(n, (size_t)0, "they are worked on under this number");
    cr_assert_eq(msg_inbound_take(db, account, 2, 1, &open, &n), LOA_OK);
    cr_assert_eq(n, (size_t)1);
    cr_expect_eq(open[0].seq, seq[0]);
    cr_expect_eq(open[0].account, account);
    cr_expect_str_eq(open[0].event, "{\"n\":0}");
    free(open[0].event);
    free(open);
    cr_assert_eq(msg_inbound_take(db, account, 2, 10, &open, &n), LOA_OK);
    cr_assert_eq(n, (size_t)1, "the first is taken");
    cr_expect_eq(open[0].seq, seq[3]);
    free(open[0].event);
    free(open);
}

Test(msg_inbound, the_work_on_an_event_is_done_once)
{
    int64_t seq = 0;

    cr_assert_eq(msg_inbound_add(db, account, "k1", "{}", true, 1, 10, &seq), LOA_OK);
    cr_expect_eq(msg_inbound_done(db, seq), LOA_OK);
    cr_expect_eq(msg_inbound_done(db, seq), LOA_ENOENT);
}

Test(msg_inbound, a_reply_is_handed_over_when_it_is_noted)
{
    int64_t id = reply();

    cr_expect_eq(help_int(db, "SELECT state FROM replies"), MSG_REPLY_HANDED);
    cr_expect_eq(open_replies(9999, NULL), (size_t)0, "it is on its way");
    cr_assert_eq(msg_reply_set(db, id, MSG_REPLY_SENT, 0, "m1", 0, 1100), LOA_OK);
    cr_expect_eq(open_replies(9999, NULL), (size_t)0);
}

Test(msg_inbound, a_reply_that_waits_comes_back_when_it_is_due)
{
    int64_t id = reply();
    struct msg_reply r;

    cr_assert_eq(msg_reply_set(db, id, MSG_REPLY_WAITING, -32, NULL, 5000, 1100), LOA_OK);
    cr_expect_eq(open_replies(4999, NULL), (size_t)0);
    cr_assert_eq(open_replies(5000, &r), (size_t)1);
    cr_expect_eq(r.id, id);
    cr_expect_eq(r.state, MSG_REPLY_WAITING);
    cr_expect_eq(r.attempts, 1);
    cr_expect_eq(r.lane, 1);
    cr_expect_str_eq(r.remote, "u1");
    cr_expect_str_eq(r.content, "{\"text\":\"x\"}");
    msg_reply_release(&r);
    cr_assert_eq(msg_reply_set(db, id, MSG_REPLY_HANDED, 0, NULL, 5000, 5001), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT attempts FROM replies"), 2, "a second hand-over");
}

Test(msg_inbound, after_a_crash_what_was_handed_over_is_in_doubt)
{
    int64_t handed = reply(), sent = reply(), waits = reply(), doubtful = 0;

    cr_assert_eq(msg_reply_set(db, sent, MSG_REPLY_SENT, 0, "m", 0, 1100), LOA_OK);
    cr_assert_eq(msg_reply_set(db, waits, MSG_REPLY_WAITING, 0, NULL, 5000, 1100), LOA_OK);
    cr_assert_eq(msg_reply_recover(db, account, 2000, &doubtful), LOA_OK);
    cr_expect_eq(doubtful, 1);
    cr_expect_eq(help_int(db, "SELECT id FROM replies WHERE state = 4"), handed);
    cr_assert_eq(msg_reply_recover(db, account, 2001, &doubtful), LOA_OK);
    cr_expect_eq(doubtful, 0);
    cr_expect_eq(open_replies(2000, NULL), (size_t)1, "the doubtful one is looked at");
}

Test(msg_inbound, an_echo_settles_a_doubtful_reply_once)
{
    int64_t id = reply(), doubtful = 0;

    cr_assert_eq(msg_reply_recover(db, account, 2000, &doubtful), LOA_OK);
    cr_expect_eq(msg_reply_receipt(db, account, person + 1, id, "m1", 2100), LOA_ENOENT);
    cr_expect_eq(msg_reply_receipt(db, account + 1, person, id, "m1", 2100), LOA_ENOENT);
    cr_expect_eq(msg_reply_receipt(db, account, person, id, "m1", 2100), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT state FROM replies"), MSG_REPLY_SENT);
    cr_expect_eq(msg_reply_receipt(db, account, person, id, "m1", 2200), LOA_ENOENT);
}

Test(msg_inbound, an_echo_that_was_faster_than_the_outcome_has_the_last_word)
{
    int64_t id = reply();

    cr_assert_eq(msg_reply_receipt(db, account, person, id, "m1", 1100), LOA_OK);
    cr_assert_eq(msg_reply_doubt(db, id, MSG_DOUBT_LOST, 0, 9000, 1200), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT state FROM replies"), MSG_REPLY_SENT);
    cr_assert_eq(msg_reply_set(db, id, MSG_REPLY_WAITING, 0, NULL, 9000, 1300), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT state FROM replies"), MSG_REPLY_SENT);
}

Test(msg_inbound, an_echo_proves_nothing_about_what_may_wait_behind_it)
{
    static const char sql[] = "SELECT last_echo_ms FROM accounts";
    const int64_t s = 1000;

    cr_assert_eq(msg_echo_note(db, account, 100 * s, 101 * s), LOA_OK);
    cr_expect_eq(help_int(db, sql), 100 * s, "at once: all up to it");
    cr_assert_eq(msg_echo_note(db, account, 130 * s, 150 * s), LOA_OK);
    cr_expect_eq(help_int(db, sql), 110 * s, "20 s late: what was sent 20 s before it");
    cr_assert_eq(msg_echo_note(db, account, 140 * s, 190 * s), LOA_OK);
    cr_expect_eq(help_int(db, sql), 110 * s, "never less than was told already");
    cr_assert_eq(msg_echo_note(db, account, 250 * s, 200 * s), LOA_OK);
    cr_expect_eq(help_int(db, sql), 200 * s, "a clock that is ahead does not count");
    cr_assert_eq(msg_echo_note(db, account, 0, 300 * s), LOA_OK);
    cr_expect_eq(help_int(db, sql), 300 * s, "nor one that is not told");
}

Test(msg_inbound, an_echo_without_our_id_settles_the_newest_doubt_only)
{
    int64_t older = reply(), newer = reply();
    int64_t day = INT64_C(86400000);

    cr_assert_eq(msg_reply_doubt(db, older, MSG_DOUBT_LOST, 0, 9000, 1100), LOA_OK);
    cr_assert_eq(msg_reply_doubt(db, newer, MSG_DOUBT_LOST, 0, 9000, 1100), LOA_OK);
    cr_expect_eq(msg_reply_receipt(db, account, person, 0, "m1", 2 * day), LOA_ENOENT,
                 "one of long ago is not what it is about");
    cr_expect_eq(msg_reply_receipt(db, account, person, 0, "m1", 2000), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT id FROM replies WHERE state = 2"), newer);
    cr_expect_eq(msg_reply_receipt(db, account, person, 0, "m1", 2100), LOA_OK, "known by now");
    cr_expect_eq(help_int(db, "SELECT id FROM replies WHERE state = 4"), older);
}

Test(msg_inbound, an_echo_without_our_id_waits_for_the_reply_that_is_on_its_way)
{
    int64_t doubt = reply(), handed = reply();

    cr_assert_eq(msg_reply_doubt(db, doubt, MSG_DOUBT_LOST, 0, 9000, 1100), LOA_OK);
    cr_expect_eq(msg_reply_receipt(db, account, person, 0, "m1", 2000), LOA_ENOENT);
    cr_assert_eq(msg_run_receipt_early(db, account, person, 0, "m1", 2000), LOA_OK);
    cr_assert_eq(msg_reply_doubt(db, handed, MSG_DOUBT_LOST, 0, 9000, 2100), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT id FROM replies WHERE state = 2"), handed,
                 "nothing else claims it");
    cr_expect_eq(help_int(db, "SELECT id FROM replies WHERE state = 4"), doubt);
}

Test(msg_inbound, replies_of_a_paused_account_wait_in_the_store)
{
    int64_t id = reply();

    cr_assert_eq(msg_reply_set(db, id, MSG_REPLY_WAITING, 0, NULL, 2000, 1100), LOA_OK);
    cr_assert_eq(db_run(db, "UPDATE accounts SET state = 'paused'", ""), LOA_OK);
    cr_expect_eq(open_replies(9000, NULL), (size_t)0);
    cr_assert_eq(db_run(db, "UPDATE accounts SET state = 'active'", ""), LOA_OK);
    cr_expect_eq(open_replies(9000, NULL), (size_t)1);
}

Test(msg_inbound, who_asks_to_be_forgotten_leaves_no_words_behind)
{
    int64_t mine = 0, other = 0, again = 0;

    cr_assert_eq(msg_inbound_add(db, account, "k1", "{\"text\":\"secret\"}", true, 1, 10, &mine),
                 LOA_OK);
    cr_assert_eq(msg_inbound_of(db, mine, person), LOA_OK);
    cr_assert_eq(msg_inbound_add(db, account, "k2", "{\"text\":\"other\"}", true, 1, 10, &other),
                 LOA_OK);
    cr_assert_eq(msg_contact_erase(db, account, person, 20), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM inbound WHERE event LIKE '%secret%'"), 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM inbound WHERE state = 0"), 1);
    cr_expect_eq(msg_inbound_add(db, account, "k1", "{}", true, 1, 11, &again), LOA_EEXIST,
                 "a replay does not bring them back");
}

Test(msg_inbound, a_conversation_is_remembered_until_it_is_too_old)
{
    char *context = NULL;

    cr_assert_eq(msg_conversation_get(db, account, person, 100, 50, &context), LOA_OK);
    cr_expect_null(context);
    cr_assert_eq(msg_conversation_put(db, account, person, "{\"a\":1}", 100), LOA_OK);
    cr_assert_eq(msg_conversation_put(db, account, person, "{\"a\":2}", 110), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM conversations"), 1);
    cr_assert_eq(msg_conversation_get(db, account, person, 160, 50, &context), LOA_OK);
    cr_expect_str_eq(context, "{\"a\":2}");
    free(context);
    cr_assert_eq(msg_conversation_get(db, account, person, 161, 50, &context), LOA_OK);
    cr_expect_null(context);
}

Test(msg_inbound, an_unanswered_question_is_kept_without_who_asked)
{
    cr_assert_eq(msg_question_add(db, "zalo", "ở đâu?", MSG_QUESTION_UNANSWERED, 10), LOA_OK);
    cr_assert_eq(msg_question_add(db, "zalo", "ở đâu?", MSG_QUESTION_UNSURE, 11), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM unanswered WHERE question = 'ở đâu?'"), 2);
}
