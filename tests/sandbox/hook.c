/* SPDX-License-Identifier: Apache-2.0 */
/* hook.c - the queue of webhooks. The loop thread decides what is sent when; courier.c sends. */
#include "tests/sandbox/hook.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/courier.h"
#include "tests/sandbox/http.h"

#define BATCH_WAIT_MS 8

struct job {
    struct sbx *s;
    struct sbx_account *account;
    struct job *next, *prev; /* all jobs alive */
    struct job *waiting;     /* list of those that wait to be joined */
    const char *kind, *slot;
    struct sbx_buf body;
    char timestamp[24];
    int attempt;
    bool once, composed, under_way, given_up;
    sbx_hook_done_cb done;
    void *arg;
};

struct sbx_hooks {
    struct sbx_courier *courier;
    struct job *first;
    struct job *waiting, **waiting_end;
    bool flush_set;
    int pending;
};

static void on_due(struct sbx *s, void *arg);

void sbx_hook_defaults(struct sbx *s)
{
    static const int64_t zalo[] = {30000, 300000, 900000, 1800000, 3600000};
    static const int64_t viber[] = {10000,  60000,  300000, 600000, 900000,
                                    900000, 900000, 900000, 900000, 900000};
    static const int64_t fb[] = {0,       5000,    30000,    60000,    300000,   900000,
                                 1800000, 3600000, 10800000, 21600000, 43200000, 43200000};

    for (int p = 0; p < SBX_PLATFORMS; p++) {
        struct sbx_hook_cfg *c = &s->hook[p];
        const int64_t *retry = p == SBX_ZALO ? zalo : p == SBX_VIBER ? viber : fb;

        memset(c, 0, sizeof(*c));
        c->enabled = c->echo = c->delivered = c->seen = true;
        c->timeout_ms = p == SBX_ZALO ? 2000 : p == SBX_VIBER ? 10000 : 5000;
        c->retry_n = p == SBX_ZALO ? 5 : p == SBX_VIBER ? 10 : 12;
        memcpy(c->retry_ms, retry, (size_t)c->retry_n * sizeof(*retry));
    }
    s->time_scale = 1;
}

struct sbx_hooks *sbx_hooks_open(struct sbx *s)
{
    struct sbx_hooks *h = sbx_alloc(sizeof(*h));

    h->waiting_end = &h->waiting;
    h->courier = sbx_courier_open(s);
    return h;
}

void sbx_hooks_close(struct sbx *s)
{
    sbx_courier_close(s->hooks->courier);
}

int sbx_hooks_pending(const struct sbx *s)
{
    return s->hooks->pending + s->coming;
}

static struct job *job_new(struct sbx *s, const struct sbx_event *e)
{
    struct job *j = sbx_alloc(sizeof(*j));

    j->s = s;
    j->account = e->account;
    j->kind = e->kind;
    j->slot = e->slot;
    j->once = e->once;
    j->done = e->done;
    j->arg = e->arg;
    snprintf(j->timestamp, sizeof(j->timestamp), "%s", e->timestamp);
    sbx_buf_add(&j->body, e->json, e->len);
    j->next = s->hooks->first;
    if (j->next)
        j->next->prev = j;
    s->hooks->first = j;
    s->hooks->pending++;
    return j;
}

static void job_free(struct job *j)
{
    struct sbx_hooks *h = j->s->hooks;

    if (j->prev)
        j->prev->next = j->next;
    else
        h->first = j->next;
    if (j->next)
        j->next->prev = j->prev;
    if (!j->given_up)
        h->pending--;
    sbx_buf_free(&j->body);
    free(j);
}

static void job_end(struct job *j, const struct sbx_hook_result *r)
{
    if (j->done)
        j->done(j->s, j->arg, r);
    job_free(j);
}

void sbx_hook_push(struct sbx *s, const struct sbx_event *e)
{
    struct sbx_hook_cfg *c = &s->hook[e->account->platform];
    int copies = 1 + c->duplicate;
    struct sbx_hook_result none = {0, "", 0, "webhooks are off"};

    if (!e->once && (!c->enabled || !e->account->hook_url[0] || s->quiet ||
                     (!e->account->hook_on && e->account->platform != SBX_ZALO))) {
        if (e->done)
            e->done(s, e->arg, &none);
        return;
    }
    if (!e->once && sbx_random(&s->random) % 100 < (uint64_t)c->duplicate_percent)
        copies++;
    if (e->once || e->done)
        copies = 1;
    for (int i = 0; i < copies; i++) {
        int64_t wait = e->after_ms + c->delay_ms + i * 20;

        if (c->reorder_ms)
            wait += (int64_t)(sbx_random(&s->random) % (uint64_t)(c->reorder_ms + 1));
        sbx_timer(s, wait, on_due, job_new(s, e));
    }
}

