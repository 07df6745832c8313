/* SPDX-License-Identifier: Apache-2.0 */
/* Reading JSON from outside: identifiers of 64 bits stay exact, nonsense is refused. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"

TestSuite(loa_json, .timeout = 10);

static cJSON *parse(const char *text)
{
    return loa_json_parse(text, strlen(text));
}

Test(loa_json, identifiers_of_64_bits_keep_every_digit)
{
    cJSON *o = parse("{\"a\":5925751017338988046,\"b\":\"5925751017338988047\",\"c\":12,"
                     "\"d\":-9223372036854775808,\"e\":9223372036854775807,"
                     "\"f\":9007199254740993}");
    char id[32];

    cr_assert_not_null(o);
    cr_expect_str_eq(loa_json_id(o, "a", id, sizeof(id)), "5925751017338988046");
    cr_expect_str_eq(loa_json_id(o, "b", id, sizeof(id)), "5925751017338988047");
    cr_expect_str_eq(loa_json_id(o, "c", id, sizeof(id)), "12");
    cr_expect_eq(loa_json_int(o, "a", 0), INT64_C(5925751017338988046));
    cr_expect_eq(loa_json_int(o, "d", 0), INT64_MIN);
    cr_expect_eq(loa_json_int(o, "e", 0), INT64_MAX);
    cr_expect_eq(loa_json_int(o, "f", 0), INT64_C(9007199254740993));
    cJSON_Delete(o);
}

Test(loa_json, digits_inside_a_text_are_left_alone)
{
    cJSON *o = parse("{\"5925751017338988046\":\"call 5925751017338988046 \\\" "
                     "5925751017338988046\",\"x\":[1,5925751017338988046]}");

    cr_assert_not_null(o);
    cr_expect_str_eq(loa_json_str(o, "5925751017338988046"),
                     "call 5925751017338988046 \" 5925751017338988046");
    cr_expect_str_eq(cJSON_GetArrayItem(loa_json_get(o, "x"), 1)->valuestring,
                     "5925751017338988046");
    cJSON_Delete(o);
}

Test(loa_json, an_array_full_of_long_integers_fits)
{
    char *text = loa_xmalloc(18 * 5000 + 3), *at = text;
    cJSON *o;

    *at++ = '[';
    for (int i = 0; i < 5000; i++)
        at = mempcpy(at, "1234567890123456,", 17);
    at[-1] = ']';
    o = loa_json_parse(text, (size_t)(at - text));
    cr_assert_not_null(o);
    cr_expect_eq(cJSON_GetArraySize(o), 5000);
    cJSON_Delete(o);
    free(text);
}

Test(loa_json, what_is_not_one_whole_json_value_is_refused)
{
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "}",
        "{\"a\":1}x",
        "{\"a\":1}{}",
        "{\"a\"}",
        "[1,]",
        "{,}",
        "nul",
        "\"abc",
        "\"abc\\",
        "\"\\ud800\"",
        "'a'",
        "\"\xFF\"",
        "\xEF\xBB",
        "\"\\x\"",
        "-",
        "[1234567890123456-7]",
        "--1",
        "[1234567890123456.7.8]",
        "12345678901234567890x",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_null(parse(bad[i]), "%zu: %s", i, bad[i]);
    cr_expect_null(loa_json_parse(NULL, 0));
    cr_expect_null(loa_json_parse("{}\0", 3), "a NUL is no white space");
}

Test(loa_json, parses_exactly_the_bytes_it_is_given)
{
    cJSON *o = loa_json_parse("{\"a\":1}garbage", 7);

    cr_assert_not_null(o);
    cr_expect_eq(loa_json_int(o, "a", 0), 1);
    cJSON_Delete(o);
    o = parse(" {\"a\":1} \r\n\t");
    cr_expect_not_null(o, "white space around it is fine");
    cJSON_Delete(o);
}

Test(loa_json, one_member_is_found_without_a_tree)
{
    static const struct {
        const char *text, *found;
    } cases[] = {
        {"{\"t\":\"17\"}", "17"},
        {" { \"a\" : 1 , \"t\" : 42 } ", "42"},
        {"{\"a\":{\"t\":1},\"b\":[{\"t\":2},\"]}\"],\"t\":3,\"t\":4}", "3"},
        {"{\"a\":\"\\\"t\\\":1,\\\\\",\"t\":\"5\"}", "5"},
        {"{\"t\":12.5}", "12"},
        {"{\"t\":\"a\\u0041\"}", ""},
        {"{\"t\":\"\"}", ""},
        {"{\"t\":null}", ""},
        {"{\"t\":-1}", ""},
        {"{\"t\":\"12345678\"}", ""},
        {"{\"tt\":1}", ""},
        {"{\"a\":1}", ""},
        {"[\"t\",1]", ""},
        {"{\"t\"", ""},
        {"{\"t\":", ""},
        {"{\"t\":\"1", ""},
        {"{\"a\":[}],\"t\":1}", ""},
        {"{\"a\":\"", ""},
        {"{", ""},
        {"", ""},
    };
    char buf[8];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bool found = loa_json_peek(cases[i].text, strlen(cases[i].text), "t", buf, sizeof(buf));

        cr_expect_eq(found, cases[i].found[0] != '\0', "%s", cases[i].text);
        cr_expect_str_eq(buf, cases[i].found, "%s", cases[i].text);
    }
}

Test(loa_json, a_tree_for_reading_is_the_same_tree)
{
    static const char *const texts[] = {
        "{\"a\":5925751017338988046,\"b\":[1,2.5,-3e2,{\"c\":null}],\"d\":{\"e\":\"\\u00e9\\n\"},"
        "\"f\":true}",
        " [] ",
        "\"only a text\"",
        "-12",
        "{\"data\":{\"message_id\":\"9d2c\",\"quota\":{\"remain\":-7,\"total\":2147483648}},"
        "\"error\":0 , \"message\" : \"Th\u00e0nh c\u00f4ng\"}\r\n",
        "[0,-0,01,1.0,1e2,123456789012345,1234567890123456,-1234567890123456]",
        "[0,123456789012345,1234567890123456,-1234567890123456 ]",
        "-1234567890123456",
        "{\"\":{},\"a\":1,\"a\":2}",
        "[true,false,null,[],{}]",
        "[true,fals]",
        "{\"a\" 1}",
        "{\"a\":1,}",
        "[1,]",
        "[1 2]",
        "{1:2}",
        "[-]",
        "1-",
        "\"tab\there\"",
        "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
        "\xEF\xBB\xBF{}",
        "\v1",
        "{\"a\":1}x",
        "{\"a\":\"",
        "[1,2",
        "\"\xFF\"",
        "",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        cJSON *a = parse(texts[i]), *b = loa_json_read(texts[i], strlen(texts[i]));
        char *text_a = loa_json_print(a), *text_b = loa_json_print(b);

        cr_expect_eq(a == NULL, b == NULL, "%s", texts[i]);
        cr_expect_str_eq(text_a, text_b);
        free(text_a);
        free(text_b);
        cJSON_Delete(a);
        cJSON_Delete(b);
    }
}

Test(loa_json, a_tree_for_reading_may_be_of_any_size)
{
    enum { MANY = 60000 };
    char *text = loa_xmalloc(2 * MANY + 1);
    static const size_t sizes[] = {1, 10, 1000, 4000, MANY};

    for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
        size_t n = sizes[k];
        cJSON *o;

        text[0] = '[';
        for (size_t i = 0; i < n; i++) {
            text[1 + 2 * i] = '1';
            text[2 + 2 * i] = i + 1 < n ? ',' : ']';
        }
        o = loa_json_read(text, 2 * n + 1);
        cr_assert_not_null(o);
        cr_expect_eq(cJSON_GetArraySize(o), (int)n);
        cJSON_Delete(o);
    }
    free(text);
}

Test(loa_json, depth_is_limited)
{
    char deep[4001];

    memset(deep, '[', 2000);
    memset(deep + 2000, ']', 2000);
    deep[4000] = '\0';
    cr_expect_null(parse(deep));
}

Test(loa_json, access_to_what_is_missing_or_of_another_type_gives_the_fallback)
{
    cJSON *o = parse("{\"s\":\"x\",\"n\":3,\"b\":true,\"e\":\"\",\"huge\":1e300,\"w\":\"12x\","
                     "\"big\":\"9223372036854775808\",\"z\":null}");
    char id[32], tiny[4];

    cr_assert_not_null(o);
    cr_expect_null(loa_json_get(NULL, "a"));
    cr_expect_null(loa_json_str(o, "n"));
    cr_expect_null(loa_json_str(o, "z"));
    cr_expect_null(loa_json_str(NULL, "s"));
    cr_expect_eq(loa_json_int(o, "s", 7), 7);
    cr_expect_eq(loa_json_int(o, "e", 7), 7);
    cr_expect_eq(loa_json_int(o, "w", 7), 7);
    cr_expect_eq(loa_json_int(o, "huge", 7), 7);
    cr_expect_eq(loa_json_int(o, "big", 7), 7);
    cr_expect(loa_json_bool(o, "n", true));
    cr_expect_not(loa_json_bool(o, "none", false));
    cr_expect_str_eq(loa_json_id(o, "none", id, sizeof(id)), "");
    cr_expect_str_eq(loa_json_id(o, "huge", id, sizeof(id)), "", "no half identifiers");
    cr_expect_str_eq(loa_json_id(o, "big", tiny, sizeof(tiny)), "");
    cr_expect_str_eq(loa_json_id(o, "b", id, sizeof(id)), "");
    cJSON_Delete(o);
}

Test(loa_json, a_path_walks_through_objects_and_arrays)
{
    cJSON *o = parse("{\"message\":{\"attachments\":[{\"type\":\"a\"},{\"type\":\"b\"}]}}");

    cr_assert_not_null(o);
    cr_expect_str_eq(loa_json_at(o, "message.attachments.1.type")->valuestring, "b");
    cr_expect_null(loa_json_at(o, "message.attachments.2.type"));
    cr_expect_null(loa_json_at(o, "message.attachments.-1.type"));
    cr_expect_null(loa_json_at(o, "message.none.type"));
    cr_expect_null(loa_json_at(o, "message.attachments.0.type.more"));
    cr_expect_null(loa_json_at(NULL, "a"));
    cr_expect_null(loa_json_at(o, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                  "aaaaaaaa.b"));
    cr_expect_eq(loa_json_at(o, ""), o);
    cJSON_Delete(o);
}

Test(loa_json, written_integers_are_exact_and_empty_texts_are_left_out)
{
    cJSON *o = cJSON_CreateObject();
    char *text;

    loa_json_add_int(o, "max", INT64_MAX);
    loa_json_add_int(o, "min", INT64_MIN);
    loa_json_add_str(o, "none", NULL);
    loa_json_add_str(o, "empty", "");
    loa_json_add_str(o, "s", "Tuần lễ");
    text = loa_json_print(o);
    cr_expect_str_eq(text, "{\"max\":9223372036854775807,\"min\":-9223372036854775808,"
                           "\"s\":\"Tuần lễ\"}");
    free(text);
    cJSON_Delete(o);
    text = loa_json_print(NULL);
    cr_expect_str_eq(text, "null");
    free(text);
}
