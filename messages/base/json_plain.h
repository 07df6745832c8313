/* SPDX-License-Identifier: Apache-2.0 */
/* json_plain.h - the JSON that platforms answer with, read in one pass. For json.c alone. */
#ifndef LOA_MESSAGES_BASE_JSON_PLAIN_H
#define LOA_MESSAGES_BASE_JSON_PLAIN_H

#include <stddef.h>

#include <cjson/cJSON.h>

/* A tree as loa_json_read() makes it of the same bytes, which are UTF-8 without NUL. NULL: they are
 * not plain (escapes in a string, fractions, a deep or dense tree) or not JSON at all; cJSON finds
 * out. Integers of more digits than `exact` become strings. Caller owns, cJSON_Delete(). */
cJSON *loa_json_plain(const char *text, size_t len, size_t exact);

#endif
