/* SPDX-License-Identifier: Apache-2.0 */
/* A request is queued by http_client_send(), started by the next turn of the wire, collected by a
 * later one. Transfers (easy handles with their buffers) are used again, the latest first. */
#include "channels/http_client.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "channels/http_headers.h"
#include "channels/http_transfer.h"
#include "channels/http_wire.h"
#include "messages/base/mem.h"

enum {
    INFLIGHT_DEFAULT = 1024,
    TIMEOUT_DEFAULT_MS = 30000,
    REPLY_DEFAULT = 1 << 20,
    SPARES_MAX = 128, /* transfers kept after a burst */
    /* Beyond max_inflight, or libcurl closes idle connections that are about to be used. */
    CONNECTIONS_EXTRA = 32,
};

struct transfer_list {
    struct http_transfer *head, *tail;
};

struct http_client {
    struct http_wire wire;
    struct http_transfer_config config;
    struct http_header_cache headers;
    struct transfer_list queued, running;
    struct http_transfer *spare; /* a stack linked by `next` */
    size_t n_spare, inflight, max_inflight;
    uv_timer_t grace;
    bool closing, aborted;
    http_closed_cb done;
    void *done_ctx;
};

static void list_append(struct transfer_list *list, struct http_transfer *t)
{
    t->next = NULL;
    t->prev = list->tail;
    if (list->tail)
        list->tail->next = t;
    else
        list->head = t;
    list->tail = t;
}

static void list_remove(struct transfer_list *list, struct http_transfer *t)
{
    if (t->prev)
        t->prev->next = t->next;
    else
        list->head = t->next;
    if (t->next)
        t->next->prev = t->prev;
    else
        list->tail = t->prev;
    t->prev = t->next = NULL;
}

static struct http_transfer *take_spare(struct http_client *c)
{
    struct http_transfer *t = c->spare;

    if (!t)
        return http_transfer_new(&c->config, &c->wire);
    c->spare = t->next;
    c->n_spare--;
    t->next = NULL;
    return t;
}

static void give_back(struct http_client *c, struct http_transfer *t)
{
    if (c->n_spare == SPARES_MAX) {
        http_transfer_free(t);
        return;
    }
    http_transfer_reset(t);
    t->next = c->spare;
    c->spare = t;
    c->n_spare++;
}

/* The transfer is in no list and off the multi handle; `reply` borrows from it. */
static void finish(struct http_client *c, struct http_transfer *t, const struct http_reply *reply)
{
    c->inflight--;
    t->cb(reply, t->ctx);
    give_back(c, t);
}

/* ---- turns -------------------------------------------------------------------------------- */

static void collect(struct http_client *c)
{
    CURLMsg *msg;
    int left;

    while ((msg = curl_multi_info_read(c->wire.multi, &left))) {
        struct http_transfer *t = NULL;
        struct http_reply reply;
        CURLcode code = msg->data.result; /* msg dies with the removal */

        if (msg->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &t);
        curl_multi_remove_handle(c->wire.multi, t->easy);
        list_remove(&c->running, t);
        http_transfer_result(t, code, &reply);
        finish(c, t, &reply);
    }
}

static bool start_queued(struct http_client *c)
{
    bool started = false;
    struct http_transfer *t;

    while ((t = c->queued.head)) {
        struct http_reply reply;

        list_remove(&c->queued, t);
        if (curl_multi_add_handle(c->wire.multi, t->easy) == CURLM_OK) {
            list_append(&c->running, t);
            started = true;
            continue;
        }
        http_transfer_result(t, CURLE_FAILED_INIT, &reply);
        finish(c, t, &reply);
    }
    return started;
}

static void shut(struct http_client *c);

static bool turn_cb(void *ctx)
{
    struct http_client *c = ctx;
    bool started;

    collect(c);
    started = start_queued(c);
    if (c->closing && c->inflight == 0)
        shut(c);
    return started;
}

/* ---- sending ------------------------------------------------------------------------------ */

static bool is_sendable(const struct http_req *req)
{
    const char *url = loa_buf_str(&req->url);

    if (req->url.overflow || req->body.overflow || strlen(url) != req->url.len)
        return false;
    if (req->file_data && (req->method != HTTP_POST || !req->file_field))
        return false;
    return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0;
}

