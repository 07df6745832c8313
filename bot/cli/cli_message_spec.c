/* SPDX-License-Identifier: Apache-2.0 */
/* From options to the JSON of a message. */
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli_message.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"

enum { FILE_MAX = 1 << 20 };

static cJSON *child(cJSON *o, const char *key)
{
    cJSON *c = cJSON_GetObjectItemCaseSensitive(o, key);

    if (cJSON_IsObject(c))
        return c;
    cJSON_DeleteItemFromObjectCaseSensitive(o, key);
    return cJSON_AddObjectToObject(o, key);
}

static void put(cJSON *o, const char *key, cJSON *item)
{
    cJSON_DeleteItemFromObjectCaseSensitive(o, key);
    cJSON_AddItemToObject(o, key, item);
}

static void put_str(const struct cli *cli, const char *option, cJSON *o, const char *key)
{
    const char *v = cli_get(cli, option);

    if (v)
        put(o, key, cJSON_CreateString(v));
}

/* "a, b" -> ["a","b"] */
static void put_list(const struct cli *cli, const char *option, cJSON *o, const char *key)
{
    const char *v = cli_get(cli, option);
    cJSON *list;

    if (!v)
        return;
    list = cJSON_CreateArray();
    while (*v) {
        size_t skip = strspn(v, " ,"), n = strcspn(v + skip, ","), end = n;
        char *item;

        v += skip;
        while (end && v[end - 1] == ' ')
            end--;
        item = loa_xstrndup(v, end);
        if (*item)
            cJSON_AddItemToArray(list, cJSON_CreateString(item));
        free(item);
        v += n;
    }
    put(o, key, list);
}

/* "Title=https://...", "Title=tel:0258...", "Title=text that is sent back" */
static enum loa_err put_buttons(const struct cli *cli, cJSON *body, struct loa_problem *why)
{
    const char *const *values;
    size_t n = cli_all(cli, "button", &values);
    cJSON *list = n ? cJSON_CreateArray() : NULL;

    for (size_t i = 0; i < n; i++) {
        const char *equals = strchr(values[i], '=');
        cJSON *o = cJSON_CreateObject();
        char *title;

        if (!equals || equals == values[i]) {
            cJSON_Delete(o);
            cJSON_Delete(list);
            return loa_fail(why, LOA_EINVAL, "button",
                            "Viết --button \"Tiêu đề=địa chỉ hoặc chữ\"");
        }
        title = loa_xstrndup(values[i], (size_t)(equals - values[i]));
        cJSON_AddStringToObject(o, "title", title);
        free(title);
        if (strncmp(equals + 1, "tel:", 4) == 0)
            cJSON_AddStringToObject(o, "phone", equals + 5);
        else if (strncmp(equals + 1, "http", 4) == 0)
            cJSON_AddStringToObject(o, "url", equals + 1);
        else
            cJSON_AddStringToObject(o, "reply", equals + 1);
        cJSON_AddItemToArray(list, o);
    }
    if (list)
        put(body, "buttons", list);
    return LOA_OK;
}

static enum loa_err put_text(const struct cli *cli, cJSON *body, struct loa_problem *why)
{
    const char *v = cli_get(cli, "text");
    char *text = NULL;
    size_t n;
    enum loa_err err;

    if (!v)
        return LOA_OK;
    if (strcmp(v, "-") != 0) {
        put(body, "text", cJSON_CreateString(v));
        return LOA_OK;
    }
    err = cli_read_file("-", FILE_MAX, &text, &n, why);
    if (err)
        return err;
    while (n && text[n - 1] == '\n')
        text[--n] = '\0';
    put(body, "text", cJSON_CreateString(text));
    free(text);
    return LOA_OK;
}

static void put_schedule(const struct cli *cli, cJSON *o)
{
    static const struct {
        const char *option, *other;
    } fields[] = {{"at", "rrule"}, {"rrule", "at"}, {"dtstart", NULL}, {"until", NULL}};
    cJSON *schedule;

    if (!cli_has(cli, "at") && !cli_has(cli, "rrule") && !cli_has(cli, "dtstart") &&
        !cli_has(cli, "until") && !cli_has(cli, "skip"))
        return;
    schedule = child(o, "schedule");
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (cli_has(cli, fields[i].option) && fields[i].other)
            cJSON_DeleteItemFromObjectCaseSensitive(schedule, fields[i].other);
        put_str(cli, fields[i].option, schedule, fields[i].option);
    }
    put_list(cli, "skip", schedule, "skip");
}

static cJSON *read_file(const char *path, struct loa_problem *why)
{
    char *text = NULL;
    size_t n = 0;
    cJSON *json;

    if (cli_read_file(path, FILE_MAX, &text, &n, why) != LOA_OK)
        return NULL;
    json = loa_json_parse(text, n);
    free(text);
    if (!cJSON_IsObject(json)) {
        cJSON_Delete(json);
        (void)loa_fail(why, LOA_EINVAL, path, "Tệp không phải là một đối tượng JSON (UTF-8)");
        return NULL;
    }
    return json;
}

cJSON *cli_message_spec(const struct cli *cli, const cJSON *base, struct loa_problem *why)
{
    const char *file = cli_get(cli, "file");
    cJSON *o = file ? read_file(file, why) : base ? cJSON_Duplicate(base, true) : NULL, *body;

    if (!o && file)
        return NULL;
    if (!o)
        o = cJSON_CreateObject();
    body = child(o, "body");
    put_str(cli, "title", o, "title");
    put_str(cli, "image", body, "image");
    put_str(cli, "link", body, "link");
    put_list(cli, "channels", child(o, "audience"), "channels");
    put_list(cli, "topics", child(o, "audience"), "topics");
    put_list(cli, "districts", child(o, "audience"), "districts");
    put_list(cli, "deliver", o, "deliver");
    put_schedule(cli, o);
    put_str(cli, "late", o, "late");
    put_str(cli, "expires", o, "expires");
    put_str(cli, "doubt", o, "doubt");
    if (cli_has(cli, "urgent"))
        put(o, "urgent", cJSON_CreateTrue());
    if (put_text(cli, body, why) == LOA_OK && put_buttons(cli, body, why) == LOA_OK)
        return o;
    cJSON_Delete(o);
    return NULL;
}
