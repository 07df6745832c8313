/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/password.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sodium.h>

#include "messages/base/utf8.h"

_Static_assert((int)MSG_PASSWORD_HASH >= (int)crypto_pwhash_STRBYTES, "the digest fits");

/* What is tried first, of those that are long enough. */
static const char *const common[] = {
    "1234567890",   "0123456789",  "12345678910",  "0987654321",    "1234567891",
    "qwertyuiop",   "password123", "password1234", "administrator", "adminadmin",
    "matkhau123",   "matkhau1234", "matkhau12345", "anhyeuem123",   "iloveyou123",
    "khanhhoa2026", "khanhhoa123", "nhatrang123",  "nhatrang2026",  "vietnam123",
    "vietnam2026",  "abcdefghij",  "abc1234567",   "abcd123456",    "1q2w3e4r5t",
};

static bool is_common(const char *p)
{
    for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
        if (strcasecmp(p, common[i]) == 0)
            return true;
    }
    return strspn(p, (char[]){p[0], '\0'}) == strlen(p); /* one character over and over */
}

enum loa_err msg_password_check(const char *password, const char *user, struct loa_problem *why)
{
    size_t n = strlen(password);

    if (!loa_utf8_valid(password, n) || n > MSG_PASSWORD_MAX)
        return loa_fail(why, LOA_EINVAL, "password", "Mật khẩu dài tối đa %d byte",
                        MSG_PASSWORD_MAX);
    if (loa_utf8_length(password) < MSG_PASSWORD_MIN)
        return loa_fail(why, LOA_EINVAL, "password",
                        "Mật khẩu cần ít nhất %d ký tự; một câu ngắn dễ nhớ là tốt nhất",
                        MSG_PASSWORD_MIN);
    if (strcasestr(password, user) && n < strlen(user) + MSG_PASSWORD_MIN)
        return loa_fail(why, LOA_EINVAL, "password", "Mật khẩu không được là tên của mình");
    if (is_common(password))
        return loa_fail(why, LOA_EINVAL, "password", "Mật khẩu này quá dễ đoán; hãy chọn câu khác");
    return LOA_OK;
}

/* The same password typed on another machine may come decomposed. */
enum loa_err msg_password_hash(const char *password, char out[MSG_PASSWORD_HASH])
{
    char *nfc = loa_utf8_nfc(password);
    int bad =
        crypto_pwhash_str_alg(out, nfc, strlen(nfc), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13);

    sodium_memzero(nfc, strlen(nfc));
    free(nfc);
    return bad ? LOA_ELIMIT : LOA_OK;
}

bool msg_password_fits(const char *hash, const char *password)
{
    /* Of a random password that nobody knows, with the same cost. */
    static const char stranger[] = "$argon2id$v=19$m=65536,t=2,p=1$rKdDTTEB8cXdT37GAKvmHA$"
                                   "onh7RtlPtyqiPq5M3rqUNXC9TKuCNX8AS3ATqD+htek";
    char *nfc = loa_utf8_nfc(password);
    bool fits = crypto_pwhash_str_verify(hash ? hash : stranger, nfc, strlen(nfc)) == 0;

    sodium_memzero(nfc, strlen(nfc));
    free(nfc);
    return fits && hash;
}
