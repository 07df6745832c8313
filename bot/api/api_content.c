/* SPDX-License-Identifier: Apache-2.0 */
/* Events, questions with their answers, daily entries, and the words for topics and places. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/api/resources.h"
#include "bot/ops/event_view.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/catalog_edit.h"
#include "messages/event_change.h"
#include "messages/import.h"

/* ---- one entry ------------------------------------------------------------------------- */

static enum msg_entry kind_of(const struct api_call *c)
{
    switch (c->route->path[0]) {
    case 'e':
        return MSG_ENTRY_EVENT;
    case 'f':
        return MSG_ENTRY_FAQ;
    default:
        return MSG_ENTRY_DAILY;
    }
}

static enum loa_err show(struct db *db, struct api_call *c, const char *id)
{
    char tag[MSG_ENTRY_TAG];
    cJSON *plain = NULL;
    enum loa_err err = msg_entry_get(db, kind_of(c), id, false, &plain, tag, &c->why);

    if (err)
        return err;
    (void)snprintf(c->etag, sizeof(c->etag), "%s", tag);
    if (kind_of(c) != MSG_ENTRY_EVENT) {
        c->json = plain;
        return LOA_OK;
    }
    cJSON_Delete(plain);
    return ops_event_json(db, id, &c->json, &c->why);
}

enum loa_err api_entry_show(struct db *db, struct api_call *c)
{
    return show(db, c, c->at.name);
}

/* Nobody changes it between this look and the write. A new one needs no If-Match. */
static enum loa_err hold(struct db *db, struct api_call *c, bool needed, bool *fresh)
{
    char tag[MSG_ENTRY_TAG];
    enum loa_err err = msg_entry_get(db, kind_of(c), c->at.name, true, NULL, tag, &c->why);

    *fresh = err == LOA_ENOENT;
    return err ? err : api_match(c, tag, needed);
}

enum loa_err api_entry_put(struct db *db, struct api_call *c)
{
    bool fresh = false;
    enum loa_err err = hold(db, c, true, &fresh);

    if (fresh && c->if_match)
        return api_refuse(c, LOA_EPERM, 412, "If-Match", "Mục này không còn nữa");
    if (fresh)
        err = LOA_OK;
    if (!err)
        err = msg_entry_put(db, &c->actor, c->now, kind_of(c), c->at.name, c->body, &c->why);
    if (!err)
        err = db_notify(db);
    if (err)
        return err;
    c->status = fresh ? 201 : 200;
    return show(db, c, c->at.name);
}

/* "id", or for a daily entry its "date". */
enum loa_err api_entry_new(struct db *db, struct api_call *c)
{
    const char *key = kind_of(c) == MSG_ENTRY_DAILY ? "date" : "id", *id;
    bool fresh = false;
    enum loa_err err;

    id = loa_json_str(c->body, key);
    if (!id || !*id || strlen(id) >= sizeof(c->at.name) || strchr(id, '/'))
        return loa_fail(&c->why, LOA_EINVAL, key, "Cần “%s”, một mã ngắn không có dấu /", key);
    (void)snprintf(c->at.name, sizeof(c->at.name), "%s", id);
    err = hold(db, c, false, &fresh);
    if (!fresh && !err)
        return api_refuse(c, LOA_EEXIST, 409, key, "Đã có mục mang mã này");
    if (fresh)
        err = msg_entry_put(db, &c->actor, c->now, kind_of(c), id, c->body, &c->why);
    if (!err)
        err = db_notify(db);
    if (err)
        return err;
    c->status = 201;
    return show(db, c, id);
}

/* What people know of is cancelled rather than deleted; who asked to be reminded is told. */
enum loa_err api_entry_delete(struct db *db, struct api_call *c)
{
    int64_t asked = 0;
    bool fresh = false;
    enum loa_err err = hold(db, c, true, &fresh);

    if (err)
        return err;
    if (kind_of(c) == MSG_ENTRY_EVENT)
        err = msg_event_delete(db, &c->actor, c->now, c->at.name, api_query(c, "note"), &asked,
                               &c->why);
    else
        err = msg_entry_delete(db, &c->actor, c->now, kind_of(c), c->at.name, &c->why);
    if (!err)
        err = db_notify(db);
    c->status = err ? c->status : 204;
    return err;
}

