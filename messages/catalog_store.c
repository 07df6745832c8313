/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/catalog_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"
#include "messages/event_change.h"
#include "messages/import.h"
#include "messages/store/embedded.h"

enum { DAYS_MAX = 2000 };

/* ---- putting --------------------------------------------------------------------------- */

static char *print_and_free(cJSON *json)
{
    char *text = loa_json_print(json);

    cJSON_Delete(json);
    return text;
}

/* Counts what the statement before did: 1 row new or changed, 0 the same. */
static void tally(struct db *db, bool known, struct msg_put_counts *counts)
{
    if (!db_changes(db))
        counts->same++;
    else if (known)
        counts->changed++;
    else
        counts->added++;
}

static enum loa_err finish(struct db *db, const struct msg_actor *who, int64_t now,
                           const char *action, const char *target,
                           const struct msg_put_counts *counts)
{
    char detail[96];
    int64_t version;
    enum loa_err err;

    if (!counts->added && !counts->changed)
        return LOA_OK;
    err = db_count_up(db, "content", &version);
    (void)snprintf(detail, sizeof(detail), "thêm %d, đổi %d, giữ nguyên %d", counts->added,
                   counts->changed, counts->same);
    return err ? err : msg_audit(db, who, now, action, target, detail);
}

static enum loa_err is_known(struct db *db, const char *sql, const char *id, bool *known)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st, sql, "s", id);

    *known = false;
    while (!err && db_next(st, &err))
        *known = true;
    return err;
}

/* One that was deleted and comes again goes on from its old numbers: calendars and the notes of its
 * changes know it by them. */
static enum loa_err put_event(struct db *db, int64_t now, const struct msg_event *e,
                              struct msg_put_counts *counts)
{
    char *data = print_and_free(msg_event_to_json(e));
    struct msg_event was;
    enum loa_err err = msg_event_load(db, e->id, &was);
    bool known = err != LOA_ENOENT;

    if (known && err) {
        free(data);
        return err;
    }
    err = db_run(db,
                 "INSERT INTO events (id, start_ms, end_ms, data, created_ms, changed_ms, "
                 "sequence) VALUES ($1, $2, $3, $4, $5, $5, COALESCE((SELECT MAX(sequence) + 1 "
                 "FROM event_changes WHERE event_id = $1), 0)) "
                 "ON CONFLICT (id) DO UPDATE SET start_ms = $2, end_ms = $3, data = $4, "
                 "changed_ms = $5, sequence = events.sequence + 1 WHERE events.data <> $4",
                 "siisi", e->id, e->start_ms, e->end_ms, data, now);
    if (!err)
        tally(db, known, counts);
    if (!err && known && db_changes(db))
        err = msg_event_change_note(db, now, &was, e);
    if (known)
        msg_event_release(&was);
    free(data);
    return err;
}

enum loa_err msg_catalog_put_events(struct db *db, const struct msg_actor *who, int64_t now,
                                    const struct msg_catalog *c, struct msg_put_counts *counts)
{
    enum loa_err err = LOA_OK;

    *counts = (struct msg_put_counts){0};
    for (size_t i = 0; i < c->n_events && !err; i++)
        err = put_event(db, now, &c->events[i], counts);
    return err ? err : finish(db, who, now, "content.import", "events", counts);
}

static enum loa_err put_faq(struct db *db, const struct msg_faq *f, int64_t position,
                            struct msg_put_counts *counts)
{
    char *data = print_and_free(msg_faq_to_json(f));
    bool known;
    enum loa_err err = is_known(db, "SELECT 1 FROM faqs WHERE id = $1", f->id, &known);

    if (!err)
        err = db_run(db,
                     "INSERT INTO faqs (id, position, data) VALUES ($1, $2, $3) "
                     "ON CONFLICT (id) DO UPDATE SET position = $2, data = $3 "
                     "WHERE faqs.data <> $3",
                     "sis", f->id, position, data);
    if (!err)
        tally(db, known, counts);
    free(data);
    return err;
}

