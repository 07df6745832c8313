/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/export.h"

#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "messages/base/buf.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"

enum { EXPORT_MAX = 256 << 20 };

int msg_event_days(const struct msg_event *e)
{
    struct loa_civil from = loa_tz_civil(e->start_ms), to = loa_tz_civil(e->end_ms);
    int64_t days =
        (loa_tz_day_start(e->end_ms) - loa_tz_day_start(e->start_ms) + LOA_DAY_MS / 2) / LOA_DAY_MS;

    if (to.hour * 60 + to.minute <= from.hour * 60 + from.minute && days)
        days--; /* past midnight */
    return days < 1000 ? (int)days + 1 : 1000;
}

bool msg_event_is_all_day(const struct msg_event *e)
{
    struct loa_civil from = loa_tz_civil(e->start_ms), to = loa_tz_civil(e->end_ms);

    return !from.hour && !from.minute && to.hour == 23 && to.minute == 59;
}

/* ---- CSV ------------------------------------------------------------------------------- */

static const char *const columns[] = {
    "id",
    "title",
    "summary",
    "start",
    "end",
    "place",
    "district",
    "address",
    "lat",
    "lon",
    "online_url",
    "organizer",
    "audience",
    "topic",
    "registration_url",
    "contact_phone",
    "keywords",
    "state",
    "note",
};

static void add_cell(struct loa_buf *b, const char *text)
{
    size_t n = strlen(text);
    char *cell = loa_xmalloc(2 * n + 3);
    size_t len = csv_write(cell, 2 * n + 3, text, n);

    loa_buf_add(b, cell, len);
    free(cell);
}

static void add_value(struct loa_buf *b, const cJSON *v)
{
    struct loa_buf text = {0};
    const cJSON *item;

    if (cJSON_IsString(v)) {
        loa_buf_adds(&text, v->valuestring);
    } else if (cJSON_IsNumber(v)) {
        loa_buf_addf(&text, "%.10g", v->valuedouble);
    } else {
        cJSON_ArrayForEach(item, v)
        {
            loa_buf_addf(&text, "%s%s", text.len ? ";" : "", item->valuestring);
        }
    }
    if (text.len)
        add_cell(b, loa_buf_str(&text));
    loa_buf_release(&text);
}

char *msg_export_csv(const struct msg_export *x)
{
    struct loa_buf b;
    size_t n = sizeof(columns) / sizeof(columns[0]);

    loa_buf_init(&b, EXPORT_MAX);
    loa_buf_adds(&b, "\xEF\xBB\xBF");
    for (size_t k = 0; k < n; k++)
        loa_buf_addf(&b, "%s%s", k ? "," : "", columns[k]);
    loa_buf_adds(&b, "\r\n");
    for (size_t i = 0; i < x->n; i++) {
        cJSON *o = msg_event_to_json(x->events[i]);

        for (size_t k = 0; k < n; k++) {
            if (k)
                loa_buf_addc(&b, ',');
            add_value(&b, loa_json_get(o, columns[k]));
        }
        loa_buf_adds(&b, "\r\n");
        cJSON_Delete(o);
    }
    return loa_buf_take(&b);
}

static char *export_json(const struct msg_export *x)
{
    cJSON *list = cJSON_CreateArray();
    char *text;

    for (size_t i = 0; i < x->n; i++)
        cJSON_AddItemToArray(list, msg_event_to_json(x->events[i]));
    text = cJSON_Print(list);
    cJSON_Delete(list);
    return text ? text : loa_xstrdup("[]");
}

char *msg_export_events(const struct msg_export *x, enum msg_format format)
{
    switch (format) {
    case MSG_FORMAT_CSV:
        return msg_export_csv(x);
    case MSG_FORMAT_ICS:
        return msg_export_ics(x);
    case MSG_FORMAT_JSON:
        break;
    }
    return export_json(x);
}
