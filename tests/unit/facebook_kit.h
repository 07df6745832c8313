/* SPDX-License-Identifier: Apache-2.0 */
/* facebook_kit.h - what the tests of the Facebook adapter share: an account with the secrets of
 * the signature vectors, fixture files, caught events, and replies made of text. */
#ifndef LOA_TESTS_FACEBOOK_KIT_H
#define LOA_TESTS_FACEBOOK_KIT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "channels/channel.h"
#include "messages/base/crypto.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"

#define KIT_PAGE "104882741234567"
#define KIT_APP "1234567890123456"
#define KIT_PERSON "7251234567890123"
#define KIT_TOKEN "EAAExamplePageToken0123456789"
#define KIT_APP_SECRET "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
#define KIT_VERIFY "mot-hai-ba"
#define KIT_BASE "http://127.0.0.1:9001"
#define KIT_PROOF "ce289c094e1609adb6a89bd7d19a1cc75b43d51fa2c32f5666450cb555fb3a91"

/* app_id and app_secret may be NULL. */
static inline struct channel *kit_open(const char *app_id, const char *app_secret)
{
    struct channel_config cfg = {
        .account = "facebook", .remote_id = KIT_PAGE, .api_base = KIT_BASE, .app_id = app_id};
    struct loa_secret *token, *secret, *verify;
    struct channel *c = NULL;
    struct loa_problem why;

    cr_assert_eq(loa_crypto_init(), LOA_OK);
    token = loa_secret_new(KIT_TOKEN);
    secret = loa_secret_new(app_secret);
    verify = loa_secret_new(KIT_VERIFY);
    cfg.access_token = token;
    cfg.app_secret = secret;
    cfg.verify_token = verify;
    cr_assert_eq(channel_facebook.open(&cfg, &c, &why), LOA_OK);
    loa_secret_free(token);
    loa_secret_free(secret);
    loa_secret_free(verify);
    return c;
}

/* A fixture file, whole. Caller owns. */
static inline char *kit_file(const char *name, size_t *len)
{
    char path[256];
    char *bytes = loa_xmalloc(65536);
    FILE *f;

    (void)snprintf(path, sizeof(path), "tests/fixtures/facebook/%s", name);
    f = fopen(path, "rb");
    cr_assert_not_null(f, "%s", path);
    *len = fread(bytes, 1, 65536, f);
    cr_assert_lt(*len, 65536);
    (void)fclose(f);
    return bytes;
}

/* ---- events ---------------------------------------------------------------------------- */

enum { KIT_EVENTS_MAX = 8 };

struct kit_events {
    struct channel_event ev[KIT_EVENTS_MAX];
    size_t n; /* of all; those over the maximum are only counted */
};

static inline void kit_catch(void *ctx, const struct channel_event *ev)
{
    struct kit_events *all = ctx;
    struct channel_event *to;

    cr_assert(ev->key && ev->key[0]);
    cr_assert_not_null(ev->name);
    if (all->n++ >= KIT_EVENTS_MAX)
        return;
    to = &all->ev[all->n - 1];
    *to = *ev;
    to->name = loa_xstrdup(ev->name);
    to->key = loa_xstrdup(ev->key);
    to->user = loa_xstrdup(ev->user);
    to->user_name = loa_xstrdup(ev->user_name);
    to->account = loa_xstrdup(ev->account);
    to->text = loa_xstrdup(ev->text);
    to->payload = loa_xstrdup(ev->payload);
    to->context = loa_xstrdup(ev->context);
    to->remote_id = loa_xstrdup(ev->remote_id);
    to->ref = loa_xstrdup(ev->ref);
    to->detail = loa_xstrdup(ev->detail);
}

static inline void kit_free_string(const char *s)
{
    union {
        const char *borrowed;
        char *owned;
    } u = {.borrowed = s};

    free(u.owned);
}

static inline void kit_release(struct kit_events *all)
{
    for (size_t i = 0; i < all->n && i < KIT_EVENTS_MAX; i++) {
        const struct channel_event *ev = &all->ev[i];
        const char *const strings[] = {ev->name,      ev->key,  ev->user,    ev->user_name,
                                       ev->account,   ev->text, ev->payload, ev->context,
                                       ev->remote_id, ev->ref,  ev->detail};

        for (size_t k = 0; k < sizeof(strings) / sizeof(strings[0]); k++)
            kit_free_string(strings[k]);
    }
    all->n = 0;
}

static inline bool kit_same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* ---- replies --------------------------------------------------------------------------- */

static inline struct http_reply kit_reply(long status, const char *body)
{
    return (struct http_reply){
        .outcome = HTTP_DONE, .status = status, .body = body, .len = strlen(body)};
}

static inline struct http_reply kit_no_reply(enum http_outcome outcome)
{
    return (struct http_reply){.outcome = outcome, .body = "", .error = "timed out"};
}

/* ---- content --------------------------------------------------------------------------- */

static inline void kit_content(const char *json, struct msg_content *out)
{
    struct loa_problem why = {.text = ""};
    cJSON *o = loa_json_parse(json, strlen(json));

    cr_assert_not_null(o, "%s", json);
    cr_assert_eq(msg_content_parse(o, out, &why), LOA_OK, "%s: %s", why.field, why.text);
    cJSON_Delete(o);
}

/* `n` times the same piece. Caller owns. */
static inline char *kit_repeat(const char *piece, size_t n)
{
    const size_t len = strlen(piece);
    char *s = loa_xmalloc(len * n + 1);

    for (size_t i = 0; i < n; i++)
        memcpy(s + i * len, piece, len);
    s[len * n] = '\0';
    return s;
}

static inline const char *kit_at(const cJSON *o, const char *path)
{
    const cJSON *item = loa_json_at(o, path);

    return cJSON_IsString(item) ? item->valuestring : "(none)";
}

static inline bool kit_has_header(const struct http_req *req, const char *name, const char *prefix,
                                  const char *value)
{
    for (size_t i = 0; i < req->n_headers; i++) {
        if (strcmp(req->headers[i].name, name) == 0)
            return kit_same(req->headers[i].prefix, prefix) &&
                   strcmp(loa_secret_reveal(req->headers[i].secret), value) == 0;
    }
    return false;
}

#endif
