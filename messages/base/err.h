/* SPDX-License-Identifier: Apache-2.0 */
/* err.h - the one error type. A value names what the caller should do, not what broke.
 * Codes of libraries (CURLcode, uv, SQLite) are mapped to these at the edge, once. */
#ifndef LOA_MESSAGES_BASE_ERR_H
#define LOA_MESSAGES_BASE_ERR_H

#define LOA_MUST_USE __attribute__((warn_unused_result))

enum loa_err {
    LOA_OK = 0,
    LOA_EINVAL,   /* fix the input */
    LOA_ENOENT,   /* there is no such thing */
    LOA_EEXIST,   /* it is there already (a replay, a second holder) */
    LOA_EPERM,    /* this user or state does not allow it */
    LOA_ELIMIT,   /* a cap of ours was reached */
    LOA_EIO,      /* the store, disk or network failed: try again later */
    LOA_ERATE,    /* slow down */
    LOA_EREJECT,  /* the peer refused for good: give up */
    LOA_EPROTO,   /* the peer sent nonsense */
    LOA_ETIMEOUT, /* the deadline passed; what the peer did is not known */
};

/* A short English description for logs; never NULL. */
const char *loa_strerror(enum loa_err err);

/* What was wrong, where, and how to mend it, in words for the person who gave the input.
 * Filled by functions that take one when they return an error; always NUL-terminated. */
struct loa_problem {
    char field[64]; /* the setting, option or JSON member at fault; "" when none */
    char text[448]; /* one sentence in Vietnamese or English, without a final newline */
};

/* Fills `p` (NULL is fine) and returns `err`, so that a check reads `return loa_fail(...)`. */
enum loa_err loa_fail(struct loa_problem *p, enum loa_err err, const char *field, const char *fmt,
                      ...) __attribute__((format(printf, 4, 5)));

#endif
