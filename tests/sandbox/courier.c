/* SPDX-License-Identifier: Apache-2.0 */
#define H2O_USE_LIBUV 0
#include "tests/sandbox/courier.h"

#include <curl/curl.h>
#include <h2o.h>
#include <h2o/multithread.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/http.h"

#define ANSWER_MAX (64u * 1024u)
#define CONNECTIONS 64L

struct trip {
    h2o_multithread_message_t super;
    struct trip *next;
    char *url, *body, *method;
    size_t len;
    struct curl_slist *headers;
    int64_t timeout_ms;
    sbx_hook_done_cb done;
    void *arg;
    struct sbx_buf answer;
    int status;
    char error[CURL_ERROR_SIZE];
};

struct sbx_courier {
    struct sbx *s;
    pthread_t thread;
    pthread_mutex_t lock;
    struct trip *queue, **queue_end; /* under the lock */
    bool stop;                       /* under the lock */
    CURLM *multi;
    CURL *idle[CONNECTIONS];
    int idle_n, under_way;
    h2o_multithread_queue_t *back;
    h2o_multithread_receiver_t receiver;
};

static size_t on_answer(char *p, size_t size, size_t n, void *arg)
{
    struct trip *t = arg;

    if (t->answer.len + size * n <= ANSWER_MAX)
        sbx_buf_add(&t->answer, p, size * n);
    return size * n;
}

static void start(struct sbx_courier *c, struct trip *t)
{
    CURL *e = c->idle_n ? c->idle[--c->idle_n] : curl_easy_init();

    curl_easy_setopt(e, CURLOPT_URL, t->url);
    curl_easy_setopt(e, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
    if (strcmp(t->method, "GET") != 0) {
        curl_easy_setopt(e, CURLOPT_POST, 1L);
        curl_easy_setopt(e, CURLOPT_POSTFIELDS, t->body);
        curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->len);
    }
    curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, t->method);
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)t->timeout_ms);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->error);
    curl_easy_setopt(e, CURLOPT_PRIVATE, t);
    curl_multi_add_handle(c->multi, e);
    c->under_way++;
}

static void finish(struct sbx_courier *c, CURL *e, CURLcode code)
{
    struct trip *t = NULL;
    long status = 0;

    curl_easy_getinfo(e, CURLINFO_PRIVATE, (char **)&t);
    if (code == CURLE_OK)
        curl_easy_getinfo(e, CURLINFO_RESPONSE_CODE, &status);
    else if (!t->error[0])
        strncpy(t->error, curl_easy_strerror(code), sizeof(t->error) - 1);
    t->status = (int)status;
    curl_multi_remove_handle(c->multi, e);
    c->under_way--;
    curl_easy_reset(e); /* keeps nothing that points to the trip */
    if (c->idle_n < CONNECTIONS)
        c->idle[c->idle_n++] = e;
    else
        curl_easy_cleanup(e);
    h2o_multithread_send_message(&c->receiver, &t->super);
}

/* As many as have a connection of their own: what libcurl itself holds back ages meanwhile, and
 * tens of thousands of them would all be too late before they begin. */
static struct trip *fetch(struct sbx_courier *c, bool *stop)
{
    struct trip *list, **end = &list;

    pthread_mutex_lock(&c->lock);
    list = c->queue;
    for (int n = c->under_way; *end && n < CONNECTIONS; n++)
        end = &(*end)->next;
    c->queue = *end;
    *end = NULL;
    if (!c->queue)
        c->queue_end = &c->queue;
    *stop = c->stop;
    pthread_mutex_unlock(&c->lock);
    return list;
}

static void *run(void *arg)
{
    struct sbx_courier *c = arg;
    bool stop = false;

    while (!stop) {
        int running, left, done = 0;
        CURLMsg *m;

        for (struct trip *t = fetch(c, &stop), *next; t; t = next) {
            next = t->next;
            start(c, t);
        }
        curl_multi_perform(c->multi, &running);
        while ((m = curl_multi_info_read(c->multi, &left)))
            if (m->msg == CURLMSG_DONE) {
                finish(c, m->easy_handle, m->data.result);
                done++;
            }
        if (!stop && !done) /* else the next ones have a place at once */
            curl_multi_poll(c->multi, NULL, 0, 1000, NULL);
    }
    return NULL;
}

static void trip_free(struct trip *t)
{
    curl_slist_free_all(t->headers);
    sbx_buf_free(&t->answer);
    free(t->url);
    free(t->body);
    free(t->method);
    free(t);
}

static void on_back(h2o_multithread_receiver_t *receiver, h2o_linklist_t *messages)
{
    struct sbx_courier *c = H2O_STRUCT_FROM_MEMBER(struct sbx_courier, receiver, receiver);

    while (!h2o_linklist_is_empty(messages)) {
        struct trip *t = H2O_STRUCT_FROM_MEMBER(struct trip, super.link, messages->next);
        struct sbx_hook_result r = {t->status, t->answer.p ? t->answer.p : "", t->answer.len,
                                    t->error};

        h2o_linklist_unlink(&t->super.link);
        t->done(c->s, t->arg, &r);
        trip_free(t);
    }
}

struct sbx_courier *sbx_courier_open(struct sbx *s)
{
    struct sbx_courier *c = sbx_alloc(sizeof(*c));

    c->s = s;
    c->queue_end = &c->queue;
    pthread_mutex_init(&c->lock, NULL);
    c->multi = curl_multi_init();
    curl_multi_setopt(c->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, CONNECTIONS);
    curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS);
    c->back = h2o_multithread_create_queue(sbx_http_loop(s->http));
    h2o_multithread_register_receiver(c->back, &c->receiver, on_back);
    if (pthread_create(&c->thread, NULL, run, c))
        abort();
    return c;
}

void sbx_courier_send(struct sbx_courier *c, const struct sbx_parcel *p)
{
    struct trip *t = sbx_alloc(sizeof(*t));

    t->url = sbx_strdup(p->url);
    t->method = sbx_strdup(p->method ? p->method : "POST");
    t->body = sbx_alloc(p->len + 1);
    memcpy(t->body, p->body, p->len);
    t->len = p->len;
    t->timeout_ms = p->timeout_ms;
    t->done = p->done;
    t->arg = p->arg;
    for (int i = 0; i < p->header_n; i++)
        t->headers = curl_slist_append(t->headers, p->header[i]);
    t->headers = curl_slist_append(t->headers, "Expect:");
    pthread_mutex_lock(&c->lock);
    *c->queue_end = t;
    c->queue_end = &t->next;
    pthread_mutex_unlock(&c->lock);
    curl_multi_wakeup(c->multi);
}

void sbx_courier_close(struct sbx_courier *c)
{
    pthread_mutex_lock(&c->lock);
    c->stop = true;
    pthread_mutex_unlock(&c->lock);
    curl_multi_wakeup(c->multi);
    pthread_join(c->thread, NULL);
}
