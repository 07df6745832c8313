/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"

enum { TITLE_MAX = 300, LIST_MAX = 100 };

/* ---- reading --------------------------------------------------------------------------- */

static enum loa_err only_known(const cJSON *o, const char *where, const char *const *known,
                               struct loa_problem *why)
{
    const cJSON *item;

    if (o && !cJSON_IsObject(o))
        return loa_fail(why, LOA_EINVAL, where, "“%s” phải là một đối tượng JSON", where);
    cJSON_ArrayForEach(item, o)
    {
        size_t i = 0;

        while (known[i] && strcmp(known[i], item->string) != 0)
            i++;
        if (!known[i])
            return loa_fail(why, LOA_EINVAL, where, "Không hiểu mục “%s” trong %s", item->string,
                            where);
    }
    return LOA_OK;
}

static enum loa_err take_list(const cJSON *o, const char *key, struct msg_list *out,
                              struct loa_problem *why)
{
    const cJSON *list = loa_json_get(o, key), *item;

    if (!list || cJSON_IsNull(list))
        return LOA_OK;
    if (!cJSON_IsArray(list))
        return loa_fail(why, LOA_EINVAL, key, "“%s” phải là một danh sách", key);
    cJSON_ArrayForEach(item, list)
    {
        char *nfc;

        if (!cJSON_IsString(item) || !item->valuestring[0] || out->n == LIST_MAX ||
            strchr(item->valuestring, ';') || !loa_utf8_is_text(item->valuestring))
            return loa_fail(why, LOA_EINVAL, key,
                            "“%s”: tối đa %d chuỗi ký tự, không rỗng, không có dấu chấm phẩy", key,
                            LIST_MAX);
        nfc = loa_utf8_nfc(item->valuestring);
        msg_list_add(out, nfc);
        free(nfc);
    }
    return LOA_OK;
}

static enum loa_err take_time(const cJSON *o, const char *key, int64_t *out,
                              struct loa_problem *why)
{
    const cJSON *item = loa_json_get(o, key);

    if (!item || cJSON_IsNull(item))
        return LOA_OK;
    if (!cJSON_IsString(item) || loa_iso_parse(item->valuestring, out) != LOA_OK)
        return loa_fail(why, LOA_EINVAL, key,
                        "“%s” phải là thời điểm ISO 8601, ví dụ 2026-10-01T07:30:00+07:00", key);
    return LOA_OK;
}

static enum loa_err take_deliver(const cJSON *o, unsigned *out, struct loa_problem *why)
{
    const cJSON *list = loa_json_get(o, "deliver"), *item;

    *out = 0;
    cJSON_ArrayForEach(item, list)
    {
        const char *v = cJSON_IsString(item) ? item->valuestring : "";

        if (strcmp(v, "direct") == 0)
            *out |= MSG_DELIVER_DIRECT;
        else if (strcmp(v, "post") == 0)
            *out |= MSG_DELIVER_POST;
        else
            *out = 0;
        if (!*out)
            break;
    }
    if (!cJSON_IsArray(list) || !*out)
        return loa_fail(why, LOA_EINVAL, "deliver", "“deliver” nhận “direct” và/hoặc “post”");
    return LOA_OK;
}

static enum loa_err take_body(const cJSON *body, struct msg_spec *s, struct loa_problem *why)
{
    static const char *const known[] = {"title",   "text",  "image",   "file",     "link",
                                        "buttons", "cards", "utility", "variants", NULL};
    enum loa_err err = only_known(body, "body", known, why);

    return err ? err : msg_content_parse(body, &s->body, why);
}

static enum loa_err take_variants(const cJSON *body, struct msg_spec *s, struct loa_problem *why)
{
    static const char *const known[] = {"title",   "text",  "image",   "file",    "link",
                                        "buttons", "cards", "utility", "deliver", NULL};
    const cJSON *variants = loa_json_get(body, "variants"), *item;