enum loa_err http_client_send(struct http_client *c, struct http_req *req, http_reply_cb cb,
                              void *ctx)
{
    struct http_header_set *headers;
    struct http_transfer *t;

    if (c->closing)
        return LOA_EPERM;
    if (c->inflight >= c->max_inflight)
        return LOA_ELIMIT;
    if (!is_sendable(req) || http_header_cache_get(&c->headers, req, &headers) != LOA_OK)
        return LOA_EINVAL;
    t = take_spare(c);
    if (!t)
        abort(); /* out of memory: http_client_new() has seen it work */
    http_transfer_load(t, req, headers);
    t->cb = cb;
    t->ctx = ctx;
    list_append(&c->queued, t);
    c->inflight++;
    http_wire_wake(&c->wire);
    return LOA_OK;
}

size_t http_client_inflight(const struct http_client *c)
{
    return c->inflight;
}

/* ---- life --------------------------------------------------------------------------------- */

static void client_free(struct http_client *c)
{
    while (c->spare) {
        struct http_transfer *t = c->spare;

        c->spare = t->next;
        http_transfer_free(t);
    }
    http_header_cache_release(&c->headers);
    free(c->config.ca_file);
    free(c->config.user_agent);
    free(c);
    curl_global_cleanup();
}

static bool has_proxies(void)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                        "ALL_PROXY"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (getenv(names[i]))
            return true;
    }
    return false;
}

enum loa_err http_client_new(uv_loop_t *loop, const struct http_client_options *opt,
                             struct http_client **out)
{
    struct http_client *c;
    struct http_transfer *probe;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return LOA_EIO;
    c = loa_xcalloc(1, sizeof(*c));
    c->max_inflight = opt->max_inflight ? opt->max_inflight : INFLIGHT_DEFAULT;
    c->config.timeout_ms = opt->timeout_ms > 0 ? opt->timeout_ms : TIMEOUT_DEFAULT_MS;
    c->config.max_reply = opt->max_reply ? opt->max_reply : REPLY_DEFAULT;
    c->config.http2_writes = opt->http2_writes;
    c->config.proxies = has_proxies();
    c->config.ca_file = loa_xstrdup(opt->ca_file);
    c->config.user_agent = loa_xstrdup(opt->user_agent ? opt->user_agent : "loa");
    probe = http_transfer_new(&c->config, &c->wire);
    if (!probe)
        goto fail;
    give_back(c, probe);
    if (http_wire_init(&c->wire, loop, (long)c->max_inflight + CONNECTIONS_EXTRA, turn_cb, c) !=
        LOA_OK)
        goto fail;
    uv_timer_init(loop, &c->grace); /* only links it into the loop: cannot fail */
    c->grace.data = c;
    *out = c;
    return LOA_OK;
fail:
    client_free(c);
    return LOA_EIO;
}

static void wire_closed_cb(void *ctx)
{
    struct http_client *c = ctx;
    http_closed_cb done = c->done;
    void *done_ctx = c->done_ctx;

    client_free(c);
    if (done)
        done(done_ctx);
}

static void grace_closed_cb(uv_handle_t *h)
{
    struct http_client *c = h->data;

    http_wire_close(&c->wire, wire_closed_cb);
}

static void shut(struct http_client *c)
{
    /* Not at once: this may run inside a turn, which still uses the multi handle. */
    if (!uv_is_closing((uv_handle_t *)&c->grace))
        uv_close((uv_handle_t *)&c->grace, grace_closed_cb);
}

static void abort_all(struct http_client *c, struct transfer_list *list)
{
    struct http_transfer *t;

    while ((t = list->head)) {
        struct http_reply reply;

        list_remove(list, t);
        http_transfer_abort(t, &reply);
        curl_multi_remove_handle(c->wire.multi, t->easy);
        finish(c, t, &reply);
    }
}

static void grace_over_cb(uv_timer_t *timer)
{
    struct http_client *c = timer->data;

    collect(c); /* what has just finished is not aborted */
    abort_all(c, &c->running);
    abort_all(c, &c->queued);
    shut(c);
}

void http_client_close(struct http_client *c, unsigned grace_ms, http_closed_cb done, void *ctx)
{
    if (!c->closing) {
        c->closing = true;
        c->done = done;
        c->done_ctx = ctx;
        http_wire_wake(&c->wire);
    } else if (uv_is_closing((uv_handle_t *)&c->grace) ||
               uv_timer_get_due_in(&c->grace) <= grace_ms) {
        return;
    }
    uv_timer_start(&c->grace, grace_over_cb, grace_ms, 0);
}
