/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/questions.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/questions.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/catalog_store.h"

enum { READ_MAX = 20000, FAQ_QUESTIONS_MAX = 20 };

struct work {
    struct msg_question *q;
    size_t n;
    struct bot_question_groups groups;
};

static void work_release(struct work *w)
{
    bot_question_groups_free(&w->groups);
    msg_questions_free(w->q, w->n);
}

static enum loa_err load(struct db *db, struct work *w)
{
    enum loa_err err = msg_questions_read(db, READ_MAX, &w->q, &w->n);

    if (!err)
        bot_questions_group(w->q, w->n, &w->groups);
    return err;
}

static const char *text_of(const struct work *w, const struct bot_question_group *g, size_t i)
{
    return w->q[g->items[i]].text;
}

/* Is it the first of its wording in the group? */
static bool is_new(const struct work *w, const struct bot_question_group *g, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (strcmp(text_of(w, g, k), text_of(w, g, i)) == 0)
            return false;
    }
    return true;
}

/* ---- list and show --------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const struct bot_question_group *x = a, *y = b;

    if (x->n != y->n)
        return x->n < y->n ? 1 : -1;
    return x->last_ms < y->last_ms ? 1 : x->last_ms > y->last_ms ? -1 : 0;
}

static cJSON *group_json(const struct work *w, const struct bot_question_group *g, size_t most)
{
    cJSON *o = cJSON_CreateObject(), *list;
    char iso[LOA_ISO_SIZE];

    loa_json_add_int(o, "group", g->id);
    loa_json_add_int(o, "count", (int64_t)g->n);
    loa_json_add_int(o, "unanswered", (int64_t)(g->n - g->wrong - g->unsure));
    loa_json_add_int(o, "wrong", (int64_t)g->wrong);
    loa_json_add_int(o, "unsure", (int64_t)g->unsure);
    cJSON_AddStringToObject(o, "last", loa_iso_format(g->last_ms, iso));
    list = cJSON_AddArrayToObject(o, "questions");
    for (size_t i = 0; i < g->n && (size_t)cJSON_GetArraySize(list) < most; i++) {
        if (is_new(w, g, i))
            cJSON_AddItemToArray(list, cJSON_CreateString(text_of(w, g, i)));
    }
    return o;
}

enum loa_err ops_questions_list(struct db *db, int64_t since_ms, int64_t limit, cJSON *list)
{
    struct work w = {0};
    enum loa_err err = load(db, &w);

    if (w.groups.n)
        qsort(w.groups.items, w.groups.n, sizeof(*w.groups.items), by_size);
    for (size_t i = 0; i < w.groups.n && limit > 0; i++) {
        if (w.groups.items[i].last_ms < since_ms)
            continue;
        cJSON_AddItemToArray(list, group_json(&w, &w.groups.items[i], 5));
        limit--;
    }
    work_release(&w);
    return err;
}

static enum loa_err none(int64_t group, struct loa_problem *why)
{
    return loa_fail(why, LOA_ENOENT, "group", "Không có nhóm câu hỏi số %" PRId64, group);
}

enum loa_err ops_question_show(struct db *db, int64_t group, cJSON **out, struct loa_problem *why)
{
    struct work w = {0};
    enum loa_err err = load(db, &w);
    const struct bot_question_group *g = err ? NULL : bot_questions_find(&w.groups, w.q, group);

    if (g)
        *out = group_json(&w, g, g->n);
    else if (!err)
        err = none(group, why);
    work_release(&w);
    return err;
}

/* ---- answered, dropped ----------------------------------------------------------------- */

