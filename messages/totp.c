/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/totp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <nettle/hmac.h>
#include <sodium.h>

#include "messages/base/buf.h"

enum { STEP_MS = 30000, KEY = 20 };

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char plain32[] = "abcdefghjkmnpqrstuvwxyz23456789"; /* without i, l, o, 0, 1 */

void msg_totp_secret(char out[MSG_TOTP_SECRET])
{
    for (int i = 0; i < MSG_TOTP_SECRET - 1; i++)
        out[i] = base32[randombytes_uniform(32)];
    out[MSG_TOTP_SECRET - 1] = '\0';
}

static bool decode(const char *secret, uint8_t key[KEY])
{
    unsigned bits = 0, have = 0;
    size_t n = 0;

    for (const char *p = secret; *p; p++) {
        const char *at = strchr(base32, *p);

        if (!at || n == KEY)
            return false;
        bits = (bits << 5 | (unsigned)(at - base32)) & 0xfff;
        have += 5;
        if (have >= 8) {
            have -= 8;
            key[n++] = (uint8_t)(bits >> have & 0xff);
        }
    }
    return n == KEY;
}

void msg_totp_code(const uint8_t *key, size_t len, int64_t step, int digits, char *out)
{
    struct hmac_sha1_ctx ctx;
    uint8_t counter[8], mac[SHA1_DIGEST_SIZE];
    uint32_t bin, mod = 1;
    unsigned at;

    for (int i = 0; i < 8; i++)
        counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i) & 0xff);
    hmac_sha1_set_key(&ctx, len, key);
    hmac_sha1_update(&ctx, sizeof(counter), counter);
    hmac_sha1_digest(&ctx, sizeof(mac), mac);
    at = mac[19] & 0x0f; /* RFC 4226 5.3 */
    bin = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
          (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    for (int i = 0; i < digits; i++)
        mod *= 10;
    (void)snprintf(out, (size_t)digits + 1, "%0*" PRIu32, digits, bin % mod);
}

int64_t msg_totp_fits(const char *secret, const char *code, int64_t now, int64_t last)
{
    uint8_t key[KEY];
    int64_t step = now / STEP_MS, found = 0;
    char want[MSG_TOTP_DIGITS + 1];

    if (strlen(code) != MSG_TOTP_DIGITS || !decode(secret, key))
        return 0;
    for (int64_t s = step - 1; s <= step + 1; s++) {
        msg_totp_code(key, sizeof(key), s, MSG_TOTP_DIGITS, want);
        if (sodium_memcmp(want, code, MSG_TOTP_DIGITS) == 0 && s > last && !found)
            found = s;
    }
    sodium_memzero(key, sizeof(key));
    return found;
}

char *msg_totp_uri(const char *secret, const char *user, const char *issuer)
{
    struct loa_buf b = {0};

    loa_buf_adds(&b, "otpauth://totp/");
    loa_buf_add_url(&b, issuer);
    loa_buf_addc(&b, ':');
    loa_buf_add_url(&b, user);
    loa_buf_addf(&b, "?secret=%s&issuer=", secret);
    loa_buf_add_url(&b, issuer);
    return loa_buf_take(&b);
}

void msg_recovery_code(char out[MSG_RECOVERY_CODE])
{
    for (int i = 0; i < MSG_RECOVERY_CODE - 1; i++)
        out[i] = i % 5 == 4 ? '-' : plain32[randombytes_uniform(sizeof(plain32) - 1)];
    out[MSG_RECOVERY_CODE - 1] = '\0';
}
