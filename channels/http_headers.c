/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http_headers.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "messages/base/mem.h"

void http_header_set_unref(struct http_header_set *set)
{
    if (!set || --set->refs)
        return;
    for (struct curl_slist *l = set->list; l; l = l->next)
        sodium_memzero(l->data, strlen(l->data));
    curl_slist_free_all(set->list);
    if (set->key.data)
        sodium_memzero(set->key.data, set->key.cap);
    loa_buf_release(&set->key);
    free(set);
}

void http_header_cache_release(struct http_header_cache *cache)
{
    for (size_t i = 0; i < HTTP_HEADER_SETS_MAX; i++)
        http_header_set_unref(cache->sets[i]);
    if (cache->scratch.data)
        sodium_memzero(cache->scratch.data, cache->scratch.cap);
    loa_buf_release(&cache->scratch);
    memset(cache, 0, sizeof(*cache));
}

/* One line as libcurl wants it: "Name: value", "Name;" for an empty value. False: a line break,
 * through which a value could smuggle in a header of its own. */
static bool add_line(struct loa_buf *key, const char *name, const char *prefix, const char *value)
{
    size_t from = key->len;

    loa_buf_adds(key, name);
    if ((prefix && *prefix) || *value) {
        loa_buf_add(key, ": ", 2);
        if (prefix)
            loa_buf_adds(key, prefix);
        loa_buf_adds(key, value);
    } else {
        loa_buf_addc(key, ';');
    }
    loa_buf_addc(key, '\0');
    return !key->overflow && !strpbrk(key->data + from, "\r\n");
}

static const char *value_of(const struct http_req *req, size_t i)
{
    const char *value =
        req->headers[i].secret ? loa_secret_reveal(req->headers[i].secret) : req->headers[i].value;

    return value ? value : "";
}

static bool make_key(struct loa_buf *key, const struct http_req *req)
{
    /* "Expect:" stops libcurl from waiting for a 100 Continue; an empty Content-Type from
     * inventing one. A multipart body brings its own. */
    bool ok = true;

    loa_buf_reset(key);
    loa_buf_add(key, "Expect:", sizeof("Expect:"));
    if (!req->file_data && req->content_type)
        ok = add_line(key, "Content-Type", NULL, req->content_type);
    else if (!req->file_data)
        loa_buf_add(key, "Content-Type:", sizeof("Content-Type:"));
    for (size_t i = 0; i < req->n_headers && ok; i++) {
        ok = add_line(key, req->headers[i].name, req->headers[i].prefix, value_of(req, i));
    }
    return ok;
}

/* ---- are they those of the last request? ------------------------------------------------ */

struct rest {
    const char *at, *end; /* of a key */
};

static bool eat(struct rest *key, const char *text, size_t n)
{
    if ((size_t)(key->end - key->at) < n || memcmp(key->at, text, n) != 0)
        return false;
    key->at += n;
    return true;
}

static bool eat_line(struct rest *key, const char *name, const char *prefix, const char *value)
{
    if (!eat(key, name, strlen(name)))
        return false;
    if (!(prefix && *prefix) && !*value)
        return eat(key, ";", 2);
    return eat(key, ": ", 2) && (!prefix || eat(key, prefix, strlen(prefix))) &&
           eat(key, value, strlen(value) + 1);
}

/* Would make_key() make this one of it? */
static bool has_key(const struct http_header_set *set, const struct http_req *req)
{
    struct rest key = {set->key.data, set->key.data + set->key.len};
    bool same = eat(&key, "Expect:", sizeof("Expect:"));

    if (!req->file_data && req->content_type)
        same = same && eat_line(&key, "Content-Type", NULL, req->content_type);
    else if (!req->file_data)
        same = same && eat(&key, "Content-Type:", sizeof("Content-Type:"));
    for (size_t i = 0; i < req->n_headers && same; i++)
        same = eat_line(&key, req->headers[i].name, req->headers[i].prefix, value_of(req, i));
    return same && key.at == key.end;
}

static struct http_header_set *set_new(const struct loa_buf *key)
{
    struct http_header_set *set = loa_xcalloc(1, sizeof(*set));

    set->refs = 1;
    loa_buf_add(&set->key, key->data, key->len);
    for (size_t at = 0; at < key->len; at += strlen(key->data + at) + 1) {
        struct curl_slist *more = curl_slist_append(set->list, key->data + at);

        if (!more)
            abort(); /* out of memory */
        set->list = more;
    }
    return set;
}

enum loa_err http_header_cache_get(struct http_header_cache *cache, const struct http_req *req,
                                   struct http_header_set **out)
{
    struct loa_buf *key = &cache->scratch;
    struct http_header_set *set = NULL;
    size_t i;

    if (cache->sets[0] && has_key(cache->sets[0], req)) {
        *out = cache->sets[0];
        (*out)->refs++;
        return LOA_OK;
    }
    if (!make_key(key, req))
        return LOA_EINVAL;
    for (i = 0; i < HTTP_HEADER_SETS_MAX && cache->sets[i]; i++) {
        if (cache->sets[i]->key.len == key->len &&
            memcmp(cache->sets[i]->key.data, key->data, key->len) == 0) {
            set = cache->sets[i];
            break;
        }
    }
    if (!set) {
        set = set_new(key);
        if (i == HTTP_HEADER_SETS_MAX)
            http_header_set_unref(cache->sets[--i]);
    }
    memmove(cache->sets + 1, cache->sets, i * sizeof(cache->sets[0]));
    cache->sets[0] = set;
    set->refs++;
    *out = set;
    return LOA_OK;
}
