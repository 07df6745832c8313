/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz: JSON from outside, read as itself, as a content and as a whole message. What is accepted
 * must have a canonical form that reads back to itself. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/content.h"
#include "messages/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_again(const char *first, char *second)
{
    if (strcmp(first, second) != 0)
        abort();
    free(second);
}

static void try_content(const cJSON *json)
{
    struct msg_content c, again;
    struct loa_problem why = {0};
    cJSON *out, *back;
    char *text;

    if (msg_content_parse(json, &c, &why) != LOA_OK) {
        if (!why.text[0])
            abort();
        return;
    }
    out = msg_content_to_json(&c);
    text = loa_json_print(out);
    back = loa_json_parse(text, strlen(text));
    if (msg_content_parse(back, &again, NULL) != LOA_OK)
        abort();
    cJSON_Delete(back);
    back = msg_content_to_json(&again);
    same_again(text, loa_json_print(back));
    cJSON_Delete(back);
    cJSON_Delete(out);
    free(text);
    msg_content_release(&again);
    msg_content_release(&c);
}

static void try_spec(const cJSON *json)
{
    struct msg_spec s, again;
    struct msg_content c;
    struct loa_problem why = {0};
    cJSON *out, *back;
    char *text;

    if (msg_spec_parse(json, &s, &why) != LOA_OK) {
        if (!why.text[0])
            abort();
        return;
    }
    msg_spec_content(&s, "zalo", &c);
    msg_content_release(&c);
    out = msg_spec_to_json(&s);
    text = loa_json_print(out);
    back = loa_json_parse(text, strlen(text));
    if (msg_spec_parse(back, &again, NULL) != LOA_OK)
        abort();
    cJSON_Delete(back);
    back = msg_spec_to_json(&again);
    same_again(text, loa_json_print(back));
    cJSON_Delete(back);
    cJSON_Delete(out);
    free(text);
    msg_spec_release(&again);
    msg_spec_release(&s);
}

/* A tree for reading is the same tree, made by other code. */
static void try_read(const cJSON *json, const char *bytes, size_t size)
{
    cJSON *read = loa_json_read(bytes, size);
    char *text = loa_json_print(json);

    if (!json != !read)
        abort();
    same_again(text, loa_json_print(read));
    free(text);
    cJSON_Delete(read);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool zone_set;
    cJSON *json = loa_json_parse((const char *)data, size);

    if (!zone_set && loa_tz_set("Asia/Ho_Chi_Minh") != LOA_OK)
        abort();
    zone_set = true;
    try_read(json, (const char *)data, size);
    if (!json)
        return 0;
    try_content(json);
    try_spec(json);
    cJSON_Delete(json);
    return 0;
}
