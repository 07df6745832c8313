/* SPDX-License-Identifier: Apache-2.0 */
/* Answers about events as each platform can show them. */
#include <string.h>

#include <criterion/criterion.h>

#include "bot/offer.h"
#include "messages/base/tz.h"
#include "messages/import.h"
#include "messages/store/embedded.h"

static struct msg_catalog *catalog;
static struct answer_words *words;
static struct answer_index *answers;
static struct answer_result result;
static struct msg_content content;
static int64_t now;

static void open_it(void)
{
    struct loa_problem why;

    cr_assert_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
    cr_assert_eq(loa_iso_parse("2026-10-01T05:00", &now), LOA_OK);
    catalog = msg_catalog_new();
    for (size_t i = 0; content_files[i].name; i++) {
        const char *text = content_files[i].text;

        if (strcmp(content_files[i].name, "events.json") == 0)
            cr_assert_eq(msg_import_events(catalog, text, strlen(text), MSG_FORMAT_JSON, &why),
                         LOA_OK);
        if (strcmp(content_files[i].name, "places.json") == 0)
            cr_assert_eq(msg_import_places(catalog, text, strlen(text), &why), LOA_OK);
        if (strcmp(content_files[i].name, "topics.json") == 0)
            cr_assert_eq(msg_import_topics(catalog, text, strlen(text), &why), LOA_OK);
    }
    msg_catalog_sort(catalog);
    words = answer_words_load_builtin();
    answers = answer_index_new(catalog, words);
}

static void close_it(void)
{
    msg_content_release(&content);
    answer_result_release(&result);
    answer_index_free(answers);
    answer_words_free(words);
    msg_catalog_free(catalog);
}

TestSuite(bot_offer, .timeout = 20, .init = open_it, .fini = close_it);

static void ask(const char *text, const struct channel_ops *ops)
{
    answer_ask(answers, text, now, NULL, &result);
    answer_reply(answers, &result, now, NULL, &content);
    bot_offer(&content, &result, catalog, ops, now);
}

Test(bot_offer, a_list_becomes_cards_where_these_can_be_shown)
{
    ask("ngày 3/10 có gì", &channel_facebook);
    cr_assert_gt(result.n_events, (size_t)5);
    cr_assert_eq(content.n_cards, (size_t)ANSWER_PAGE, "%s", content.text);
    cr_expect_not_null(strstr(content.cards[0].subtitle, "🕒"));
    cr_expect_eq(content.cards[2].n_buttons, (size_t)2);
    cr_expect_eq(strncmp(content.cards[2].buttons[1].value, "#remind:", 8), 0);
    cr_expect_null(strstr(content.text, "1. "));
    cr_expect_not_null(strstr(content.text, "hoạt động nữa"), "%s", content.text);
    cr_assert_eq(content.n_buttons, (size_t)1);
    cr_expect_eq(strncmp(content.buttons[0].value, "#more:", 6), 0);
    cr_expect_eq(channel_facebook.check(&content, CHANNEL_WAY_SINGLE, NULL), LOA_OK);
}

Test(bot_offer, a_list_stays_text_where_the_cards_do_not_fit)
{
    ask("ngày 3/10 có gì", &channel_zalo);
    cr_expect_eq(content.n_cards, (size_t)0);
    cr_expect_not_null(strstr(content.text, "1. "));
    cr_expect_eq(content.n_buttons, (size_t)ANSWER_PAGE + 1);
}

Test(bot_offer, one_event_to_come_may_be_reminded_of)
{
    const struct msg_button *last;

    ask("hội sách Biển xanh tri thức", &channel_viber);
    cr_assert_eq(result.n_events, (size_t)1);
    last = &content.buttons[content.n_buttons - 1];
    cr_expect_str_eq(last->value, "#remind:e19");
    cr_expect_str_eq(last->title, "Nhắc tôi");
}

Test(bot_offer, what_has_begun_or_is_off_may_not)
{
    cr_assert_eq(loa_iso_parse("2026-10-04T09:00", &now), LOA_OK);
    ask("hội sách Biển xanh tri thức", &channel_viber);
    cr_assert_eq(result.n_events, (size_t)1);
    for (size_t i = 0; i < content.n_buttons; i++)
        cr_expect_neq(strncmp(content.buttons[i].value, "#remind:", 8), 0);
}
