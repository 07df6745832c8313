/* SPDX-License-Identifier: Apache-2.0 */
/* loa questions: what the bot could not answer or answered badly, and how staff teach it */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "bot/questions.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/catalog_store.h"

enum { READ_MAX = 20000, LIST_DEFAULT = 50, LIST_MAX = 20000, FAQ_QUESTIONS_MAX = 20 };

struct work {
    struct msg_question *q;
    size_t n;
    struct bot_question_groups groups;
    int64_t seq; /* of a question of the group that is meant */
    char faq_id[48];
    size_t settled;
};

static void work_release(struct work *w)
{
    bot_question_groups_free(&w->groups);
    msg_questions_free(w->q, w->n);
}

static enum loa_err load(struct cli *cli, struct work *w)
{
    enum loa_err err = msg_questions_read(cli->db, READ_MAX, &w->q, &w->n);

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

static void print_group(const struct work *w, const struct bot_question_group *g)
{
    (void)printf("%-7" PRId64 " %5zu lần  %s", g->id, g->n, text_of(w, g, 0));
    if (g->wrong)
        (void)printf("  (%zu lần bị chê)", g->wrong);
    if (g->unsure)
        (void)printf("  (%zu lần không chắc)", g->unsure);
    (void)putchar('\n');
}

static int list(struct cli *cli)
{
    struct work w = {0};
    cJSON *json = cJSON_CreateArray();
    int64_t since = 0, limit = LIST_DEFAULT;
    int status = CLI_OK;

    if (cli_has(cli, "since") && loa_iso_parse(cli_get(cli, "since"), &since) != LOA_OK)
        status = cli_usage("--since cần một ngày, ví dụ 2026-10-01");
    if (!status && cli_has(cli, "limit") &&
        (!cli_id(cli_get(cli, "limit"), &limit) || limit > LIST_MAX))
        status = CLI_USAGE;
    if (!status && load(cli, &w) != LOA_OK)
        status = CLI_FAILED;
    if (w.groups.n)
        qsort(w.groups.items, w.groups.n, sizeof(*w.groups.items), by_size);
    for (size_t i = 0; i < w.groups.n && !status && limit > 0; i++) {
        const struct bot_question_group *g = &w.groups.items[i];

        if (g->last_ms < since)
            continue;
        limit--;
        if (cli->json)
            cJSON_AddItemToArray(json, group_json(&w, g, 5));
        else
            print_group(&w, g);
    }
    if (cli->json && !status)
        cli_print_json(json);
    else
        cJSON_Delete(json);
    work_release(&w);
    return status;
}

static int complain_group(int64_t seq)
{
    struct loa_problem why;

    (void)loa_fail(&why, LOA_ENOENT, "group", "Không có nhóm câu hỏi số %" PRId64, seq);
    return cli_complain(&why);
}

static int show(struct cli *cli, int64_t seq)
{
    struct work w = {0};
    const struct bot_question_group *g;
    int status = CLI_OK;

    if (load(cli, &w) != LOA_OK)
        return CLI_FAILED;
    g = bot_questions_find(&w.groups, w.q, seq);
    if (!g) {
        status = complain_group(seq);
    } else if (cli->json) {
        cli_print_json(group_json(&w, g, g->n));
    } else {
        print_group(&w, g);
        for (size_t i = 1; i < g->n; i++) {
            if (is_new(&w, g, i))
                (void)printf("               %s\n", text_of(&w, g, i));
        }
    }
    work_release(&w);
    return status;
}

/* ---- answer and drop ------------------------------------------------------------------- */

/* What the group asked, in its own words: that is how the next one will ask. */
static void faq_of(struct cli *cli, const struct work *w, const struct bot_question_group *g,
                   struct msg_faq *f)
{
    const char *id = cli_get(cli, "id");

    *f = (struct msg_faq){.id = id ? loa_xstrdup(id) : loa_xasprintf("hoi-%" PRId64, g->id),
                          .group = loa_xstrdup("Người dân hỏi"),
                          .answer = loa_xstrdup(cli_get(cli, "text"))};
    for (size_t i = 0; i < g->n && f->questions.n < FAQ_QUESTIONS_MAX; i++) {
        if (is_new(w, g, i))
            msg_list_add(&f->questions, text_of(w, g, i));
    }
}

static enum loa_err settle(struct cli *cli, struct work *w, const struct bot_question_group *g)
{
    int64_t *seqs = loa_xcalloc(g->n, sizeof(*seqs));
    enum loa_err err;

    for (size_t i = 0; i < g->n; i++)
        seqs[i] = w->q[g->items[i]].seq;
    err = msg_questions_settle(cli->db, seqs, g->n);
    w->settled = g->n;
    free(seqs);
    return err;
}

static enum loa_err find_group(struct cli *cli, struct work *w, const struct bot_question_group **g,
                               struct loa_problem *why)
{
    enum loa_err err = db_lock(cli->db, "questions"); /* two may answer the same group */

    if (!err)
        err = load(cli, w);
    if (err)
        return err;
    *g = bot_questions_find(&w->groups, w->q, w->seq);
    return *g ? LOA_OK
              : loa_fail(why, LOA_ENOENT, "group", "Không có nhóm câu hỏi số %" PRId64, w->seq);
}

static enum loa_err audit(struct cli *cli, const struct work *w, const char *action)
{
    char target[64], detail[64];

