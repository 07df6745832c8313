/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/base/json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json_plain.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"

enum {
    EXACT_DIGITS = 15, /* a double holds every integer of so many digits */
    /* loa_json_read(): a member takes a node of 64 bytes and its two texts, rounded up. */
    BLOCK_TEXT_MAX = 8192,
    BLOCK_BASE = 512,
    BLOCK_PER_BYTE = 8,
};

static bool is_text(const char *bytes, size_t len)
{
    return bytes && len && !memchr(bytes, '\0', len) && loa_utf8_valid(bytes, len);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Length of the string literal that starts at s[0] == '"', up to and including its end quote. */
static size_t string_literal(const char *s, size_t n)
{
    size_t i = 1;

    while (i < n) {
        const char *quote = memchr(s + i, '"', n - i);
        size_t slashes = 0;

        if (!quote)
            return n;
        i = (size_t)(quote - s) + 1;
        while (slashes + 2 < i && s[i - 2 - slashes] == '\\')
            slashes++;
        if (slashes % 2 == 0)
            return i;
    }
    return n;
}

/* Length of the number at s; *digits counts those of an integer, 0 for anything else, so that
 * what is no JSON number stays as it is and fails in the parser. */
static size_t number_literal(const char *s, size_t n, size_t *digits)
{
    size_t i = s[0] == '-', from = i;

    while (i < n && is_digit(s[i]))
        i++;
    *digits = i - from;
    if (*digits > 1 && s[from] == '0')
        *digits = 0;
    while (i < n && s[i] && (is_digit(s[i]) || strchr("+-.eE", s[i]) != NULL)) {
        *digits = 0;
        i++;
    }
    return i;
}

/* Length of the first long integer at or after s[*at], which moves there; 0: there is none. */
static size_t long_integer(const char *s, size_t n, size_t *at)
{
    size_t i = *at;

    while (i < n) {
        if (s[i] == '"') {
            i += string_literal(s + i, n - i);
        } else if (is_digit(s[i]) || s[i] == '-') {
            size_t digits, len = number_literal(s + i, n - i, &digits);

            if (digits > EXACT_DIGITS) {
                *at = i;
                return len;
            }
            i += len;
        } else {
            i++;
        }
    }
    return 0;
}

/* A copy in which long integers stand in quotes; NULL if there are none. Caller owns it. */
static char *quote_long_integers(const char *s, size_t n, size_t *out_len)
{
    size_t found = 0, from = 0, at = 0, len;
    char *copy, *to;

    while ((len = long_integer(s, n, &at))) {
        found++;
        at += len;
    }
    if (!found)
        return NULL;
    *out_len = n + 2 * found;
    copy = to = loa_xmalloc(*out_len);
    for (at = 0; (len = long_integer(s, n, &at)); at = from = at + len) {
        to = mempcpy(to, s + from, at - from);
        *to++ = '"';
        to = mempcpy(to, s + at, len);
        *to++ = '"';
    }
    memcpy(to, s + from, n - from);
    return copy;
}

static cJSON *parse(const char *bytes, size_t len)
{
    const char *end = NULL;
    cJSON *root = cJSON_ParseWithLengthOpts(bytes, len, &end, false);

    while (root && end < bytes + len) {
        if (!strchr(" \t\r\n", *end++)) { /* more than one value */
            cJSON_Delete(root);
            root = NULL;
        }
    }
    return root;
}

cJSON *loa_json_parse(const char *bytes, size_t len)
{
    char *quoted;
    cJSON *root;

    if (!is_text(bytes, len))
        return NULL;
    quoted = quote_long_integers(bytes, len, &len);
    root = parse(quoted ? quoted : bytes, len);
    free(quoted);
    return root;
}

/* ---- a tree in one block ---------------------------------------------------------------- */

/* What cJSON allocates while this thread builds such a tree comes from here, one piece behind the
 * other. */
static _Thread_local struct {
    char *at; /* NULL: no such tree is being built */
    size_t left;
    bool exceeded;
} room;

static void *piece(size_t size)
{
    size_t whole = (size + 15) & ~(size_t)15;
    char *at = room.at;

    if (!at)
        return malloc(size);
    room.exceeded = room.exceeded || whole < size || whole > room.left;
    if (room.exceeded)
        return NULL;
    room.at += whole;
    room.left -= whole;
    return at;
}

static void piece_free(void *p)
{
    if (!room.at)
        free(p);
}

__attribute__((constructor)) static void give_hooks(void)
{
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = piece, .free_fn = piece_free});
}

