/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/template.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"

enum { EVENTS_MAX = 12 };

struct fill {
    struct db *db;
    int64_t due_ms;
    struct loa_problem *why;
    struct loa_buf out;
    bool read_by_people; /* the text at hand may address its reader by name */
};

/* ---- one placeholder ------------------------------------------------------------------- */

static void add_clock(struct loa_buf *b, int64_t ms)
{
    struct loa_civil c = loa_tz_civil(ms);

    if (c.minute)
        loa_buf_addf(b, "%d giờ %02d", c.hour, c.minute);
    else
        loa_buf_addf(b, "%d giờ", c.hour);
}

static void add_date(struct loa_buf *b, int64_t ms)
{
    struct loa_civil c = loa_tz_civil(ms);

    loa_buf_addf(b, "%d/%d/%d", c.day, c.month, c.year);
}

static void add_weekday(struct loa_buf *b, int64_t ms)
{
    static const char *const names[] = {"Thứ Hai", "Thứ Ba",  "Thứ Tư",  "Thứ Năm",
                                        "Thứ Sáu", "Thứ Bảy", "Chủ nhật"};

    loa_buf_adds(b, names[loa_tz_civil(ms).weekday]);
}

static enum loa_err add_daily(struct fill *f, const char *member)
{
    char day[LOA_ISO_SIZE];
    struct db_stmt *st;
    enum loa_err err = db_query(f->db, &st, "SELECT data FROM daily WHERE day = $1", "s",
                                loa_iso_date(f->due_ms, day));
    bool found = false;

    while (!err && db_next(st, &err)) {
        const char *data = db_text(st, 0), *v;
        cJSON *o = loa_json_parse(data, strlen(data));

        v = loa_json_str(o, member);
        found = v && *v;
        if (found)
            loa_buf_adds(&f->out, v);
        cJSON_Delete(o);
    }
    if (!err && !found)
        return loa_fail(f->why, LOA_ENOENT, "daily",
                        "Ngày %s chưa có tin hằng ngày (mục “%s”); hãy nhập bằng: loa daily import",
                        day, member);
    return err;
}

/* Events held on the occurrence's day, in order of their start. */
static enum loa_err add_events(struct fill *f)
{
    int64_t from = loa_tz_day_start(f->due_ms), to = loa_tz_add_days(from, 1);
    struct db_stmt *st;
    int n = 0;
    enum loa_err err = db_query(f->db, &st,
                                "SELECT data, start_ms FROM events WHERE start_ms < $1 AND "
                                "end_ms > $2 ORDER BY start_ms, id",
                                "ii", to, from);

    while (!err && db_next(st, &err)) {
        const char *data = db_text(st, 0), *place;
        cJSON *o;

        if (n++ >= EVENTS_MAX)
            continue;
        o = loa_json_parse(data, strlen(data));
        place = loa_json_str(o, "place");
        loa_buf_adds(&f->out, n > 1 ? "\n• " : "• ");
        add_clock(&f->out, db_int(st, 1));
        loa_buf_addf(&f->out, ": %s", loa_json_str(o, "title") ? loa_json_str(o, "title") : "");
        if (place)
            loa_buf_addf(&f->out, " (%s)", place);
        cJSON_Delete(o);
    }
    if (n > EVENTS_MAX)
        loa_buf_addf(&f->out, "\n… và %d hoạt động khác", n - EVENTS_MAX);
    if (!err && !n)
        loa_buf_adds(&f->out, "Hôm nay không có hoạt động nào.");
    return err;
}

static bool add_event_member(struct fill *f, const cJSON *o, const char *member, int64_t start,
                             int64_t end)
{
    static const struct {
        const char *name, *key;
    } plain[] = {{"title", "title"},     {"place", "place"},         {"address", "address"},
                 {"link", "online_url"}, {"phone", "contact_phone"}, {"summary", "summary"}};

    if (strcmp(member, "time") == 0) {
        add_clock(&f->out, start);
        loa_buf_adds(&f->out, " – ");
        add_clock(&f->out, end);
        return true;
    }
    if (strcmp(member, "date") == 0) {
        add_date(&f->out, start);
        return true;
    }
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        if (strcmp(member, plain[i].name) == 0) {
            const char *v = loa_json_str(o, plain[i].key);

            loa_buf_adds(&f->out, v ? v : "");
            return true;
        }
    }
    return false;
}

static enum loa_err add_event(struct fill *f, const char *spec)
{
    char id[64];
    const char *dot = strrchr(spec, '.');
    struct db_stmt *st;
    bool found = false, known = true;
    enum loa_err err;

    if (!dot || (size_t)(dot - spec) >= sizeof(id))
        return loa_fail(f->why, LOA_EINVAL, "text",
                        "Viết {event:MÃ.title}, ví dụ {event:e01.time}");
    (void)snprintf(id, sizeof(id), "%.*s", (int)(dot - spec), spec);
    err = db_query(f->db, &st, "SELECT data, start_ms, end_ms FROM events WHERE id = $1", "s", id);
    while (!err && db_next(st, &err)) {
        cJSON *o = loa_json_parse(db_text(st, 0), strlen(db_text(st, 0)));

        found = true;
        known = add_event_member(f, o, dot + 1, db_int(st, 1), db_int(st, 2));
        cJSON_Delete(o);
    }
    if (!err && !found)
        return loa_fail(f->why, LOA_ENOENT, "text", "Không có sự kiện “%s”", id);
    if (!err && !known)
        return loa_fail(f->why, LOA_EINVAL, "text", "Sự kiện không có mục “%s”", dot + 1);
    return err;
}

