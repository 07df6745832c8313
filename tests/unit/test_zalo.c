/* SPDX-License-Identifier: Apache-2.0 */
/* The Zalo account: what opens it, what it declares, what each request carries. */
#include <criterion/criterion.h>

#include "tests/unit/zalo_help.h"

TestSuite(zalo, .timeout = 10);

/* Opens with one setting replaced; `field` tells which was found at fault ("" if none). */
static enum loa_err open_with(struct channel_config cfg, struct loa_problem *why)
{
    struct channel *c = NULL;
    enum loa_err err;

    memset(why, 0, sizeof(*why));
    err = channel_zalo.open(&cfg, &c, why);
    channel_zalo.close(c);
    return err;
}

Test(zalo, names_the_setting_that_keeps_it_from_opening)
{
    struct loa_secret *token = loa_secret_new("t"), *torn = loa_secret_new("t\r\nX-Evil: 1");
    const struct channel_config good = {.remote_id = ZALO_TEST_OA,
                                        .app_id = ZALO_TEST_APP,
                                        .refresh_token = token,
                                        .app_secret = token};
    struct channel_config cfg = good;
    struct loa_problem why;

    cr_assert_eq(loa_crypto_init(), LOA_OK);
    cr_expect_eq(open_with(cfg, &why), LOA_OK);
    cfg.remote_id = NULL;
    cr_expect_eq(open_with(cfg, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "ZALO_OA_ID");
    cfg = good;
    cfg.app_id = "";
    cr_expect_eq(open_with(cfg, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "ZALO_APP_ID");
    cfg = good;
    cfg.refresh_token = NULL;
    cr_expect_eq(open_with(cfg, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "ZALO_REFRESH_TOKEN");
    cfg = good;
    cfg.app_secret = NULL;
    cr_expect_eq(open_with(cfg, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "ZALO_APP_SECRET");
    cfg = good;
    cfg.api_base = "openapi.zalo.me";
    cr_expect_eq(open_with(cfg, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "ZALO_API_BASE");
    cfg = good;
    cfg.refresh_token = torn;
    cr_expect_eq(open_with(cfg, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "ZALO_REFRESH_TOKEN");
    cr_expect_null(strstr(why.text, "Evil"), "a secret is not repeated");
    loa_secret_free(token);
    loa_secret_free(torn);
}

Test(zalo, closing_nothing_is_fine)
{
    channel_zalo.close(NULL);
}

Test(zalo, declares_what_it_can_do)
{
    cr_expect_str_eq(channel_zalo.name, "zalo");
    cr_expect(channel_zalo.caps & CHANNEL_CAP_SINGLE);
    cr_expect(channel_zalo.caps & CHANNEL_CAP_POST);
    cr_expect(channel_zalo.caps & CHANNEL_CAP_REFRESH);
    cr_expect_not(channel_zalo.caps & CHANNEL_CAP_BATCH);
    cr_expect_not(channel_zalo.caps & CHANNEL_CAP_NAME);
    cr_expect_eq(channel_zalo.limits.text, 2000U);
    cr_expect_eq(channel_zalo.limits.window_ms, INT64_C(604800000));
    cr_expect_leq(channel_zalo.limits.singles_per_s * 60 + channel_zalo.limits.replies_burst,
                  4000.0);
}

Test(zalo, every_request_carries_token_and_proof_once)
{
    struct channel *c = zalo_test_open(false);
    struct loa_secret *key = loa_secret_new(ZALO_TEST_APP_SECRET);
    char hex[LOA_SHA256_HEX];
    struct http_req req = {0};

    cr_assert_not_null(c);
    channel_zalo.authorize(c, &req);
    channel_zalo.authorize(c, &req);
    loa_hmac_sha256_hex(key, ZALO_TEST_ACCESS, strlen(ZALO_TEST_ACCESS), hex);
    cr_expect_eq(req.n_headers, 2U);
    cr_expect_str_eq(zalo_test_header(&req, "access_token"), ZALO_TEST_ACCESS);
    cr_expect_str_eq(zalo_test_header(&req, "appsecret_proof"), hex);
    cr_expect_null(zalo_test_header(&req, "Authorization"));
    http_req_release(&req);
    loa_secret_free(key);
    channel_zalo.close(c);
}

Test(zalo, a_new_token_brings_a_new_proof)
{
    struct channel *c = zalo_test_open(false);
    struct loa_secret *key = loa_secret_new(ZALO_TEST_APP_SECRET), *fresh = loa_secret_new("new");
    char hex[LOA_SHA256_HEX];
    struct http_req req = {0};

    cr_assert_not_null(c);
    channel_zalo.set_tokens(c, fresh, NULL);
    channel_zalo.authorize(c, &req);
    loa_hmac_sha256_hex(key, "new", 3, hex);
    cr_expect_str_eq(zalo_test_header(&req, "access_token"), "new");
    cr_expect_str_eq(zalo_test_header(&req, "appsecret_proof"), hex);
    http_req_release(&req);
    loa_secret_free(key);
    loa_secret_free(fresh);
    channel_zalo.close(c);
}

Test(zalo, without_app_secret_there_is_no_proof)
{
    struct loa_secret *token = loa_secret_new("t");
    const struct channel_config cfg = {
        .remote_id = ZALO_TEST_OA, .app_id = ZALO_TEST_APP, .access_token = token};
    struct channel *c = NULL;
    struct http_req req = {0};

    cr_assert_eq(channel_zalo.open(&cfg, &c, NULL), LOA_OK);
    channel_zalo.authorize(c, &req);
    cr_expect_eq(req.n_headers, 1U);
    http_req_release(&req);
    loa_secret_free(token);
    channel_zalo.close(c);
}
