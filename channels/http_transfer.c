/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http_transfer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "messages/base/mem.h"

enum {
    CONNECT_TIMEOUT_MS = 10000,
    /* Servers drop idle connections, and a request that meets the closing one ends in doubt; so
     * a connection idle for longer than this is not used again. */
    IDLE_SECONDS = 20,
    REPLY_CHUNK = 4096, /* libcurl keeps one of these a transfer: counts with thousands */
    KEPT_MAX = 16384,
    SPARE_MAX = 65536, /* larger buffers are not kept for the next request */
};

/* ---- what libcurl calls ------------------------------------------------------------------ */

static size_t write_cb(char *bytes, size_t size, size_t n, void *ctx)
{
    struct http_transfer *t = ctx;

    loa_buf_add(&t->reply, bytes, size * n);
    if (!t->reply.overflow)
        return size * n;
    t->too_big = true;
    return 0;
}

static bool is_kept(const char *name, size_t len)
{
    static const char *const names[] = {"X-App-Usage", "X-Business-Use-Case-Usage", "X-Page-Usage",
                                        "Retry-After", "Location"};

    if (len > 12 && strncasecmp(name, "X-RateLimit-", 12) == 0)
        return true;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strlen(names[i]) == len && strncasecmp(name, names[i], len) == 0)
            return true;
    }
    return false;
}

static void keep_header(struct http_transfer *t, const char *line, size_t name_len, size_t len)
{
    size_t from = name_len + 1, name = t->kept.len, value;

    while (from < len && (line[from] == ' ' || line[from] == '\t'))
        from++;
    while (len > from && strchr("\r\n \t", line[len - 1]))
        len--;
    loa_buf_add(&t->kept, line, name_len);
    loa_buf_addc(&t->kept, '\0');
    value = t->kept.len;
    loa_buf_add(&t->kept, line + from, len - from);
    loa_buf_addc(&t->kept, '\0');
    if (t->kept.overflow)
        return;
    t->header_at[t->n_headers].name = name;
    t->header_at[t->n_headers].value = value;
    t->n_headers++;
}

static size_t header_cb(char *line, size_t size, size_t n, void *ctx)
{
    struct http_transfer *t = ctx;
    size_t len = size * n;
    const char *colon;

    if (len > 5 && memcmp(line, "HTTP/", 5) == 0) { /* after an interim answer comes the real one */
        t->n_headers = 0;
        loa_buf_reset(&t->kept);
        return len;
    }
    if (t->n_headers == HTTP_REPLY_HEADERS_MAX || !len || !strchr("xXrRlL", line[0]))
        return len;
    colon = memchr(line, ':', len);
    if (colon && is_kept(line, (size_t)(colon - line)))
        keep_header(t, line, (size_t)(colon - line), len);
    return len;
}

static long bytes_sent(const struct http_transfer *t)
{
    long n = 0;

    if (curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &n) != CURLE_OK)
        return 1; /* not known: as if it were sent */
    return n;
}

/* libcurl is about to write the request. It comes here a second time when it repeats one whose
 * kept-alive connection died before the reply: that is only safe if nothing had left. */
static int prereq_cb(void *ctx, char *peer, char *self, int peer_port, int self_port)
{
    struct http_transfer *t = ctx;

    (void)peer;
    (void)self;
    (void)peer_port;
    (void)self_port;
    if (t->attempts++ == 0) {
        t->sent_before = bytes_sent(t);
    } else if (t->method != HTTP_GET && bytes_sent(t) > t->sent_before) {
        t->not_repeated = true;
        return CURL_PREREQFUNC_ABORT;
    }
    return !t->may_go || t->may_go(t->may_go_ctx) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

/* ---- the easy handle --------------------------------------------------------------------- */

/* The options that no request changes. */
static bool configure(struct http_transfer *t)
{
    CURL *e = t->easy;
    const struct http_transfer_config *cfg = t->config;
    CURLcode code = CURLE_OK;

    /* These two can be refused by how libcurl was built: nothing works without them. */
    code = curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    if (code == CURLE_OK)
        code = curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, prereq_cb);
    if (code == CURLE_OK && !cfg->proxies)
        code = curl_easy_setopt(e, CURLOPT_PROXY, "");
    if (code == CURLE_OK && cfg->ca_file)
        code = curl_easy_setopt(e, CURLOPT_CAINFO, cfg->ca_file);
    curl_easy_setopt(e, CURLOPT_PREREQDATA, t);
    curl_easy_setopt(e, CURLOPT_PRIVATE, t);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->error);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, write_cb);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, header_cb);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(e, CURLOPT_USERAGENT, cfg->user_agent);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L); /* else ending waits for the resolver's thread */
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(e, CURLOPT_BUFFERSIZE, (long)REPLY_CHUNK);
    curl_easy_setopt(e, CURLOPT_MAXAGE_CONN, (long)IDLE_SECONDS);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    http_wire_adopt(t->wire, e);
    return code == CURLE_OK;
}

