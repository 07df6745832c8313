/* SPDX-License-Identifier: Apache-2.0 */
/* The Viber account: what opens it, what it declares, what each request carries. */
#include <criterion/criterion.h>

#include "tests/unit/viber_help.h"

TestSuite(viber, .timeout = 10);

static enum loa_err open_with(const char *token, const char *sender, const char *base,
                              struct loa_problem *why)
{
    struct loa_secret *secret = loa_secret_new(token);
    const struct channel_config cfg = {
        .account = "viber", .sender_name = sender, .api_base = base, .access_token = secret};
    struct channel *c = NULL;
    enum loa_err err = channel_viber.open(&cfg, &c, why);

    channel_viber.close(c);
    loa_secret_free(secret);
    return err;
}

Test(viber, opens_with_token_and_sender)
{
    cr_expect_eq(open_with(VIBER_TEST_TOKEN, "Phường Lộc Thọ", NULL, NULL), LOA_OK);
    cr_expect_eq(open_with(VIBER_TEST_TOKEN, "Phường Lộc Thọ", "https://127.0.0.1:8", NULL),
                 LOA_OK);
}

Test(viber, names_the_setting_that_keeps_it_from_opening)
{
    struct loa_problem why;

    cr_expect_eq(open_with(NULL, "P", NULL, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "VIBER_AUTH_TOKEN");
    cr_expect_eq(open_with("a token\r\nX-Evil: 1", "P", NULL, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "VIBER_AUTH_TOKEN");
    cr_expect_null(strstr(why.text, "X-Evil"), "a secret is not repeated");
    cr_expect_eq(open_with(VIBER_TEST_TOKEN, NULL, NULL, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "VIBER_SENDER_NAME");
    cr_expect_eq(open_with(VIBER_TEST_TOKEN, "P", "127.0.0.1:9", &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "VIBER_API_BASE");
}

Test(viber, sender_name_is_limited_to_28_characters)
{
    struct loa_problem why;

    cr_expect_eq(open_with(VIBER_TEST_TOKEN, "ủủủủủủủủủủủủủủủủủủủủủủủủủủủủ", NULL, &why), LOA_OK);
    cr_expect_eq(open_with(VIBER_TEST_TOKEN, "ủủủủủủủủủủủủủủủủủủủủủủủủủủủủủ", NULL, &why),
                 LOA_EINVAL);
    cr_expect_str_eq(why.field, "VIBER_SENDER_NAME");
    cr_expect(strstr(why.text, "29") && strstr(why.text, "28"), "%s", why.text);
}

Test(viber, closing_nothing_is_fine)
{
    channel_viber.close(NULL);
}

Test(viber, every_request_carries_the_token_as_a_secret_header)
{
    struct channel *c = viber_test_open(VIBER_TEST_TOKEN);
    struct http_req req = {0};

    cr_assert(c);
    channel_viber.authorize(c, &req);
    cr_assert_eq(req.n_headers, 1);
    cr_expect_str_eq(req.headers[0].name, "X-Viber-Auth-Token");
    cr_expect_null(req.headers[0].value);
    cr_expect_str_eq(loa_secret_reveal(req.headers[0].secret), VIBER_TEST_TOKEN);
    viber_test_close(c);
}

Test(viber, declares_what_it_can_do)
{
    const struct channel_limits *l = &channel_viber.limits;

    cr_expect_str_eq(channel_viber.name, "viber");
    cr_expect(channel_viber.caps & CHANNEL_CAP_BATCH);
    cr_expect(channel_viber.caps & CHANNEL_CAP_WEBHOOK_REPLY);
    cr_expect_not(channel_viber.caps & (CHANNEL_CAP_ECHO | CHANNEL_CAP_REFRESH));
    cr_expect_eq(l->text, 7000);
    cr_expect_eq(l->batch, 300);
    cr_expect_eq(l->window_ms, 0);
    cr_expect(l->batches_per_s * 10 <= 500, "no more than 500 broadcasts in ten seconds");
}
