/* SPDX-License-Identifier: Apache-2.0 */
/* Viber's limits, told to staff before they submit. */
#include <criterion/criterion.h>

#include "tests/unit/viber_help.h"

TestSuite(viber_check, .timeout = 30);

static enum loa_err check(const char *json, enum channel_way way, struct loa_problem *why)
{
    struct msg_content m = viber_test_content(json);
    enum loa_err err;

    memset(why, 0, sizeof(*why));
    err = channel_viber.check(&m, way, why);
    msg_content_release(&m);
    return err;
}

/* Content whose text is `n` times `letter`, with more members. */
static enum loa_err check_text(size_t n, const char *letter, const char *more, enum channel_way way,
                               struct loa_problem *why)
{
    struct loa_buf json = {0};
    enum loa_err err;

    loa_buf_adds(&json, "{\"text\":\"");
    for (size_t i = 0; i < n; i++)
        loa_buf_adds(&json, letter);
    loa_buf_addf(&json, "\"%s}", more);
    err = check(loa_buf_str(&json), way, why);
    loa_buf_release(&json);
    return err;
}

Test(viber_check, text_may_have_7000_letters_and_not_one_more)
{
    struct loa_problem why;

    cr_expect_eq(check_text(7000, "ệ", "", CHANNEL_WAY_SINGLE, &why), LOA_OK, "%s", why.text);
    cr_expect_eq(check_text(7001, "ệ", "", CHANNEL_WAY_SINGLE, &why), LOA_ELIMIT);
    cr_expect_str_eq(why.field, "text");
    cr_expect_str_eq(why.text,
                     "Văn bản dài 7.001 ký tự, Viber nhận tối đa 7.000: hãy rút bớt 1 ký tự.");
    cr_expect_eq(check_text(7000, "ệ", "", CHANNEL_WAY_POST, &why), LOA_OK);
    cr_expect_eq(check_text(7001, "ệ", "", CHANNEL_WAY_POST, &why), LOA_ELIMIT);
}

Test(viber_check, lines_that_buttons_become_count_as_text)
{
    static const char phone[] = ",\"buttons\":[{\"title\":\"Gọi\",\"phone\":\"0258\"}]";
    struct loa_problem why;

    cr_expect_eq(check_text(6987, "a", phone, CHANNEL_WAY_SINGLE, &why), LOA_OK, "%s", why.text);
    cr_expect_eq(check_text(6988, "a", phone, CHANNEL_WAY_SINGLE, &why), LOA_ELIMIT);
}

Test(viber_check, caption_may_have_512_letters)
{
    static const char image[] = ",\"image\":\"https://a.vn/x.png\"";
    struct loa_problem why;

    cr_expect_eq(check_text(512, "ệ", image, CHANNEL_WAY_SINGLE, &why), LOA_OK, "%s", why.text);
    cr_expect_eq(check_text(513, "ệ", image, CHANNEL_WAY_SINGLE, &why), LOA_ELIMIT);
    cr_expect_str_eq(why.field, "text");
    cr_expect(strstr(why.text, "Chú thích ảnh dài 513 ký tự"), "%s", why.text);
}

Test(viber_check, broadcast_shares_30_kilobytes_with_its_addresses)
{
    struct loa_problem why;

    cr_expect_eq(check_text(7000, "a", "", CHANNEL_WAY_BATCH, &why), LOA_OK, "%s", why.text);
    cr_expect_eq(check_text(7000, "ệ", "", CHANNEL_WAY_BATCH, &why), LOA_ELIMIT);
    cr_expect_str_eq(why.field, "text");
    cr_expect(strstr(why.text, "30.000") && strstr(why.text, "300 người"), "%s", why.text);
}

Test(viber_check, name_slots_are_never_wrong)
{
    static char text[] = "Chào " SPLICE_NAME ", hẹn gặp " SPLICE_NAME;
    const struct msg_content m = {.text = text};
    struct loa_problem why;

    for (int way = CHANNEL_WAY_SINGLE; way <= CHANNEL_WAY_POST; way++)
        cr_expect_eq(channel_viber.check(&m, (enum channel_way)way, &why), LOA_OK);
}

Test(viber_check, placeholders_of_viber_are_refused_in_a_broadcast)
{
    struct loa_problem why;

    cr_expect_eq(check("{\"text\":\"replace_me_with_receiver_id\"}", CHANNEL_WAY_BATCH, &why),
                 LOA_EINVAL);
    cr_expect_eq(check("{\"text\":\"replace_me_with_receiver_id\"}", CHANNEL_WAY_SINGLE, &why),
                 LOA_OK);
}

