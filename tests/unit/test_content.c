/* SPDX-License-Identifier: Apache-2.0 */
/* Contents: what is read from JSON, what is refused, and what a variant changes. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/buf.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/content.h"

TestSuite(msg_content, .timeout = 10);

static enum loa_err parse(const char *json, struct msg_content *c, struct loa_problem *why)
{
    cJSON *o = loa_json_parse(json, strlen(json));
    enum loa_err err;

    cr_assert_not_null(o, "%s", json);
    err = msg_content_parse(o, c, why);
    cJSON_Delete(o);
    return err;
}

static struct msg_content content(const char *json)
{
    struct msg_content c;
    struct loa_problem why = {0};

    cr_assert_eq(parse(json, &c, &why), LOA_OK, "%s: %s", json, why.text);
    return c;
}

static char *text_of(const struct msg_content *c)
{
    cJSON *o = msg_content_to_json(c);
    char *text = loa_json_print(o);

    cJSON_Delete(o);
    return text;
}

static const char everything[] =
    "{\"title\":\"Lễ khai mạc\",\"text\":\"Chào {name}\",\"image\":{\"url\":\"https://a.vn/"
    "a.jpg\",\"alt\":\"ảnh\"},\"file\":{\"url\":\"https://a.vn/a.pdf\",\"name\":\"a.pdf\","
    "\"size\":5000000000},\"link\":\"https://a.vn\",\"buttons\":[{\"title\":\"Xem\",\"url\":"
    "\"https://a.vn\"},{\"title\":\"Gọi\",\"phone\":\"+84258000000\"},{\"title\":\"Lịch\","
    "\"reply\":\"lịch\"}],\"cards\":[{\"title\":\"Một\",\"subtitle\":\"hai\",\"image\":"
    "\"https://a.vn/1.jpg\",\"url\":\"https://a.vn/1\",\"buttons\":[{\"title\":\"A\",\"reply\":"
    "\"a\"}]}],\"utility\":{\"name\":\"nhac_lich\",\"language\":\"vi\",\"params\":[\"x\","
    "\"y\"]}}";

Test(msg_content, everything_reads_and_comes_back_the_same)
{
    struct msg_content c = content(everything);
    char *text = text_of(&c);

    cr_expect_str_eq(text, everything);
    cr_expect_eq(c.file_size, INT64_C(5000000000));
    cr_expect_eq(c.n_buttons, (size_t)3);
    cr_expect_eq(c.buttons[0].kind, MSG_BUTTON_URL);
    cr_expect_eq(c.buttons[1].kind, MSG_BUTTON_PHONE);
    cr_expect_eq(c.buttons[2].kind, MSG_BUTTON_REPLY);
    cr_expect_eq(c.cards[0].n_buttons, (size_t)1);
    cr_expect_eq(c.utility.n_params, (size_t)2);
    free(text);
    msg_content_release(&c);
    cr_expect_null(c.text);
    cr_expect_eq(c.n_buttons, (size_t)0);
    msg_content_release(&c);
}

Test(msg_content, text_is_normalised)
{
    struct msg_content c = content("{\"text\":\"le\\u0302\\u0303\"}");

    cr_expect_str_eq(c.text, "lễ");
    msg_content_release(&c);
}

Test(msg_content, null_and_empty_members_are_absent)
{
    struct msg_content c = content("{\"text\":\"\",\"title\":null,\"image\":null,\"file\":null,"
                                   "\"utility\":null}");

    cr_expect_null(c.text);
    cr_expect_null(c.title);
    cr_expect_null(c.image_url);
    msg_content_release(&c);
}

Test(msg_content, what_is_wrong_is_told_by_the_member_at_fault_and_leaves_nothing)
{
    static const struct {
        const char *json, *field;
        enum loa_err err;
    } bad[] = {
        {"[]", "body", LOA_EINVAL},
        {"{\"text\":5}", "text", LOA_EINVAL},
        {"{\"text\":\"a\\u0007\"}", "text", LOA_EINVAL},
        {"{\"text\":\"a\\r\\n\"}", "text", LOA_EINVAL},
        {"{\"text\":\"a\",\"link\":\"javascript:alert(1)\"}", "link", LOA_EINVAL},
        {"{\"text\":\"a\",\"link\":\"a.vn\"}", "link", LOA_EINVAL},
        {"{\"text\":\"a\",\"image\":\"data:image/png;base64,x\"}", "image", LOA_EINVAL},
        {"{\"text\":\"a\",\"image\":{\"url\":\"file:///etc/passwd\"}}", "url", LOA_EINVAL},
        {"{\"text\":\"a\",\"image\":5}", "image", LOA_EINVAL},
        {"{\"text\":\"a\",\"file\":{\"url\":\"https://a.vn/x\"}}", "file", LOA_EINVAL},
        {"{\"file\":{\"url\":\"https://a.vn/x\",\"name\":\"x\",\"size\":0}}", "file", LOA_EINVAL},
        {"{\"file\":\"https://a.vn/x\"}", "file", LOA_EINVAL},
        {"{\"buttons\":{}}", "buttons", LOA_EINVAL},
        {"{\"buttons\":[\"x\"]}", "buttons", LOA_EINVAL},
        {"{\"buttons\":[{\"title\":\"x\"}]}", "buttons", LOA_EINVAL},
        {"{\"buttons\":[{\"url\":\"https://a.vn\"}]}", "buttons", LOA_EINVAL},
        {"{\"buttons\":[{\"title\":\"x\",\"url\":\"ftp://a.vn\"}]}", "buttons", LOA_EINVAL},
        {"{\"cards\":{\"title\":\"x\"}}", "cards", LOA_EINVAL},
        {"{\"cards\":[{\"subtitle\":\"x\"}]}", "cards", LOA_EINVAL},
        {"{\"cards\":[5]}", "cards", LOA_EINVAL},
        {"{\"utility\":{}}", "utility", LOA_EINVAL},
        {"{\"utility\":{\"name\":\"x\",\"params\":\"y\"}}", "utility", LOA_EINVAL},
        {"{\"utility\":{\"name\":\"x\",\"params\":[1]}}", "utility", LOA_EINVAL},
        {"{\"utility\":{\"name\":\"x\",\"params\":[\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\","
         "\"\",\"\"]}}",
         "utility", LOA_EINVAL},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct msg_content c;
        struct loa_problem why = {0};

        cr_expect_eq(parse(bad[i].json, &c, &why), bad[i].err, "%s", bad[i].json);
        cr_expect_str_eq(why.field, bad[i].field, "%s: %s", bad[i].json, why.field);
        cr_expect_neq(why.text[0], '\0');
        cr_expect_null(c.text);
        cr_expect_eq(c.n_buttons + c.n_cards, (size_t)0);
    }
}

/* {"KEY":[ITEM,ITEM,...]} with n items. */
static char *many(const char *key, const char *item, int n)
{
    struct loa_buf b = {0};

    loa_buf_addf(&b, "{\"text\":\"a\",\"%s\":[", key);
    for (int i = 0; i < n; i++)
        loa_buf_addf(&b, "%s%s", i ? "," : "", item);
    loa_buf_adds(&b, "]}");
    return loa_buf_take(&b);
}

