/* SPDX-License-Identifier: Apache-2.0 */
/* Content files and messages: the first byte chooses the reader. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/export.h"
#include "messages/import.h"
#include "messages/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_spec(const char *bytes, size_t n)
{
    cJSON *json = loa_json_parse(bytes, n);
    struct msg_spec spec;

    if (msg_spec_parse(json, &spec, NULL) == LOA_OK)
        msg_spec_release(&spec);
    cJSON_Delete(json);
}

/* What was read is written in every format, and each of these can be read again. */
static void write_events(const struct msg_catalog *c)
{
    const struct msg_event **list = calloc(c->n_events + 1, sizeof(*list));
    struct msg_export x = {
        .events = list, .n = c->n_events < 50 ? c->n_events : 50, .host = "a.vn"};
    struct loa_problem why;

    for (size_t i = 0; list && i < x.n; i++)
        list[i] = &c->events[i];
    for (int format = 0; list && x.n && format < 3; format++) {
        struct msg_catalog *back = msg_catalog_new();
        char *text = msg_export_events(&x, (enum msg_format)format);

        if (msg_import_events(back, text, strlen(text), (enum msg_format)format, &why) == LOA_OK &&
            !back->n_events)
            abort();
        msg_catalog_free(back);
        free(text);
    }
    free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool zone;
    const char *bytes = (const char *)data + 1;
    struct msg_catalog *c;
    struct loa_problem why;
    enum loa_err err = LOA_OK;

    if (!zone && loa_tz_set("Asia/Ho_Chi_Minh") != LOA_OK)
        abort();
    zone = true;
    if (!size)
        return 0;
    c = msg_catalog_new();
    switch (data[0] % 7) {
    case 0:
    case 1:
    case 2:
        err = msg_import_events(c, bytes, size - 1, (enum msg_format)(data[0] % 7), &why);
        if (!err)
            write_events(c);
        break;
    case 3:
        err = msg_import_faq(c, bytes, size - 1, &why);
        break;
    case 4:
        err = msg_import_topics(c, bytes, size - 1, &why);
        break;
    case 5:
        err = msg_import_places(c, bytes, size - 1, &why);
        break;
    default:
        read_spec(bytes, size - 1);
        break;
    }
    (void)err;
    msg_catalog_free(c);
    return 0;
}
