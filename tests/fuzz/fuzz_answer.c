/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz: citizens' messages over a small catalogue. A first byte of 0 or 1 makes the rest a
 * context or a word list instead. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "bot/answer/answer.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int64_t now = INT64_C(1790900000000);
static struct msg_catalog *catalog;
static struct answer_words *words;
static struct answer_index *answers;

static void add_event(const char *id, const char *title, int64_t start_ms, const char *keyword)
{
    struct msg_event e = {.id = loa_xstrdup(id),
                          .title = loa_xstrdup(title),
                          .place = loa_xstrdup("Thư viện tỉnh"),
                          .district = loa_xstrdup("Nha Trang"),
                          .start_ms = start_ms,
                          .end_ms = start_ms + 7200000};

    msg_list_add(&e.keywords, keyword);
    msg_list_add(&e.audience, "học sinh");
    msg_catalog_add_event(catalog, &e);
}

static void open_index(void)
{
    struct msg_place place = {.name = loa_xstrdup("Nha Trang"), .kind = MSG_PLACE_AREA};
    struct msg_faq faq = {.id = loa_xstrdup("f1"), .answer = loa_xstrdup("Miễn phí.")};

    if (loa_tz_set("Asia/Ho_Chi_Minh") != LOA_OK)
        abort();
    catalog = msg_catalog_new();
    add_event("e1", "Hội sách biển xanh", now, "sách");
    add_event("e2", "Lớp AI căn bản", now + 86400000, "AI");
    add_event("e3", "Quá khứ", INT64_C(-1000), "xưa");
    msg_list_add(&place.aliases, "nt");
    msg_catalog_add_place(catalog, &place);
    msg_list_add(&faq.questions, "có mất phí không");
    msg_catalog_add_faq(catalog, &faq);
    msg_list_add(&catalog->audiences, "học sinh");
    msg_catalog_sort(catalog);
    words = answer_words_load_builtin();
    answers = answer_index_new(catalog, words);
}

static void ask(const char *text)
{
    static struct answer_context ctx;
    struct answer_options opt = {.office = "Sở"};
    struct answer_result r;
    struct msg_content m;

    answer_ask(answers, text, now, &ctx, &r);
    if (!(r.confidence >= 0 && r.confidence <= 1.001))
        abort();
    answer_reply(answers, &r, now, &opt, &m);
    if (!m.text || !m.text[0])
        abort();
    msg_content_release(&m);
    answer_result_release(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text;

    if (!answers)
        open_index();
    if (size == 0 || size > 8192)
        return 0;
    text = loa_xstrndup((const char *)data + 1, size - 1);
    if (data[0] == 0) {
        struct answer_context c;

        if (answer_context_from_json(text, &c) == LOA_OK)
            free(answer_context_to_json(&c));
    } else if (data[0] == 1) {
        struct answer_words *w = NULL;

        if (answer_words_load_text("fuzz.txt", text, &w, NULL) == LOA_OK)
            answer_words_free(w);
    } else {
        ask(text);
    }
    free(text);
    return 0;
}