static enum loa_err add_name(struct fill *f)
{
    if (!f->read_by_people)
        return loa_fail(f->why, LOA_EINVAL, "text",
                        "{name} chỉ dùng được trong lời văn và chữ trên nút, không dùng được trong "
                        "địa chỉ hay nội dung mà nút gửi về");
    loa_buf_adds(&f->out, MSG_NAME_SLOT);
    return LOA_OK;
}

static enum loa_err add_placeholder(struct fill *f, const char *name)
{
    if (strcmp(name, "name") == 0)
        return add_name(f);
    else if (strcmp(name, "date") == 0)
        add_date(&f->out, f->due_ms);
    else if (strcmp(name, "weekday") == 0)
        add_weekday(&f->out, f->due_ms);
    else if (strcmp(name, "events") == 0)
        return add_events(f);
    else if (strcmp(name, "daily.title") == 0 || strcmp(name, "daily.text") == 0 ||
             strcmp(name, "daily.short") == 0)
        return add_daily(f, name + 6);
    else if (strncmp(name, "event:", 6) == 0)
        return add_event(f, name + 6);
    else
        return loa_fail(f->why, LOA_EINVAL, "text",
                        "Không hiểu “{%s}”. Có: {name} {date} {weekday} {events} {daily.title} "
                        "{daily.text} {daily.short} {event:MÃ.title}; viết {{ cho dấu ngoặc",
                        name);
    return LOA_OK;
}

/* ---- a text, a content ----------------------------------------------------------------- */

static enum loa_err fill_one(struct fill *f, char **text, bool read_by_people)
{
    const char *s = *text;

    f->read_by_people = read_by_people;
    if (!s || !strchr(s, '{'))
        return LOA_OK;
    loa_buf_reset(&f->out);
    while (*s) {
        size_t plain = strcspn(s, "{");
        char name[80];
        const char *end;
        enum loa_err err;

        loa_buf_add(&f->out, s, plain);
        s += plain;
        if (!*s)
            break;
        if (s[1] == '{') {
            loa_buf_addc(&f->out, '{');
            s += 2;
            continue;
        }
        end = strchr(s, '}');
        if (!end || (size_t)(end - s) >= sizeof(name))
            return loa_fail(f->why, LOA_EINVAL, "text",
                            "Dấu “{” không có “}” đi kèm; viết {{ nếu muốn in dấu ngoặc");
        (void)snprintf(name, sizeof(name), "%.*s", (int)(end - s - 1), s + 1);
        err = add_placeholder(f, name);
        if (err)
            return err;
        s = end + 1;
    }
    if (f->out.overflow)
        return loa_fail(f->why, LOA_ELIMIT, "text", "Nội dung sau khi điền quá dài");
    free(*text);
    *text = loa_buf_take(&f->out);
    return LOA_OK;
}

static enum loa_err fill_text(struct fill *f, char **text)
{
    return fill_one(f, text, true);
}

/* An address, or what a button sends back. */
static enum loa_err fill_value(struct fill *f, char **text)
{
    return fill_one(f, text, false);
}

static enum loa_err fill_buttons(struct fill *f, struct msg_button *b, size_t n)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < n && !err; i++) {
        err = fill_text(f, &b[i].title);
        if (!err)
            err = fill_value(f, &b[i].value);
    }
    return err;
}

static enum loa_err fill_card(struct fill *f, struct msg_card *card)
{
    enum loa_err err = fill_text(f, &card->title);

    if (!err)
        err = fill_text(f, &card->subtitle);
    if (!err)
        err = fill_value(f, &card->url);
    return err ? err : fill_buttons(f, card->buttons, card->n_buttons);
}

enum loa_err msg_template_fill(struct db *db, int64_t due_ms, struct msg_content *c,
                               struct loa_problem *why)
{
    struct fill f = {.db = db, .due_ms = due_ms, .why = why};
    char **const texts[] = {&c->title, &c->text, &c->image_alt};
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && !err; i++)
        err = fill_text(&f, texts[i]);
    if (!err)
        err = fill_value(&f, &c->link_url);
    if (!err)
        err = fill_buttons(&f, c->buttons, c->n_buttons);
    for (size_t i = 0; i < c->n_cards && !err; i++)
        err = fill_card(&f, &c->cards[i]);
    for (size_t i = 0; i < c->utility.n_params && !err; i++)
        err = fill_text(&f, &c->utility.params[i]);
    loa_buf_release(&f.out);
    return err;
}

static enum loa_err add_rows(struct db_stmt *st, struct loa_buf *out)
{
    enum loa_err err = LOA_OK;

    while (db_next(st, &err))
        loa_buf_addf(out, "\n%s", db_text(st, 0));
    return err;
}

enum loa_err msg_template_sources(struct db *db, const char *json, int64_t from_ms, int64_t to_ms,
                                  struct loa_buf *out)
{
    char from[LOA_ISO_SIZE], to[LOA_ISO_SIZE];
    struct db_stmt *st;
    enum loa_err err = LOA_OK;

    if (strstr(json, "{daily.")) {
        err = db_query(db, &st, "SELECT data FROM daily WHERE day >= $1 AND day <= $2 ORDER BY day",
                       "ss", loa_iso_date(from_ms, from), loa_iso_date(to_ms, to));
        if (!err)
            err = add_rows(st, out);
    }
    if (!err && (strstr(json, "{events}") || strstr(json, "{event:"))) {
        err = db_query(db, &st, "SELECT data FROM events ORDER BY id", "");
        if (!err)
            err = add_rows(st, out);
    }
    return !err && out->overflow ? LOA_ELIMIT : err; /* an approval covers all of it or none */
}
