/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/knowledge.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "messages/base/log.h"
#include "messages/base/mem.h"
#include "messages/catalog_store.h"

enum { LOOK_MS = 500 };

/* What an index stands on; they come and go together, but for the words, which stay. */
struct library {
    struct msg_catalog *catalog;
    struct answer_index *index;
    struct answer_words *words;
};

struct bot_knowledge {
    struct store *store;
    uv_timer_t timer;
    char *words_dir; /* NULL: only the lists of the program */
    uint64_t words_mark;
    struct library now;
    int64_t version;
    bool failed; /* the last time */
    bool loading, closing, closed;
    void (*ready)(void *ctx);
    void *ctx;
};

/* Looks on the store's reading thread, builds and later frees on a worker, swaps on the loop. */
struct load_job {
    uv_work_t work;
    struct bot_knowledge *knowledge;
    const char *words_dir;
    uint64_t known_mark, mark;
    int64_t known, version;
    struct loa_problem why;
    bool words_wrong;
    struct library fresh; /* catalog NULL: nothing changed; words NULL: those in force stay */
    const struct answer_words *words;
};

/* Changes when a list is written, added or taken away. 0: the folder cannot be read. */
static uint64_t mark_of(const char *dir)
{
    uint64_t mark = 1;
    DIR *d = opendir(dir);
    const struct dirent *e;
    struct stat st;

    if (!d)
        return 0;
    while ((e = readdir(d)) != NULL) {
        const char *dot = strrchr(e->d_name, '.');
        uint64_t one = 0;

        if (!dot || strcmp(dot, ".txt") != 0 || fstatat(dirfd(d), e->d_name, &st, 0) != 0)
            continue;
        for (const char *c = e->d_name; *c; c++)
            one = one * 131 + (unsigned char)*c;
        one = (one * 131 + (uint64_t)st.st_mtim.tv_sec) * 131 + (uint64_t)st.st_mtim.tv_nsec;
        mark += one * 131 + (uint64_t)st.st_size; /* a sum: folders keep no order */
    }
    closedir(d);
    return mark;
}

/* Words that are wrong leave those in force; the log says where, once a version of the files. */
static void look_at_words(struct load_job *j)
{
    j->mark = j->words_dir ? mark_of(j->words_dir) : j->known_mark;
    if (j->mark == j->known_mark)
        return;
    j->words_wrong = answer_words_load_dir(j->words_dir, &j->fresh.words, &j->why) != LOA_OK;
}

static enum loa_err load_work(struct db *db, void *arg)
{
    struct load_job *j = arg;
    enum loa_err err = msg_catalog_version(db, &j->version);

    look_at_words(j);
    if (err || (j->version == j->known && !j->fresh.words))
        return err;
    return msg_catalog_load(db, &j->fresh.catalog);
}

static void knowledge_free(struct bot_knowledge *k)
{
    answer_index_free(k->now.index);
    msg_catalog_free(k->now.catalog);
    answer_words_free(k->now.words);
    free(k->words_dir);
    free(k);
}

static void job_end(struct load_job *j)
{
    struct bot_knowledge *k = j->knowledge;

    k->loading = false;
    free(j);
    if (k->closed)
        knowledge_free(k);
}

static void free_work(uv_work_t *w)
{
    struct load_job *j = w->data;

    answer_index_free(j->fresh.index);
    msg_catalog_free(j->fresh.catalog);
    answer_words_free(j->fresh.words);
}

static void free_done(uv_work_t *w, int status)
{
    (void)status;
    job_end(w->data);
}

static void build_work(uv_work_t *w)
{
    struct load_job *j = w->data;

    j->fresh.index = answer_index_new(j->fresh.catalog, j->fresh.words ? j->fresh.words : j->words);
}

/* Puts the new in force and leaves the old in `fresh`, to be freed. */
static void swap(struct bot_knowledge *k, struct load_job *j)
{
    struct library old = k->now;

    k->now.index = j->fresh.index;
    k->now.catalog = j->fresh.catalog;
    if (j->fresh.words)
        k->now.words = j->fresh.words;
    else
        old.words = NULL;
    k->version = j->version;
    j->fresh = old;
}

static void build_done(uv_work_t *w, int status)
{
    struct load_job *j = w->data;
    struct bot_knowledge *k = j->knowledge;
    bool first = !k->now.index, words = j->fresh.words != NULL;

    (void)status; /* never cancelled */
    if (!k->closing) {
        swap(k, j);
        LOA_LOG(LOA_LOG_INFO, words ? "content and word lists loaded" : "content loaded",
                F("events", k->now.catalog->n_events), F("faqs", k->now.catalog->n_faqs));
        if (first)
            k->ready(k->ctx);
    }
    uv_queue_work(w->loop, w, free_work, free_done);
}

static void load_done(void *arg, enum loa_err result)
{
    struct load_job *j = arg;
    struct bot_knowledge *k = j->knowledge;

    if (result && !k->failed)
        LOA_LOG(LOA_LOG_ERROR, "content not loaded, trying again",
                F("why", store_why(k->store, result)));
    k->failed = result != LOA_OK;
    if (j->words_wrong)
        LOA_LOG(LOA_LOG_ERROR, "word lists not loaded, the old ones stay", F("at", j->why.field),
                F("why", j->why.text));
    /* Lists that could not be put in force for want of the content are looked at again. */
    if (!result)
        k->words_mark = j->mark;
    j->work.data = j;
    j->words = k->now.words;
    if (!result && j->fresh.catalog && !k->closing)
        uv_queue_work(k->timer.loop, &j->work, build_work, build_done);
    else if (!k->closed && (j->fresh.catalog || j->fresh.words))
        uv_queue_work(k->timer.loop, &j->work, free_work, free_done);
    else {
        free_work(&j->work);
        job_end(j);
    }
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
    j->words_dir = k->words_dir;
    j->known_mark = k->words_mark;
    k->loading = true;
    store_read(k->store, load_work, load_done, j);
}

enum loa_err bot_knowledge_open(uv_loop_t *loop, struct store *store, const char *words_dir,
                                void (*ready)(void *ctx), void *ctx, struct bot_knowledge **out,
                                struct loa_problem *why)
{
    struct bot_knowledge *k = loa_xcalloc(1, sizeof(*k));
    enum loa_err err = LOA_OK;

    if (words_dir) {
        k->words_mark = mark_of(words_dir);
        err = answer_words_load_dir(words_dir, &k->now.words, why);
    } else {
        k->now.words = answer_words_load_builtin();
    }
    if (err) {
        free(k);
        return err;
    }
    k->words_dir = loa_xstrdup(words_dir);
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

    /* A job still at work reads the words, and frees the rest at its end. */
    k->closed = true;
    if (!k->loading)
        knowledge_free(k);
}

void bot_knowledge_close(struct bot_knowledge *k)
{
    if (!k)
        return;
    k->closing = true;
    uv_close((uv_handle_t *)&k->timer, on_closed);
}

void bot_knowledge_reload(struct bot_knowledge *k)
{
    if (k && k->words_dir)
        k->words_mark = 0;
}

struct answer_index *bot_knowledge_index(struct bot_knowledge *k)
{
    return k->now.index;
}

const struct msg_catalog *bot_knowledge_catalog(const struct bot_knowledge *k)
{
    return k->now.catalog;
}

int64_t bot_knowledge_version(const struct bot_knowledge *k)
{
    return k->version;
}
