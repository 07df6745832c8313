/* SPDX-License-Identifier: Apache-2.0 */
/* log.h - one JSON object a line on stderr. Fields are typed; a struct loa_secret is refused by
 * the compiler. Log once, where the decision is made.
 *
 *   LOA_LOG(LOA_LOG_WARN, "send failed", F("account", id), F("code", code));
 */
#ifndef LOA_MESSAGES_BASE_LOG_H
#define LOA_MESSAGES_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/secret.h"

enum loa_log_level { LOA_LOG_DEBUG, LOA_LOG_INFO, LOA_LOG_WARN, LOA_LOG_ERROR };

struct loa_log_field {
    const char *key;
    enum { LOA_FIELD_STR, LOA_FIELD_INT, LOA_FIELD_BOOL, LOA_FIELD_NUM } type;
    union {
        const char *str; /* NULL is written as null */
        int64_t integer;
        bool boolean;
        double number;
    } v;
};

struct loa_log_field loa_field_str(const char *key, const char *v);
struct loa_log_field loa_field_int(const char *key, int64_t v);
struct loa_log_field loa_field_uint(const char *key, uint64_t v);
struct loa_log_field loa_field_bool(const char *key, bool v);
struct loa_log_field loa_field_num(const char *key, double v);
/* Declared and never defined: a secret passed to F() fails to compile. */
struct loa_log_field loa_field_secret_must_not_be_logged(const char *key, const void *v)
    __attribute__((error("a secret must never reach the log")));

/* clang-format off */
#define F(key, value) _Generic((value), \
    char *: loa_field_str, const char *: loa_field_str, \
    int: loa_field_int, long: loa_field_int, long long: loa_field_int, short: loa_field_int, \
    unsigned: loa_field_uint, unsigned long: loa_field_uint, unsigned long long: loa_field_uint, \
    bool: loa_field_bool, double: loa_field_num, \
    struct loa_secret *: loa_field_secret_must_not_be_logged, \
    const struct loa_secret *: loa_field_secret_must_not_be_logged)((key), (value))
#define LOA_LOG(level, event, ...) \
    loa_log_write((level), (event), (const struct loa_log_field[]){__VA_ARGS__}, \
                  sizeof((const struct loa_log_field[]){__VA_ARGS__}) / sizeof(struct loa_log_field))
#define LOA_LOG0(level, event) loa_log_write((level), (event), NULL, 0)
/* clang-format on */

/* Lines below `level` are dropped. Default LOA_LOG_INFO. */
void loa_log_set_level(enum loa_log_level level);
/* "debug", "info", "warn" or "error"; false for anything else. */
bool loa_log_level_parse(const char *name, enum loa_log_level *out);
/* Any thread. One write(2) a line, so lines of several threads do not mix. Invalid UTF-8 in a
 * string is replaced. A line is cut at about 16 KiB. */
void loa_log_write(enum loa_log_level level, const char *event, const struct loa_log_field *fields,
                   size_t n);

#endif
