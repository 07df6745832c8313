/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"

/* Cut at a whole character: a problem's text may have been too long for it. */
static void close_text(struct loa_problem *p)
{
    p->text[loa_utf8_valid_prefix(p->text, strlen(p->text))] = '\0';
}

static struct msg_fault *next(struct msg_faults *f)
{
    if (f->n++ >= MSG_FAULTS_KEPT)
        return NULL;
    f->items = loa_xrealloc(f->items, (f->kept + 1) * sizeof(*f->items));
    return &f->items[f->kept++];
}

void msg_faults_row(struct msg_faults *f, int64_t line, int64_t entry, const char *place,
                    enum loa_err err, const struct loa_problem *why)
{
    struct msg_fault *to = next(f);

    if (!to)
        return;
    *to = (struct msg_fault){.line = line, .entry = entry, .err = err, .why = *why};
    if (*place)
        (void)snprintf(to->why.text, sizeof(to->why.text), "%.100s: %.340s", place, why->text);
    close_text(&to->why);
}

enum loa_err msg_faults_whole(struct msg_faults *f, enum loa_err err, const struct loa_problem *why)
{
    /* It is told in any case, as the rows after it were not looked at. */
    if (f->kept == MSG_FAULTS_KEPT)
        f->kept--;
    f->items = loa_xrealloc(f->items, (f->kept + 1) * sizeof(*f->items));
    f->items[f->kept++] = (struct msg_fault){.err = err, .why = *why};
    f->n++;
    f->whole = true;
    return err;
}

void msg_faults_join(enum loa_err *err, struct loa_problem *why, enum loa_err more,
                     const struct loa_problem *what)
{
    size_t n;

    if (!more)
        return;
    if (!*err) {
        *err = more;
        if (why)
            *why = *what;
        return;
    }
    if (!why)
        return;
    n = strlen(why->text);
    (void)snprintf(why->text + n, sizeof(why->text) - n, "; %s", what->text);
    close_text(why);
}

enum loa_err msg_faults_first(const struct msg_faults *f, struct loa_problem *why)
{
    if (!f->kept)
        return LOA_OK;
    if (why)
        *why = f->items[0].why;
    return f->items[0].err;
}

cJSON *msg_faults_json(const struct msg_faults *f)
{
    cJSON *o = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(o, "errors");

    for (size_t i = 0; i < f->kept; i++) {
        const struct msg_fault *x = &f->items[i];
        cJSON *item = cJSON_CreateObject();

        if (x->line)
            loa_json_add_int(item, "line", x->line);
        if (x->entry)
            loa_json_add_int(item, "entry", x->entry);
        loa_json_add_str(item, "field", x->why.field);
        loa_json_add_str(item, "text", x->why.text);
        cJSON_AddItemToArray(list, item);
    }
    loa_json_add_int(o, "errors_total", f->n);
    return o;
}

void msg_faults_release(struct msg_faults *f)
{
    free(f->items);
    *f = (struct msg_faults){0};
}