struct http_transfer *http_transfer_new(const struct http_transfer_config *config,
                                        struct http_wire *wire)
{
    struct http_transfer *t = loa_xcalloc(1, sizeof(*t));

    t->config = config;
    t->wire = wire;
    loa_buf_init(&t->reply, config->max_reply);
    loa_buf_init(&t->kept, KEPT_MAX);
    t->easy = curl_easy_init();
    t->parts = curl_url();
    if (!t->easy || !t->parts || !configure(t)) {
        http_transfer_free(t);
        return NULL;
    }
    return t;
}

void http_transfer_free(struct http_transfer *t)
{
    if (!t)
        return;
    if (t->easy)
        curl_easy_cleanup(t->easy);
    curl_url_cleanup(t->parts);
    curl_mime_free(t->mime);
    http_header_set_unref(t->headers);
    loa_buf_release(&t->url);
    loa_buf_release(&t->body);
    loa_buf_release(&t->reply);
    loa_buf_release(&t->kept);
    free(t);
}

/* ---- a request --------------------------------------------------------------------------- */

static void load_method(struct http_transfer *t, enum http_method method, bool has_body)
{
    if (t->method_set && t->method == method && t->has_body == has_body)
        return;
    if (method == HTTP_POST || has_body)
        curl_easy_setopt(t->easy, CURLOPT_POST, 1L);
    else
        curl_easy_setopt(t->easy, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, method == HTTP_DELETE ? "DELETE" : NULL);
    t->has_body = has_body;
    t->method_set = true;
}

static void load_mime(struct http_transfer *t, const struct http_req *req)
{
    curl_mimepart *part;

    load_method(t, HTTP_POST, true);
    t->mime = curl_mime_init(t->easy);
    part = t->mime ? curl_mime_addpart(t->mime) : NULL;
    if (!part || curl_mime_name(part, req->file_field) != CURLE_OK ||
        curl_mime_data(part, req->file_data, req->file_len) != CURLE_OK ||
        (req->file_name && curl_mime_filename(part, req->file_name) != CURLE_OK) ||
        (req->file_type && curl_mime_type(part, req->file_type) != CURLE_OK))
        abort(); /* out of memory: nothing else can fail here */
    curl_easy_setopt(t->easy, CURLOPT_MIMEPOST, t->mime);
    t->method_set = false; /* this replaced the plain body */
}

static void swap_buf(struct loa_buf *a, struct loa_buf *b)
{
    struct loa_buf old = *a;

    *a = *b;
    *b = old;
    b->max = a->max; /* the caps stay where they are */
    a->max = old.max;
}

/* Given as text alone, libcurl would parse the address again for each request. What its parser
 * refuses stays text, and fails when it is sent. */
static void load_url(struct http_transfer *t, struct http_req *req)
{
    bool parsed;

    if (t->url.len == req->url.len && memcmp(t->url.data, req->url.data, req->url.len) == 0)
        return;
    swap_buf(&t->url, &req->url);
    parsed = curl_url_set(t->parts, CURLUPART_URL, t->url.data, 0) == CURLUE_OK;
    curl_easy_setopt(t->easy, CURLOPT_URL, t->url.data);
    curl_easy_setopt(t->easy, CURLOPT_CURLU, parsed ? t->parts : NULL);
}

