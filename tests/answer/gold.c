/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/answer/gold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"

enum { LINE_MAX_BYTES = 65536 };

const char *const gold_mark_names[GOLD_MARKS] = {"all",  "intent", "intent_strict", "events",
                                                 "date", "faq",    "place"};

static bool add_line(struct gold_set *set, const char *text)
{
    struct gold g = {.line = loa_json_parse(text, strlen(text))};
    const char *now;

    g.id = loa_json_str(g.line, "id");
    g.text = loa_json_str(g.line, "text");
    now = loa_json_str(g.line, "now");
    g.want = loa_json_get(g.line, "expect");
    g.tags = loa_json_get(g.line, "tags");
    if (!g.text || !now || loa_iso_parse(now, &g.now_ms) != LOA_OK ||
        !loa_json_str(g.want, "intent")) {
        cJSON_Delete(g.line);
        return false;
    }
    set->items = loa_xrealloc(set->items, (set->n + 1) * sizeof(*set->items));
    set->items[set->n++] = g;
    return true;
}

bool gold_read(struct gold_set *set, const char *path)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    char *line = loa_xmalloc(LINE_MAX_BYTES);
    unsigned number = 0;
    bool good = f != NULL;

    if (!f)
        perror(path);
    while (good && fgets(line, LINE_MAX_BYTES, f)) {
        number++;
        if (line[strspn(line, " \r\n")] == '\0')
            continue;
        good = add_line(set, line);
        if (!good)
            (void)fprintf(stderr, "%s:%u: not a labelled question\n", path, number);
    }
    free(line);
    if (f && f != stdin)
        (void)fclose(f);
    return good;
}

void gold_release(struct gold_set *set)
{
    for (size_t i = 0; i < set->n; i++)
        cJSON_Delete(set->items[i].line);
    free(set->items);
    *set = (struct gold_set){0};
}

static bool is_in(const cJSON *list, const char *s)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        if (s && cJSON_IsString(item) && strcmp(item->valuestring, s) == 0)
            return true;
    }
    return false;
}

static double f1(const cJSON *gold, const struct answer_result *r)
{
    size_t n = (size_t)cJSON_GetArraySize(gold), hits = 0;

    for (size_t i = 0; i < r->n_events; i++)
        hits += is_in(gold, r->events[i]->id);
    return n + r->n_events == 0 ? 1.0 : 2.0 * (double)hits / (double)(n + r->n_events);
}

/* "2026-10-03" or "2026-10-03/2026-10-04" */
static bool same_date(const char *gold, const struct answer_result *r)
{
    char from[LOA_ISO_SIZE], to[LOA_ISO_SIZE];
    size_t n = strlen(gold);

    if (!r->has_date || n < 10)
        return false;
    (void)loa_iso_date(r->from_ms, from);
    (void)loa_iso_date(r->to_ms, to);
    return strncmp(gold, from, 10) == 0 && strcmp(gold + n - 10, to) == 0;
}

static double mark_if(bool right)
{
    return right ? 1.0 : 0.0;
}

void gold_score(const struct gold *g, const struct answer_result *r, double marks[GOLD_MARKS])
{
    const char *intent = loa_json_str(g->want, "intent"), *got = answer_intent_name(r->intent);
    const char *date = loa_json_str(g->want, "date"), *faq = loa_json_str(g->want, "faq");
    const char *place = loa_json_str(g->want, "place");
    const cJSON *events = loa_json_get(g->want, "events");
    const char *entry = r->faq ? r->faq->id : "";

    for (size_t i = 0; i < GOLD_MARKS; i++)
        marks[i] = -1;
    marks[GOLD_STRICT] = mark_if(strcmp(got, intent) == 0);
    marks[GOLD_INTENT] =
        mark_if(marks[GOLD_STRICT] > 0 || is_in(loa_json_get(g->want, "intent_alt"), got));
    if (events)
        marks[GOLD_EVENTS] = f1(events, r);
    if (date)
        marks[GOLD_DATE] = mark_if(same_date(date, r));
    if (strcmp(intent, "faq") == 0)
        marks[GOLD_FAQ] = mark_if((faq && strcmp(faq, entry) == 0) ||
                                  is_in(loa_json_get(g->want, "faq_alt"), entry));
    if (place)
        marks[GOLD_PLACE] = mark_if(r->place && strcmp(r->place->name, place) == 0);
    marks[GOLD_ALL] =
        mark_if(marks[GOLD_INTENT] > 0 && marks[GOLD_DATE] != 0 &&
                (marks[GOLD_EVENTS] < 0 || marks[GOLD_EVENTS] > 0.999) &&
                (strcmp(intent, "faq") != 0 || r->intent != ANSWER_FAQ || marks[GOLD_FAQ] > 0));
}
