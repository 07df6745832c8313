/* SPDX-License-Identifier: Apache-2.0 */
/* key.h - random keys that belong to a store and go with its copies. */
#ifndef LOA_MESSAGES_STORE_KEY_H
#define LOA_MESSAGES_STORE_KEY_H

#include <stdbool.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

enum { STORE_KEY_HEX = 65 }; /* 32 bytes and the NUL */

/* The key of that name, made if there is none yet (*fresh). Inside a writing transaction. */
LOA_MUST_USE enum loa_err store_key(struct db *db, const char *name, char out[STORE_KEY_HEX],
                                    bool *fresh);
/* LOA_ENOENT: it has none. Only reads. */
LOA_MUST_USE enum loa_err store_key_get(struct db *db, const char *name, char out[STORE_KEY_HEX]);
/* Sets it if there is none. */
LOA_MUST_USE enum loa_err store_key_put(struct db *db, const char *name, const char *value);

#endif
