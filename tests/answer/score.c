/* SPDX-License-Identifier: Apache-2.0 */
/* How well labelled questions are understood, over the demonstration's content.
 *   answer-score [--words DIR] [--tags] [--errors N] [--min MARK=SHARE]... [NAME=]FILE...
 * A row a file; with --tags further rows by intent and by tag of the first file. FILE "-" is
 * standard input. Ends with 1 when the first file misses a --min, or a tag of its misses one
 * given as tag.MARK=SHARE (tags of five questions or more). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/crypto.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "tests/answer/demo.h"
#include "tests/answer/gold.h"

enum { GROUPS_MAX = 100, MINS_MAX = 16, TAG_FEW = 5 };

struct group {
    const char *name;
    size_t n;
    double sum[GOLD_MARKS];
    size_t counted[GOLD_MARKS];
};

struct minimum {
    bool tags;
    int mark;
    double share;
};

static struct answer_index *answers;
static struct minimum minimums[MINS_MAX];
static size_t n_minimums;
static long errors;
static int missed;

static struct group *group_named(struct group *groups, size_t *n, const char *name)
{
    for (size_t i = 0; i < *n; i++) {
        if (strcmp(groups[i].name, name) == 0)
            return &groups[i];
    }
    if (*n == GROUPS_MAX)
        return &groups[GROUPS_MAX - 1];
    groups[*n] = (struct group){.name = name};
    return &groups[(*n)++];
}

static void count(struct group *g, const double marks[GOLD_MARKS])
{
    g->n++;
    for (size_t i = 0; i < GOLD_MARKS; i++) {
        if (marks[i] < 0)
            continue;
        g->sum[i] += marks[i];
        g->counted[i]++;
    }
}

static void print_head(const char *title)
{
    (void)printf("%-26s %5s", title, "n");
    for (size_t i = 0; i < GOLD_MARKS; i++)
        (void)printf(" %13s", gold_mark_names[i]);
    (void)putchar('\n');
}

static void print_group(const struct group *g)
{
    (void)printf("%-26s %5zu", g->name, g->n);
    for (size_t i = 0; i < GOLD_MARKS; i++) {
        if (g->counted[i])
            (void)printf(" %13.3f", g->sum[i] / (double)g->counted[i]);
        else
            (void)printf(" %13s", "-");
    }
    (void)putchar('\n');
}

static void print_error(const struct gold *g, const struct answer_result *r)
{
    char *want = cJSON_PrintUnformatted(g->want);
    char from[LOA_ISO_SIZE] = "", to[LOA_ISO_SIZE] = "";

    if (r->has_date) {
        (void)loa_iso_date(r->from_ms, from);
        (void)loa_iso_date(r->to_ms, to);
    }
    (void)printf("%s %s\n   want %s\n   got  %s faq=%s place=%s %s/%s", g->id ? g->id : "", g->text,
                 want, answer_intent_name(r->intent), r->faq ? r->faq->id : "",
                 r->place ? r->place->name : "", from, to);
    for (size_t i = 0; i < r->n_events; i++)
        (void)printf(" %s", r->events[i]->id);
    (void)putchar('\n');
    free(want);
}

static void score_one(const struct gold *g, struct group *all, struct group *groups, size_t *n)
{
    const char *intent = loa_json_str(g->want, "intent");
    double marks[GOLD_MARKS];
    struct answer_result r;
    const cJSON *tag;

    answer_ask(answers, g->text, g->now_ms, NULL, &r);
    gold_score(g, &r, marks);
    count(all, marks);
    if (groups) {
        count(group_named(groups, n, intent), marks);
        cJSON_ArrayForEach(tag, g->tags)
        {
            /* out_of_scope is both an intent and a tag, with the same questions */
            if (cJSON_IsString(tag) && strcmp(tag->valuestring, intent) != 0)
                count(group_named(groups, n, tag->valuestring), marks);
        }
    }
    if (marks[GOLD_ALL] <= 0 && errors > 0) {
        errors--;
        print_error(g, &r);
    }
    answer_result_release(&r);
}

static void check(const struct group *g, bool tag)
{
    for (size_t i = 0; i < n_minimums; i++) {
        const struct minimum *m = &minimums[i];
        size_t counted = g->counted[m->mark];

        if (m->tags != tag || !counted || (tag && counted < TAG_FEW) ||
            g->sum[m->mark] / (double)counted >= m->share)
            continue;
        (void)printf("BELOW MINIMUM: %s: %s < %.3f\n", g->name, gold_mark_names[m->mark], m->share);
        missed = 1;
    }
}

static bool score_file(char *arg, bool first, bool tags)
{
    char *eq = strchr(arg, '=');
    const char *path = eq ? eq + 1 : arg, *slash = strrchr(path, '/');
    struct group all = {.name = slash ? slash + 1 : path};
    struct group *groups = tags ? loa_xcalloc(GROUPS_MAX, sizeof(*groups)) : NULL;
    struct gold_set set = {0};
    size_t n = 0;

    if (eq) {
        *eq = '\0';
        all.name = arg;
    }
    if (!gold_read(&set, path))
        return false;
    for (size_t i = 0; i < set.n; i++)
        score_one(&set.items[i], &all, groups, &n);
    print_group(&all);
    for (size_t i = 0; i < n; i++)
        print_group(&groups[i]);
    if (first)
        check(&all, false);
    for (size_t i = 0; first && i < n; i++)
        check(&groups[i], true);
    free(groups);
    gold_release(&set);
    return true;
}

static bool add_minimum(const char *arg)
{
    struct minimum m = {.mark = -1};
    const char *eq = strchr(arg, '=');

    if (strncmp(arg, "tag.", 4) == 0) {
        m.tags = true;
        arg += 4;
    }
    for (int i = 0; eq && i < GOLD_MARKS; i++) {
        if (strncmp(arg, gold_mark_names[i], (size_t)(eq - arg)) == 0 &&
            gold_mark_names[i][eq - arg] == '\0')
            m.mark = i;
    }
    if (m.mark < 0 || n_minimums == MINS_MAX)
        return false;
    m.share = strtod(eq + 1, NULL);
    minimums[n_minimums++] = m;
    return true;
}

static int usage(void)
{
    (void)fputs("answer-score [--words DIR] [--tags] [--errors N] [--min MARK=SHARE]... "
                "[NAME=]FILE...\n",
                stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct answer_words *words = NULL;
    struct msg_catalog *catalog;
    struct loa_problem why = {"", ""};
    const char *dir = NULL;
    bool tags = false, good = true;
    int i = 1;

    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--tags") == 0)
            tags = true;
        else if (strcmp(argv[i], "--words") == 0 && i + 1 < argc)
            dir = argv[++i];
        else if (strcmp(argv[i], "--errors") == 0 && i + 1 < argc)
            errors = strtol(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--min") != 0 || i + 1 >= argc || !add_minimum(argv[++i]))
            return usage();
    }
    if (i == argc || loa_crypto_init() || loa_tz_set("Asia/Ho_Chi_Minh"))
        return usage();
    if (!dir)
        words = answer_words_load_builtin();
    else if (answer_words_load_only(dir, &words, &why) != LOA_OK) {
        (void)fprintf(stderr, "%s: %s\n", why.field, why.text);
        return 2;
    }
    catalog = demo_catalog();
    answers = answer_index_new(catalog, words);
    print_head("questions");
    for (int k = i; good && k < argc; k++)
        good = score_file(argv[k], k == i, tags && k == i);
    answer_index_free(answers);
    msg_catalog_free(catalog);
    answer_words_free(words);
    return good ? missed : 2;
}
