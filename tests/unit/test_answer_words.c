/* SPDX-License-Identifier: Apache-2.0 */
/* Word lists: what staff may write, and what they are told when it is wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "answer_kit.h"

TestSuite(answer_words, .timeout = 20);

static enum loa_err load(const char *text, struct answer_words **w, struct loa_problem *why)
{
    return answer_words_load_text("mine.txt", text, w, why);
}

Test(answer_words, mistakes_are_named_by_file_and_line)
{
    static const struct {
        const char *text, *where, *what;
    } rows[] = {
        {"gửi xe\n", "mine.txt:1", "before the first"},
        {"# fine\n[concept parking\n", "mine.txt:2", "]"},
        {"[concept Parking Lot]\n", "mine.txt:1", "a-z"},
        {"[nonsense]\n", "mine.txt:1", "unknown section"},
        {"[rewrite]\n\nko không\n", "mine.txt:3", "expected"},
        {"[concept x]\na,, b\n", "mine.txt:2", "between two commas"},
        {"[rules]\nparking <- list\n", "mine.txt:2", "no such intent"},
        {"[rules]\nfaq <- nowhere\n", "mine.txt:2", "no such concept"},
        {"[rules]\nfaq <- @nothing\n", "mine.txt:2", "no such feature"},
        {"[rules]\nfaq\n", "mine.txt:2", "expected"},
        {"[concept x]\n\xff\n", "mine.txt:2", "UTF-8"},
        {"[thresholds]\nfaq.sure\n", "mine.txt:2", "name = number"},
        {"[thresholds]\nfaq.sure = half\n", "mine.txt:2", "a number"},
        {"[thresholds]\nfaq.sure = -1\n", "mine.txt:2", "a number"},
        {"[thresholds]\nfaq.sure = nan\n", "mine.txt:2", "a number"},
        {"[thresholds]\n\nfaq.surely = 0.5\n", "mine.txt:3", "no such threshold"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct answer_words *w = NULL;
        struct loa_problem why = {{0}, {0}};

        cr_expect_eq(load(rows[i].text, &w, &why), LOA_EINVAL, "%s", rows[i].text);
        cr_expect_null(w);
        cr_expect_str_eq(why.field, rows[i].where, "%s: %s", rows[i].text, why.field);
        cr_expect(strstr(why.text, rows[i].what), "%s: %s", rows[i].text, why.text);
    }
}

static enum answer_intent ask(struct answer_index *x, const char *text)
{
    struct answer_result r;
    enum answer_intent intent;

    answer_ask(x, text, answer_kit_time("2026-10-01T08:00:00+07:00"), NULL, &r);
    intent = r.intent;
    answer_result_release(&r);
    return intent;
}

Test(answer_words, staff_can_add_phrases_short_forms_and_rules, .init = answer_kit_open,
     .fini = answer_kit_close)
{
    struct answer_words *w = NULL;
    struct loa_problem why;
    struct answer_index *x;

    cr_assert_neq(ask(answer_kit_index(), "bó tay chấm cơm"), ANSWER_THANKS);
    cr_assert_eq(load("[concept thanks]\nbó tay chấm cơm\n-cảm ơn\n[rewrite]\nbtcc = bó tay chấm "
                      "cơm\n[concept ours]\nzumba\n[rules]\nhuman <- ours\n",
                      &w, &why),
                 LOA_OK, "%s %s", why.field, why.text);
    x = answer_index_new(answer_kit_catalog(), w);
    cr_expect_eq(ask(x, "bó tay chấm cơm"), ANSWER_THANKS);
    cr_expect_eq(ask(x, "btcc"), ANSWER_THANKS);
    cr_expect_eq(ask(x, "zumba"), ANSWER_HUMAN, "their rules are asked first");
    cr_expect_neq(ask(x, "cảm ơn"), ANSWER_THANKS, "a phrase can be taken out");
    answer_index_free(x);
    answer_words_free(w);
}

Test(answer_words, a_folder_is_read_in_the_order_of_names)
{
    char dir[] = "/tmp/loa-words-XXXXXX", path[64];
    struct answer_words *w = NULL;
    struct loa_problem why;
    FILE *f;

    cr_assert_not_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/a.txt", dir);
    f = fopen(path, "w");
    cr_assert_not_null(f);
    fputs("[concept ours]\nmột hai ba\n", f);
    fclose(f);
    cr_expect_eq(answer_words_load_dir(dir, &w, &why), LOA_OK);
    cr_assert_not_null(w);
    cr_expect_geq(answer_words_concept(w, "ours"), 0);
    cr_expect_geq(answer_words_concept(w, "greeting"), 0, "those of the program are there too");
    answer_words_free(w);
    unlink(path);
    rmdir(dir);
    cr_expect_eq(answer_words_load_dir("/nonexistent", &w, &why), LOA_EIO);
}
