/* SPDX-License-Identifier: Apache-2.0 */
/* signin.h - how a person proves who he is: the password's digest, the second factor, the wrong
 * tries in a row, and the link with which he sets a password once. Store thread. */
#ifndef LOA_MESSAGES_SIGNIN_H
#define LOA_MESSAGES_SIGNIN_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/audit.h"
#include "messages/base/crypto.h"
#include "messages/base/secret.h"
#include "messages/password.h"
#include "messages/token.h"

/* ---- tries ------------------------------------------------------------------------------- */

/* When the name may be tried again; 0: at once. The fifth wrong try in a row costs half a minute,
 * each further one twice as long, up to an hour; a day without one forgets them. The same for names
 * that there are not. */
LOA_MUST_USE enum loa_err msg_signin_until(struct db *db, const char *name, int64_t now,
                                           int64_t *until);
/* Notes a wrong try; writes. */
LOA_MUST_USE enum loa_err msg_signin_failed(struct db *db, const char *name, int64_t now);
LOA_MUST_USE enum loa_err msg_signin_passed(struct db *db, const char *name);

/* ---- the password ------------------------------------------------------------------------ */

/* Of an enabled person; "" if he has none or there is no such person. */
LOA_MUST_USE enum loa_err msg_signin_password(struct db *db, const char *name,
                                              char out[MSG_PASSWORD_HASH]);
/* Ends all sessions but one (0: all). */
LOA_MUST_USE enum loa_err msg_signin_set(struct db *db, const struct msg_actor *who, int64_t now,
                                         const char *name, const char *hash, int64_t session);
/* A link's secret, shown this once, good for a day; an earlier one is void. Caller owns *out.
 * LOA_ENOENT: no such person. */
LOA_MUST_USE enum loa_err msg_signin_link(struct db *db, const struct msg_actor *who, int64_t now,
                                          const char *name, struct loa_secret **out,
                                          struct loa_problem *why);
/* Whose link it is; caller has 72 bytes. LOA_ENOENT: nobody's, or too old. */
LOA_MUST_USE enum loa_err msg_signin_link_owner(struct db *db, const char *digest, int64_t now,
                                                char name[72]);
/* It is used up. LOA_ENOENT: somebody was faster. */
LOA_MUST_USE enum loa_err msg_signin_link_use(struct db *db, const char *digest, const char *name);

/* ---- the second factor ------------------------------------------------------------------- */

LOA_MUST_USE enum loa_err msg_factor_is_on(struct db *db, const char *name, bool *on);
/* A fresh secret that waits for msg_factor_confirm(); caller owns *secret. LOA_EPERM: it is on. */
LOA_MUST_USE enum loa_err msg_factor_begin(struct db *db, const struct loa_secret *key,
                                           const char *name, struct loa_secret **secret,
                                           struct loa_problem *why);
/* LOA_EINVAL: the code does not fit. Adds the codes for paper, shown this once, to `codes`. */
LOA_MUST_USE enum loa_err msg_factor_confirm(struct db *db, const struct loa_secret *key,
                                             const struct msg_actor *who, int64_t now,
                                             const char *code, cJSON *codes,
                                             struct loa_problem *why);
/* Is it the person's code of this moment, or one of those on paper? Uses it up; writes. */
LOA_MUST_USE enum loa_err msg_factor_use(struct db *db, const struct loa_secret *key, int64_t now,
                                         const char *name, const char *code, bool *fits);
LOA_MUST_USE enum loa_err msg_factor_off(struct db *db, const struct msg_actor *who, int64_t now,
                                         const char *name);

#endif
