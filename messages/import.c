/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/import.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "messages/base/json.h"
#include "messages/base/utf8.h"
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

typedef enum loa_err (*add_cb)(struct msg_catalog *c, const cJSON *o, struct loa_problem *why);

static enum loa_err add_event(struct msg_catalog *c, const cJSON *o, struct loa_problem *why)
{
    struct msg_event e;
    enum loa_err err = msg_event_from_json(o, &e, why);

    if (err)
        return err;
    if (!e.online_url) /* people write the link into the description */
        e.online_url = msg_online_find(e.summary);
    if (c->n_events == MSG_EVENTS_MAX || msg_catalog_event(c, e.id)) {
        err = c->n_events == MSG_EVENTS_MAX
                  ? loa_fail(why, LOA_ELIMIT, "events", "Nhiều hơn %d sự kiện", MSG_EVENTS_MAX)
                  : loa_fail(why, LOA_EINVAL, "id",
                             "Mã “%s” xuất hiện hai lần; mỗi sự kiện cần một mã riêng", e.id);
        msg_event_release(&e);
        return err;
    }
    msg_catalog_add_event(c, &e);
    return LOA_OK;
}

static enum loa_err add_faq(struct msg_catalog *c, const cJSON *o, struct loa_problem *why)
{
    struct msg_faq f;
    enum loa_err err = msg_faq_from_json(o, &f, why);

    if (!err && (c->n_faqs == MSG_FAQS_MAX || msg_catalog_faq(c, f.id))) {
        err = c->n_faqs == MSG_FAQS_MAX
                  ? loa_fail(why, LOA_ELIMIT, "faq", "Nhiều hơn %d câu hỏi", MSG_FAQS_MAX)
                  : loa_fail(why, LOA_EINVAL, "id",
                             "Mã “%s” xuất hiện hai lần; mỗi câu hỏi cần một mã riêng", f.id);
        msg_faq_release(&f);
    }
    if (!err)
        msg_catalog_add_faq(c, &f);
    return err;
}

static enum loa_err add_topic(struct msg_catalog *c, const cJSON *o, struct loa_problem *why)
{
    struct msg_topic t;
    enum loa_err err = msg_topic_from_json(o, &t, why);

    if (!err)
        msg_catalog_add_topic(c, &t);
    return err;
}

static enum loa_err add_place(struct msg_catalog *c, const cJSON *o, struct loa_problem *why)
{
    struct msg_place p;
    enum loa_err err = msg_place_from_json(o, &p, why);

    if (!err)
        msg_catalog_add_place(c, &p);
    return err;
}

/* False: the entry is wrong, or (f->whole) there are too many to go on. */
static bool add_one(struct msg_catalog *c, const cJSON *o, add_cb add,
                    const struct msg_import_place *where, struct msg_faults *f)
{
    struct loa_problem why = {"", ""};
    enum loa_err err = add(c, o, &why);

    if (err == LOA_ELIMIT)
        (void)msg_faults_whole(f, err, &why);
    else if (err)
        msg_faults_row(f, where->line, where->entry, where->text, err, &why);
    return !err;
}

bool msg_import_add_event(struct msg_catalog *c, const cJSON *o,
                          const struct msg_import_place *where, struct msg_faults *f)
{
    return add_one(c, o, add_event, where, f);
}

/* "Mục thứ 3 (mã van-hoa-01)": the number alone is tedious to find in a long file. */
static void name_entry(const cJSON *o, int64_t number, char *out, size_t size)
{
    const char *id = loa_json_str(o, "id");

    if (!id)
        id = loa_json_str(o, "name");
    if (id && *id && loa_utf8_is_text(id))
        (void)snprintf(out, size, "Mục thứ %" PRId64 " (%.*s)", number, (int)loa_utf8_cut(id, 20),
                       id);
    else
        (void)snprintf(out, size, "Mục thứ %" PRId64, number);
}

/* Where the syntax ends to be JSON's. */
static void tell_syntax(const char *bytes, size_t n, struct msg_faults *f)
{
    struct loa_problem why;
    const char *end = bytes;
    cJSON *json = cJSON_ParseWithLengthOpts(bytes, n, &end, false);
    int64_t line = 1;

    for (const char *c = bytes; c < end && c < bytes + n; c++)
        line += *c == '\n';
    if (json || !loa_utf8_valid(bytes, n)) /* something follows it, or no text at all */
        (void)loa_fail(&why, LOA_EINVAL, "", "Tệp phải là JSON (UTF-8)");
    else
        (void)loa_fail(&why, LOA_EINVAL, "",
                       "Dòng %" PRId64 ": không phải JSON đúng; thường là thừa hay thiếu dấu phẩy, "
                       "dấu ngoặc ở đó hoặc ngay trước đó",
                       line);
    cJSON_Delete(json);
    (void)msg_faults_whole(f, LOA_EINVAL, &why);
}

cJSON *msg_import_list(const char *bytes, size_t n, const char *member, const cJSON **list,
                       struct msg_faults *f)
{
    struct loa_problem why;
    cJSON *json = n <= MSG_IMPORT_MAX ? loa_json_parse(bytes, n) : NULL;