enum loa_err msg_catalog_put_faqs(struct db *db, const struct msg_actor *who, int64_t now,
                                  const struct msg_catalog *c, struct msg_put_counts *counts)
{
    enum loa_err err = LOA_OK;

    *counts = (struct msg_put_counts){0};
    for (size_t i = 0; i < c->n_faqs && !err; i++)
        err = put_faq(db, &c->faqs[i], (int64_t)i, counts);
    return err ? err : finish(db, who, now, "content.import", "faqs", counts);
}

/* As an import would take it. */
static enum loa_err check_faq(const struct msg_faq *f, struct loa_problem *why)
{
    cJSON *json = msg_faq_to_json(f);
    struct msg_faq copy;
    enum loa_err err = msg_faq_from_json(json, &copy, why);

    cJSON_Delete(json);
    if (!err)
        msg_faq_release(&copy);
    return err;
}

enum loa_err msg_catalog_add_faq_entry(struct db *db, const struct msg_actor *who, int64_t now,
                                       const struct msg_faq *f, struct loa_problem *why)
{
    struct msg_put_counts counts = {0};
    int64_t last = 0;
    enum loa_err err = check_faq(f, why);

    if (!err)
        err = db_get_int(db, &last, "SELECT COALESCE(MAX(position), 0) FROM faqs", "");
    if (!err)
        err = put_faq(db, f, last + 1, &counts);
    return err ? err : finish(db, who, now, "content.import", "faqs", &counts);
}

static enum loa_err put_word(struct db *db, const char *kind, const char *id, int64_t position,
                             cJSON *json, struct msg_put_counts *counts)
{
    char *data = print_and_free(json);
    enum loa_err err =
        db_run(db, "INSERT INTO vocabulary (kind, id, position, data) VALUES ($1, $2, $3, $4)",
               "ssis", kind, id, position, data);

    counts->added += !err;
    free(data);
    return err;
}

enum loa_err msg_catalog_put_topics(struct db *db, const struct msg_actor *who, int64_t now,
                                    const struct msg_catalog *c, struct msg_put_counts *counts)
{
    enum loa_err err =
        db_run(db, "DELETE FROM vocabulary WHERE kind = 'topic' OR kind = 'audience'", "");

    *counts = (struct msg_put_counts){0};
    for (size_t i = 0; i < c->n_topics && !err; i++)
        err = put_word(db, "topic", c->topics[i].id, (int64_t)i, msg_topic_to_json(&c->topics[i]),
                       counts);
    for (size_t i = 0; i < c->audiences.n && !err; i++)
        err = put_word(db, "audience", c->audiences.items[i], (int64_t)i,
                       cJSON_CreateString(c->audiences.items[i]), counts);
    return err ? err : finish(db, who, now, "content.import", "topics", counts);
}

enum loa_err msg_catalog_put_places(struct db *db, const struct msg_actor *who, int64_t now,
                                    const struct msg_catalog *c, struct msg_put_counts *counts)
{
    enum loa_err err = db_run(db, "DELETE FROM vocabulary WHERE kind = 'place'", "");

    *counts = (struct msg_put_counts){0};
    for (size_t i = 0; i < c->n_places && !err; i++)
        err = put_word(db, "place", c->places[i].name, (int64_t)i, msg_place_to_json(&c->places[i]),
                       counts);
    return err ? err : finish(db, who, now, "content.import", "places", counts);
}

/* ---- daily ----------------------------------------------------------------------------- */

/* As the texts of messages are, which these are put into. */
static char *print_nfc(const cJSON *o)
{
    cJSON *copy = cJSON_Duplicate(o, true), *item;

    cJSON_ArrayForEach(item, copy)
    {
        char *nfc = cJSON_IsString(item) ? loa_utf8_nfc(item->valuestring) : NULL;

        if (nfc)
            cJSON_SetValuestring(item, nfc);
        free(nfc);
    }
    return print_and_free(copy);
}

