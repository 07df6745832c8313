/* SPDX-License-Identifier: Apache-2.0 */
/* The portal channel: who a visitor is, what his page may send, how much of it, and that a line in
 * the store is kept once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bot/portal.h"
#include "channels/channel.h"
#include "messages/base/crypto.h"
#include "messages/base/mem.h"
#include "messages/cleanup.h"
#include "messages/contact.h"
#include "messages/inbound.h"
#include "messages/portal.h"
#include "tests/unit/store_help.h"

#define TOKEN "0123456789abcdef0123456789abcdef"

static void crypto(void)
{
    cr_assert_eq(loa_crypto_init(), LOA_OK);
}

TestSuite(portal, .timeout = 10, .init = crypto);

/* ---- who ---------------------------------------------------------------------------------- */

Test(portal, the_cookie_is_found_among_others_and_only_whole)
{
    static const struct {
        const char *cookies;
        bool is;
    } all[] = {
        {"loa_chat=" TOKEN, true},
        {"a=b; loa_chat=" TOKEN "; c=d", true},
        {"loa_chat=short; loa_chat=" TOKEN, true},
        {"xloa_chat=" TOKEN, false},
        {"loa_chat=" TOKEN "0", false},
        {"loa_chat=0123456789ABCDEF0123456789ABCDEF", false},
        {"a=\"; loa_chat=", false},
        {"", false},
        {NULL, false},
    };
    char token[PORTAL_TOKEN_SIZE];

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        cr_expect_eq(portal_token(all[i].cookies, token), all[i].is, "%s", all[i].cookies);
        cr_expect_str_eq(token, all[i].is ? TOKEN : "");
    }
}

Test(portal, the_store_knows_a_digest_and_not_the_cookie)
{
    char a[PORTAL_VISITOR_SIZE], b[PORTAL_VISITOR_SIZE];

    portal_visitor(TOKEN, a);
    portal_visitor("1123456789abcdef0123456789abcdef", b);
    cr_expect_eq(strlen(a), (size_t)32);
    cr_expect_str_neq(a, b);
    cr_expect_str_neq(a, TOKEN);
}

/* ---- what --------------------------------------------------------------------------------- */

struct seen {
    int n;
    enum channel_event_kind kind;
    char key[128], user[64], text[128], payload[64];
};

static void copy(char *to, size_t size, const char *s)
{
    (void)snprintf(to, size, "%s", s ? s : "");
}

static void on_event(void *ctx, const struct channel_event *ev)
{
    struct seen *s = ctx;

    s->n++;
    s->kind = ev->kind;
    copy(s->key, sizeof(s->key), ev->key);
    copy(s->user, sizeof(s->user), ev->user);
    copy(s->text, sizeof(s->text), ev->text);
    copy(s->payload, sizeof(s->payload), ev->payload);
}

static struct seen said(const char *body)
{
    struct seen s = {0};
    struct channel *c = NULL;
    const struct channel_config cfg = {.account = "portal"};
    char visitor[PORTAL_VISITOR_SIZE], *json = NULL;

    portal_visitor(TOKEN, visitor);
    if (portal_envelope(visitor, 5000, body, strlen(body), &json) != LOA_OK)
        return s;
    cr_assert_eq(channel_portal.open(&cfg, &c, NULL), LOA_OK);
    cr_expect_eq(channel_portal.parse_webhook(c, json, strlen(json), on_event, &s), LOA_OK);
    cr_expect_str_eq(s.user, visitor);
    channel_portal.close(c);
    free(json);
    return s;
}

Test(portal, words_taps_and_opening_become_events_of_the_visitor)
{
    struct seen s = said("{\"id\":\"a-1\",\"text\":\"Hôm nay có gì?\"}");

    cr_expect_eq(s.kind, CHANNEL_EVENT_TEXT);
    cr_expect_str_eq(s.text, "Hôm nay có gì?");
    cr_expect_not_null(strstr(s.key, ":a-1"));
    s = said("{\"id\":\"2\",\"text\":\"Xem thêm\",\"payload\":\"#more:5\"}");
    cr_expect_str_eq(s.payload, "#more:5");
    s = said("{\"id\":\"3\",\"open\":true}");
    cr_expect_eq(s.kind, CHANNEL_EVENT_OPENED);
    s = said("{\"id\":\"4\",\"text\":\"x\",\"visitor\":\"somebody else\"}");
    cr_expect_eq(s.n, 1, "whose words they are the page does not say");
}

