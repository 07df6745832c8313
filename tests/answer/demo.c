/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/answer/demo.h"

#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/import.h"
#include "messages/store/embedded.h"

static const char *content(const char *name)
{
    for (size_t i = 0; content_files[i].name; i++) {
        if (strcmp(content_files[i].name, name) == 0)
            return content_files[i].text;
    }
    exit(1);
}

struct msg_catalog *demo_catalog(void)
{
    struct msg_catalog *c = msg_catalog_new();
    const char *e = content("events.json"), *f = content("faq.json");
    const char *t = content("topics.json"), *p = content("places.json");

    if (msg_import_events(c, e, strlen(e), MSG_FORMAT_JSON, NULL) ||
        msg_import_faq(c, f, strlen(f), NULL) || msg_import_topics(c, t, strlen(t), NULL) ||
        msg_import_places(c, p, strlen(p), NULL))
        exit(1);
    msg_catalog_sort(c);
    return c;
}

/* --- a large office ------------------------------------------------------------------------ */

static char *varied(const char *text, size_t i)
{
    static const char *const more[] = {"gia đình",    "mùa thu",   "ven biển",  "vùng cao",
                                       "buổi tối",    "khóa hai",  "nâng cao",  "cơ bản",
                                       "liên trường", "cộng đồng", "phổ thông", "thực hành",
                                       "ngoài trời",  "chuyên đề", "giao lưu"};
    size_t n = sizeof(more) / sizeof(more[0]);

    return text ? loa_xasprintf("%s %s %s %zu", text, more[i % n], more[i / n % n], i / 64) : NULL;
}

static void copy_list(const struct msg_list *from, struct msg_list *to)
{
    for (size_t i = 0; i < from->n; i++)
        msg_list_add(to, from->items[i]);
}

static void add_event_like(struct msg_catalog *c, size_t i)
{
    const int64_t day = INT64_C(24) * 60 * 60 * 1000;
    const struct msg_event *m = &c->events[i % 64];
    struct msg_event e = {.id = loa_xasprintf("x%zu", i),
                          .title = varied(m->title, i),
                          .summary = varied(m->summary, i * 7),
                          .start_ms = m->start_ms + (int64_t)(i / 64 % 150) * day,
                          .end_ms = m->end_ms + (int64_t)(i / 64 % 150) * day,
                          .place = loa_xstrdup(m->place),
                          .district = loa_xstrdup(m->district),
                          .address = loa_xstrdup(m->address),
                          .online_url = loa_xstrdup(m->online_url),
                          .organizer = loa_xstrdup(m->organizer),
                          .registration_url = loa_xstrdup(m->registration_url),
                          .contact_phone = loa_xstrdup(m->contact_phone)};
    char *keyword = varied(m->keywords.n ? m->keywords.items[0] : m->title, i * 3);

    copy_list(&m->audience, &e.audience);
    copy_list(&m->topics, &e.topics);
    copy_list(&m->keywords, &e.keywords);
    msg_list_add(&e.keywords, keyword);
    free(keyword);
    msg_catalog_add_event(c, &e);
}

static void add_faq_like(struct msg_catalog *c, size_t i, size_t known)
{
    const struct msg_faq *m = &c->faqs[i % known];
    struct msg_faq f = {.id = loa_xasprintf("x%zu", i),
                        .group = loa_xstrdup(m->group),
                        .answer = varied(m->answer, i)};

    for (size_t k = 0; k < m->questions.n; k++) {
        char *q = varied(m->questions.items[k], i + k);

        msg_list_add(&f.questions, q);
        free(q);
    }
    msg_catalog_add_faq(c, &f);
}

struct msg_catalog *demo_catalog_grown(size_t events, size_t faqs)
{
    struct msg_catalog *c = demo_catalog();
    size_t known = c->n_faqs;

    while (c->n_events < events)
        add_event_like(c, c->n_events);
    while (c->n_faqs < faqs)
        add_faq_like(c, c->n_faqs, known);
    msg_catalog_sort(c);
    return c;
}
