/* SPDX-License-Identifier: Apache-2.0 */
/* What goes to people: found in any spelling, named in a file whose faults are told by their line.
 */
#include <string.h>

#include <criterion/criterion.h>

#include "bot/people.h"

TestSuite(people, .timeout = 5);

static struct bot_people *load(const char *text)
{
    struct bot_people *p = NULL;
    struct loa_problem why = {"", ""};

    cr_assert_eq(bot_people_load_text("own.txt", text, &p, &why), LOA_OK, "%s: %s", why.field,
                 why.text);
    return p;
}

Test(people, a_matter_is_found_by_its_words_with_and_without_marks)
{
    static const struct {
        const char *say, *matter;
    } all[] = {
        {"tôi muốn tố cáo một cán bộ", "corruption"},
        {"toi muon TO CAO", "corruption"},
        {"con em bị bắt nạt ở trường", "child"},
        {"em bi quay roi", "harassment"},
        {"I want to report sexual harassment", "harassment"},
        {"ngày mai có gì", NULL},
        {"", NULL},
    };
    struct bot_people *p = load(NULL);

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        const struct bot_matter *m = bot_people_matter(p, all[i].say, ANSWER_TROUBLE_NONE);

        cr_expect_eq(m != NULL, all[i].matter != NULL, "%s", all[i].say);
        if (m && all[i].matter)
            cr_expect_str_eq(m->name, all[i].matter);
    }
    bot_people_free(p);
}

Test(people, each_trouble_of_the_answerer_has_its_national_number)
{
    static const struct {
        enum answer_trouble trouble;
        const char *number;
    } all[] = {{ANSWER_TROUBLE_POLICE, "113"},   {ANSWER_TROUBLE_FIRE, "114"},
               {ANSWER_TROUBLE_MEDICAL, "115"},  {ANSWER_TROUBLE_CHILD, "111"},
               {ANSWER_TROUBLE_DISTRESS, "115"}, {ANSWER_TROUBLE_FRAUD, "113"}};
    struct bot_people *p = load(NULL);

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        const struct bot_matter *m = bot_people_matter(p, "x", all[i].trouble);

        cr_assert_not_null(m);
        cr_expect(m->urgent);
        cr_expect_not_null(strstr(m->say, all[i].number));
        cr_expect_not_null(strstr(m->say_en, all[i].number));
    }
    bot_people_free(p);
}

Test(people, words_about_ones_own_data_are_understood_when_the_message_is_short)
{
    static const struct {
        const char *say;
        enum bot_wish wish;
    } all[] = {
        {"Bạn biết gì về tôi?", BOT_WISH_ABOUT_ME},
        {"ban biet gi ve toi", BOT_WISH_ABOUT_ME},
        {"xóa dữ liệu của tôi", BOT_WISH_ERASE},
        {"Xoá dữ liệu của tôi đi ạ", BOT_WISH_ERASE},
        {"delete my data please", BOT_WISH_ERASE},
        {"XOA", BOT_WISH_YES},
        {"không", BOT_WISH_NO},
        {"hữu ích", BOT_WISH_USEFUL},
        {"chua dung", BOT_WISH_WRONG},
        {"lớp hướng dẫn xóa dữ liệu của tôi trên điện thoại cũ ở đâu", BOT_WISH_NONE},
        {"ngày mai có gì không", BOT_WISH_NONE},
    };
    struct bot_people *p = load(NULL);

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        cr_expect_eq(bot_people_wish(p, all[i].say), all[i].wish, "%s", all[i].say);
    bot_people_free(p);
}

Test(people, an_own_file_adds_and_replaces)
{
    struct bot_people *p = load("[matter flood]\nwords: ngập nhà\nsay: Gọi 112.\nurgent: no\n"
                                "[matter corruption]\nwords: abc xyz\nsay: Gọi chúng tôi.\n");
    const struct bot_matter *m = bot_people_matter(p, "nhà bị ngập nhà rồi", ANSWER_TROUBLE_NONE);

    cr_assert_not_null(m);
    cr_expect_str_eq(m->say_en, "Gọi 112.");
    cr_expect_not(m->urgent);
    cr_expect_null(bot_people_matter(p, "tố cáo", ANSWER_TROUBLE_NONE));
    bot_people_free(p);
}

Test(people, a_fault_is_told_with_its_line)
{
    static const struct {
        const char *text, *field;
    } all[] = {
        {"words: x", "own.txt:1"},
        {"[matter a]\nsay: x\nsay: y\n", "own.txt:3"},
        {"\n\n[wish other]\n", "own.txt:3"},
        {"[matter A]\n", "own.txt:1"},
        {"[matter a\n", "own.txt:1"},
        {"[matter a]\ntrouble: storm\n", "own.txt:2"},
        {"[matter a]\nexact: x\n", "own.txt:2"},
        {"[wish yes]\nsay: x\n", "own.txt:2"},
        {"[matter a]\nwords: x,,y\n", "own.txt:2"},
        {"[matter a]\nurgent: maybe\n", "own.txt:2"},
        {"[matter a]\nwords: \xff\n", "own.txt:2"},
        {"[matter a]\nno colon\n", "own.txt:2"},
        {"[matter a]\nwords: x\n", "own.txt"},
        {"[]", "own.txt:1"},
    };

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        struct bot_people *p = NULL;
        struct loa_problem why = {"", ""};

        cr_expect_eq(bot_people_load_text("own.txt", all[i].text, &p, &why), LOA_EINVAL, "%s",
                     all[i].text);
        cr_expect_str_eq(why.field, all[i].field, "%s", all[i].text);
    }
}