static void report(struct sbx *s, void *arg, const struct sbx_hook_result *r)
{
    struct job *j = arg;
    struct sbx_account *a = j->account;
    struct sbx_hook_cfg *c = &s->hook[a->platform];
    struct sbx_counters *n = &s->count[a->platform];
    int64_t now = sbx_mono_ms(), wait;
    bool connect_only = a->platform == SBX_ZALO && s->sw[SW_ZALO_REDELIVER] == 1;

    j->under_way = false;
    n->hooks_sent++;
    if (r->status == 200) {
        n->hooks_ok++;
        a->hook_failing_mono = 0;
        job_end(j, r);
        return;
    }
    n->hooks_failed++;
    if (!a->hook_failing_mono)
        a->hook_failing_mono = now;
    if (a->platform == SBX_FB && !j->once &&
        (double)(now - a->hook_failing_mono) * s->time_scale > s->sw[SW_FB_DISABLE_MS])
        a->hook_on = false; /* "Webhooks Disabled" */
    if (j->once || j->given_up || (j->attempt >= c->retry_n && !c->retry_forever) ||
        (connect_only && r->status != 0) || (a->platform == SBX_FB && !a->hook_on)) {
        if (a->platform == SBX_ZALO && j->attempt >= c->retry_n && !c->retry_forever && !j->once)
            a->hook_on = false; /* taken off until a person switches it on again */
        n->hooks_dropped++;
        job_end(j, r);
        return;
    }
    wait = c->retry_ms[j->attempt < c->retry_n ? j->attempt : c->retry_n - 1];
    j->attempt++;
    sbx_timer(s, (int64_t)((double)wait / s->time_scale), on_due, j);
}

/* Facebook: the item becomes the body that is then signed and, on a retry, sent again as it is. */
static void compose_fb(struct job *j)
{
    struct sbx *s = j->s;
    struct sbx_buf whole = {0};
    static const enum sbx_escape how[] = {SBX_ESC_LOWER, SBX_ESC_LOWER_MORE, SBX_ESC_NONE};

    sbx_put(&whole, "{'object':'page','entry':[%s]}", j->body.p);
    sbx_buf_reset(&j->body);
    sbx_buf_escape(&j->body, whole.p, whole.len, how[s->sw[SW_FB_ESCAPE]]);
    sbx_buf_free(&whole);
}

static void compose_viber(struct job *j)
{
    struct sbx *s = j->s;
    struct sbx_buf raw = j->body;
    int how = s->sw[SW_VIBER_ESCAPE];
    bool escape = how == 2 || (how == 0 && sbx_random(&s->random) % 3 == 0);

    if (!escape)
        return;
    memset(&j->body, 0, sizeof(j->body));
    sbx_buf_escape(&j->body, raw.p, raw.len, SBX_ESC_UPPER);
    sbx_buf_free(&raw);
}

static void send_job(struct job *j)
{
    struct sbx *s = j->s;
    struct sbx_account *a = j->account;
    struct sbx_sign g = {a, j->body.p, j->timestamp, j->body.len, s->hook[a->platform].sign};
    struct sbx_parcel parcel = {.url = a->hook_url, .timeout_ms = s->hook[a->platform].timeout_ms};
    char line[2][200], query[80], retry[40], url[700];
    int n;

    if (!j->composed) {
        j->composed = true;
        if (a->platform == SBX_FB)
            compose_fb(j);
        else if (a->platform == SBX_VIBER)
            compose_viber(j);
        g.body = j->body.p;
        g.len = j->body.len;
    }
    n = sbx_hook_sign(s, &g, line, query);
    parcel.header[parcel.header_n++] = "Content-Type: application/json";
    for (int i = 0; i < n; i++)
        parcel.header[parcel.header_n++] = line[i];
    if (a->platform == SBX_ZALO && j->attempt) {
        snprintf(retry, sizeof(retry), "num_retry: %d", j->attempt);
        parcel.header[parcel.header_n++] = retry;
    }
    if (query[0]) {
        snprintf(url, sizeof(url), "%s%c%s", a->hook_url, strchr(a->hook_url, '?') ? '&' : '?',
                 query);
        parcel.url = url;
    }
    parcel.body = j->body.p;
    parcel.len = j->body.len;
    parcel.done = report;
    parcel.arg = j;
    j->under_way = true;
    sbx_courier_send(s->hooks->courier, &parcel);
}

