/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept about one person: told whole, erased whole, and on record without saying whose. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/json.h"
#include "messages/contact.h"
#include "messages/conversation.h"
#include "messages/inbound.h"
#include "messages/privacy.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account, an;

static void open_it(void)
{
    struct msg_reply reply;
    int64_t seq;

    db = help_open();
    account = help_account(db, "zalo");
    an = help_contact(db, account, "u1", ";van-hoa;tieng-anh;", "Nha Trang");
    reply = (struct msg_reply){
        .account = account, .contact = an, .content = strdup("{\"text\":\"Ở thư viện\"}")};
    cr_assert_eq(msg_contact_touch(db, account, "u1", "Nguyễn An", 1000, &an), LOA_OK);
    cr_assert_eq(
        msg_inbound_add(db, account, "k1", "{\"kind\":0,\"text\":\"ở đâu?\"}", true, 1, 10, &seq),
        LOA_OK);
    cr_assert_eq(msg_inbound_of(db, seq, an), LOA_OK);
    cr_assert_eq(msg_reply_add(db, &reply, 11), LOA_OK);
    msg_reply_release(&reply);
    cr_assert_eq(msg_contact_consent(db, account, an, true, "cho tôi đăng ký", "chat", 12), LOA_OK);
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_privacy, .timeout = 5, .init = open_it, .fini = close_it);

Test(msg_privacy, a_person_is_told_all_of_it)
{
    static const struct msg_keep_days keep = {30, 31, 90};
    struct msg_person p;
    char *text;

    cr_assert_eq(msg_person_read(db, account, an, &p), LOA_OK);
    cr_expect_eq(p.wrote, 1);
    cr_expect_eq(p.replies, 1);
    cr_expect_eq(p.consents, 1);
    text = msg_person_text(&p, &keep, false);
    cr_expect_not_null(strstr(text, "Nguyễn An"));
    cr_expect_not_null(strstr(text, "van-hoa, tieng-anh"));
    cr_expect_not_null(strstr(text, "Nha Trang"));
    cr_expect_not_null(strstr(text, "nhận tin: có"));
    cr_expect_not_null(strstr(text, "30 ngày"));
    cr_expect_not_null(strstr(text, "xóa dữ liệu của tôi"));
    free(text);
    text = msg_person_text(&p, &keep, true);
    cr_expect_not_null(strstr(text, "delete my data"));
    free(text);
    msg_person_release(&p);
}

Test(msg_privacy, staff_get_it_with_the_words_and_the_log_has_none)
{
    cJSON *o;

    cr_assert_eq(msg_person_export(db, &help_writer, 20, account, an, &o), LOA_OK);
    cr_expect_str_eq(loa_json_str(o, "name"), "Nguyễn An");
    cr_expect_str_eq(loa_json_str(loa_json_at(o, "events.0"), "text"), "ở đâu?");
    cr_expect_str_eq(loa_json_str(loa_json_at(o, "replies.0"), "text"), "Ở thư viện");
    cr_expect_str_eq(loa_json_str(loa_json_at(o, "consents.0"), "wording"), "cho tôi đăng ký");
    cJSON_Delete(o);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'contact.export'"), 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE detail LIKE '%u1%' OR "
                              "target LIKE '%u1%' OR detail LIKE '%An%'"),
                 0);
}

Test(msg_privacy, who_was_erased_and_writes_again_is_new_and_still_wants_nothing_sent)
{
    struct msg_person p;
    int64_t again;

    cr_assert_eq(msg_person_erase(db, &help_writer, 30, account, an), LOA_OK);
    cr_expect_eq(msg_person_read(db, account, an, &p), LOA_ENOENT);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM inbound WHERE event <> '{}'"), 0);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM replies"), 0);
    cr_assert_eq(msg_contact_touch(db, account, "u1", "Nguyễn An", 2000, &again), LOA_OK);
    cr_expect_neq(again, an);
    cr_expect_eq(msg_contact_may_write(db, account, again), LOA_EPERM);
    cr_assert_eq(msg_contact_follows(db, account, again), LOA_OK);
    cr_expect_eq(msg_contact_may_write(db, account, again), LOA_EPERM);
    cr_assert_eq(msg_contact_consent(db, account, again, true, "đăng ký", "chat", 40), LOA_OK);
    cr_expect_eq(msg_contact_may_write(db, account, again), LOA_OK, "his own word lifts it");
}