    *list = cJSON_IsArray(json) ? json : loa_json_get(json, member);
    if (cJSON_IsArray(*list))
        return json;
    *list = NULL;
    if (n > MSG_IMPORT_MAX)
        (void)msg_faults_whole(f, loa_fail(&why, LOA_ELIMIT, "", "Tệp lớn quá 20 MB"), &why);
    else if (!json)
        tell_syntax(bytes, n, f);
    else
        (void)msg_faults_whole(
            f, loa_fail(&why, LOA_EINVAL, "", "Tệp phải gồm một danh sách, hoặc có “%s”", member),
            &why);
    return json;
}

/* A JSON array, or an object that holds it under `member`. */
static enum loa_err each(struct msg_catalog *c, const char *bytes, size_t n, const char *member,
                         add_cb add, struct msg_faults *f)
{
    const cJSON *list, *item;
    cJSON *json = msg_import_list(bytes, n, member, &list, f);
    int64_t number = 0;

    cJSON_ArrayForEach(item, list)
    {
        char text[128];
        struct msg_import_place where = {.text = text, .entry = ++number};

        if (f->whole)
            break;
        name_entry(item, number, text, sizeof(text));
        (void)add_one(c, item, add, &where, f);
    }
    cJSON_Delete(json);
    return f->whole ? f->items[f->kept - 1].err : LOA_OK;
}

static enum loa_err import_events(struct msg_catalog *c, const char *bytes, size_t n,
                                  enum msg_format format, struct msg_faults *f)
{
    struct msg_text_file text;
    struct loa_problem why;
    enum loa_err err = n > MSG_IMPORT_MAX ? loa_fail(&why, LOA_ELIMIT, "", "Tệp lớn quá 20 MB")
                                          : msg_text_file_open(bytes, n, &text, &why);

    if (err)
        return msg_faults_whole(f, err, &why);
    switch (format) {
    case MSG_FORMAT_CSV:
        err = msg_import_events_csv(c, text.bytes, text.n, f);
        break;
    case MSG_FORMAT_ICS:
        err = msg_import_events_ics(c, text.bytes, text.n, f);
        break;
    case MSG_FORMAT_JSON:
        err = each(c, text.bytes, text.n, "events", add_event, f);
        break;
    }
    msg_text_file_close(&text);
    return err;
}

static enum loa_err import_topics(struct msg_catalog *c, const char *bytes, size_t n,
                                  struct msg_faults *f)
{
    enum loa_err err = each(c, bytes, n, "topics", add_topic, f);
    cJSON *json = err ? NULL : loa_json_parse(bytes, n), *item;

    cJSON_ArrayForEach(item, loa_json_get(json, "audiences"))
    {
        if (cJSON_IsString(item))
            msg_list_add(&c->audiences, item->valuestring);
    }
    cJSON_Delete(json);
    return err;
}

enum loa_err msg_import_rows(struct msg_catalog *c, enum msg_import_kind kind, const char *bytes,
                             size_t n, enum msg_format format, struct msg_faults *f)
{
    switch (kind) {
    case MSG_IMPORT_EVENTS:
        return import_events(c, bytes, n, format, f);
    case MSG_IMPORT_FAQ:
        return each(c, bytes, n, "faqs", add_faq, f);
    case MSG_IMPORT_TOPICS:
        return import_topics(c, bytes, n, f);
    case MSG_IMPORT_PLACES:
        return each(c, bytes, n, "places", add_place, f);
    }
    return LOA_EINVAL;
}

/* ---- all or nothing --------------------------------------------------------------------- */

static enum loa_err whole(struct msg_catalog *c, enum msg_import_kind kind, const char *bytes,
                          size_t n, enum msg_format format, struct loa_problem *why)
{
    struct msg_faults f = {0};
    enum loa_err err = msg_import_rows(c, kind, bytes, n, format, &f);
    enum loa_err first = msg_faults_first(&f, why);

    msg_faults_release(&f);
    return first ? first : err;
}

enum loa_err msg_import_events(struct msg_catalog *c, const char *bytes, size_t n,
                               enum msg_format format, struct loa_problem *why)
{
    return whole(c, MSG_IMPORT_EVENTS, bytes, n, format, why);
}

enum loa_err msg_import_faq(struct msg_catalog *c, const char *bytes, size_t n,
                            struct loa_problem *why)
{
    return whole(c, MSG_IMPORT_FAQ, bytes, n, MSG_FORMAT_JSON, why);
}

enum loa_err msg_import_places(struct msg_catalog *c, const char *bytes, size_t n,
                               struct loa_problem *why)
{
    return whole(c, MSG_IMPORT_PLACES, bytes, n, MSG_FORMAT_JSON, why);
}

enum loa_err msg_import_topics(struct msg_catalog *c, const char *bytes, size_t n,
                               struct loa_problem *why)
{
    return whole(c, MSG_IMPORT_TOPICS, bytes, n, MSG_FORMAT_JSON, why);
}
