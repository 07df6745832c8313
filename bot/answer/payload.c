/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/payload.h"

#include <stdlib.h>
#include <string.h>

#include "bot/answer/query.h"
#include "bot/answer/understand.h"

static bool after(const char *text, const char *head, const char **rest)
{
    size_t n = strlen(head);

    if (strncmp(text, head, n) != 0)
        return false;
    *rest = text + n;
    return true;
}

static bool about_event(const struct answer_index *x, const char *id, enum answer_intent intent,
                        int64_t now_ms, struct answer_result *r)
{
    if (strlen(id) >= ANSWER_NAME_SIZE || !msg_catalog_event(x->catalog, id))
        return false;
    memcpy(r->query.event, id, strlen(id) + 1);
    r->query.intent = intent;
    answer_fill_query(x, now_ms, r);
    return true;
}

static bool next_page(const struct answer_index *x, const char *rest, int64_t now_ms,
                      struct answer_result *r)
{
    char *end;
    long offset = strtol(rest, &end, 10);

    if (end == rest || *end != ';' || offset < 0 || offset > 100000 ||
        !answer_query_parse(end + 1, &r->query))
        return false;
    r->offset = (size_t)offset;
    answer_fill_query(x, now_ms, r);
    return true;
}

static bool command(const struct answer_index *x, const char *name, int64_t now_ms,
                    struct answer_result *r)
{
    static const struct {
        const char *name;
        enum answer_intent intent;
    } commands[] = {
        {"sub", ANSWER_SUBSCRIBE},       {"unsub", ANSWER_UNSUBSCRIBE}, {"help", ANSWER_HELP},
        {"human", ANSWER_HUMAN},         {"next", ANSWER_NEXT_EVENT},   {"all", ANSWER_WHAT_IS_ON},
        {"today", ANSWER_EVENT_BY_DATE}, {"start", ANSWER_GREETING},
    };

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(commands[i].name, name) != 0)
            continue;
        r->intent = r->query.intent = commands[i].intent;
        if (r->intent == ANSWER_EVENT_BY_DATE) {
            r->query.has_date = true;
            r->query.day_from = r->query.day_to = answer_day_of(now_ms);
        }
        if (r->intent == ANSWER_NEXT_EVENT || r->intent == ANSWER_WHAT_IS_ON ||
            r->intent == ANSWER_EVENT_BY_DATE)
            answer_fill_query(x, now_ms, r);
        return true;
    }
    return false;
}

bool answer_payload(const struct answer_index *x, const char *text, int64_t now_ms,
                    struct answer_result *r)
{
    struct answer_result mine = {.confidence = 1};
    const char *rest;
    bool ok;

    if (text[0] != '#' || strlen(text) > ANSWER_QUERY_TEXT)
        return false;
    if (after(text, "#event:", &rest))
        ok = about_event(x, rest, ANSWER_EVENT_DETAIL, now_ms, &mine);
    else if (after(text, "#reg:", &rest))
        ok = about_event(x, rest, ANSWER_REGISTRATION, now_ms, &mine);
    else if (after(text, "#faq:", &rest)) {
        mine.intent = mine.query.intent = ANSWER_FAQ;
        mine.faq = msg_catalog_faq(x->catalog, rest);
        ok = mine.faq != NULL;
    } else if (after(text, "#more:", &rest))
        ok = next_page(x, rest, now_ms, &mine);
    else
        ok = command(x, text + 1, now_ms, &mine);
    if (ok)
        *r = mine;
    else
        answer_result_release(&mine);
    return ok;
}
