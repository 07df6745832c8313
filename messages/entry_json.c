/* SPDX-License-Identifier: Apache-2.0 */
/* One event, question, topic or place as JSON and back. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"
#include "messages/import.h"

enum { TEXT_MAX = 20000, ID_MAX = 200, LIST_MAX = 200 };

/* ---- reading --------------------------------------------------------------------------- */

static enum loa_err take(const cJSON *o, const char *key, char **out, struct loa_problem *why)
{
    const cJSON *item = loa_json_get(o, key);

    if (!item || cJSON_IsNull(item))
        return LOA_OK;
    if (!cJSON_IsString(item) || strlen(item->valuestring) > TEXT_MAX)
        return loa_fail(why, LOA_EINVAL, key, "“%s” phải là chuỗi, tối đa %d byte", key, TEXT_MAX);
    if (!loa_utf8_is_text(item->valuestring))
        return loa_fail(why, LOA_EINVAL, key, "“%s” chứa ký tự điều khiển", key);
    *out = item->valuestring[0] ? loa_utf8_nfc(item->valuestring) : NULL;
    return LOA_OK;
}

static enum loa_err need(const cJSON *o, const char *key, char **out, struct loa_problem *why)
{
    enum loa_err err = take(o, key, out, why);

    if (!err && !*out)
        return loa_fail(why, LOA_EINVAL, key, "Thiếu “%s”", key);
    return err;
}

/* Ids stand in button payloads, which the platforms keep short. */
static enum loa_err need_id(const cJSON *o, char **out, struct loa_problem *why)
{
    enum loa_err err = need(o, "id", out, why);

    if (!err && strlen(*out) > ID_MAX)
        return loa_fail(why, LOA_EINVAL, "id", "“id” dài quá %d byte", ID_MAX);
    return err;
}

static enum loa_err take_url(const cJSON *o, const char *key, char **out, struct loa_problem *why)
{
    enum loa_err err = take(o, key, out, why);

    if (!err && *out && strncmp(*out, "https://", 8) != 0 && strncmp(*out, "http://", 7) != 0)
        return loa_fail(why, LOA_EINVAL, key, "“%s” phải bắt đầu bằng https:// hoặc http://", key);
    if (!err && *out && strpbrk(*out, " \t\n\"<>"))
        return loa_fail(why, LOA_EINVAL, key, "“%s” có ký tự không được có trong địa chỉ", key);
    return err;
}

static enum loa_err take_list(const cJSON *o, const char *key, struct msg_list *out,
                              struct loa_problem *why)
{
    const cJSON *list = loa_json_get(o, key), *item;

    if (!list || cJSON_IsNull(list))
        return LOA_OK;
    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > LIST_MAX)
        return loa_fail(why, LOA_EINVAL, key, "“%s” phải là danh sách, tối đa %d mục", key,
                        LIST_MAX);
    cJSON_ArrayForEach(item, list)
    {
        char *nfc;

        if (!cJSON_IsString(item) || !loa_utf8_is_text(item->valuestring))
            return loa_fail(why, LOA_EINVAL, key, "“%s” chỉ nhận chuỗi ký tự", key);
        if (!item->valuestring[0])
            continue;
        nfc = loa_utf8_nfc(item->valuestring);
        msg_list_add(out, nfc);
        free(nfc);
    }
    return LOA_OK;
}

static enum loa_err take_time(const cJSON *o, const char *key, int64_t *out,
                              struct loa_problem *why)
{
    const char *v = loa_json_str(o, key);

    if (!v || loa_iso_parse(v, out) != LOA_OK)
        return loa_fail(why, LOA_EINVAL, key,
                        "“%s” phải là thời điểm ISO 8601, ví dụ 2026-10-01T07:30:00+07:00", key);
    return LOA_OK;
}

static enum loa_err take_geo(const cJSON *o, struct msg_event *e, struct loa_problem *why)
{
    const cJSON *lat = loa_json_get(o, "lat"), *lon = loa_json_get(o, "lon");