static bool is_repeated(const cJSON *list, const cJSON *o)
{
    const char *day = loa_json_str(o, "date");

    for (const cJSON *item = list->child; item && item != o; item = item->next) {
        const char *other = loa_json_str(item, "date");

        if (day && other && strcmp(day, other) == 0)
            return true;
    }
    return false;
}

static enum loa_err check_day(const cJSON *list, const cJSON *o, int64_t *day_ms, int64_t *at_ms,
                              struct loa_problem *why)
{
    const char *day = loa_json_str(o, "date"), *send_at = loa_json_str(o, "send_at");
    struct loa_problem one;
    enum loa_err err = LOA_OK;

    *day_ms = 0;
    if (!day || strlen(day) != 10 || loa_iso_parse(day, day_ms) != LOA_OK)
        err = loa_fail(why, LOA_EINVAL, "date", "“date” cần dạng 2026-10-01");
    else if (is_repeated(list, o))
        err =
            loa_fail(why, LOA_EINVAL, "date", "ngày “%s” xuất hiện hai lần; gộp lại làm một", day);
    if (!loa_json_str(o, "title") || !loa_json_str(o, "text"))
        msg_faults_join(&err, why, loa_fail(&one, LOA_EINVAL, "text", "cần “title” và “text”"),
                        &one);
    *at_ms = *day_ms;
    if (send_at && loa_iso_parse(send_at, at_ms) != LOA_OK)
        msg_faults_join(
            &err, why,
            loa_fail(&one, LOA_EINVAL, "send_at", "“send_at” cần dạng 2026-10-01T07:30:00+07:00"),
            &one);
    return err;
}

static enum loa_err put_day(struct db *db, const cJSON *o, int64_t day_ms, int64_t at_ms,
                            struct msg_put_counts *counts)
{
    bool known;
    char *data, normal[LOA_ISO_SIZE];
    enum loa_err err;

    (void)loa_iso_date(day_ms, normal);
    data = print_nfc(o);
    err = is_known(db, "SELECT 1 FROM daily WHERE day = $1", normal, &known);
    if (!err)
        err = db_run(db,
                     "INSERT INTO daily (day, send_at_ms, data) VALUES ($1, $2, $3) "
                     "ON CONFLICT (day) DO UPDATE SET send_at_ms = $2, data = $3 "
                     "WHERE daily.data <> $3",
                     "sis", normal, at_ms, data);
    if (!err)
        tally(db, known, counts);
    free(data);
    return err;
}

static enum loa_err put_days(struct db *db, const cJSON *list, struct msg_put_counts *counts,
                             struct msg_faults *faults)
{
    const cJSON *item;
    enum loa_err err = LOA_OK;
    int64_t number = 0;

    cJSON_ArrayForEach(item, list)
    {
        struct loa_problem why = {"", ""};
        const char *day = loa_json_str(item, "date");
        int64_t day_ms, at_ms;
        char where[64];

        if (++number > DAYS_MAX) {
            err = loa_fail(&why, LOA_ELIMIT, "", "Nhiều hơn %d ngày", DAYS_MAX);
            return msg_faults_whole(faults, err, &why);
        }
        err = check_day(list, item, &day_ms, &at_ms, &why);
        if (err) {
            (void)snprintf(where, sizeof(where), "Mục thứ %" PRId64 "%s%.10s%s", number,
                           day ? " (" : "", day ? day : "", day ? ")" : "");
            msg_faults_row(faults, 0, number, where, err, &why);
        } else {
            err = put_day(db, item, day_ms, at_ms, counts);
            if (err)
                return err;
        }
    }
    return LOA_OK;
}