Test(portal, what_is_no_message_is_refused)
{
    static const char *const all[] = {"",
                                      "[]",
                                      "{}",
                                      "{\"id\":\"1\"}",
                                      "{\"id\":\"\",\"text\":\"x\"}",
                                      "{\"id\":\"a b\",\"text\":\"x\"}",
                                      "{\"id\":7,\"text\":\"x\"}",
                                      "{\"id\":\"1\",\"text\":\"  \\n\"}",
                                      "{\"id\":\"1\",\"text\":[\"x\"]}",
                                      "{\"id\":\"1\",\"text\":\"a\\u0007b\"}",
                                      "{\"id\":\"1\",\"text\":\"\xff\"}",
                                      "{\"id\":\"1\",\"open\":false}"};
    char *long_one = loa_xcalloc(1, 4096);

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        cr_expect_eq(said(all[i]).n, 0, "%s", all[i]);
    (void)snprintf(long_one, 4096, "{\"id\":\"1\",\"text\":\"%0*d\"}", PORTAL_TEXT_MAX, 0);
    cr_expect_eq(said(long_one).n, 1);
    (void)snprintf(long_one, 4096, "{\"id\":\"1\",\"text\":\"%0*d\"}", PORTAL_TEXT_MAX + 1, 0);
    cr_expect_eq(said(long_one).n, 0);
    free(long_one);
}

Test(portal, a_reply_becomes_one_line_of_json_with_its_buttons)
{
    struct channel *c = NULL;
    const struct channel_config cfg = {.account = "portal"};
    struct msg_content content = {.text = loa_xstrdup("Một\nhai")};
    struct channel_draft d;
    struct http_req req = {0};
    const char *to[] = {"v"};

    (void)msg_content_add_button(&content, MSG_BUTTON_REPLY, "Xem thêm", "#more:5");
    cr_assert_eq(channel_portal.open(&cfg, &c, NULL), LOA_OK);
    cr_assert_eq(channel_portal.compose(c, &content, CHANNEL_WAY_SINGLE, CHANNEL_LANE_REPLY, &d),
                 LOA_OK);
    channel_address(c, &d, to, 1, NULL, "r1", &req);
    cr_expect_str_eq(loa_buf_str(&req.body), "{\"text\":\"Một\\nhai\",\"buttons\":[{\"title\":"
                                             "\"Xem thêm\",\"reply\":\"#more:5\"}]}");
    http_req_release(&req);
    channel_draft_release(&d);
    msg_content_release(&content);
    channel_portal.close(c);
}

/* ---- how much, and from where --------------------------------------------------------------- */

Test(portal, one_visitor_is_slowed_down_and_comes_back_to_speed)
{
    struct bot_portal_rate *r = loa_xcalloc(1, sizeof(*r));
    int64_t now = 1000000;
    int n = 0;

    bot_portal_rate_init(r);
    while (bot_portal_rate_allow(r, "a", now) == 0)
        n++;
    cr_expect_eq(n, 6);
    cr_expect_eq(bot_portal_rate_allow(r, "b", now), 0, "another is not");
    cr_expect_gt(bot_portal_rate_allow(r, "a", now), 0);
    cr_expect_eq(bot_portal_rate_allow(r, "a", now + 3000000), 0, "20 a minute");
    free(r);
}

Test(portal, visitors_without_end_are_slowed_down_together)
{
    struct bot_portal_rate *r = loa_xcalloc(1, sizeof(*r));
    char name[32];
    int n = 0;

    bot_portal_rate_init(r);
    for (int i = 0; i < 10000; i++) {
        (void)snprintf(name, sizeof(name), "v%d", i);
        n += bot_portal_rate_allow(r, name, 1000000) == 0;
    }
    cr_expect_eq(n, 300);
    free(r);
}

Test(portal, only_our_own_page_may_speak)
{
    cr_expect(bot_portal_is_own("https://a.vn", "same-origin", "a.vn", NULL));
    cr_expect(bot_portal_is_own("https://a.vn", NULL, "10.0.0.1:8080", "https://a.vn"));
    cr_expect(bot_portal_is_own(NULL, "same-origin", "a.vn", NULL));
    cr_expect_not(bot_portal_is_own("https://b.vn", NULL, "a.vn", "https://a.vn"));
    cr_expect_not(bot_portal_is_own("https://a.vn", "cross-site", "a.vn", NULL));
    cr_expect_not(bot_portal_is_own("https://a.vn", "none", "a.vn", NULL));
    cr_expect_not(bot_portal_is_own("null", NULL, "", NULL));
    cr_expect_not(bot_portal_is_own(NULL, NULL, "a.vn", NULL));
}

