/* SPDX-License-Identifier: Apache-2.0 */
/* A conversation that people of the staff take part in: who waits, who is first, when the bot keeps
 * quiet, and what the log says of it. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/contact.h"
#include "messages/conversation.h"
#include "messages/inbound.h"
#include "tests/unit/store_help.h"

enum { QUIET = 1000 };

static struct db *db;
static int64_t account, an, binh;

static void open_it(void)
{
    db = help_open();
    account = help_account(db, "zalo");
    an = help_contact(db, account, "u1", NULL, NULL);
    binh = help_contact(db, account, "u2", NULL, NULL);
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_conversation, .timeout = 5, .init = open_it, .fini = close_it);

static struct msg_handover get(int64_t contact)
{
    struct msg_handover h;

    cr_assert_eq(msg_handover_get(db, account, contact, &h), LOA_OK);
    return h;
}

static struct msg_conversation find(int64_t id)
{
    struct msg_conversation c;

    cr_assert_eq(msg_conversation_find(db, id, &c, NULL), LOA_OK);
    return c;
}

Test(msg_conversation, who_waits_stays_in_line_and_urgency_only_rises)
{
    cr_assert_eq(msg_handover_open(db, account, an, MSG_HANDOVER_ASKED, NULL, false, 10), LOA_OK);
    cr_assert_eq(msg_handover_open(db, account, an, MSG_HANDOVER_MATTER, "fire", true, 20), LOA_OK);
    cr_assert_eq(msg_handover_open(db, account, an, MSG_HANDOVER_ASKED, NULL, false, 30), LOA_OK);
    cr_expect(get(an).urgent);
    cr_expect_eq(get(an).since_ms, 10);
    cr_expect_eq(get(an).asked_ms, 30);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM conversations WHERE matter = 'fire' AND "
                              "reason = 'matter'"),
                 1);
}

Test(msg_conversation, the_bot_keeps_quiet_while_a_person_is_there_and_then_returns)
{
    struct msg_handover h;

    cr_assert_eq(msg_handover_open(db, account, an, MSG_HANDOVER_ASKED, NULL, false, 10), LOA_OK);
    h = get(an);
    cr_expect_not(msg_handover_quiet(&h, 20, QUIET), "nobody is there yet");
    cr_assert_eq(msg_handover_spoke(db, account, an, "an", 100), LOA_OK);
    h = get(an);
    cr_expect(msg_handover_quiet(&h, 100, QUIET));
    cr_expect(msg_handover_quiet(&h, 1099, QUIET));
    cr_expect_not(msg_handover_quiet(&h, 1100, QUIET));
    cr_expect(msg_handover_over(&h, 1100, QUIET));
    cr_assert_eq(msg_handover_asked(db, account, an, 500), LOA_OK);
    h = get(an);
    cr_expect_not(msg_handover_over(&h, 1100, QUIET), "the last word is the citizen's");
    cr_assert_eq(msg_handover_end(db, account, an), LOA_OK);
    cr_expect_not(get(an).open);
}

Test(msg_conversation, who_writes_first_in_the_platforms_inbox_opens_one)
{
    cr_assert_eq(msg_handover_spoke(db, account, an, NULL, 100), LOA_OK);
    cr_expect(get(an).open);
    cr_assert_eq(msg_handover_spoke(db, account, an, NULL, 50), LOA_OK);
    cr_expect_eq(get(an).person_ms, 100, "a late echo takes nothing back");
}

Test(msg_conversation, those_who_wait_are_listed_urgent_ones_first)
{
    int64_t third = help_contact(db, account, "u3", NULL, NULL), open, urgent;
    struct msg_conversation *all;
    size_t n;

    cr_assert_eq(msg_handover_open(db, account, third, MSG_HANDOVER_ASKED, NULL, false, 5), LOA_OK);
    cr_assert_eq(msg_handover_spoke(db, account, third, "an", 6), LOA_OK);
    cr_assert_eq(msg_handover_open(db, account, an, MSG_HANDOVER_ASKED, NULL, false, 10), LOA_OK);
    cr_assert_eq(msg_handover_open(db, account, binh, MSG_HANDOVER_MATTER, "fire", true, 20),
                 LOA_OK);
    cr_assert_eq(msg_conversation_list(db, 0, false, 10, &all, &n), LOA_OK);
    cr_assert_eq(n, 3);
    cr_expect_eq(all[0].id, binh);
    cr_expect_eq(all[1].id, an);
    cr_expect_eq(all[2].id, third);
    for (size_t i = 0; i < n; i++)
        msg_conversation_release(&all[i]);
    free(all);
    cr_assert_eq(msg_handover_count(db, &open, &urgent), LOA_OK);
    cr_expect_eq(open, 2);
    cr_expect_eq(urgent, 1);
}

Test(msg_conversation, an_answer_of_staff_waits_for_the_engine_and_the_log_has_no_word_of_it)
{
    struct msg_conversation c = find(an);
    char *text = strdup("{\"text\":\"bí mật\"}");
    int64_t reply;

    cr_assert_eq(msg_conversation_reply(db, &help_writer, 100, &c, MSG_REPLY_HUMAN, text, &reply),
                 LOA_OK);
    free(text);
    msg_conversation_release(&c);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM replies WHERE state = 0 AND lane = 3 AND "
                              "author IS NOT NULL"),
                 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'conversation.reply'"), 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE detail LIKE '%bí mật%' OR "
                              "detail LIKE '%u1%' OR target LIKE '%u1%'"),
                 0);
    cr_expect_eq(get(an).person_ms, 100);
}

Test(msg_conversation, taking_it_is_no_answer_yet_and_closing_gives_it_back_to_the_bot)
{
    struct msg_conversation c;
    struct loa_problem why;

    cr_assert_eq(msg_handover_open(db, account, an, MSG_HANDOVER_ASKED, NULL, false, 10), LOA_OK);
    c = find(an);
    cr_expect_eq(msg_conversation_assign(db, &help_writer, 50, &c, "nobody", &why), LOA_ENOENT);
    cr_assert_eq(msg_conversation_assign(db, &help_writer, 50, &c, help_writer.user, &why), LOA_OK);
    cr_expect_gt(get(an).asked_ms, get(an).person_ms, "the citizen still waits");
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM conversations WHERE assignee IS NOT NULL"), 1);
    cr_assert_eq(msg_conversation_close(db, &help_writer, 60, &c, &why), LOA_OK);
    cr_expect_not(get(an).open);
    cr_expect_eq(msg_conversation_close(db, &help_writer, 61, &c, &why), LOA_ENOENT);
    msg_conversation_release(&c);
}

Test(msg_conversation, an_erased_person_has_none)
{
    struct msg_conversation c;

    cr_assert_eq(msg_handover_open(db, account, an, MSG_HANDOVER_ASKED, NULL, false, 10), LOA_OK);
    cr_assert_eq(msg_contact_erase(db, account, an, 20), LOA_OK);
    cr_expect_eq(msg_conversation_find(db, an, &c, NULL), LOA_ENOENT);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM conversations"), 0);
}
