/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to tell of one message, for people. */
#include <stdio.h>

#include "bot/cli/cli_message.h"
#include "messages/base/json.h"

static const char *raw(const cJSON *o, const char *key)
{
    const cJSON *item = loa_json_get(o, key);

    return item && item->valuestring ? item->valuestring : "";
}

void cli_message_print(const cJSON *o)
{
    const cJSON *item;

    (void)printf("Thông điệp %s: %s\nTrạng thái: %s%s%s\nSoạn: %s, bản %s\n", raw(o, "id"),
                 raw(o, "title"), raw(o, "state"), loa_json_get(o, "reason") ? ": " : "",
                 raw(o, "reason"), raw(o, "author"), raw(o, "version"));
    cJSON_ArrayForEach(item, loa_json_get(o, "approvals"))(void)
        printf("Duyệt: %s lúc %s\n", raw(item, "user"), raw(item, "at"));
    if (cJSON_IsString(loa_json_get(o, "next")))
        (void)printf("Lần tới: %s\n", raw(o, "next"));
    cJSON_ArrayForEach(item, loa_json_get(o, "occurrences"))(void)
        printf("Kỳ %s: %s\n", raw(item, "due"), raw(item, "state"));
    cJSON_ArrayForEach(item, loa_json_get(o, "runs")) cli_message_print_run(o, item);
}
