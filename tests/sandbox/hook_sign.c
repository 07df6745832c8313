/* SPDX-License-Identifier: Apache-2.0 */
/* hook_sign.c - the three ways to sign a webhook, with the forms on which the sources disagree. */
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "tests/sandbox/hook.h"

static int sign_zalo(const struct sbx *s, const struct sbx_sign *g, char out[2][200])
{
    static const char *const form[] = {"mac=", "mac = ", ""};
    const struct sbx_account *a = g->account;
    char hex[65];

    sbx_sha4_hex(hex, s->sw[SW_ZALO_MAC_FIRST] ? a->id : a->app_id, g->body, g->len, g->timestamp,
                 s->sw[SW_ZALO_SECRET_KIND] ? a->app_secret : a->secret);
    if (g->how == 1)
        hex[0] = hex[0] == '0' ? '1' : '0';
    snprintf(out[0], 200, "X-ZEvent-Signature: %s%s", form[s->sw[SW_ZALO_MAC_FORM]], hex);
    return 1;
}

static int sign_viber(const struct sbx *s, const struct sbx_sign *g, char out[2][200], char *query)
{
    char hex[65];

    sbx_hmac_hex(hex, g->account->token[0].value, g->body, g->len);
    if (g->how == 1)
        hex[0] = hex[0] == '0' ? '1' : '0';
    if (s->sw[SW_VIBER_SIG] != 1)
        snprintf(query, 80, "sig=%s", hex);
    if (s->sw[SW_VIBER_SIG] == 2)
        return 0;
    snprintf(out[0], 200, "X-Viber-Content-Signature: %s", hex);
    return 1;
}

static int sign_fb(const struct sbx *s, const struct sbx_sign *g, char out[2][200])
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int n = 0;
    char hex[2 * EVP_MAX_MD_SIZE + 1];

    sbx_hmac_hex(hex, g->account->app_secret, g->body, g->len);
    if (g->how == 1)
        hex[0] = hex[0] == '0' ? '1' : '0';
    snprintf(out[0], 200, "X-Hub-Signature-256: sha256=%.64s", hex);
    if (!s->sw[SW_FB_SHA1])
        return 1;
    HMAC(EVP_sha1(), g->account->app_secret, (int)strlen(g->account->app_secret),
         (const unsigned char *)g->body, g->len, mac, &n);
    sbx_hex(hex, mac, n);
    snprintf(out[1], 200, "X-Hub-Signature: sha1=%.40s", hex);
    return 2;
}

int sbx_hook_sign(const struct sbx *s, const struct sbx_sign *g, char out[2][200], char *query)
{
    query[0] = '\0';
    if (g->how == 2)
        return 0;
    switch (g->account->platform) {
    case SBX_ZALO:
        return sign_zalo(s, g, out);
    case SBX_VIBER:
        return sign_viber(s, g, out, query);
    case SBX_FB:
        return sign_fb(s, g, out);
    case SBX_PLATFORMS:
        break;
    }
    return 0;
}

bool sbx_proof_ok(const struct sbx_account *a, const char *token, const char *proof)
{
    char hex[65];

    sbx_hmac_hex(hex, a->app_secret, token, strlen(token));
    return strlen(proof) == 64 && sodium_memcmp(hex, proof, 64) == 0;
}
