/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http.h"

#include <string.h>
#include <strings.h>

void http_req_reset(struct http_req *r)
{
    struct loa_buf url = r->url, body = r->body;

    loa_buf_reset(&url);
    loa_buf_reset(&body);
    memset(r, 0, sizeof(*r));
    r->url = url;
    r->body = body;
}

void http_req_release(struct http_req *r)
{
    loa_buf_release(&r->url);
    loa_buf_release(&r->body);
    memset(r, 0, sizeof(*r));
}

void http_req_header(struct http_req *r, const char *name, const char *value)
{
    if (r->n_headers == HTTP_HEADERS_MAX)
        return;
    r->headers[r->n_headers].name = name;
    r->headers[r->n_headers].value = value;
    r->n_headers++;
}

void http_req_secret(struct http_req *r, const char *name, const char *prefix,
                     const struct loa_secret *secret)
{
    if (r->n_headers == HTTP_HEADERS_MAX)
        return;
    r->headers[r->n_headers].name = name;
    r->headers[r->n_headers].secret = secret;
    r->headers[r->n_headers].prefix = prefix;
    r->n_headers++;
}

const char *http_reply_header(const struct http_reply *r, const char *name)
{
    for (size_t i = 0; i < r->n_headers; i++) {
        if (strcasecmp(r->headers[i].name, name) == 0)
            return r->headers[i].value;
    }
    return NULL;
}