    if (!cJSON_IsNumber(lat) || !cJSON_IsNumber(lon))
        return LOA_OK;
    if (!(fabs(lat->valuedouble) <= 90 && fabs(lon->valuedouble) <= 180)) /* "nan" is neither */
        return loa_fail(why, LOA_EINVAL, "lat", "Tọa độ ngoài phạm vi");
    e->has_geo = true;
    e->lat = lat->valuedouble;
    e->lon = lon->valuedouble;
    return LOA_OK;
}

static const char *const event_states[] = {"planned", "cancelled", "moved"};

const char *msg_event_state_name(enum msg_event_state state)
{
    return event_states[state];
}

static enum loa_err take_state(const cJSON *o, struct msg_event *e, struct loa_problem *why)
{
    const char *v = loa_json_str(o, "state");

    for (size_t i = 0; v && i < 3; i++) {
        if (strcmp(v, event_states[i]) == 0) {
            e->state = (enum msg_event_state)i;
            return LOA_OK;
        }
    }
    return v ? loa_fail(why, LOA_EINVAL, "state", "“state” nhận planned, cancelled hoặc moved")
             : LOA_OK;
}

/* All that is wrong with an entry, not only the first. */
struct checks {
    enum loa_err err;
    struct loa_problem *why;
    struct loa_problem one; /* what the check at hand says */
};

static void check(struct checks *c, enum loa_err err)
{
    msg_faults_join(&c->err, c->why, err, &c->one);
}

static void event_texts(const cJSON *o, struct msg_event *e, struct checks *c)
{
    const struct {
        const char *key;
        char **out;
    } texts[] = {{"summary", &e->summary},
                 {"place", &e->place},
                 {"district", &e->district},
                 {"address", &e->address},
                 {"organizer", &e->organizer},
                 {"contact_phone", &e->contact_phone},
                 {"note", &e->note}};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        check(c, take(o, texts[i].key, texts[i].out, &c->one));
}

enum loa_err msg_event_from_json(const cJSON *o, struct msg_event *out, struct loa_problem *why)
{
    struct msg_event e = {0};
    struct checks c = {.why = why};

    check(&c, need_id(o, &e.id, &c.one));
    check(&c, need(o, "title", &e.title, &c.one));
    event_texts(o, &e, &c);
    check(&c, take_time(o, "start", &e.start_ms, &c.one));
    check(&c, take_time(o, "end", &e.end_ms, &c.one));
    if (e.start_ms && e.end_ms && e.end_ms < e.start_ms)
        check(&c,
              loa_fail(&c.one, LOA_EINVAL, "end", "“end” sớm hơn “start”; xem lại hai thời điểm"));
    check(&c, take_url(o, "online_url", &e.online_url, &c.one));
    check(&c, take_url(o, "registration_url", &e.registration_url, &c.one));
    check(&c, take_list(o, "audience", &e.audience, &c.one));
    check(&c, take_list(o, "topic", &e.topics, &c.one));
    check(&c, take_list(o, "keywords", &e.keywords, &c.one));
    check(&c, take_geo(o, &e, &c.one));
    check(&c, take_state(o, &e, &c.one));
    if (c.err)
        msg_event_release(&e);
    else
        *out = e;
    return c.err;
}

enum loa_err msg_faq_from_json(const cJSON *o, struct msg_faq *out, struct loa_problem *why)
{
    struct msg_faq f = {0};
    struct checks c = {.why = why};
    enum loa_err listed;

    check(&c, need_id(o, &f.id, &c.one));
    check(&c, take(o, "group", &f.group, &c.one));
    check(&c, need(o, "answer", &f.answer, &c.one));
    listed = take_list(o, "questions", &f.questions, &c.one);
    check(&c, listed);
    if (!listed && !f.questions.n)
        check(&c, loa_fail(&c.one, LOA_EINVAL, "questions",
                           "Cần ít nhất một câu hỏi trong “questions”"));
    if (c.err)
        msg_faq_release(&f);
    else
        *out = f;
    return c.err;
}

enum loa_err msg_topic_from_json(const cJSON *o, struct msg_topic *out, struct loa_problem *why)
{
    struct msg_topic t = {0};
    enum loa_err err = need_id(o, &t.id, why);

