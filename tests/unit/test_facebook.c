/* SPDX-License-Identifier: Apache-2.0 */
/* The Facebook account: what opens, whose webhooks are believed, what the handshake answers. */
#include "facebook_kit.h"

TestSuite(facebook, .timeout = 10);

/* ---- opening --------------------------------------------------------------------------- */

Test(facebook, refuses_to_open_without_page_id_or_token)
{
    struct channel_config cfg = {.account = "facebook"};
    struct loa_secret *token;
    struct loa_problem why;
    struct channel *c;

    cr_assert_eq(loa_crypto_init(), LOA_OK);
    token = loa_secret_new(KIT_TOKEN);
    cfg.access_token = token;
    cr_expect_eq(channel_facebook.open(&cfg, &c, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "FACEBOOK_PAGE_ID");
    cfg.remote_id = "phuong7";
    cr_expect_eq(channel_facebook.open(&cfg, &c, &why), LOA_EINVAL);
    cfg.remote_id = KIT_PAGE;
    cfg.access_token = NULL;
    cr_expect_eq(channel_facebook.open(&cfg, &c, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "FACEBOOK_PAGE_TOKEN");
    cfg.access_token = token;
    cfg.app_id = "app";
    cr_expect_eq(channel_facebook.open(&cfg, &c, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "FACEBOOK_APP_ID");
    loa_secret_free(token);
    channel_facebook.close(NULL);
}

Test(facebook, authorizes_by_header_and_only_once)
{
    struct channel *c = kit_open(NULL, NULL);
    struct http_req req = {0};

    channel_facebook.authorize(c, &req);
    channel_facebook.authorize(c, &req);
    cr_expect_eq(req.n_headers, 1);
    cr_expect(kit_has_header(&req, "Authorization", "Bearer ", KIT_TOKEN));
    http_req_release(&req);
    channel_facebook.close(c);
}

/* ---- signatures ------------------------------------------------------------------------ */

struct inbound {
    const char *signature, *mode, *token, *challenge;
};

static const char *inbound_header(const struct http_in *in, const char *name)
{
    const struct inbound *i = in->ctx;

    return strcmp(name, "X-Hub-Signature-256") == 0 ? i->signature : NULL;
}

static const char *inbound_query(const struct http_in *in, const char *name)
{
    const struct inbound *i = in->ctx;

    if (strcmp(name, "hub.mode") == 0)
        return i->mode;
    if (strcmp(name, "hub.verify_token") == 0)
        return i->token;
    return strcmp(name, "hub.challenge") == 0 ? i->challenge : NULL;
}

static bool verifies(struct channel *c, const char *body, size_t len, const char *signature)
{
    struct inbound i = {.signature = signature};
    const struct http_in in = {.method = "POST",
                               .body = body,
                               .len = len,
                               .header = inbound_header,
                               .query = inbound_query,
                               .ctx = &i};

    return channel_facebook.verify_webhook(c, &in);
}

static cJSON *vector_file(void)
{
    size_t len;
    char *bytes = kit_file("signature_vector.json", &len);
    cJSON *json = loa_json_parse(bytes, len);

    cr_assert_not_null(json);
    free(bytes);
    return json;
}

Test(facebook, signature_vectors_verify_and_fail_when_a_byte_changes)
{
    struct channel *c = kit_open(NULL, KIT_APP_SECRET);
    cJSON *file = vector_file();
    const cJSON *v;
    size_t n = 0;

    cJSON_ArrayForEach(v, loa_json_get(file, "vectors"))
    {
        char *body = loa_xstrdup(loa_json_str(v, "body"));
        const char *header = loa_json_str(v, "header_value");
        const size_t len = strlen(body);

        cr_expect_eq((int64_t)len, loa_json_int(v, "body_bytes", 0));
        cr_expect(verifies(c, body, len, header), "%s", loa_json_str(v, "name"));
        cr_expect_not(verifies(c, body, len - 1, header));
        for (size_t i = 0; i < len; i += 7) {
            body[i] = (char)(body[i] ^ 1);
            cr_expect_not(verifies(c, body, len, header));
            body[i] = (char)(body[i] ^ 1);
        }
        free(body);
        n++;
    }
    cr_expect_geq(n, 2);
    cJSON_ArrayForEach(v, loa_json_get(file, "negative"))
    {
        const char *body = loa_json_str(v, "body");
        const char *header = loa_json_str(v, "header_value");

        if (body && header)
            cr_expect_not(verifies(c, body, strlen(body), header), "%s", loa_json_str(v, "name"));
    }
    cJSON_Delete(file);
    channel_facebook.close(c);
}

Test(facebook, every_fixture_carries_its_signature)
{
    struct channel *c = kit_open(NULL, KIT_APP_SECRET);
    cJSON *file = vector_file();
    const cJSON *f;

    cJSON_ArrayForEach(f, loa_json_at(file, "sample_files.files"))
    {
        size_t len;
        char *bytes = kit_file(f->string, &len);
        char *header = loa_xasprintf("sha256=%s", loa_json_str(f, "hex"));

        cr_expect_eq((int64_t)len, loa_json_int(f, "bytes", 0), "%s", f->string);
        cr_expect(verifies(c, bytes, len, header), "%s", f->string);
        header[7] = header[7] == '0' ? '1' : '0';
        cr_expect_not(verifies(c, bytes, len, header), "%s", f->string);
        free(header);
        free(bytes);
    }
    cJSON_Delete(file);
    channel_facebook.close(c);
}

Test(facebook, signatures_of_another_form_are_refused)
{
    struct channel *c = kit_open(NULL, KIT_APP_SECRET), *bare = kit_open(NULL, NULL);
    cJSON *file = vector_file();
    const cJSON *v = loa_json_at(file, "vectors.0");
    const char *body = loa_json_str(v, "body"), *hex = loa_json_str(v, "expected_hex");
    const char *good = loa_json_str(v, "header_value");
    char *sha1 = loa_xasprintf("sha1=%s", kit_at(file, "legacy_sha1.expected_hex"));
    char *more = loa_xasprintf("%s0", good);

    cr_expect(verifies(c, body, strlen(body), good));
    cr_expect_not(verifies(bare, body, strlen(body), good), "no app secret: nothing is believed");
    cr_expect_not(verifies(c, body, strlen(body), NULL));
    cr_expect_not(verifies(c, body, strlen(body), ""));
    cr_expect_not(verifies(c, body, strlen(body), "sha256="));
    cr_expect_not(verifies(c, body, strlen(body), hex));
    cr_expect_not(verifies(c, body, strlen(body), sha1));
    cr_expect_not(verifies(c, body, strlen(body), more));
    cr_expect_not(verifies(c, NULL, 0, good));
    free(sha1);
    free(more);
    cJSON_Delete(file);
    channel_facebook.close(bare);
    channel_facebook.close(c);
}

/* ---- handshake ------------------------------------------------------------------------- */

static int shake(struct channel *c, struct inbound i, struct loa_buf *body)
{
    const struct http_in in = {
        .method = "GET", .header = inbound_header, .query = inbound_query, .ctx = &i};

    loa_buf_reset(body);
    return channel_facebook.handshake(c, &in, body);
}

Test(facebook, handshake_returns_the_challenge_for_the_right_token_only)
{
    struct channel *c = kit_open(NULL, NULL);
    struct loa_buf body = {0};

    cr_expect_eq(shake(c, (struct inbound){NULL, "subscribe", KIT_VERIFY, "1158201444"}, &body),
                 200);
    cr_expect_str_eq(loa_buf_str(&body), "1158201444");
    cr_expect_eq(shake(c, (struct inbound){NULL, "subscribe", "mot-hai-bo", "1"}, &body), 403);
    cr_expect_str_eq(loa_buf_str(&body), "");
    cr_expect_eq(shake(c, (struct inbound){NULL, "subscribe", "mot", "1"}, &body), 403);
    cr_expect_eq(shake(c, (struct inbound){NULL, "subscribe", NULL, "1"}, &body), 403);
    cr_expect_eq(shake(c, (struct inbound){NULL, "subscribe", KIT_VERIFY, NULL}, &body), 403);
    cr_expect_eq(shake(c, (struct inbound){NULL, "unsubscribe", KIT_VERIFY, "1"}, &body), 403);
    cr_expect_eq(shake(c, (struct inbound){NULL, NULL, KIT_VERIFY, "1"}, &body), 403);
    loa_buf_release(&body);
    channel_facebook.close(c);
}

Test(facebook, declares_what_the_contract_says)
{
    const unsigned caps = channel_facebook.caps;

    cr_expect(caps & CHANNEL_CAP_SINGLE && caps & CHANNEL_CAP_POST && caps & CHANNEL_CAP_ECHO);
    cr_expect(caps & CHANNEL_CAP_RECEIPT && caps & CHANNEL_CAP_UTILITY);
    cr_expect_not(caps & (CHANNEL_CAP_BATCH | CHANNEL_CAP_REFRESH | CHANNEL_CAP_WEBHOOK_REPLY));
    cr_expect_eq(channel_facebook.limits.window_ms, 86400000);
    cr_expect_eq(channel_facebook.limits.buttons, 13);
    cr_expect_leq(channel_facebook.limits.singles_per_s, 40.0);
}