/* ---- what happens to an event ---------------------------------------------------------- */

static enum loa_err read_time(struct api_call *c, const char *member, int64_t *out)
{
    const char *text = loa_json_str(c->body, member);

    if (!text || loa_iso_parse(text, out) == LOA_OK)
        return LOA_OK;
    return loa_fail(&c->why, LOA_EINVAL, member, "Cần dạng 2026-10-01T07:30");
}

enum loa_err api_event_step(struct db *db, struct api_call *c)
{
    const char *verb = strrchr(c->route->path, '/') + 1;
    struct msg_event_edit e = {.id = c->at.name,
                               .state = strcmp(verb, "cancel") == 0 ? MSG_EVENT_CANCELLED
                                        : strcmp(verb, "move") == 0 ? MSG_EVENT_MOVED
                                                                    : MSG_EVENT_PLANNED,
                               .place = loa_json_str(c->body, "place"),
                               .district = loa_json_str(c->body, "district"),
                               .address = loa_json_str(c->body, "address"),
                               .online_url = loa_json_str(c->body, "online_url"),
                               .note = loa_json_str(c->body, "reason")};
    int64_t asked = 0;
    bool fresh = false;
    enum loa_err err = hold(db, c, false, &fresh);

    if (!err)
        err = read_time(c, "start", &e.start_ms);
    if (!err)
        err = read_time(c, "end", &e.end_ms);
    if (!err && e.state == MSG_EVENT_MOVED && !e.start_ms && !e.end_ms && !e.place && !e.address &&
        !e.online_url)
        err = loa_fail(&c->why, LOA_EINVAL, "start",
                       "Dời sự kiện cần start, place, address hoặc online_url");
    if (!err)
        err = msg_event_edit(db, &c->actor, c->now, &e, &asked, &c->why);
    if (!err)
        err = db_notify(db);
    if (!err)
        err = show(db, c, c->at.name);
    if (!err)
        loa_json_add_int(c->json, "told", asked);
    return err;
}

/* ---- lists ----------------------------------------------------------------------------- */

/* "MS.ID": what the list is sorted by. False: not such a cursor. */
static bool read_cursor(const char *text, int64_t *ms, const char **id)
{
    char *end;

    *ms = INT64_MIN;
    *id = "";
    if (!text)
        return true;
    *ms = strtoimax(text, &end, 10);
    if (end == text || *end != '.')
        return false;
    *id = end + 1;
    return true;
}

static enum loa_err events_page(struct db *db, struct api_call *c, int64_t limit, int64_t from,
                                int64_t to, cJSON *items)
{
    char next[API_NAME_SIZE + 24] = "";
    int64_t ms, n = 0;
    const char *id;
    struct db_stmt *st;
    enum loa_err err;

    if (!read_cursor(api_query(c, "cursor"), &ms, &id))
        return api_refuse(c, LOA_EINVAL, 400, "cursor",
                          "cursor phải là giá trị “next” của trang trước");
    err = db_query(db, &st,
                   "SELECT id, start_ms, data FROM events WHERE end_ms >= $1 AND start_ms < $2 AND "
                   "(start_ms > $3 OR (start_ms = $3 AND id > $4)) ORDER BY start_ms, id LIMIT $5",
                   "iiisi", from, to, ms, id, limit + 1);
    while (!err && db_next(st, &err)) {
        const char *data = db_text(st, 2);

        if (n++ == limit)
            cJSON_AddStringToObject(c->json, "next", next);
        if (n > limit)
            continue;
        (void)snprintf(next, sizeof(next), "%" PRId64 ".%s", db_int(st, 1), db_text(st, 0));
        cJSON_AddItemToArray(items, loa_json_parse(data, strlen(data)));
    }
    if (n <= limit)
        cJSON_AddNullToObject(c->json, "next");
    return err;
}

enum loa_err api_events_list(struct db *db, struct api_call *c)
{
    int64_t limit = 50, from = INT64_MIN, to = INT64_MAX;
    enum loa_err err = api_query_int(c, "limit", 1, 200, &limit);

