/* SPDX-License-Identifier: Apache-2.0 */
/* Contacts: an opt-out outlives everything but the person's own word. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/contact.h"
#include "messages/conversation.h"
#include "messages/inbound.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account;

static void open_it(void)
{
    db = help_open();
    account = help_account(db, "zalo");
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_contact, .timeout = 10, .init = open_it, .fini = close_it);

static int64_t status(void)
{
    return help_int(db, "SELECT status FROM contacts ORDER BY id DESC LIMIT 1");
}

static int64_t opted_out(void)
{
    return help_int(db, "SELECT opted_out FROM contacts ORDER BY id DESC LIMIT 1");
}

static int64_t touch(const char *name, int64_t at)
{
    int64_t id = 0;

    cr_assert_eq(msg_contact_touch(db, account, "u1", name, at, &id), LOA_OK);
    return id;
}

static enum loa_err import(const char *remote, int subscribed)
{
    struct msg_contact_row row = {
        .remote_id = remote, .subscribed = subscribed, .last_seen_ms = -1};

    return msg_contact_import(db, account, &row, 50);
}

Test(msg_contact, who_only_writes_is_known_but_no_follower)
{
    int64_t id = touch(NULL, 100), found = 0;

    cr_expect_eq(status(), MSG_CONTACT_UNSUBSCRIBED);
    cr_expect_eq(msg_contact_find(db, account, "u1", &found), LOA_OK);
    cr_expect_eq(found, id);
    cr_expect_eq(msg_contact_find(db, account + 1, "u1", &found), LOA_ENOENT);
    cr_expect_eq(touch(NULL, 0), id, "the same person again");
    cr_expect_eq(msg_contact_follows(db, account, id), LOA_OK);
    cr_expect_eq(status(), MSG_CONTACT_OK);
}

Test(msg_contact, a_touch_renews_the_name_and_the_time_and_clears_a_block)
{
    int64_t id = touch("An", 100);
    char *name;

    touch("", 90);
    cr_expect_eq(help_int(db, "SELECT last_seen_ms FROM contacts"), 100, "time only moves on");
    touch("Bình", 200);
    name = help_text(db, "SELECT name FROM contacts");
    cr_expect_str_eq(name, "Bình");
    free(name);
    cr_expect_eq(help_int(db, "SELECT last_seen_ms FROM contacts"), 200);
    cr_assert_eq(msg_contact_status_set(db, account, id, MSG_CONTACT_BLOCKED), LOA_OK);
    touch(NULL, 0);
    cr_expect_eq(status(), MSG_CONTACT_BLOCKED, "an event without the person's doing proves not");
    touch(NULL, 300);
    cr_expect_eq(status(), MSG_CONTACT_OK);
}

Test(msg_contact, an_opt_out_lasts_over_everything_but_an_opt_in)
{
    int64_t id = help_contact(db, account, "u1", NULL, NULL);

    cr_assert_eq(msg_contact_consent(db, account, id, false, "HỦY", "text", 10), LOA_OK);
    cr_expect_eq(opted_out(), 1);
    touch("An", 500);
    cr_expect_eq(opted_out(), 1, "writing again is no opt-in");
    cr_assert_eq(msg_contact_follows(db, account, id), LOA_OK);
    cr_expect_eq(opted_out(), 1, "nor is what the platform says");
    cr_assert_eq(import("u1", 1), LOA_OK);
    cr_expect_eq(opted_out(), 1, "nor is a list");
    cr_assert_eq(msg_contact_status_set(db, account, id, MSG_CONTACT_UNSUBSCRIBED), LOA_OK);
    cr_assert_eq(msg_contact_follows(db, account, id), LOA_OK);
    cr_expect_eq(status(), MSG_CONTACT_UNSUBSCRIBED);
    cr_assert_eq(msg_contact_consent(db, account, id, true, "ĐĂNG KÝ", "text", 20), LOA_OK);
    cr_expect_eq(opted_out(), 0);
    cr_expect_eq(status(), MSG_CONTACT_OK);
}

Test(msg_contact, every_consent_is_kept_with_its_wording)
{
    int64_t id = touch(NULL, 0);
    char *wording;

    cr_assert_eq(msg_contact_consent(db, account, id, true, "có", "text", 10), LOA_OK);
    cr_assert_eq(msg_contact_consent(db, account, id, false, "STOP", "text", 20), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM consents"), 2);
    wording = help_text(db, "SELECT kind || ' ' || wording || ' ' || at_ms FROM consents "
                            "WHERE seq = 2");
    cr_expect_str_eq(wording, "opt-out STOP 20");
    free(wording);
}

Test(msg_contact, an_import_fills_in_and_leaves_what_it_does_not_say)
{
    struct msg_contact_row row = {.remote_id = "u1",
                                  .name = "An",
                                  .topics = "a;b",
                                  .district = "Nha Trang",
                                  .subscribed = 1,
                                  .last_seen_ms = 100};
    char *topics;

    cr_assert_eq(msg_contact_import(db, account, &row, 50), LOA_OK);
    cr_expect_eq(status(), MSG_CONTACT_OK);
    cr_assert_eq(import("u1", -1), LOA_OK);
    topics = help_text(db, "SELECT topics || district || name || last_seen_ms FROM contacts");
    cr_expect_str_eq(topics, ";a;b;Nha TrangAn100");
    free(topics);
    row.last_seen_ms = 40;
    cr_assert_eq(msg_contact_import(db, account, &row, 50), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT last_seen_ms FROM contacts"), 100);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts"), 1, "twice does not double");
}

Test(msg_contact, an_import_can_opt_out_and_says_so_once)
{
    cr_assert_eq(import("u1", 0), LOA_OK);
    cr_assert_eq(import("u1", 0), LOA_OK);
    cr_expect_eq(opted_out(), 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM consents"), 1);
}

Test(msg_contact, topics_are_added_and_removed_one_by_one)
{
    int64_t id = touch(NULL, 0);
    char *t;

    cr_assert_eq(msg_contact_topic(db, account, id, "van-hoa", true), LOA_OK);
    cr_assert_eq(msg_contact_topic(db, account, id, "van", true), LOA_OK);
    cr_assert_eq(msg_contact_topic(db, account, id, "van-hoa", true), LOA_OK);
    t = help_text(db, "SELECT topics FROM contacts");
    cr_expect_str_eq(t, ";van;van-hoa;", "each once");
    free(t);
    cr_assert_eq(msg_contact_topic(db, account, id, "van", false), LOA_OK);
    t = help_text(db, "SELECT topics FROM contacts");
    cr_expect_str_eq(t, ";van-hoa;", "a part of a word is not the word");
    free(t);
    cr_assert_eq(msg_contact_topic(db, account, id, "van-hoa", false), LOA_OK);
    cr_expect_null(help_text(db, "SELECT topics FROM contacts"));
}

Test(msg_contact, an_erased_person_leaves_no_trace_and_is_not_written_to)
{
    int64_t id = help_contact(db, account, "u1", ";a;", "Nha Trang"), found = 0;
    struct msg_reply reply = {.account = account, .contact = id, .content = strdup("{}")};
    char *left, *remote = NULL;

    touch("An", 100);
    cr_assert_eq(msg_contact_consent(db, account, id, true, "tôi là An", "text", 5), LOA_OK);
    cr_assert_eq(msg_conversation_put(db, account, id, "{\"q\":\"bệnh\"}", 5), LOA_OK);
    cr_assert_eq(msg_reply_add(db, &reply, 5), LOA_OK);
    msg_reply_release(&reply);
    cr_assert_eq(msg_contact_erase(db, account, id, 60), LOA_OK);
    cr_expect_eq(msg_contact_find(db, account, "u1", &found), LOA_ENOENT);
    cr_expect_eq(status(), MSG_CONTACT_ERASED);
    cr_expect_eq(opted_out(), 1);
    left = help_text(db, "SELECT COALESCE(name, '') || COALESCE(topics, '') || "
                         "COALESCE(district, '') || last_seen_ms FROM contacts");
    cr_expect_str_eq(left, "0");
    free(left);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM consents WHERE wording IS NOT NULL"), 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM conversations"), 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM replies"), 0);
    cr_assert_eq(msg_contact_remote(db, account, id, &remote), LOA_OK);
    cr_expect_eq(strncmp(remote, "erased:", 7), 0);
    free(remote);
    cr_expect_eq(msg_contact_erase(db, account, id, 61), LOA_OK, "twice is fine");
    cr_expect_eq(msg_contact_erase(db, account, 999, 61), LOA_ENOENT);
}

Test(msg_contact, an_old_list_does_not_bring_an_erased_person_back)
{
    int64_t id = help_contact(db, account, "u1", NULL, NULL);

    cr_assert_eq(msg_contact_erase(db, account, id, 60), LOA_OK);
    cr_assert_eq(msg_contact_erase(db, account, id, 61), LOA_OK);
    cr_assert_eq(import("u1", 1), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts"), 1);
    cr_expect_eq(status(), MSG_CONTACT_ERASED);
    cr_assert_eq(import("u2", 1), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts"), 2, "others are taken in");
}

Test(msg_contact, who_comes_back_after_an_erasure_can_be_erased_again)
{
    int64_t first = touch(NULL, 10), second;

    cr_assert_eq(msg_contact_erase(db, account, first, 60), LOA_OK);
    second = touch(NULL, 70);
    cr_expect_neq(first, second);
    cr_expect_eq(status(), MSG_CONTACT_UNSUBSCRIBED);
    cr_expect_eq(msg_contact_erase(db, account, second, 80), LOA_OK);
    cr_expect_eq(status(), MSG_CONTACT_ERASED);
    cr_assert_eq(import("u1", 1), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts"), 2);
}

Test(msg_contact, the_same_id_on_two_accounts_is_two_people)
{
    int64_t other = help_account(db, "viber"), a = touch("An", 1), b = 0;

    cr_assert_eq(msg_contact_touch(db, other, "u1", "Bình", 1, &b), LOA_OK);
    cr_expect_neq(a, b);
    cr_assert_eq(msg_contact_consent(db, account, a, false, NULL, "text", 9), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT SUM(opted_out) FROM contacts"), 1);
}

Test(msg_contact, who_opted_out_or_was_erased_may_not_be_written_to)
{
    int64_t id = touch("An", 1);

    cr_expect_eq(msg_contact_may_write(db, account, id), LOA_OK, "who only writes may be answered");
    cr_assert_eq(msg_contact_consent(db, account, id, false, "HỦY", "chat", 2), LOA_OK);
    cr_expect_eq(msg_contact_may_write(db, account, id), LOA_EPERM);
    cr_assert_eq(msg_contact_consent(db, account, id, true, "đăng ký", "chat", 3), LOA_OK);
    cr_expect_eq(msg_contact_may_write(db, account, id), LOA_OK);
    cr_assert_eq(msg_contact_erase(db, account, id, 4), LOA_OK);
    cr_expect_eq(msg_contact_may_write(db, account, id), LOA_EPERM);
    cr_expect_eq(msg_contact_may_write(db, account, id + 1), LOA_ENOENT);
}

Test(msg_contact, a_name_that_would_spoil_a_message_is_left_out)
{
    static const char *const bad[] = {"a\nb", "\x1b[2J", "a\xC2\x9B", "a\x7f"};
    char longest[102], *name;

    touch("An", 1);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        touch(bad[i], 1);
    memset(longest, 'N', 101);
    longest[101] = '\0';
    touch(longest, 1);
    name = help_text(db, "SELECT name FROM contacts");
    cr_expect_str_eq(name, "An");
    free(name);
    longest[100] = '\0';
    touch(longest, 1);
    name = help_text(db, "SELECT name FROM contacts");
    cr_expect_str_eq(name, longest);
    free(name);
}

/* ---- the digest of the forgotten --------------------------------------------------------- */