/* What the group asked, in its own words: that is how the next one will ask. */
static void faq_of(const struct work *w, const struct bot_question_group *g,
                   const struct ops_question_answer *a, struct msg_faq *f)
{
    *f = (struct msg_faq){.id = a->id ? loa_xstrdup(a->id) : loa_xasprintf("hoi-%" PRId64, g->id),
                          .group = loa_xstrdup("Người dân hỏi"),
                          .answer = loa_xstrdup(a->text)};
    for (size_t i = 0; i < g->n && f->questions.n < FAQ_QUESTIONS_MAX; i++) {
        if (is_new(w, g, i))
            msg_list_add(&f->questions, text_of(w, g, i));
    }
}

static enum loa_err settle(struct db *db, const struct work *w, const struct bot_question_group *g)
{
    int64_t *seqs = loa_xcalloc(g->n, sizeof(*seqs));
    enum loa_err err;

    for (size_t i = 0; i < g->n; i++)
        seqs[i] = w->q[g->items[i]].seq;
    err = msg_questions_settle(db, seqs, g->n);
    free(seqs);
    return err;
}

/* An answer is content like any other: who may import entries may write one, and it is in force
 * with the commit. */
static enum loa_err put_entry(struct db *db, const struct msg_actor *who, int64_t now,
                              const struct work *w, const struct bot_question_group *g,
                              struct ops_question_answer *a, struct loa_problem *why)
{
    struct msg_faq f = {0};
    enum loa_err err;

    faq_of(w, g, a, &f);
    (void)snprintf(a->faq, sizeof(a->faq), "%s", f.id);
    err = msg_catalog_add_faq_entry(db, who, now, &f, why);
    msg_faq_release(&f);
    return err;
}

static enum loa_err note(struct db *db, const struct msg_actor *who, int64_t now,
                         const struct ops_question_answer *a)
{
    char target[64], detail[OPS_FAQ_ID + 48];

    (void)snprintf(target, sizeof(target), "questions %" PRId64, a->group);
    (void)snprintf(detail, sizeof(detail), "%s%s%" PRId64 " câu hỏi", a->faq, a->faq[0] ? ", " : "",
                   a->settled);
    return msg_audit(db, who, now, a->text ? "questions.answer" : "questions.drop", target, detail);
}

enum loa_err ops_question_settle(struct db *db, const struct msg_actor *who, int64_t now,
                                 struct ops_question_answer *a, struct loa_problem *why)
{
    struct work w = {0};
    const struct bot_question_group *g = NULL;
    enum loa_err err = db_lock(db, "questions"); /* two may answer the same group */

    a->faq[0] = '\0';
    if (!err)
        err = load(db, &w);
    if (!err)
        g = bot_questions_find(&w.groups, w.q, a->group);
    if (!err && !g)
        err = none(a->group, why);
    if (!err && a->text)
        err = put_entry(db, who, now, &w, g, a, why);
    if (!err) {
        a->settled = (int64_t)g->n;
        err = settle(db, &w, g);
    }
    if (!err)
        err = note(db, who, now, a);
    work_release(&w);
    return err ? err : db_notify(db);
}

/* ---- feedback -------------------------------------------------------------------------- */

enum loa_err ops_feedback_list(struct db *db, int64_t since_ms, cJSON *list)
{
    struct loa_civil c = loa_tz_civil(since_ms);
    int64_t day = since_ms ? (int64_t)c.year * 10000 + c.month * 100 + c.day : 0;
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT what, CAST(SUM(CASE WHEN useful = 1 THEN n ELSE 0 END) AS BIGINT), "
                 "CAST(SUM(CASE WHEN useful = 0 THEN n ELSE 0 END) AS BIGINT) "
                 "FROM feedback_stats WHERE day >= $1 GROUP BY what ORDER BY 3 DESC, 2 DESC, 1",
                 "i", day);

    while (!err && db_next(st, &err)) {
        cJSON *o = cJSON_CreateObject();

        cJSON_AddStringToObject(o, "what", db_text(st, 0));
        loa_json_add_int(o, "useful", db_int(st, 1));
        loa_json_add_int(o, "wrong", db_int(st, 2));
        cJSON_AddItemToArray(list, o);
    }
    return err;
}
