/* SPDX-License-Identifier: Apache-2.0 */
/* catalog.h - what the office has to tell, in memory: events, questions and answers, topics,
 * places. Read from files (import) or from the store, handed to the answerer and the templates.
 * Immutable once built, so that an old one can serve while a new one is loaded. */
#ifndef LOA_MESSAGES_CATALOG_H
#define LOA_MESSAGES_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A list of strings; owns them. */
struct msg_list {
    char **items;
    size_t n;
};

enum msg_event_state { MSG_EVENT_PLANNED, MSG_EVENT_CANCELLED, MSG_EVENT_MOVED };

/* An event that spans days is held each day between the clock time of start and that of end.
 * NULL strings are absent. */
struct msg_event {
    char *id, *title, *summary;
    int64_t start_ms, end_ms;
    char *place, *district, *address;
    bool has_geo;
    double lat, lon;
    char *online_url, *organizer;
    struct msg_list audience, topics, keywords;
    char *registration_url, *contact_phone;
    enum msg_event_state state;
    char *note; /* why it was cancelled or moved, for people */
    /* Only of events that come from the store: since when it is there, when it last changed, how
     * often. */
    int64_t created_ms, changed_ms, sequence;
};

struct msg_faq {
    char *id, *group, *answer;
    struct msg_list questions;
};

struct msg_topic {
    char *id, *name;
    struct msg_list aliases, aliases_en;
};

enum msg_place_kind { MSG_PLACE_AREA, MSG_PLACE_REGION, MSG_PLACE_ONLINE, MSG_PLACE_VENUE };

struct msg_place {
    char *name;
    enum msg_place_kind kind;
    struct msg_list members; /* of a region: names of areas */
    struct msg_list aliases;
};

struct msg_catalog {
    struct msg_event *events; /* by start, then id */
    size_t n_events;
    struct msg_faq *faqs;
    size_t n_faqs;
    struct msg_topic *topics;
    size_t n_topics;
    struct msg_place *places;
    size_t n_places;
    struct msg_list audiences; /* known labels */
};

void msg_list_add(struct msg_list *l, const char *s); /* copies */
void msg_list_release(struct msg_list *l);
void msg_event_release(struct msg_event *e);
void msg_faq_release(struct msg_faq *f);
void msg_topic_release(struct msg_topic *t);
void msg_place_release(struct msg_place *p);
/* Append; the struct's contents move into the catalogue. */
void msg_catalog_add_event(struct msg_catalog *c, struct msg_event *e);
void msg_catalog_add_faq(struct msg_catalog *c, struct msg_faq *f);
void msg_catalog_add_topic(struct msg_catalog *c, struct msg_topic *t);
void msg_catalog_add_place(struct msg_catalog *c, struct msg_place *p);
/* Takes back what was added after the first `n` events. */
void msg_catalog_cut_events(struct msg_catalog *c, size_t n);
void msg_catalog_sort(struct msg_catalog *c); /* call once after the last add */
const struct msg_event *msg_catalog_event(const struct msg_catalog *c, const char *id);
const struct msg_faq *msg_catalog_faq(const struct msg_catalog *c, const char *id);
struct msg_catalog *msg_catalog_new(void);
void msg_catalog_free(struct msg_catalog *c); /* NULL is fine */

#endif
