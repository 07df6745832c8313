/* SPDX-License-Identifier: Apache-2.0 */
/* Content files and messages: the first byte chooses the reader. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "messages/base/json.h"
#include "messages/base/tz.h"
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data + 1;
    struct msg_catalog *c;
    struct loa_problem why;
    enum loa_err err = LOA_OK;

    if (!size || loa_tz_set("Asia/Ho_Chi_Minh") != LOA_OK)
        return 0;
    c = msg_catalog_new();
    switch (data[0] % 7) {
    case 0:
    case 1:
    case 2:
        err = msg_import_events(c, bytes, size - 1, (enum msg_format)(data[0] % 7), &why);
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