    if (variants && !cJSON_IsObject(variants))
        return loa_fail(why, LOA_EINVAL, "variants", "“variants” phải là một đối tượng JSON");
    cJSON_ArrayForEach(item, variants)
    {
        struct msg_variant *v = &s->variants[s->n_variants];
        enum loa_err err = only_known(item, "variants", known, why);

        if (err)
            return err;
        if (s->n_variants == MSG_VARIANTS_MAX)
            return loa_fail(why, LOA_ELIMIT, "variants", "Nhiều nhất %d biến thể",
                            MSG_VARIANTS_MAX);
        s->n_variants++;
        v->channel = loa_xstrdup(item->string);
        err = msg_content_parse(item, &v->content, why);
        if (!err && loa_json_get(item, "deliver")) {
            v->has_deliver = true;
            err = take_deliver(item, &v->deliver, why);
        }
        if (err)
            return err;
    }
    return LOA_OK;
}

static enum loa_err take_schedule(const cJSON *json, struct msg_spec *s, struct loa_problem *why)
{
    static const char *const known[] = {"at", "rrule", "dtstart", "until", "skip", NULL};
    const cJSON *o = loa_json_get(json, "schedule");
    const char *rule = loa_json_str(o, "rrule");
    enum loa_err err;

    if (!o || cJSON_IsNull(o))
        return LOA_OK;
    err = only_known(o, "schedule", known, why);
    if (!err)
        err = take_time(o, "at", &s->at_ms, why);
    if (!err)
        err = take_time(o, "dtstart", &s->dtstart_ms, why);
    if (!err)
        err = take_time(o, "until", &s->until_ms, why);
    if (!err)
        err = take_list(o, "skip", &s->skip_days, why);
    if (err)
        return err;
    if (loa_json_get(o, "rrule") && !rule)
        return loa_fail(why, LOA_EINVAL, "rrule", "“rrule” phải là chuỗi, ví dụ FREQ=DAILY");
    s->rrule = rule && *rule ? loa_xstrdup(rule) : NULL;
    if (s->rrule && s->at_ms)
        return loa_fail(why, LOA_EINVAL, "schedule", "Chỉ dùng một trong “at” và “rrule”");
    if (s->rrule && !s->dtstart_ms)
        return loa_fail(why, LOA_EINVAL, "dtstart", "“rrule” cần “dtstart” (lần đầu)");
    return LOA_OK;
}

static enum loa_err take_expires(const cJSON *json, struct msg_spec *s, struct loa_problem *why)
{
    const char *v = loa_json_str(json, "expires");
    int h, m, used = 0;

    s->expires_minute = -1;
    if (v && sscanf(v, "%2d:%2d%n", &h, &m, &used) == 2 && !v[used] && h >= 0 && h < 24 && m >= 0 &&
        m < 60) {
        s->expires_minute = h * 60 + m;
        return LOA_OK;
    }
    return take_time(json, "expires", &s->expires_ms, why);
}

/* A member of another type would read as if it were absent; that is told instead. */
static enum loa_err check_types(const cJSON *json, struct loa_problem *why)
{
    static const struct {
        const char *key;
        cJSON_bool (*is)(const cJSON *item);
        const char *text;
    } rules[] = {
        {"late", cJSON_IsString, "“late” nhận “send”, “skip” hoặc “ask”"},
        {"doubt", cJSON_IsString, "“doubt” nhận “hold” hoặc “resend”"},
        {"urgent", cJSON_IsBool, "“urgent” nhận true hoặc false"},
        {"grace_minutes", cJSON_IsNumber, "“grace_minutes” từ 0 đến 44640"},
    };

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        const cJSON *item = loa_json_get(json, rules[i].key);

        if (item && !cJSON_IsNull(item) && !rules[i].is(item))
            return loa_fail(why, LOA_EINVAL, rules[i].key, "%s", rules[i].text);
    }
    return LOA_OK;
}

static enum loa_err take_rules(const cJSON *json, struct msg_spec *s, struct loa_problem *why)
{
    static const char *const lates[] = {"send", "skip", "ask"};
    const char *late = loa_json_str(json, "late"), *doubt = loa_json_str(json, "doubt");
    int64_t grace = loa_json_int(json, "grace_minutes", MSG_GRACE_DEFAULT_MS / LOA_MINUTE_MS);
    size_t i = 0;