    (void)snprintf(target, sizeof(target), "questions %" PRId64, w->seq);
    (void)snprintf(detail, sizeof(detail), "%s%s%zu câu hỏi", w->faq_id, w->faq_id[0] ? ", " : "",
                   w->settled);
    return msg_audit(cli->db, &cli->who, loa_clock_wall(), action, target, detail);
}

/* An answer is content like any other: who may import entries may write one, and it is in force
 * with the commit. */
static enum loa_err answer_act(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct work *w = arg;
    const struct bot_question_group *g = NULL;
    struct msg_faq f = {0};
    enum loa_err err = find_group(cli, w, &g, why);

    if (err)
        return err;
    faq_of(cli, w, g, &f);
    (void)snprintf(w->faq_id, sizeof(w->faq_id), "%s", f.id);
    err = msg_catalog_add_faq_entry(cli->db, &cli->who, loa_clock_wall(), &f, why);
    msg_faq_release(&f);
    if (!err)
        err = settle(cli, w, g);
    if (!err)
        err = audit(cli, w, "questions.answer");
    return err ? err : db_notify(cli->db);
}

static enum loa_err drop_act(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct work *w = arg;
    const struct bot_question_group *g = NULL;
    enum loa_err err = find_group(cli, w, &g, why);

    if (!err)
        err = settle(cli, w, g);
    return err ? err : audit(cli, w, "questions.drop");
}

static int act(struct cli *cli, int64_t seq, bool answers)
{
    struct work w = {.seq = seq};
    int status = cli_act(cli, answers ? answer_act : drop_act, &w);

    if (!status && cli->json) {
        cJSON *o = cJSON_CreateObject();

        loa_json_add_str(o, "faq", w.faq_id);
        loa_json_add_int(o, "questions", (int64_t)w.settled);
        cli_print_json(o);
    } else if (!status && answers) {
        (void)printf("Đã thêm câu trả lời “%s” cho %zu câu hỏi; có hiệu lực ngay.\n", w.faq_id,
                     w.settled);
    }
    work_release(&w);
    return status;
}

/* ---- feedback -------------------------------------------------------------------------- */

static int feedback(struct cli *cli)
{
    cJSON *all = cJSON_CreateArray();
    int64_t since = 0, day = 0;
    struct db_stmt *st;
    enum loa_err err;

    if (cli_has(cli, "since") && loa_iso_parse(cli_get(cli, "since"), &since) != LOA_OK)
        return cli_usage("--since cần một ngày, ví dụ 2026-10-01");
    if (since) {
        struct loa_civil c = loa_tz_civil(since);

        day = (int64_t)c.year * 10000 + c.month * 100 + c.day;
    }
    err = db_query(cli->db, &st,
                   "SELECT what, CAST(SUM(CASE WHEN useful = 1 THEN n ELSE 0 END) AS BIGINT), "
                   "CAST(SUM(CASE WHEN useful = 0 THEN n ELSE 0 END) AS BIGINT) "
                   "FROM feedback_stats WHERE day >= $1 GROUP BY what ORDER BY 3 DESC, 2 DESC, 1",
                   "i", day);
    while (!err && db_next(st, &err)) {
        cJSON *o = cJSON_CreateObject();

        cJSON_AddStringToObject(o, "what", db_text(st, 0));
        loa_json_add_int(o, "useful", db_int(st, 1));
        loa_json_add_int(o, "wrong", db_int(st, 2));
        cJSON_AddItemToArray(all, o);
        if (!cli->json)
            (void)printf("%-24s hữu ích %" PRId64 ", chưa đúng %" PRId64 "\n", db_text(st, 0),
                         db_int(st, 1), db_int(st, 2));
    }
    if (cli->json && !err)
        cli_print_json(all);
    else
        cJSON_Delete(all);
    return err ? CLI_FAILED : CLI_OK;
}

/* ---- the command ----------------------------------------------------------------------- */

int cli_questions(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {{"since", false, false},
                                                {"limit", false, false},
                                                {"text", false, false},
                                                {"id", false, false}};
    int64_t seq = 0;
    int status = cli_parse(cli, argc - 1, argv + 1, options, sizeof(options) / sizeof(options[0]));
    const char *verb = cli->n_words ? cli->words[0] : "list";
    bool answers = strcmp(verb, "answer") == 0, drops = strcmp(verb, "drop") == 0;
    bool shows = strcmp(verb, "show") == 0;
    bool lists = strcmp(verb, "list") == 0 || strcmp(verb, "feedback") == 0;

    if (!status && ((!answers && !drops && !shows && !lists) || cli->n_words > 2 ||
                    (cli->n_words == 2) == lists))
        status =
            cli_usage("cần: questions [list], show NHÓM, answer NHÓM, drop NHÓM hoặc feedback");
    if (!status && answers && !cli_has(cli, "text"))
        status = cli_usage("cần --text CHỮ");
    if (!status && !lists && !cli_id(cli->words[1], &seq))
        status = CLI_USAGE;
    if (!status && (answers || drops))
        status = cli_actor(cli);
    if (!status)
        status = answers || drops ? cli_open(cli) : cli_open_readonly(cli);
    if (status)
        return status;
    if (answers || drops)
        return act(cli, seq, answers);
    if (shows)
        return show(cli, seq);
    return strcmp(verb, "feedback") == 0 ? feedback(cli) : list(cli);
}