    if (!err)
        err = api_query_time(c, "from", &from);
    if (!err)
        err = api_query_time(c, "to", &to);
    if (err)
        return err;
    c->json = cJSON_CreateObject();
    return events_page(db, c, limit, from, to, cJSON_AddArrayToObject(c->json, "items"));
}

enum loa_err api_faqs_list(struct db *db, struct api_call *c)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st, "SELECT data FROM faqs ORDER BY position, id", "");
    cJSON *items;

    c->json = cJSON_CreateObject();
    items = cJSON_AddArrayToObject(c->json, "items");
    while (!err && db_next(st, &err)) {
        const char *data = db_text(st, 0);

        cJSON_AddItemToArray(items, loa_json_parse(data, strlen(data)));
    }
    return err;
}

enum loa_err api_daily_list(struct db *db, struct api_call *c)
{
    char first[LOA_ISO_SIZE] = "0000-00-00", last[LOA_ISO_SIZE] = "9999-99-99";
    int64_t from = 0, to = 0;
    struct db_stmt *st;
    cJSON *items;
    enum loa_err err = api_query_time(c, "from", &from);

    if (!err)
        err = api_query_time(c, "to", &to);
    if (err)
        return err;
    if (from)
        (void)loa_iso_date(from, first);
    if (to)
        (void)loa_iso_date(to, last);
    c->json = cJSON_CreateObject();
    items = cJSON_AddArrayToObject(c->json, "items");
    err = db_query(db, &st, "SELECT data FROM daily WHERE day >= $1 AND day < $2 ORDER BY day",
                   "ss", first, last);
    while (!err && db_next(st, &err)) {
        const char *data = db_text(st, 0);

        cJSON_AddItemToArray(items, loa_json_parse(data, strlen(data)));
    }
    return err;
}

/* ---- words ----------------------------------------------------------------------------- */

/* Those that the bot knows: of the store, or the built-in ones while there are none. */
enum loa_err api_words_list(struct db *db, struct api_call *c)
{
    bool topics = strcmp(c->route->path, "topics") == 0;
    struct msg_catalog *all = NULL;
    cJSON *items, *audiences;
    enum loa_err err = msg_catalog_load(db, &all);

    if (err)
        return err;
    c->json = cJSON_CreateObject();
    items = cJSON_AddArrayToObject(c->json, "items");
    for (size_t i = 0; topics && i < all->n_topics; i++)
        cJSON_AddItemToArray(items, msg_topic_to_json(&all->topics[i]));
    for (size_t i = 0; !topics && i < all->n_places; i++)
        cJSON_AddItemToArray(items, msg_place_to_json(&all->places[i]));
    audiences = topics ? cJSON_AddArrayToObject(c->json, "audiences") : NULL;
    for (size_t i = 0; topics && i < all->audiences.n; i++)
        cJSON_AddItemToArray(audiences, cJSON_CreateString(all->audiences.items[i]));
    msg_catalog_free(all);
    return LOA_OK;
}

/* ---- files ----------------------------------------------------------------------------- */

enum loa_err api_events_export(struct db *db, struct api_call *c)
{
    static const struct {
        const char *type, *name;
    } files[] = {[MSG_FORMAT_JSON] = {"application/json", "su-kien.json"},
                 [MSG_FORMAT_CSV] = {"text/csv; charset=utf-8", "su-kien.csv"},
                 [MSG_FORMAT_ICS] = {"text/calendar; charset=utf-8", "su-kien.ics"}};
    const char *name = api_query(c, "format");
    enum msg_format format = MSG_FORMAT_JSON;
    struct msg_catalog *all = NULL;
    enum loa_err err;

    if (name && msg_format_named(name, &format) != LOA_OK)
        return api_refuse(c, LOA_EINVAL, 400, "format", "format nhận csv, json hoặc ics");
    err = msg_catalog_load(db, &all);
    if (err)
        return err;
    c->text = ops_events_export(c->bot->cfg, all, format);
    c->type = files[format].type;
    c->file = files[format].name;
    msg_catalog_free(all);
    return LOA_OK;
}
