/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/base/secret.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "messages/base/mem.h"

struct loa_secret {
    size_t len;
    char value[];
};

struct loa_secret *loa_secret_new(const char *value)
{
    struct loa_secret *s;
    size_t len = value ? strlen(value) : 0;

    if (!len)
        return NULL;
    s = loa_xmalloc(sizeof(*s) + len + 1);
    s->len = len;
    memcpy(s->value, value, len + 1);
    return s;
}

struct loa_secret *loa_secret_dup(const struct loa_secret *s)
{
    return s ? loa_secret_new(s->value) : NULL;
}

void loa_secret_free(struct loa_secret *s)
{
    if (!s)
        return;
    sodium_memzero(s->value, s->len);
    free(s);
}

const char *loa_secret_reveal(const struct loa_secret *s)
{
    return s ? s->value : "";
}

size_t loa_secret_len(const struct loa_secret *s)
{
    return s ? s->len : 0;
}

bool loa_secret_is_set(const struct loa_secret *s)
{
    return s != NULL;
}

bool loa_secret_equal(const struct loa_secret *s, const char *value, size_t len)
{
    return s && s->len == len && sodium_memcmp(s->value, value, len) == 0;
}