enum loa_err msg_daily_put(struct db *db, const struct msg_actor *who, int64_t now,
                           const char *bytes, size_t n, bool skip_bad,
                           struct msg_put_counts *counts, struct msg_faults *faults)
{
    const cJSON *list;
    cJSON *json = msg_import_list(bytes, n, "daily", &list, faults);
    enum loa_err err = list ? put_days(db, list, counts, faults) : LOA_EINVAL;

    if (!err && faults->n && !skip_bad)
        err = LOA_EINVAL;
    cJSON_Delete(json);
    return err ? err : finish(db, who, now, "content.import", "daily", counts);
}

/* ---- loading --------------------------------------------------------------------------- */

static enum loa_err load_events(struct db *db, struct msg_catalog *c)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT data, created_ms, changed_ms, sequence FROM events "
                                "ORDER BY start_ms, id",
                                "");

    while (!err && db_next(st, &err)) {
        struct msg_event e;

        if (msg_event_read(st, &e) == LOA_OK)
            msg_catalog_add_event(c, &e);
    }
    return err;
}

static enum loa_err load_faqs(struct db *db, struct msg_catalog *c)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st, "SELECT data FROM faqs ORDER BY position, id", "");

    while (!err && db_next(st, &err)) {
        const char *data = db_text(st, 0);
        cJSON *o = loa_json_parse(data, strlen(data));
        struct msg_faq f;

        if (msg_faq_from_json(o, &f, NULL) == LOA_OK)
            msg_catalog_add_faq(c, &f);
        cJSON_Delete(o);
    }
    return err;
}

static void add_word(struct msg_catalog *c, const char *kind, const cJSON *o)
{
    struct msg_topic t;
    struct msg_place p;

    if (strcmp(kind, "topic") == 0 && msg_topic_from_json(o, &t, NULL) == LOA_OK)
        msg_catalog_add_topic(c, &t);
    else if (strcmp(kind, "place") == 0 && msg_place_from_json(o, &p, NULL) == LOA_OK)
        msg_catalog_add_place(c, &p);
    else if (strcmp(kind, "audience") == 0 && cJSON_IsString(o))
        msg_list_add(&c->audiences, o->valuestring);
}

static enum loa_err load_words(struct db *db, struct msg_catalog *c)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st, "SELECT kind, data FROM vocabulary ORDER BY kind, position", "");

    while (!err && db_next(st, &err)) {
        const char *data = db_text(st, 1);
        cJSON *o = loa_json_parse(data, strlen(data));

        add_word(c, db_text(st, 0), o);
        cJSON_Delete(o);
    }
    return err;
}

static const char *built_in(const char *name)
{
    for (size_t i = 0; content_files[i].name; i++) {
        if (strcmp(content_files[i].name, name) == 0)
            return content_files[i].text;
    }
    return "";
}

static enum loa_err add_built_in(struct msg_catalog *c)
{
    const char *topics = built_in("topics.json"), *places = built_in("places.json");
    enum loa_err err = LOA_OK;

    if (!c->n_topics)
        err = msg_import_topics(c, topics, strlen(topics), NULL);
    if (!err && !c->n_places)
        err = msg_import_places(c, places, strlen(places), NULL);
    return err;
}

enum loa_err msg_catalog_load(struct db *db, struct msg_catalog **out)
{
    struct msg_catalog *c = msg_catalog_new();
    enum loa_err err = load_events(db, c);

    if (!err)
        err = load_faqs(db, c);
    if (!err)
        err = load_words(db, c);
    if (!err)
        err = add_built_in(c);
    if (err) {
        msg_catalog_free(c);
        return err;
    }
    msg_catalog_sort(c);
    *out = c;
    return LOA_OK;
}

enum loa_err msg_catalog_version(struct db *db, int64_t *out)
{
    enum loa_err err =
        db_get_int(db, out, "SELECT value FROM counters WHERE name = $1", "s", "content");

    if (err != LOA_ENOENT)
        return err;
    *out = 0;
    return LOA_OK;
}
