/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/channel.h"

#include <stdlib.h>
#include <string.h>

const struct channel_ops *const channel_all[] = {&channel_facebook, &channel_portal, &channel_viber,
                                                 &channel_zalo, NULL};

const struct channel_ops *channel_find(const char *name)
{
    for (size_t i = 0; channel_all[i]; i++) {
        if (strcmp(channel_all[i]->name, name) == 0)
            return channel_all[i];
    }
    return NULL;
}

struct channel_config channel_config_of(const struct msg_account *a)
{
    return (struct channel_config){
        .account = a->name,
        .remote_id = a->remote_id,
        .api_base = a->api_base,
        .oauth_base = a->oauth_base,
        .app_id = a->app_id,
        .sender_name = a->sender_name,
        .access_token = a->access_token,
        .refresh_token = a->refresh_token,
        .app_secret = a->app_secret,
        .webhook_secret = a->webhook_secret,
        .verify_token = a->verify_token,
    };
}

void channel_draft_release(struct channel_draft *d)
{
    loa_buf_release(&d->url);
    splice_release(&d->body);
    *d = (struct channel_draft){0};
}

void channel_address(struct channel *c, const struct channel_draft *d,
                     const char *const *recipients, size_t n, const char *name, const char *ref,
                     struct http_req *req)
{
    const struct splice_values values = {
        .recipients = recipients, .n_recipients = n, .name = name, .ref = ref};

    http_req_reset(req);
    req->method = d->method;
    req->content_type = d->content_type;
    req->timeout_ms = d->timeout_ms;
    loa_buf_add(&req->url, loa_buf_str(&d->url), d->url.len);
    splice_fill(&d->body, &values, &req->body);
    c->ops->authorize(c, req);
}

void channel_result_init(struct channel_result *res)
{
    memset(res, 0, sizeof(*res));
    res->verdict = CHANNEL_RETRY;
    res->usage_percent = -1;
    res->remaining = -1;
}

static int64_t retry_after(const struct http_reply *r)
{
    const char *v = http_reply_header(r, "Retry-After");
    long s = v ? strtol(v, NULL, 10) : 0;

    return s > 0 && s <= 86400 ? (int64_t)s * 1000 : 0;
}

static void say(struct channel_result *res, const char *words)
{
    size_t n = strnlen(words, sizeof(res->detail) - 1);

    memcpy(res->detail, words, n);
    res->detail[n] = '\0';
}

/* Whoever answered stood between and has no answer of the platform's: it gave up waiting (504, 524)
 * or got none that makes sense (502, 520). Who is behind it may have acted. The other 5xx are the
 * platform's own refusal, or say that it was not reached (503, 521 to 523). */
static bool is_gateway(long status)
{
    return status == 502 || status == 504 || status == 520 || status == 524;
}

bool channel_result_of_transport(const struct http_reply *r, struct channel_result *res)
{
    switch (r->outcome) {
    case HTTP_NOT_SENT:
        res->verdict = CHANNEL_RETRY;
        res->outage = true;
        say(res, r->error ? r->error : "not sent");
        return true;
    case HTTP_UNKNOWN:
    case HTTP_TOO_BIG:
        res->verdict = CHANNEL_DOUBT;
        res->doubt = r->outcome == HTTP_TOO_BIG ? MSG_DOUBT_ANSWER
                     : r->timed_out             ? MSG_DOUBT_TIMEOUT
                                                : MSG_DOUBT_LOST;
        res->outage = r->outcome == HTTP_UNKNOWN;
        say(res, r->error ? r->error : "no whole reply");
        return true;
    case HTTP_DONE:
        break;
    }
    if (is_gateway(r->status)) {
        res->verdict = CHANNEL_DOUBT;
        res->doubt = MSG_DOUBT_GATEWAY;
        res->code = (int)r->status;
        res->outage = true;
        say(res, r->status == 502 ? "bad gateway" : "gateway timeout");
        return true;
    }
    if (r->status == 408 || r->status == 425 || r->status == 429 || r->status >= 500) {
        res->verdict = CHANNEL_RETRY;
        res->code = (int)r->status;
        res->outage = r->status >= 500;
        res->retry_after_ms = retry_after(r);
        say(res, "HTTP error without a readable answer");
        return true;
    }
    return false;
}
