/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/base/json.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/buf.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"

enum { EXACT_DIGITS = 15 }; /* a double holds every integer of so many digits */

/* Length of the string literal that starts at s[0] == '"', up to and including its end quote. */
static size_t string_literal(const char *s, size_t n)
{
    size_t i = 1;

    while (i < n && s[i] != '"')
        i += s[i] == '\\' ? 2 : 1;
    return i < n ? i + 1 : n;
}

/* Length of the number at s; *digits counts those of an integer, 0 for anything else, so that
 * what is no JSON number stays as it is and fails in the parser. */
static size_t number_literal(const char *s, size_t n, size_t *digits)
{
    size_t i = s[0] == '-', from = i;

    while (i < n && isdigit((unsigned char)s[i]))
        i++;
    *digits = i - from;
    if (*digits > 1 && s[from] == '0')
        *digits = 0;
    while (i < n && s[i] && (isdigit((unsigned char)s[i]) || strchr("+-.eE", s[i]) != NULL)) {
        *digits = 0;
        i++;
    }
    return i;
}

static void quote_long_integers(const char *s, size_t n, struct loa_buf *out)
{
    size_t i = 0, from = 0;

    while (i < n) {
        if (s[i] == '"') {
            i += string_literal(s + i, n - i);
        } else if (isdigit((unsigned char)s[i]) || s[i] == '-') {
            size_t digits, len = number_literal(s + i, n - i, &digits);

            if (digits > EXACT_DIGITS) {
                loa_buf_add(out, s + from, i - from);
                loa_buf_addc(out, '"');
                loa_buf_add(out, s + i, len);
                loa_buf_addc(out, '"');
                from = i + len;
            }
            i += len;
        } else {
            i++;
        }
    }
    loa_buf_add(out, s + from, n - from);
}

cJSON *loa_json_parse(const char *bytes, size_t len)
{
    struct loa_buf text;
    cJSON *root = NULL;
    const char *end = NULL;

    if (!bytes || !len || memchr(bytes, '\0', len) || !loa_utf8_valid(bytes, len))
        return NULL;
    loa_buf_init(&text, len + len / 4 + 64);
    quote_long_integers(bytes, len, &text);
    if (!text.overflow && text.data)
        root = cJSON_ParseWithLengthOpts(text.data, text.len + 1, &end, true);
    loa_buf_release(&text);
    return root;
}

const cJSON *loa_json_get(const cJSON *o, const char *key)
{
    return cJSON_IsObject(o) ? cJSON_GetObjectItemCaseSensitive(o, key) : NULL;
}

const cJSON *loa_json_at(const cJSON *o, const char *path)
{
    while (o && *path) {
        char step[64];
        size_t n = strcspn(path, ".");

        if (n >= sizeof(step))
            return NULL;
        memcpy(step, path, n);
        step[n] = '\0';
        o = cJSON_IsArray(o) ? cJSON_GetArrayItem(o, (int)strtol(step, NULL, 10))
                             : loa_json_get(o, step);
        path += n + (path[n] == '.');
    }
    return o;
}

const char *loa_json_str(const cJSON *o, const char *key)
{
    const cJSON *item = loa_json_get(o, key);

    return cJSON_IsString(item) ? item->valuestring : NULL;
}

const char *loa_json_id(const cJSON *o, const char *key, char *buf, size_t size)
{
    const cJSON *item = loa_json_get(o, key);
    int n = 0;

    buf[0] = '\0';
    if (cJSON_IsString(item) && strlen(item->valuestring) < size)
        memcpy(buf, item->valuestring, strlen(item->valuestring) + 1);
    else if (cJSON_IsNumber(item))
        n = snprintf(buf, size, "%.0f", item->valuedouble);
    if (n < 0 || (size_t)n >= size) /* half an identifier is somebody else's */
        buf[0] = '\0';
    return buf;
}

int64_t loa_json_int(const cJSON *o, const char *key, int64_t fallback)
{
    const cJSON *item = loa_json_get(o, key);
    char *end;
    intmax_t v;

    if (cJSON_IsNumber(item)) {
        if (item->valuedouble >= 9.2e18 || item->valuedouble <= -9.2e18)
            return fallback;
        return (int64_t)item->valuedouble;
    }
    if (!cJSON_IsString(item) || !item->valuestring[0])
        return fallback;
    errno = 0;
    v = strtoimax(item->valuestring, &end, 10);
    return *end || errno ? fallback : v;
}

bool loa_json_bool(const cJSON *o, const char *key, bool fallback)
{
    const cJSON *item = loa_json_get(o, key);

    return cJSON_IsBool(item) ? cJSON_IsTrue(item) : fallback;
}

void loa_json_add_str(cJSON *o, const char *key, const char *value)
{
    if (value && value[0])
        cJSON_AddStringToObject(o, key, value);
}

void loa_json_add_int(cJSON *o, const char *key, int64_t value)
{
    char digits[24];

    (void)snprintf(digits, sizeof(digits), "%" PRId64, value);
    cJSON_AddRawToObject(o, key, digits);
}

char *loa_json_print(const cJSON *o)
{
    char *text = cJSON_PrintUnformatted(o);

    return text ? text : loa_xstrdup("null");
}
