/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/base/log.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "messages/base/buf.h"
#include "messages/base/utf8.h"

static const char *const level_names[] = {"debug", "info", "warn", "error"};
static enum loa_log_level threshold = LOA_LOG_INFO;

enum { VALUE_MAX = 2000, LINE_MAX_BYTES = 16384 };

struct loa_log_field loa_field_str(const char *key, const char *v)
{
    return (struct loa_log_field){.key = key, .type = LOA_FIELD_STR, .v.str = v};
}

struct loa_log_field loa_field_int(const char *key, int64_t v)
{
    return (struct loa_log_field){.key = key, .type = LOA_FIELD_INT, .v.integer = v};
}

struct loa_log_field loa_field_uint(const char *key, uint64_t v)
{
    return loa_field_int(key, v > INT64_MAX ? INT64_MAX : (int64_t)v);
}

struct loa_log_field loa_field_bool(const char *key, bool v)
{
    return (struct loa_log_field){.key = key, .type = LOA_FIELD_BOOL, .v.boolean = v};
}

struct loa_log_field loa_field_num(const char *key, double v)
{
    return (struct loa_log_field){.key = key, .type = LOA_FIELD_NUM, .v.number = v};
}

void loa_log_set_level(enum loa_log_level level)
{
    threshold = level;
}

bool loa_log_level_parse(const char *name, enum loa_log_level *out)
{
    for (size_t i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++) {
        if (strcmp(name, level_names[i]) == 0) {
            *out = (enum loa_log_level)i;
            return true;
        }
    }
    return false;
}

static void add_string(struct loa_buf *b, const char *s)
{
    size_t n = strnlen(s, VALUE_MAX);

    loa_buf_addc(b, '"');
    while (n) {
        size_t good = loa_utf8_valid_prefix(s, n);

        loa_buf_add_json(b, s, good);
        s += good;
        n -= good;
        if (n) {
            loa_buf_adds(b, "\xEF\xBF\xBD");
            s++;
            n--;
        }
    }
    loa_buf_addc(b, '"');
}

static void add_field(struct loa_buf *b, const struct loa_log_field *f)
{
    loa_buf_addc(b, ',');
    add_string(b, f->key);
    loa_buf_addc(b, ':');
    switch (f->type) {
    case LOA_FIELD_STR:
        if (f->v.str)
            add_string(b, f->v.str);
        else
            loa_buf_adds(b, "null");
        break;
    case LOA_FIELD_INT:
        loa_buf_addf(b, "%" PRId64, f->v.integer);
        break;
    case LOA_FIELD_BOOL:
        loa_buf_adds(b, f->v.boolean ? "true" : "false");
        break;
    case LOA_FIELD_NUM:
        if (isfinite(f->v.number))
            loa_buf_addf(b, "%.6g", f->v.number);
        else
            loa_buf_adds(b, "null");
        break;
    }
}

void loa_log_write(enum loa_log_level level, const char *event, const struct loa_log_field *fields,
                   size_t n)
{
    struct loa_buf b;
    struct timespec ts;
    struct tm tm;
    char stamp[32];
    ssize_t ignored;

    if (level < threshold)
        return;
    clock_gettime(CLOCK_REALTIME, &ts);
    gmtime_r(&ts.tv_sec, &tm);
    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
    loa_buf_init(&b, LINE_MAX_BYTES);
    loa_buf_addf(&b, "{\"time\":\"%s.%03ldZ\",\"level\":\"%s\",\"event\":", stamp,
                 ts.tv_nsec / 1000000, level_names[level]);
    add_string(&b, event);
    for (size_t i = 0; i < n && !b.overflow; i++) {
        size_t before = b.len;

        add_field(&b, &fields[i]);
        if (b.overflow || b.len > LINE_MAX_BYTES - 64) { /* keep the line whole JSON */
            b.len = before;
            b.overflow = false;
            break;
        }
    }
    loa_buf_adds(&b, "}\n");
    ignored = write(STDERR_FILENO, b.data, b.len);
    (void)ignored; /* nobody is left to tell */
    loa_buf_release(&b);
}
