/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/query.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/buf.h"
#include "messages/base/mem.h"

static void add_name(struct loa_buf *b, char key, const char *name)
{
    if (!name[0])
        return;
    loa_buf_addf(b, ";%c=", key);
    for (; *name; name++)
        loa_buf_addc(b, *name == ';' ? ',' : *name);
}

const char *answer_query_format(const struct answer_query *q, char out[ANSWER_QUERY_TEXT])
{
    struct loa_buf b;

    loa_buf_init(&b, ANSWER_QUERY_TEXT);
    loa_buf_addf(&b, "i=%s", answer_intent_name(q->intent));
    if (q->has_date)
        loa_buf_addf(&b, ";d=%d-%d", (int)q->day_from, (int)q->day_to);
    if (q->running)
        loa_buf_adds(&b, ";r=1");
    if (q->tod)
        loa_buf_addf(&b, ";h=%d", (int)q->tod);
    if (q->has_clock)
        loa_buf_addf(&b, ";c=%d-%d", (int)q->minute_from, (int)q->minute_to);
    add_name(&b, 'p', q->place);
    add_name(&b, 'a', q->audience);
    for (size_t i = 0; i < ANSWER_SUBJECTS_MAX; i++)
        add_name(&b, 's', q->subjects[i]);
    if (q->narrow)
        loa_buf_adds(&b, ";n=1");
    add_name(&b, 'e', q->event);
    snprintf(out, ANSWER_QUERY_TEXT, "%s", loa_buf_str(&b));
    loa_buf_release(&b);
    return out;
}

static bool read_intent(const char *name, struct answer_query *q)
{
    for (int i = 0; i < ANSWER_INTENT_COUNT; i++) {
        if (strcmp(answer_intent_name((enum answer_intent)i), name) == 0) {
            q->intent = (enum answer_intent)i;
            return true;
        }
    }
    return false;
}

static void read_days(const char *text, struct answer_query *q)
{
    int from, to;
    char rest;

    /* Bounded so that no arithmetic on days can overflow. */
    if (sscanf(text, "%7d-%7d%c", &from, &to, &rest) == 2 && from >= 0 && to >= from &&
        to < 200000) {
        q->has_date = true;
        q->day_from = from;
        q->day_to = to;
    }
}

static void read_minutes(const char *text, struct answer_query *q)
{
    int from, to;
    char rest;

    if (sscanf(text, "%4d-%4d%c", &from, &to, &rest) == 2 && from >= 0 && to > from &&
        to <= 24 * 60) {
        q->has_clock = true;
        q->minute_from = (int16_t)from;
        q->minute_to = (int16_t)to;
    }
}

static void read_name(const char *text, char out[ANSWER_NAME_SIZE])
{
    if (strlen(text) < ANSWER_NAME_SIZE)
        memcpy(out, text, strlen(text) + 1);
}

static bool read_item(const char *item, size_t *subjects, struct answer_query *q)
{
    const char *value = item + 2;

    switch (item[0]) {
    case 'i':
        return read_intent(value, q);
    case 'd':
        read_days(value, q);
        break;
    case 'r':
        q->running = true;
        break;
    case 'h':
        if (value[0] >= '1' && value[0] <= '4' && !value[1])
            q->tod = (enum answer_tod)(value[0] - '0');
        break;
    case 'c':
        read_minutes(value, q);
        break;
    case 'p':
        read_name(value, q->place);
        break;
    case 'a':
        read_name(value, q->audience);
        break;
    case 's':
        if (*subjects < ANSWER_SUBJECTS_MAX)
            read_name(value, q->subjects[(*subjects)++]);
        break;
    case 'n':
        q->narrow = true;
        break;
    case 'e':
        read_name(value, q->event);
        break;
    default:
        break;
    }
    return true;
}

bool answer_query_parse(const char *text, struct answer_query *out)
{
    char *copy = loa_xstrdup(text), *rest = copy, *item;
    size_t subjects = 0;
    bool ok = copy[0] == 'i';

    *out = (struct answer_query){0};
    while (ok && (item = strsep(&rest, ";")) != NULL) {
        if (item[0] && item[1] == '=')
            ok = read_item(item, &subjects, out);
    }
    free(copy);
    return ok;
}