Test(msg_content, lists_hold_just_as_many_as_they_may)
{
    static const char button[] = "{\"title\":\"x\",\"reply\":\"y\"}", card[] = "{\"title\":\"x\"}";
    struct msg_content c;
    char *text = many("buttons", button, MSG_BUTTONS_MAX);

    cr_expect_eq(parse(text, &c, NULL), LOA_OK);
    msg_content_release(&c);
    free(text);
    text = many("buttons", button, MSG_BUTTONS_MAX + 1);
    cr_expect_eq(parse(text, &c, NULL), LOA_ELIMIT);
    free(text);
    text = many("cards", card, MSG_CARDS_MAX);
    cr_expect_eq(parse(text, &c, NULL), LOA_OK);
    msg_content_release(&c);
    free(text);
    text = many("cards", card, MSG_CARDS_MAX + 1);
    cr_expect_eq(parse(text, &c, NULL), LOA_ELIMIT);
    free(text);
}

/* A text of n times a letter whose normal form is twice as long. */
static char *growing(int n)
{
    struct loa_buf b = {0};

    loa_buf_adds(&b, "{\"text\":\"");
    for (int i = 0; i < n; i++)
        loa_buf_adds(&b, "\u0958");
    loa_buf_adds(&b, "\"}");
    return loa_buf_take(&b);
}

Test(msg_content, what_was_accepted_can_be_read_again)
{
    char *text = growing(30000), *again;
    struct msg_content c, twice;

    cr_assert_eq(parse(text, &c, NULL), LOA_OK);
    free(text);
    again = text_of(&c);
    cr_expect_eq(parse(again, &twice, NULL), LOA_OK);
    msg_content_release(&twice);
    msg_content_release(&c);
    free(again);
    text = growing(60000);
    cr_expect_eq(parse(text, &c, NULL), LOA_ELIMIT, "too long once it is normalised");
    free(text);
}

Test(msg_content, a_variant_replaces_the_members_it_sets_and_no_others)
{
    struct msg_content base = content("{\"title\":\"T\",\"text\":\"dài\",\"image\":\"https://a.vn/"
                                      "a.jpg\",\"buttons\":[{\"title\":\"a\",\"reply\":\"a\"}]}");
    struct msg_content over = content("{\"text\":\"ngắn\",\"buttons\":[{\"title\":\"b\",\"reply\":"
                                      "\"b\"},{\"title\":\"c\",\"reply\":\"c\"}]}");
    struct msg_content out;

    msg_content_merge(&base, &over, &out);
    cr_expect_str_eq(out.title, "T");
    cr_expect_str_eq(out.text, "ngắn");
    cr_expect_str_eq(out.image_url, "https://a.vn/a.jpg");
    cr_expect_eq(out.n_buttons, (size_t)2);
    cr_expect_str_eq(out.buttons[0].title, "b");
    msg_content_release(&out);
    msg_content_merge(&base, NULL, &out);
    cr_expect_str_eq(out.text, "dài");
    msg_content_release(&out);
    cr_expect_str_eq(base.text, "dài", "the base is left alone");
    msg_content_release(&base);
    msg_content_release(&over);
}

Test(msg_content, buttons_are_added_until_it_is_full)
{
    struct msg_content c = {0};

    for (int i = 0; i < MSG_BUTTONS_MAX; i++)
        cr_expect_eq(msg_content_add_button(&c, MSG_BUTTON_REPLY, "t", "v"), LOA_OK);
    cr_expect_eq(msg_content_add_button(&c, MSG_BUTTON_REPLY, "t", "v"), LOA_ELIMIT);
    msg_content_release(&c);
}