static void old_stub(const char *remote_id, char out[80])
{
    struct loa_bytes piece = {remote_id, strlen(remote_id)};
    char sha[LOA_SHA256_HEX];

    loa_sha256_hex(&piece, 1, sha);
    (void)snprintf(out, 80, "erased:%s", sha);
}

Test(msg_contact, the_digest_of_the_forgotten_cannot_be_made_without_the_key_of_the_store)
{
    struct db *other = help_open();
    char here[MSG_CONTACT_STUB], there[MSG_CONTACT_STUB], again[MSG_CONTACT_STUB];

    cr_assert_eq(msg_contact_stub(db, "u1", here), LOA_OK);
    cr_assert_eq(msg_contact_stub(db, "u1", again), LOA_OK);
    cr_assert_eq(msg_contact_stub(other, "u1", there), LOA_OK);
    cr_expect_str_eq(here, again);
    cr_expect_str_neq(here, there);
    cr_expect_eq(strncmp(here, "erased:k", 8), 0);
    help_close(other);
}

/* Rows of before have the digest without a key, some with a number behind it. */
Test(msg_contact, old_digests_get_the_key_when_it_is_made_and_still_name_their_people)
{
    char old[80], row[96];
    int64_t id = 0;

    old_stub("u1", old);
    (void)snprintf(row, sizeof(row), "%s:7", old);
    cr_assert_eq(db_run(db,
                        "INSERT INTO contacts (account_id, id, remote_id, status, opted_out) "
                        "VALUES ($1, 901, $2, 4, 1), ($1, 902, $3, 4, 1)",
                        "iss", account, old, row),
                 LOA_OK);
    cr_assert_eq(msg_contact_touch(db, account, "u1", "An", 10, &id), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts WHERE remote_id LIKE 'erased:k%'"), 2);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM contacts WHERE remote_id LIKE 'erased:k%:7'"),
                 1);
    cr_expect_eq(msg_contact_may_write(db, account, id), LOA_EPERM, "his old word is known");
    cr_assert_eq(msg_contact_touch(db, account, "u2", "Bình", 10, &id), LOA_OK);
    cr_expect_eq(msg_contact_may_write(db, account, id), LOA_OK);
}
