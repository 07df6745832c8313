/* SPDX-License-Identifier: Apache-2.0 */
/* totp.h - codes that change each half minute (RFC 6238 over RFC 4226, HMAC-SHA-1, 6 digits), as
 * all authenticator programs make them, and codes on paper. Pure; `now` is passed in. */
#ifndef LOA_MESSAGES_TOTP_H
#define LOA_MESSAGES_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MSG_TOTP_DIGITS = 6,
    MSG_TOTP_SECRET = 33,    /* 32 base32 letters (160 bits) and the NUL */
    MSG_RECOVERY_CODES = 10, /* at a time */
    MSG_RECOVERY_CODE = 20,  /* "abcd-efgh-jkmn-pqrs" and the NUL */
};

void msg_totp_secret(char out[MSG_TOTP_SECRET]);
/* The code of a step; `key` are the raw bytes of the secret. */
void msg_totp_code(const uint8_t *key, size_t len, int64_t step, int digits, char *out);
/* Of this moment or one step to either side (clocks differ), and of a step later than `last`: a
 * code works once. The step, or 0 if it does not fit. */
int64_t msg_totp_fits(const char *secret, const char *code, int64_t now, int64_t last);
/* "otpauth://totp/..." for the QR code; caller owns, free(). */
char *msg_totp_uri(const char *secret, const char *user, const char *issuer);
/* 80 random bits in letters that are not taken for one another. */
void msg_recovery_code(char out[MSG_RECOVERY_CODE]);

#endif