/* HTTP/2 is offered with TLS only. Without it, waiting for a connection to share would hold all
 * requests back until the first is answered. */
static void load_version(struct http_transfer *t, enum http_method method)
{
    bool http2 = strncasecmp(t->url.data, "https:", 6) == 0 &&
                 (method == HTTP_GET || t->config->http2_writes);

    if (t->version_set && t->http2 == http2)
        return;
    t->http2 = http2;
    t->version_set = true;
    curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION,
                     (long)(http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(t->easy, CURLOPT_PIPEWAIT, http2 ? 1L : 0L);
}

void http_transfer_load(struct http_transfer *t, struct http_req *req,
                        struct http_header_set *headers)
{
    long timeout_ms = req->timeout_ms > 0 ? req->timeout_ms : t->config->timeout_ms;

    load_url(t, req);
    load_version(t, req->method);
    if (req->file_data) {
        load_mime(t, req);
    } else {
        load_method(t, req->method, req->method == HTTP_POST || req->body.len > 0);
        swap_buf(&t->body, &req->body);
        if (t->has_body) {
            curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, loa_buf_str(&t->body));
            curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->body.len);
        }
    }
    t->method = req->method;
    t->may_go = req->may_go;
    t->may_go_ctx = req->may_go_ctx;
    if (t->headers != headers) {
        http_header_set_unref(t->headers);
        t->headers = headers;
        curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, headers->list);
    } else {
        http_header_set_unref(headers); /* it has one already */
    }
    if (timeout_ms != t->timeout_ms) {
        t->timeout_ms = timeout_ms;
        curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, timeout_ms);
    }
    http_req_reset(req);
}

/* ---- a result ---------------------------------------------------------------------------- */

/* Could the peer have seen any of it? */
static bool was_sent(const struct http_transfer *t)
{
    return t->attempts > 0 && bytes_sent(t) > t->sent_before;
}

static void add_headers(const struct http_transfer *t, struct http_reply *reply)
{
    for (size_t i = 0; i < t->n_headers; i++) {
        reply->headers[i].name = t->kept.data + t->header_at[i].name;
        reply->headers[i].value = t->kept.data + t->header_at[i].value;
    }
    reply->n_headers = t->n_headers;
}

void http_transfer_result(struct http_transfer *t, CURLcode code, struct http_reply *reply)
{
    *reply = (struct http_reply){.body = ""};
    if (code == CURLE_OK || t->too_big) {
        (void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &reply->status);
        add_headers(t, reply);
    }
    if (code == CURLE_OK && !t->too_big) {
        reply->outcome = HTTP_DONE;
        reply->body = loa_buf_str(&t->reply);
        reply->len = t->reply.len;
    } else if (t->too_big) {
        reply->outcome = HTTP_TOO_BIG;
        reply->error = "the reply is larger than the cap";
    } else if (t->not_repeated) {
        reply->outcome = HTTP_UNKNOWN;
        reply->error = "the connection closed before the reply";
    } else {
        reply->outcome = was_sent(t) ? HTTP_UNKNOWN : HTTP_NOT_SENT;
        reply->timed_out = code == CURLE_OPERATION_TIMEDOUT;
        reply->error = t->error[0] ? t->error : curl_easy_strerror(code);
    }
}

void http_transfer_abort(struct http_transfer *t, struct http_reply *reply)
{
    *reply = (struct http_reply){.outcome = was_sent(t) ? HTTP_UNKNOWN : HTTP_NOT_SENT,
                                 .body = "",
                                 .error = "the client was closed"};
}

static void trim(struct loa_buf *b)
{
    if (b->cap > SPARE_MAX)
        loa_buf_release(b);
    else
        loa_buf_reset(b);
}

void http_transfer_reset(struct http_transfer *t)
{
    trim(&t->body);
    trim(&t->reply);
    trim(&t->kept);
    t->n_headers = 0;
    t->attempts = 0;
    t->sent_before = 0;
    t->not_repeated = t->too_big = false;
    t->error[0] = '\0';
    if (t->mime) {
        curl_easy_setopt(t->easy, CURLOPT_MIMEPOST, NULL);
        curl_mime_free(t->mime);
        t->mime = NULL;
    }
}
