/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/import.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "messages/base/json.h"
#include "messages/import_parts.h"
#include "messages/online.h"
#include "messages/text_file.h"

enum msg_format msg_format_of(const char *file_name)
{
    const char *dot = strrchr(file_name, '.');

    if (dot && strcasecmp(dot, ".csv") == 0)
        return MSG_FORMAT_CSV;
    return dot && strcasecmp(dot, ".ics") == 0 ? MSG_FORMAT_ICS : MSG_FORMAT_JSON;
}

enum loa_err msg_format_named(const char *name, enum msg_format *out)
{
    static const char *const names[] = {"json", "csv", "ics"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcasecmp(name, names[i]) == 0) {
            *out = (enum msg_format)i;
            return LOA_OK;
        }
    }
    return LOA_EINVAL;
}

/* Puts where it went wrong before what went wrong. */
static enum loa_err at(enum loa_err err, const char *where, struct loa_problem *why)
{
    char text[sizeof(why->text)];

    if (!err || !why)
        return err;
    (void)snprintf(text, sizeof(text), "%s", why->text);
    (void)snprintf(why->text, sizeof(why->text), "%s: %.380s", where, text);
    return err;
}

enum loa_err msg_import_add_event(struct msg_catalog *c, const cJSON *o, const char *where,
                                  struct loa_problem *why)
{
    struct msg_event e;
    enum loa_err err = msg_event_from_json(o, &e, why);

    if (err)
        return at(err, where, why);
    if (!e.online_url) /* people write the link into the description */
        e.online_url = msg_online_find(e.summary);
    if (c->n_events == MSG_EVENTS_MAX || msg_catalog_event(c, e.id)) {
        err = c->n_events == MSG_EVENTS_MAX
                  ? loa_fail(why, LOA_ELIMIT, "events", "Nhiều hơn %d sự kiện", MSG_EVENTS_MAX)
                  : loa_fail(why, LOA_EINVAL, "id", "Mã “%s” xuất hiện hai lần", e.id);
        msg_event_release(&e);
        return at(err, where, why);
    }
    msg_catalog_add_event(c, &e);
    return LOA_OK;
}

static enum loa_err add_faq(struct msg_catalog *c, const cJSON *o, const char *where,
                            struct loa_problem *why)
{
    struct msg_faq f;
    enum loa_err err = msg_faq_from_json(o, &f, why);

    if (!err && (c->n_faqs == MSG_FAQS_MAX || msg_catalog_faq(c, f.id))) {
        err = c->n_faqs == MSG_FAQS_MAX
                  ? loa_fail(why, LOA_ELIMIT, "faq", "Nhiều hơn %d câu hỏi", MSG_FAQS_MAX)
                  : loa_fail(why, LOA_EINVAL, "id", "Mã “%s” xuất hiện hai lần", f.id);
        msg_faq_release(&f);
    }
    if (err)
        return at(err, where, why);
    msg_catalog_add_faq(c, &f);
    return LOA_OK;
}

static enum loa_err add_topic(struct msg_catalog *c, const cJSON *o, const char *where,
                              struct loa_problem *why)
{
    struct msg_topic t;
    enum loa_err err = msg_topic_from_json(o, &t, why);

    if (!err)
        msg_catalog_add_topic(c, &t);
    return at(err, where, why);
}

static enum loa_err add_place(struct msg_catalog *c, const cJSON *o, const char *where,
                              struct loa_problem *why)
{
    struct msg_place p;
    enum loa_err err = msg_place_from_json(o, &p, why);

    if (!err)
        msg_catalog_add_place(c, &p);
    return at(err, where, why);
}

typedef enum loa_err (*add_cb)(struct msg_catalog *c, const cJSON *o, const char *where,
                               struct loa_problem *why);

/* A JSON array, or an object that holds it under `member`. */
static enum loa_err each(struct msg_catalog *c, const char *bytes, size_t n, const char *member,
                         add_cb add, struct loa_problem *why)
{
    cJSON *json = n <= MSG_IMPORT_MAX ? loa_json_parse(bytes, n) : NULL;
    const cJSON *list = cJSON_IsArray(json) ? json : loa_json_get(json, member), *item;
    enum loa_err err = LOA_OK;
    int number = 0;

    if (!cJSON_IsArray(list))
        err = loa_fail(why, LOA_EINVAL, "",
                       "Tệp phải là JSON (UTF-8), tối đa 20 MB, gồm một danh sách"
                       "%s%s%s",
                       json ? " “" : "", json ? member : "", json ? "”" : "");
    cJSON_ArrayForEach(item, list)
    {
        char where[48];

        if (err)
            break;
        (void)snprintf(where, sizeof(where), "Mục thứ %d", ++number);
        err = add(c, item, where, why);
    }
    cJSON_Delete(json);
    return err;
}

enum loa_err msg_import_events(struct msg_catalog *c, const char *bytes, size_t n,
                               enum msg_format format, struct loa_problem *why)
{
    struct msg_text_file text;
    enum loa_err err;

    if (n > MSG_IMPORT_MAX)
        return loa_fail(why, LOA_ELIMIT, "", "Tệp lớn quá 20 MB");
    err = msg_text_file_open(bytes, n, &text, why);
    if (err)
        return err;
    switch (format) {
    case MSG_FORMAT_CSV:
        err = msg_import_events_csv(c, text.bytes, text.n, why);
        break;
    case MSG_FORMAT_ICS:
        err = msg_import_events_ics(c, text.bytes, text.n, why);
        break;
    case MSG_FORMAT_JSON:
        err = each(c, text.bytes, text.n, "events", msg_import_add_event, why);
        break;
    }
    msg_text_file_close(&text);
    return err;
}

enum loa_err msg_import_faq(struct msg_catalog *c, const char *bytes, size_t n,
                            struct loa_problem *why)
{
    return each(c, bytes, n, "faqs", add_faq, why);
}

enum loa_err msg_import_places(struct msg_catalog *c, const char *bytes, size_t n,
                               struct loa_problem *why)
{
    return each(c, bytes, n, "places", add_place, why);
}

enum loa_err msg_import_topics(struct msg_catalog *c, const char *bytes, size_t n,
                               struct loa_problem *why)
{
    enum loa_err err = each(c, bytes, n, "topics", add_topic, why);
    cJSON *json = err ? NULL : loa_json_parse(bytes, n), *item;

    cJSON_ArrayForEach(item, loa_json_get(json, "audiences"))
    {
        if (cJSON_IsString(item))
            msg_list_add(&c->audiences, item->valuestring);
    }
    cJSON_Delete(json);
    return err;
}