    while (late && i < 3 && strcmp(late, lates[i]) != 0)
        i++;
    if (i == 3)
        return loa_fail(why, LOA_EINVAL, "late", "“late” nhận “send”, “skip” hoặc “ask”");
    s->late = (enum msg_late)i;
    if (grace < 0 || grace > 31LL * LOA_DAY_MS / LOA_MINUTE_MS)
        return loa_fail(why, LOA_EINVAL, "grace_minutes", "“grace_minutes” từ 0 đến 44640");
    s->grace_ms = grace * LOA_MINUTE_MS;
    if (doubt && strcmp(doubt, "hold") != 0 && strcmp(doubt, "resend") != 0)
        return loa_fail(why, LOA_EINVAL, "doubt", "“doubt” nhận “hold” hoặc “resend”");
    s->resend_doubtful = doubt && strcmp(doubt, "resend") == 0;
    s->urgent = loa_json_bool(json, "urgent", false);
    s->deliver = MSG_DELIVER_DIRECT;
    if (loa_json_get(json, "deliver")) {
        enum loa_err err = take_deliver(json, &s->deliver, why);

        if (err)
            return err;
    }
    return take_expires(json, s, why);
}

static enum loa_err take_title(const cJSON *json, struct msg_spec *s, struct loa_problem *why)
{
    const char *title = loa_json_str(json, "title");

    if (title && *title && loa_utf8_is_text(title))
        s->title = loa_utf8_nfc(title);
    if (!s->title || loa_utf8_length(s->title) > TITLE_MAX)
        return loa_fail(why, LOA_EINVAL, "title", "Cần “title” (tiêu đề nội bộ), tối đa %d ký tự",
                        TITLE_MAX);
    return LOA_OK;
}

static enum loa_err check_whole(const struct msg_spec *s, struct loa_problem *why)
{
    if (!s->channels.n)
        return loa_fail(why, LOA_EINVAL, "channels",
                        "Cần ít nhất một kênh trong “audience.channels”, ví dụ [\"zalo\"]");
    if (!s->body.text && !s->body.image_url && !s->body.n_cards && !s->n_variants &&
        !s->body.utility.name)
        return loa_fail(why, LOA_EINVAL, "text", "Thông điệp chưa có nội dung: cần “body.text”");
    return LOA_OK;
}

enum loa_err msg_spec_parse(const cJSON *json, struct msg_spec *out, struct loa_problem *why)
{
    static const char *const known[] = {"title",   "body",   "audience", "schedule",
                                        "deliver", "late",   "doubt",    "grace_minutes",
                                        "expires", "urgent", NULL};
    static const char *const known_audience[] = {"channels", "topics", "districts", NULL};
    const cJSON *audience = loa_json_get(json, "audience");
    enum loa_err err;

    memset(out, 0, sizeof(*out));
    if (!cJSON_IsObject(json))
        return loa_fail(why, LOA_EINVAL, "message", "Thông điệp phải là một đối tượng JSON");
    err = only_known(json, "message", known, why);
    if (!err)
        err = only_known(audience, "audience", known_audience, why);
    if (!err)
        err = check_types(json, why);
    if (!err)
        err = take_title(json, out, why);
    if (!err)
        err = take_body(loa_json_get(json, "body"), out, why);
    if (!err)
        err = take_variants(loa_json_get(json, "body"), out, why);
    if (!err)
        err = take_list(audience, "channels", &out->channels, why);
    if (!err)
        err = take_list(audience, "topics", &out->topics, why);
    if (!err)
        err = take_list(audience, "districts", &out->districts, why);
    if (!err)
        err = take_schedule(json, out, why);
    if (!err)
        err = take_rules(json, out, why);
    if (!err)
        err = check_whole(out, why);
    if (err)
        msg_spec_release(out);
    return err;
}

/* ---- writing --------------------------------------------------------------------------- */

static void add_list(cJSON *o, const char *key, const struct msg_list *l)
{
    cJSON *list = l->n ? cJSON_AddArrayToObject(o, key) : NULL;

    for (size_t i = 0; i < l->n; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(l->items[i]));
}

static void add_time(cJSON *o, const char *key, int64_t ms)
{
    char iso[LOA_ISO_SIZE];

    if (ms)
        cJSON_AddStringToObject(o, key, loa_iso_format(ms, iso));
}

