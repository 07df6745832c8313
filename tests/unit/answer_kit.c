/* SPDX-License-Identifier: Apache-2.0 */
#include "answer_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/buf.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"

static struct msg_catalog *catalog;
static struct answer_words *words;
static struct answer_index *answers;

char *answer_kit_read(const char *path)
{
    FILE *f = fopen(path, "rb");
    struct loa_buf b;
    char chunk[4096];
    size_t n;

    cr_assert_not_null(f, "%s", path);
    loa_buf_init(&b, 0);
    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
        loa_buf_add(&b, chunk, n);
    fclose(f);
    return loa_buf_take(&b);
}

static cJSON *read_json(const char *path)
{
    char *text = answer_kit_read(path);
    cJSON *json = loa_json_parse(text, strlen(text));

    cr_assert_not_null(json, "%s", path);
    free(text);
    return json;
}

static char *copy(const cJSON *o, const char *key)
{
    return loa_xstrdup(loa_json_str(o, key));
}

static void copy_list(const cJSON *o, const char *key, struct msg_list *l)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, loa_json_get(o, key)) msg_list_add(l, item->valuestring);
}

int64_t answer_kit_time(const char *iso)
{
    int64_t ms = 0;

    cr_assert_eq(loa_iso_parse(iso, &ms), LOA_OK, "%s", iso);
    return ms;
}

static void add_event(const cJSON *o)
{
    struct msg_event e = {.id = copy(o, "id"),
                          .title = copy(o, "title"),
                          .summary = copy(o, "summary"),
                          .start_ms = answer_kit_time(loa_json_str(o, "start")),
                          .end_ms = answer_kit_time(loa_json_str(o, "end")),
                          .place = copy(o, "place"),
                          .district = copy(o, "district"),
                          .address = copy(o, "address"),
                          .online_url = copy(o, "online_url"),
                          .organizer = copy(o, "organizer"),
                          .registration_url = copy(o, "registration_url"),
                          .contact_phone = copy(o, "contact_phone")};
    const cJSON *lat = loa_json_get(o, "lat"), *lon = loa_json_get(o, "lon");

    if (cJSON_IsNumber(lat) && cJSON_IsNumber(lon)) {
        e.has_geo = true;
        e.lat = lat->valuedouble;
        e.lon = lon->valuedouble;
    }
    copy_list(o, "audience", &e.audience);
    copy_list(o, "topic", &e.topics);
    copy_list(o, "keywords", &e.keywords);
    msg_catalog_add_event(catalog, &e);
}

static void add_place(const cJSON *o)
{
    static const char *const kinds[] = {"area", "region", "online", "venue"};
    struct msg_place p = {.name = copy(o, "name"), .kind = MSG_PLACE_VENUE};

    for (int i = 0; i < 4; i++) {
        if (strcmp(kinds[i], loa_json_str(o, "kind")) == 0)
            p.kind = (enum msg_place_kind)i;
    }
    copy_list(o, "members", &p.members);
    copy_list(o, "aliases", &p.aliases);
    msg_catalog_add_place(catalog, &p);
}

static void load_events_and_faqs(void)
{
    cJSON *events = read_json("content/events.json"), *faqs = read_json("content/faq.json");
    const cJSON *o;

    cJSON_ArrayForEach(o, events) add_event(o);
    cJSON_ArrayForEach(o, faqs)
    {
        struct msg_faq f = {
            .id = copy(o, "id"), .group = copy(o, "group"), .answer = copy(o, "answer")};

        copy_list(o, "questions", &f.questions);
        msg_catalog_add_faq(catalog, &f);
    }
    cJSON_Delete(events);
    cJSON_Delete(faqs);
}

static void load_topics_and_places(void)
{
    cJSON *topics = read_json("content/topics.json"), *places = read_json("content/places.json");
    const cJSON *o;

    cJSON_ArrayForEach(o, loa_json_get(topics, "topics"))
    {
        struct msg_topic t = {.id = copy(o, "id"), .name = copy(o, "name")};

        copy_list(o, "aliases", &t.aliases);
        copy_list(o, "aliases_en", &t.aliases_en);
        msg_catalog_add_topic(catalog, &t);
    }
    copy_list(topics, "audiences", &catalog->audiences);
    cJSON_ArrayForEach(o, places) add_place(o);
    cJSON_Delete(topics);
    cJSON_Delete(places);
}

void answer_kit_open(void)
{
    cr_assert_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
    catalog = msg_catalog_new();
    load_events_and_faqs();
    load_topics_and_places();
    msg_catalog_sort(catalog);
    words = answer_words_load_builtin();
    answers = answer_index_new(catalog, words);
}

void answer_kit_close(void)
{
    answer_index_free(answers);
    answer_words_free(words);
    msg_catalog_free(catalog);
    answers = NULL;
}

struct answer_index *answer_kit_index(void)
{
    return answers;
}

const struct msg_catalog *answer_kit_catalog(void)
{
    return catalog;
}

const char *answer_kit_events(const struct answer_result *r)
{
    static char ids[1024];
    size_t n = 0;

    ids[0] = '\0';
    for (size_t i = 0; i < r->n_events && n + 16 < sizeof(ids); i++)
        n += (size_t)snprintf(ids + n, sizeof(ids) - n, "%s%s", i ? " " : "", r->events[i]->id);
    return ids;
}