struct row {
    const char *json;
    enum loa_err err;
    const char *field;
};

static const struct row rows[] = {
    {"{\"text\":\"Chào\"}", LOA_OK, ""},
    {"{}", LOA_EINVAL, "text"},
    {"{\"title\":\"Chỉ có tiêu đề\"}", LOA_OK, ""},
    {"{\"image\":\"https://a.vn/x.jpg\"}", LOA_OK, ""},
    {"{\"image\":\"https://a.vn/x.JPEG?a=.webp#f\"}", LOA_OK, ""},
    {"{\"image\":\"https://a.vn/x.gif\"}", LOA_OK, ""},
    {"{\"image\":\"https://a.vn/x.webp\"}", LOA_EINVAL, "image"},
    {"{\"image\":\"https://a.vn/x?f=.jpg\"}", LOA_EINVAL, "image"},
    {"{\"image\":\"zalo-attachment:abc\"}", LOA_EINVAL, "image"},
    {"{\"text\":\"a\",\"cards\":[{\"title\":\"A\"},{\"title\":\"B\",\"image\":"
     "\"https://a.vn/x.gif\"}]}",
     LOA_EINVAL, "cards[1].image"},
    {"{\"file\":{\"url\":\"https://a.vn/1\",\"name\":\"Lịch.pdf\",\"size\":52428800}}", LOA_OK, ""},
    {"{\"file\":{\"url\":\"https://a.vn/1\",\"name\":\"Lịch.pdf\",\"size\":52428801}}", LOA_ELIMIT,
     "file.size"},
    {"{\"file\":{\"url\":\"https://a.vn/1\",\"name\":\"cai-dat.EXE\",\"size\":9}}", LOA_EINVAL,
     "file.name"},
    {"{\"file\":{\"url\":\"https://a.vn/1\",\"name\":\"Lịch\",\"size\":9}}", LOA_EINVAL,
     "file.name"},
    {"{\"buttons\":[{\"title\":\"A\",\"reply\":\"a\"}]}", LOA_EINVAL, "text"},
};

Test(viber_check, each_rule_names_the_member_at_fault)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct loa_problem why;

        cr_expect_eq(check(rows[i].json, CHANNEL_WAY_SINGLE, &why), rows[i].err, "%s",
                     rows[i].json);
        cr_expect_str_eq(why.field, rows[i].field, "%s: %s", rows[i].json, why.field);
        cr_expect_eq(why.text[0] != '\0', rows[i].err != LOA_OK, "%s", rows[i].json);
    }
}

static enum loa_err check_title(size_t n, struct loa_problem *why)
{
    struct loa_buf json = {0};
    enum loa_err err;

    loa_buf_adds(&json, "{\"text\":\"a\",\"buttons\":[{\"title\":\"");
    for (size_t i = 0; i < n; i++)
        loa_buf_adds(&json, "ộ");
    loa_buf_adds(&json, "\",\"reply\":\"x\"}]}");
    err = check(loa_buf_str(&json), CHANNEL_WAY_SINGLE, why);
    loa_buf_release(&json);
    return err;
}

Test(viber_check, button_title_may_have_250_letters)
{
    struct loa_problem why;

    cr_expect_eq(check_title(250, &why), LOA_OK, "%s", why.text);
    cr_expect_eq(check_title(251, &why), LOA_ELIMIT);
    cr_expect_str_eq(why.field, "buttons[0]");
}

static enum loa_err check_url(const char *head, size_t n, const char *tail, struct loa_problem *why)
{
    struct loa_buf url = {0};
    struct msg_content m = {0};
    enum loa_err err;

    loa_buf_adds(&url, head);
    while (url.len + strlen(tail) < n)
        loa_buf_addc(&url, 'x');
    loa_buf_adds(&url, tail);
    m.link_url = loa_buf_take(&url);
    err = channel_viber.check(&m, CHANNEL_WAY_SINGLE, why);
    msg_content_release(&m);
    return err;
}

Test(viber_check, link_may_have_2000_bytes)
{
    struct loa_problem why;

    cr_expect_eq(check_url("https://a.vn/", 2000, "", &why), LOA_OK);
    cr_expect_eq(check_url("https://a.vn/", 2001, "", &why), LOA_ELIMIT);
    cr_expect_str_eq(why.field, "link");
}