static void add_deliver(cJSON *o, unsigned deliver)
{
    cJSON *list = cJSON_AddArrayToObject(o, "deliver");

    if (deliver & MSG_DELIVER_DIRECT)
        cJSON_AddItemToArray(list, cJSON_CreateString("direct"));
    if (deliver & MSG_DELIVER_POST)
        cJSON_AddItemToArray(list, cJSON_CreateString("post"));
}

static void add_schedule(cJSON *o, const struct msg_spec *s)
{
    cJSON *schedule;

    if (!msg_spec_has_schedule(s))
        return;
    schedule = cJSON_AddObjectToObject(o, "schedule");
    add_time(schedule, "at", s->at_ms);
    loa_json_add_str(schedule, "rrule", s->rrule);
    add_time(schedule, "dtstart", s->dtstart_ms);
    add_time(schedule, "until", s->until_ms);
    add_list(schedule, "skip", &s->skip_days);
}

static void add_rules(cJSON *o, const struct msg_spec *s)
{
    static const char *const lates[] = {"send", "skip", "ask"};

    add_deliver(o, s->deliver);
    cJSON_AddStringToObject(o, "late", lates[s->late]);
    loa_json_add_int(o, "grace_minutes", s->grace_ms / LOA_MINUTE_MS);
    if (s->expires_minute >= 0) {
        char clock[16];

        (void)snprintf(clock, sizeof(clock), "%02d:%02d", s->expires_minute / 60,
                       s->expires_minute % 60);
        cJSON_AddStringToObject(o, "expires", clock);
    }
    add_time(o, "expires", s->expires_ms);
    cJSON_AddBoolToObject(o, "urgent", s->urgent);
    cJSON_AddStringToObject(o, "doubt", s->resend_doubtful ? "resend" : "hold");
}

cJSON *msg_spec_to_json(const struct msg_spec *s)
{
    cJSON *o = cJSON_CreateObject(), *body = msg_content_to_json(&s->body), *audience;

    cJSON_AddStringToObject(o, "title", s->title);
    cJSON_AddItemToObject(o, "body", body);
    if (s->n_variants) {
        cJSON *variants = cJSON_AddObjectToObject(body, "variants");

        for (size_t i = 0; i < s->n_variants; i++) {
            cJSON *v = msg_content_to_json(&s->variants[i].content);

            if (s->variants[i].has_deliver)
                add_deliver(v, s->variants[i].deliver);
            cJSON_AddItemToObject(variants, s->variants[i].channel, v);
        }
    }
    audience = cJSON_AddObjectToObject(o, "audience");
    add_list(audience, "channels", &s->channels);
    add_list(audience, "topics", &s->topics);
    add_list(audience, "districts", &s->districts);
    add_schedule(o, s);
    add_rules(o, s);
    return o;
}

void msg_spec_release(struct msg_spec *s)
{
    free(s->title);
    msg_content_release(&s->body);
    for (size_t i = 0; i < s->n_variants; i++) {
        free(s->variants[i].channel);
        msg_content_release(&s->variants[i].content);
    }
    msg_list_release(&s->channels);
    msg_list_release(&s->topics);
    msg_list_release(&s->districts);
    msg_list_release(&s->skip_days);
    free(s->rrule);
    memset(s, 0, sizeof(*s));
}

static const struct msg_variant *variant_of(const struct msg_spec *s, const char *channel)
{
    for (size_t i = 0; i < s->n_variants; i++) {
        if (strcmp(s->variants[i].channel, channel) == 0)
            return &s->variants[i];
    }
    return NULL;
}

void msg_spec_content(const struct msg_spec *s, const char *channel, struct msg_content *out)
{
    const struct msg_variant *v = variant_of(s, channel);

    msg_content_merge(&s->body, v ? &v->content : NULL, out);
}

unsigned msg_spec_deliver(const struct msg_spec *s, const char *channel)
{
    const struct msg_variant *v = variant_of(s, channel);

    return v && v->has_deliver ? v->deliver : s->deliver;
}

bool msg_spec_has_schedule(const struct msg_spec *s)
{
    return s->at_ms || s->rrule;
}