/* Joins the jobs of one account that wait, at most `most`, into the first of them. */
static void join(struct job **list, struct job *head, int most)
{
    struct sbx_buf entries = {0};
    int n = 1;

    sbx_buf_add(&entries, head->body.p, head->body.len);
    for (struct job **at = list; *at && n < most;) {
        struct job *j = *at;

        if (j->account != head->account || j->once) {
            at = &j->waiting;
            continue;
        }
        *at = j->waiting;
        sbx_buf_str(&entries, ",");
        sbx_buf_add(&entries, j->body.p, j->body.len);
        job_free(j);
        n++;
    }
    sbx_buf_free(&head->body);
    head->body = entries;
}

static void flush_waiting(struct sbx *s, void *arg)
{
    struct sbx_hooks *h = s->hooks;
    struct job *list = h->waiting;
    int batch = s->hook[SBX_FB].batch;

    (void)arg;
    h->waiting = NULL;
    h->waiting_end = &h->waiting;
    h->flush_set = false;
    while (list) {
        struct job *j = list;

        list = j->waiting;
        j->waiting = NULL;
        if (batch > 1)
            join(&list, j, batch);
        else if (batch == 0 && sbx_random(&s->random) % 4 == 0)
            join(&list, j, 10);
        send_job(j);
    }
}

/* The entry around one Facebook item; a seconds timestamp now and then where switched so. */
static void wrap_entry(struct job *j)
{
    struct sbx_buf item = j->body;
    int64_t now = sbx_now(j->s);
    bool seconds = !strcmp(j->slot, "changes");

    memset(&j->body, 0, sizeof(j->body));
    sbx_put(&j->body, "{'time':%l,'id':%q,'%s':[%s]}", seconds ? now / 1000 : now, j->account->id,
            j->slot, item.p);
    sbx_buf_free(&item);
}

static void on_due(struct sbx *s, void *arg)
{
    struct sbx_hooks *h = s->hooks;
    struct job *j = arg;
    struct sbx_hook_result none = {0, "", 0, "given up"};

    if (j->given_up) {
        job_end(j, &none);
        return;
    }
    if (s->hook[j->account->platform].paused && !j->once) {
        sbx_timer(s, 50, on_due, j);
        return;
    }
    if (j->account->platform == SBX_ZALO && !j->account->hook_on && !j->once) {
        s->count[SBX_ZALO].hooks_dropped++; /* unsubscribed after failures: lost, as there */
        job_end(j, &none);
        return;
    }
    if (j->account->platform != SBX_FB || j->composed) {
        send_job(j);
        return;
    }
    wrap_entry(j);
    *h->waiting_end = j;
    h->waiting_end = &j->waiting;
    if (!h->flush_set) {
        h->flush_set = true;
        sbx_timer(s, BATCH_WAIT_MS, flush_waiting, NULL);
    }
}

void sbx_hook_raw(struct sbx *s, const struct sbx_raw_hook *raw)
{
    const char *url = raw->url ? raw->url : raw->account->hook_url;
    struct sbx_sign g = {raw->account, raw->body, raw->timestamp ? raw->timestamp : "", raw->len,
                         raw->sign};
    struct sbx_parcel parcel = {.timeout_ms = 30000, .method = raw->method};
    char line[2][200], query[80], full[700];
    bool typed = false;
    int n = sbx_hook_sign(s, &g, line, query);

    for (int i = 0; raw->headers && raw->headers[i] && parcel.header_n < 12; i++) {
        typed = typed || !strncasecmp(raw->headers[i], "content-type:", 13);
        parcel.header[parcel.header_n++] = raw->headers[i];
    }
    if (!typed)
        parcel.header[parcel.header_n++] = "Content-Type: application/json";
    for (int i = 0; i < n; i++)
        parcel.header[parcel.header_n++] = line[i];
    snprintf(full, sizeof(full), "%s%s%s", url, query[0] ? (strchr(url, '?') ? "&" : "?") : "",
             query);
    parcel.url = full;
    parcel.body = raw->body;
    parcel.len = raw->len;
    parcel.done = raw->done;
    parcel.arg = raw->arg;
    sbx_courier_send(s->hooks->courier, &parcel);
}

void sbx_hooks_forget(struct sbx *s)
{
    for (struct job *j = s->hooks->first; j; j = j->next) {
        if (!j->given_up)
            s->hooks->pending--;
        j->given_up = true; /* freed when its timer fires or its answer comes */
    }
}

void sbx_hook_list(const struct sbx *s, struct sbx_buf *out)
{
    int n = 0;

    sbx_buf_str(out, "[");
    for (const struct job *j = s->hooks->first; j && n < 50; j = j->next, n++)
        sbx_put(out, "{'platform':%q,'account':%d,'kind':%q,'attempt':%d,'under_way':%b},",
                sbx_platform_name(j->account->platform), (int)j->account->number, j->kind,
                j->attempt, j->under_way);
    sbx_buf_uncomma(out);
    sbx_buf_str(out, "]");
}