/* cJSON_Delete() frees a reference's own node and looks at nothing below it: the root is the
 * block's first piece, so that frees all. */
static cJSON *build_in_block(const char *bytes, size_t len)
{
    size_t size = BLOCK_BASE + BLOCK_PER_BYTE * len;
    char *block = loa_xmalloc(size);
    cJSON *root;

    room.at = block;
    room.left = size;
    room.exceeded = false;
    root = parse(bytes, len);
    room.at = NULL;
    if (!root) {
        free(block);
        return NULL;
    }
    root->type |= cJSON_IsReference;
    return root;
}

cJSON *loa_json_read(const char *bytes, size_t len)
{
    char *quoted;
    cJSON *root = NULL;

    if (len > BLOCK_TEXT_MAX)
        return loa_json_parse(bytes, len);
    if (!is_text(bytes, len))
        return NULL;
    root = loa_json_plain(bytes, len, EXACT_DIGITS);
    if (root)
        return root;
    quoted = quote_long_integers(bytes, len, &len);
    bytes = quoted ? quoted : bytes;
    root = build_in_block(bytes, len);
    if (!root && room.exceeded)
        root = parse(bytes, len);
    free(quoted);
    return root;
}

/* ---- one member without a tree --------------------------------------------------------- */

static size_t skip_space(const char *s, size_t n, size_t at)
{
    while (at < n && (s[at] == ' ' || s[at] == '\t' || s[at] == '\r' || s[at] == '\n'))
        at++;
    return at;
}

/* Where the value at `at` ends: before the comma or the brace that follows it. */
static size_t skip_value(const char *s, size_t n, size_t at)
{
    size_t depth = 0;

    while (at < n) {
        if (s[at] == '"') {
            at += string_literal(s + at, n - at);
            continue;
        }
        if (!depth && strchr(",}]", s[at]))
            return at;
        if (s[at] == '{' || s[at] == '[')
            depth++;
        else if (s[at] == '}' || s[at] == ']')
            depth--;
        at++;
    }
    return n;
}

static bool take_plain(const char *s, size_t n, char *buf, size_t size)
{
    bool quoted = n && s[0] == '"';
    size_t from = quoted, to;

    for (to = from; to < n && (quoted ? s[to] != '"' && s[to] != '\\' : is_digit(s[to])); to++)
        ;
    if ((quoted && (to == n || s[to] != '"')) || to - from >= size || to == from)
        return false;
    memcpy(buf, s + from, to - from);
    buf[to - from] = '\0';
    return true;
}

bool loa_json_peek(const char *bytes, size_t len, const char *key, char *buf, size_t size)
{
    size_t key_len = strlen(key), at = skip_space(bytes, len, 0);

    buf[0] = '\0';
    if (at == len || bytes[at] != '{')
        return false;
    do {
        const char *name;
        size_t name_len;

        at = skip_space(bytes, len, at + 1);
        if (at == len || bytes[at] != '"')
            return false;
        name = bytes + at + 1;
        name_len = string_literal(bytes + at, len - at);
        at = skip_space(bytes, len, at + name_len);
        if (at == len || bytes[at] != ':')
            return false;
        at = skip_space(bytes, len, at + 1);
        if (name_len == key_len + 2 && memcmp(name, key, key_len) == 0)
            return take_plain(bytes + at, len - at, buf, size);
        at = skip_value(bytes, len, at);
    } while (at < len && bytes[at] == ',');
    return false;
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
