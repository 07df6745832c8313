/* SPDX-License-Identifier: Apache-2.0 */
/* password.h - passwords: rules that people can live with, and Argon2id. Pure; hashing takes tens
 * of milliseconds and 64 MiB, so neither on the loop nor on a store thread. */
#ifndef LOA_MESSAGES_PASSWORD_H
#define LOA_MESSAGES_PASSWORD_H

#include <stdbool.h>

#include "messages/base/err.h"

enum { MSG_PASSWORD_MIN = 10, MSG_PASSWORD_MAX = 256, MSG_PASSWORD_HASH = 128 };

/* At least MSG_PASSWORD_MIN characters of any kind, not the name, not one that everybody tries: no
 * rules about which characters (NIST SP 800-63B 5.1.1.2). LOA_EINVAL with the reason. */
LOA_MUST_USE enum loa_err msg_password_check(const char *password, const char *user,
                                             struct loa_problem *why);
/* LOA_ELIMIT: no memory for it at this moment. */
LOA_MUST_USE enum loa_err msg_password_hash(const char *password, char out[MSG_PASSWORD_HASH]);
/* `hash` NULL (no such person, or no password yet): takes as long, and is false. */
bool msg_password_fits(const char *hash, const char *password);

#endif