    if (!err)
        err = need(o, "name", &t.name, why);
    if (!err)
        err = take_list(o, "aliases", &t.aliases, why);
    if (!err)
        err = take_list(o, "aliases_en", &t.aliases_en, why);
    if (err)
        msg_topic_release(&t);
    else
        *out = t;
    return err;
}

static const char *const place_kinds[] = {"area", "region", "online", "venue"};

static enum loa_err take_kind(const cJSON *o, enum msg_place_kind *out, struct loa_problem *why)
{
    const char *v = loa_json_str(o, "kind");

    for (size_t i = 0; v && i < 4; i++) {
        if (strcmp(v, place_kinds[i]) == 0) {
            *out = (enum msg_place_kind)i;
            return LOA_OK;
        }
    }
    return loa_fail(why, LOA_EINVAL, "kind", "“kind” nhận area, region, online hoặc venue");
}

enum loa_err msg_place_from_json(const cJSON *o, struct msg_place *out, struct loa_problem *why)
{
    struct msg_place p = {0};
    enum loa_err err = need(o, "name", &p.name, why);

    if (!err)
        err = take_kind(o, &p.kind, why);
    if (!err)
        err = take_list(o, "members", &p.members, why);
    if (!err)
        err = take_list(o, "aliases", &p.aliases, why);
    if (err)
        msg_place_release(&p);
    else
        *out = p;
    return err;
}

/* ---- writing --------------------------------------------------------------------------- */

static void add_list(cJSON *o, const char *key, const struct msg_list *l)
{
    cJSON *list = cJSON_AddArrayToObject(o, key);

    for (size_t i = 0; i < l->n; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(l->items[i]));
}

static void add_time(cJSON *o, const char *key, int64_t ms)
{
    char iso[LOA_ISO_SIZE];

    cJSON_AddStringToObject(o, key, loa_iso_format(ms, iso));
}

cJSON *msg_event_to_json(const struct msg_event *e)
{
    cJSON *o = cJSON_CreateObject();

    loa_json_add_str(o, "id", e->id);
    loa_json_add_str(o, "title", e->title);
    loa_json_add_str(o, "summary", e->summary);
    add_time(o, "start", e->start_ms);
    add_time(o, "end", e->end_ms);
    loa_json_add_str(o, "place", e->place);
    loa_json_add_str(o, "district", e->district);
    loa_json_add_str(o, "address", e->address);
    if (e->has_geo) {
        cJSON_AddNumberToObject(o, "lat", e->lat);
        cJSON_AddNumberToObject(o, "lon", e->lon);
    }
    loa_json_add_str(o, "online_url", e->online_url);
    loa_json_add_str(o, "organizer", e->organizer);
    add_list(o, "audience", &e->audience);
    add_list(o, "topic", &e->topics);
    loa_json_add_str(o, "registration_url", e->registration_url);
    loa_json_add_str(o, "contact_phone", e->contact_phone);
    add_list(o, "keywords", &e->keywords);
    cJSON_AddStringToObject(o, "state", msg_event_state_name(e->state));
    loa_json_add_str(o, "note", e->note);
    return o;
}

cJSON *msg_faq_to_json(const struct msg_faq *f)
{
    cJSON *o = cJSON_CreateObject();

    loa_json_add_str(o, "id", f->id);
    loa_json_add_str(o, "group", f->group);
    add_list(o, "questions", &f->questions);
    loa_json_add_str(o, "answer", f->answer);
    return o;
}

cJSON *msg_topic_to_json(const struct msg_topic *t)
{
    cJSON *o = cJSON_CreateObject();

    loa_json_add_str(o, "id", t->id);
    loa_json_add_str(o, "name", t->name);
    add_list(o, "aliases", &t->aliases);
    add_list(o, "aliases_en", &t->aliases_en);
    return o;
}

cJSON *msg_place_to_json(const struct msg_place *p)
{
    cJSON *o = cJSON_CreateObject();

    loa_json_add_str(o, "name", p->name);
    cJSON_AddStringToObject(o, "kind", place_kinds[p->kind]);
    add_list(o, "members", &p->members);
    add_list(o, "aliases", &p->aliases);
    return o;
}
