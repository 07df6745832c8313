/* SPDX-License-Identifier: Apache-2.0 */
/* What people ask for that lasts, in their own spelling. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bot/standing.h"
#include "messages/base/tz.h"
#include "messages/import.h"
#include "messages/store/embedded.h"

static struct msg_catalog *catalog;
static struct answer_words *words;
static struct answer_index *answers;
static int64_t now;

static const char *content(const char *name)
{
    for (size_t i = 0; content_files[i].name; i++) {
        if (strcmp(content_files[i].name, name) == 0)
            return content_files[i].text;
    }
    return "";
}

static void open_it(void)
{
    struct loa_problem why;
    const char *events = content("events.json"), *topics = content("topics.json"),
               *places = content("places.json");

    cr_assert_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
    cr_assert_eq(loa_iso_parse("2026-10-01T06:00", &now), LOA_OK);
    catalog = msg_catalog_new();
    cr_assert_eq(msg_import_events(catalog, events, strlen(events), MSG_FORMAT_JSON, &why), LOA_OK);
    cr_assert_eq(msg_import_topics(catalog, topics, strlen(topics), &why), LOA_OK);
    cr_assert_eq(msg_import_places(catalog, places, strlen(places), &why), LOA_OK);
    msg_catalog_sort(catalog);
    words = answer_words_load_builtin();
    answers = answer_index_new(catalog, words);
}

static void close_it(void)
{
    answer_index_free(answers);
    answer_words_free(words);
    msg_catalog_free(catalog);
}

TestSuite(bot_standing, .timeout = 20, .init = open_it, .fini = close_it);

static enum bot_standing_kind kind_of(const char *text, struct bot_standing *w)
{
    return bot_standing_read(answers, catalog, text, now, NULL, w) ? w->kind : BOT_STANDING_NONE;
}

Test(bot_standing, the_word_that_ends_it_is_known_however_it_is_typed)
{
    static const char *const stop[] = {
        "HỦY",
        "huỷ",
        "huy",
        "Hủy.",
        "STOP",
        "stop!!",
        "dừng",
        "dung",
        "dừg",
        "dừng lại",
        "hủy đi",
        "ngưng",
        "ngừng",
        "huy bo",
        "hủy nhé ạ",
        "hui",
        "huỷ đky",
        "H Ủ Y",
        "d.ừ.n.g",
        "s t o p",
        "hủy tin",
        "dung lai",
        "dừng tin",
        "hu\xCC\x89y",
        "du\xCC\x9B\xCC\x80ng",
        "hủy nhận tin",
        "từ chối nhận tin",
        "tu choi nhan tin nhan",
        "ＳＴＯＰ",
        "unsub",
    };
    static const char *const other[] = {
        "đúng",
        "dung roi",
        "dung a",
        "đừng",
        "hủy vé lớp tiếng Anh",
        "dừng xe ở đâu",
        "hay",
        "",
        "huy chương vàng",
        "hủy được không?",
        "thôi nôi",
        "khai mạc",
        "h",
        "1 2 3",
    };

    for (size_t i = 0; i < sizeof(stop) / sizeof(stop[0]); i++)
        cr_expect(bot_standing_is_stop(stop[i]), "%s", stop[i]);
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
        cr_expect_not(bot_standing_is_stop(other[i]), "%s", other[i]);
}

Test(bot_standing, reminders_are_asked_for_ended_and_shown)
{
    static const struct {
        const char *text;
        enum bot_standing_kind kind;
    } talks[] = {
        {"nhắc tôi", BOT_STANDING_REMIND},
        {"nhac minh voi", BOT_STANDING_REMIND},
        {"nhắc tôi trước 1 tiếng nhé", BOT_STANDING_REMIND},
        {"bot ơi nhắc em lễ khai mạc", BOT_STANDING_REMIND},
        {"remind me", BOT_STANDING_REMIND},
        {"đừng nhắc nữa", BOT_STANDING_UNREMIND},
        {"thôi nhắc", BOT_STANDING_UNREMIND},
        {"hủy nhắc giúp em", BOT_STANDING_UNREMIND},
        {"xem các lời nhắc", BOT_STANDING_REMINDERS},
        {"đang nhắc gì", BOT_STANDING_REMINDERS},
        {"danh sách nhắc hẹn", BOT_STANDING_REMINDERS},
        {"tôi đang nhận tin gì", BOT_STANDING_SUBSCRIPTION},
        {"#reminders", BOT_STANDING_REMINDERS},
        {"#unremind", BOT_STANDING_UNREMIND},
        {"#unremind:e99", BOT_STANDING_UNREMIND},
        {"#follows", BOT_STANDING_SUBSCRIPTION},
        {"#remind:none", BOT_STANDING_NONE},
        {"#event:e01", BOT_STANDING_NONE},
        {"nhạc tối nay có gì", BOT_STANDING_NONE},
        {"nhac toi nay co gi", BOT_STANDING_NONE},
        {"âm nhạc ở Nha Trang", BOT_STANDING_NONE},
        {"ngày mai có gì", BOT_STANDING_NONE},
    };
    struct bot_standing w;

    for (size_t i = 0; i < sizeof(talks) / sizeof(talks[0]); i++)
        cr_expect_eq(kind_of(talks[i].text, &w), talks[i].kind, "%s", talks[i].text);
}

Test(bot_standing, the_event_is_named_or_the_one_talked_about)
{
    struct answer_context ctx = {.at_ms = 1};
    struct bot_standing w;

    cr_assert_eq(kind_of("#remind:e20", &w), BOT_STANDING_REMIND);
    cr_expect_str_eq(w.event, "e20");
    cr_assert_eq(kind_of("nhắc tôi hội sách Biển xanh tri thức", &w), BOT_STANDING_REMIND);
    cr_expect_str_eq(w.event, "e19");
    cr_assert_eq(kind_of("nhắc tôi lễ khai mạc", &w), BOT_STANDING_REMIND);
    cr_expect(w.event[0] == '\0' && w.n_choices > 1, "there are several");
    ctx.at_ms = now - 60000;
    (void)snprintf(ctx.query.event, sizeof(ctx.query.event), "e22");
    cr_assert(bot_standing_read(answers, catalog, "nhắc mình nhé", now, &ctx, &w));
    cr_expect_str_eq(w.event, "e22");
    ctx.at_ms = now - 3600000;
    cr_assert(bot_standing_read(answers, catalog, "nhắc mình nhé", now, &ctx, &w));
    cr_expect_str_eq(w.event, "", "too long ago");
}

Test(bot_standing, topics_places_and_audiences_are_followed)
{
    struct answer_result r;
    struct bot_standing w;

    cr_assert_eq(kind_of("đăng ký nhận tin về kỹ năng số ở Cam Ranh", &w), BOT_STANDING_FOLLOW);
    cr_expect_eq(w.kind, BOT_STANDING_FOLLOW);
    cr_expect_str_eq(w.district, "Cam Ranh");
    cr_assert_eq(w.n_tags, (size_t)1);
    cr_expect_str_eq(w.tags[0], "ky-nang-so");
    answer_ask(answers, "đăng ký nhận tin cho học sinh", now, NULL, &r);
    cr_assert(bot_standing_of(catalog, &r, &w));
    cr_expect_str_eq(w.tags[0], BOT_STANDING_AUDIENCE "học sinh");
    answer_result_release(&r);
    answer_ask(answers, "hủy nhận tin Nha Trang", now, NULL, &r);
    cr_assert(bot_standing_of(catalog, &r, &w));
    cr_expect_eq(w.kind, BOT_STANDING_UNFOLLOW);
    answer_result_release(&r);
    answer_ask(answers, "đăng ký nhận tin", now, NULL, &r);
    cr_expect_not(bot_standing_of(catalog, &r, &w), "everything");
    answer_result_release(&r);
}
