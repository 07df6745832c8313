/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/knowledge.h"

#include <stdlib.h>

#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/catalog_store.h"

enum { LOOK_MS = 500 };

struct bot_knowledge {
    struct store *store;
    uv_timer_t timer;
    struct answer_words *words;
    struct msg_catalog *catalog;
    struct answer_index *index;
    int64_t version;
    bool failed; /* the last time */
    bool loading, closing;
    void (*ready)(void *ctx);
    void *ctx;
};

struct load_job {
    struct bot_knowledge *knowledge;
    int64_t known, version;
    struct msg_catalog *catalog; /* NULL: nothing changed */
};

static enum loa_err load_work(struct db *db, void *arg)
{
    struct load_job *j = arg;
    enum loa_err err = msg_catalog_version(db, &j->version);

    if (err || j->version == j->known)
        return err;
    return msg_catalog_load(db, &j->catalog);
}

static void load_done(void *arg, enum loa_err result)
{
    struct load_job *j = arg;
    struct bot_knowledge *k = j->knowledge;

    k->loading = false;
    if (result && !k->failed)
        LOA_LOG(LOA_LOG_ERROR, "content not loaded, trying again",
                F("why", store_why(k->store, result)));
    k->failed = result != LOA_OK;
    if (!result && j->catalog && !k->closing) {
        struct answer_index *index = answer_index_new(j->catalog, k->words);
        bool first = !k->index;

        answer_index_free(k->index);
        msg_catalog_free(k->catalog);
        k->index = index;
        k->catalog = j->catalog;
        k->version = j->version;
        j->catalog = NULL;
        LOA_LOG(LOA_LOG_INFO, "content loaded", F("events", k->catalog->n_events),
                F("faqs", k->catalog->n_faqs));
        if (first)
            k->ready(k->ctx);
    }
    msg_catalog_free(j->catalog);
    free(j);
}

static void look(uv_timer_t *t)
{
    struct bot_knowledge *k = t->data;
    struct load_job *j;

    if (k->loading || k->closing)
        return;
    j = loa_xcalloc(1, sizeof(*j));
    j->knowledge = k;
    j->known = k->version;
    k->loading = true;
    store_read(k->store, load_work, load_done, j);
}

enum loa_err bot_knowledge_open(uv_loop_t *loop, struct store *store, const char *words_dir,
                                void (*ready)(void *ctx), void *ctx, struct bot_knowledge **out,
                                struct loa_problem *why)
{
    struct bot_knowledge *k = loa_xcalloc(1, sizeof(*k));
    enum loa_err err = LOA_OK;

    if (words_dir)
        err = answer_words_load_dir(words_dir, &k->words, why);
    else
        k->words = answer_words_load_builtin();
    if (err) {
        free(k);
        return err;
    }
    k->store = store;
    k->version = -1;
    k->ready = ready;
    k->ctx = ctx;
    uv_timer_init(loop, &k->timer);
    k->timer.data = k;
    uv_timer_start(&k->timer, look, 0, LOOK_MS);
    *out = k;
    return LOA_OK;
}

static void on_closed(uv_handle_t *h)
{
    struct bot_knowledge *k = h->data;

    answer_index_free(k->index);
    msg_catalog_free(k->catalog);
    answer_words_free(k->words);
    free(k);
}

void bot_knowledge_close(struct bot_knowledge *k)
{
    if (!k)
        return;
    k->closing = true;
    uv_close((uv_handle_t *)&k->timer, on_closed);
}

struct answer_index *bot_knowledge_index(struct bot_knowledge *k)
{
    return k->index;
}
