/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"

void msg_list_add(struct msg_list *l, const char *s)
{
    l->items = loa_xrealloc(l->items, (l->n + 1) * sizeof(*l->items));
    l->items[l->n++] = loa_xstrdup(s);
}

void msg_list_release(struct msg_list *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->items[i]);
    free(l->items);
    *l = (struct msg_list){0};
}

void msg_event_release(struct msg_event *e)
{
    free(e->id);
    free(e->title);
    free(e->summary);
    free(e->place);
    free(e->district);
    free(e->address);
    free(e->online_url);
    free(e->organizer);
    free(e->registration_url);
    free(e->contact_phone);
    free(e->note);
    msg_list_release(&e->audience);
    msg_list_release(&e->topics);
    msg_list_release(&e->keywords);
    *e = (struct msg_event){0};
}

void msg_faq_release(struct msg_faq *f)
{
    free(f->id);
    free(f->group);
    free(f->answer);
    msg_list_release(&f->questions);
    *f = (struct msg_faq){0};
}

void msg_topic_release(struct msg_topic *t)
{
    free(t->id);
    free(t->name);
    msg_list_release(&t->aliases);
    msg_list_release(&t->aliases_en);
    *t = (struct msg_topic){0};
}

void msg_place_release(struct msg_place *p)
{
    free(p->name);
    msg_list_release(&p->members);
    msg_list_release(&p->aliases);
    *p = (struct msg_place){0};
}

/* Room for one more item; doubles at powers of two so that loading stays linear. */
static void *grow(void *items, size_t n, size_t size)
{
    if (n & (n - 1))
        return items;
    return loa_xrealloc(items, (n ? 2 * n : 1) * size);
}

void msg_catalog_add_event(struct msg_catalog *c, struct msg_event *e)
{
    c->events = grow(c->events, c->n_events, sizeof(*e));
    c->events[c->n_events++] = *e;
    *e = (struct msg_event){0};
}

void msg_catalog_add_faq(struct msg_catalog *c, struct msg_faq *f)
{
    c->faqs = grow(c->faqs, c->n_faqs, sizeof(*f));
    c->faqs[c->n_faqs++] = *f;
    *f = (struct msg_faq){0};
}

void msg_catalog_add_topic(struct msg_catalog *c, struct msg_topic *t)
{
    c->topics = grow(c->topics, c->n_topics, sizeof(*t));
    c->topics[c->n_topics++] = *t;
    *t = (struct msg_topic){0};
}

void msg_catalog_add_place(struct msg_catalog *c, struct msg_place *p)
{
    c->places = grow(c->places, c->n_places, sizeof(*p));
    c->places[c->n_places++] = *p;
    *p = (struct msg_place){0};
}

/* The room stays: grow() goes by powers of two, which are passed again on the way up. */
void msg_catalog_cut_events(struct msg_catalog *c, size_t n)
{
    while (c->n_events > n)
        msg_event_release(&c->events[--c->n_events]);
}

static int by_start(const void *a, const void *b)
{
    const struct msg_event *x = a, *y = b;

    if (x->start_ms != y->start_ms)
        return x->start_ms < y->start_ms ? -1 : 1;
    return strcmp(x->id, y->id);
}

void msg_catalog_sort(struct msg_catalog *c)
{
    if (c->n_events)
        qsort(c->events, c->n_events, sizeof(*c->events), by_start);
}

const struct msg_event *msg_catalog_event(const struct msg_catalog *c, const char *id)
{
    for (size_t i = 0; i < c->n_events; i++) {
        if (strcmp(c->events[i].id, id) == 0)
            return &c->events[i];
    }
    return NULL;
}

const struct msg_faq *msg_catalog_faq(const struct msg_catalog *c, const char *id)
{
    for (size_t i = 0; i < c->n_faqs; i++) {
        if (strcmp(c->faqs[i].id, id) == 0)
            return &c->faqs[i];
    }
    return NULL;
}

struct msg_catalog *msg_catalog_new(void)
{
    return loa_xcalloc(1, sizeof(struct msg_catalog));
}

void msg_catalog_free(struct msg_catalog *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n_events; i++)
        msg_event_release(&c->events[i]);
    for (size_t i = 0; i < c->n_faqs; i++)
        msg_faq_release(&c->faqs[i]);
    for (size_t i = 0; i < c->n_topics; i++)
        msg_topic_release(&c->topics[i]);
    for (size_t i = 0; i < c->n_places; i++)
        msg_place_release(&c->places[i]);
    free(c->events);
    free(c->faqs);
    free(c->topics);
    free(c->places);
    msg_list_release(&c->audiences);
    free(c);
}