/* ---- lines in the store ---------------------------------------------------------------------- */

static struct db *db;
static int64_t account, person;

static void open_it(void)
{
    db = help_open();
    account = help_account(db, "portal");
    person = help_contact(db, account, "v1", NULL, NULL);
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_portal, .timeout = 10, .init = open_it, .fini = close_it);

static int64_t reply(void)
{
    struct msg_reply r = {
        .account = account, .contact = person, .content = loa_xstrdup("{\"text\":\"x\"}")};
    int64_t id;

    cr_assert_eq(msg_reply_add(db, &r, 1000), LOA_OK);
    id = r.id;
    msg_reply_release(&r);
    return id;
}

static void deliver(int64_t reply_id, const char *body, int64_t at)
{
    char visitor[] = "v1", text[64];
    const struct msg_portal_line l = {.account = account,
                                      .contact = person,
                                      .reply = reply_id,
                                      .visitor = visitor,
                                      .body = text,
                                      .at_ms = at};

    copy(text, sizeof(text), body);
    cr_assert_eq(msg_portal_deliver(db, &l), LOA_OK);
}

static size_t lines_after(const char *visitor, int64_t after, int64_t *last)
{
    struct msg_portal_line *lines = NULL;
    size_t n = 0;

    cr_assert_eq(msg_portal_after(db, account, visitor, after, 10, &lines, &n), LOA_OK);
    *last = n ? lines[n - 1].id : after;
    msg_portal_lines_free(lines, n);
    return n;
}

Test(msg_portal, a_reply_is_delivered_once_however_often_it_is_tried)
{
    int64_t id = reply(), last, end;

    deliver(id, "{}", 2000);
    deliver(id, "{}", 3000);
    cr_expect_eq(lines_after("v1", 0, &last), (size_t)1);
    cr_expect_eq(lines_after("v1", last, &last), (size_t)0);
    cr_expect_eq(lines_after("v2", 0, &end), (size_t)0, "nobody else's");
    cr_expect_eq(lines_after(NULL, 0, &end), (size_t)1);
    cr_assert_eq(msg_portal_last(db, account, &end), LOA_OK);
    cr_expect_eq(end, last);
    cr_expect_eq(help_int(db, "SELECT state FROM replies"), MSG_REPLY_SENT);
}

Test(msg_portal, what_was_taken_back_is_not_delivered)
{
    int64_t id = reply(), last;

    cr_assert_eq(msg_reply_leave_out(db, id, 1500), LOA_OK);
    deliver(id, "{}", 2000);
    cr_expect_eq(lines_after("v1", 0, &last), (size_t)0);
    cr_expect_eq(help_int(db, "SELECT state FROM replies"), MSG_REPLY_FAILED);
}

Test(msg_portal, an_erased_person_leaves_no_lines_but_may_hear_the_last_word)
{
    int64_t last;

    deliver(reply(), "{}", 2000);
    cr_assert_eq(msg_contact_erase(db, account, person, 2500), LOA_OK);
    cr_expect_eq(lines_after("v1", 0, &last), (size_t)0);
    deliver(0, "{}", 3000);
    cr_expect_eq(lines_after("v1", 0, &last), (size_t)1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM portal_lines WHERE contact_id > 0"), 0);
}

Test(msg_portal, old_lines_are_dropped_and_young_ones_stay)
{
    struct msg_cleanup_step s = {.kind = MSG_CLEANUP_PORTAL, .before_ms = 5000, .max = 2};
    int64_t dropped = 0, left = 0;

    for (int i = 0; i < 5; i++)
        deliver(reply(), "{}", 1000 + 1000 * i);
    cr_assert_eq(msg_cleanup_count(db, s.kind, s.before_ms, &left), LOA_OK);
    cr_expect_eq(left, 4);
    do {
        cr_assert_eq(msg_cleanup_step(db, &s), LOA_OK);
        dropped += s.dropped;
    } while (!s.over);
    cr_expect_eq(dropped, 4);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM portal_lines"), 1);
}
