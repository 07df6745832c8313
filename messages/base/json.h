/* SPDX-License-Identifier: Apache-2.0 */
/* json.h - reading JSON from outside with cJSON, without losing 64-bit identifiers.
 * cJSON keeps numbers as doubles, which cannot tell 5925751017338988046 from its neighbours;
 * loa_json_parse() therefore turns every integer of 16 or more digits into a string of the same
 * digits before parsing, and loa_json_id() / loa_json_int() read both forms alike. */
#ifndef LOA_MESSAGES_BASE_JSON_H
#define LOA_MESSAGES_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/base/err.h"

/* Parses exactly `len` bytes (no NUL needed, trailing white space allowed, UTF-8 checked, at most
 * 1000 levels deep). NULL when they are not one JSON value. Caller owns, cJSON_Delete(). */
cJSON *loa_json_parse(const char *bytes, size_t len);
/* The same for reading only, several times as fast: the tree is one block of memory, which
 * cJSON_Delete() of the root frees. Nothing may be added to it or taken out of it. */
cJSON *loa_json_read(const char *bytes, size_t len);

/* The first member `key` of an object in JSON text, found without building a tree: a string
 * without escapes, or the leading digits of a number. False and "" if there is no such, or if it
 * does not fit. What surrounds it is not checked. */
bool loa_json_peek(const char *bytes, size_t len, const char *key, char *buf, size_t size);

/* Member access that never fails: a missing member or another type gives the fallback. Strings
 * are borrowed from the object. `o` may be NULL. */
const cJSON *loa_json_get(const cJSON *o, const char *key); /* NULL if absent */
/* A path of members, "message.attachment.payload"; a number selects an array item. */
const cJSON *loa_json_at(const cJSON *o, const char *path);
const char *loa_json_str(const cJSON *o, const char *key); /* NULL unless a string */
/* An identifier given as a string or as a number; fills and returns buf (empty: absent). */
const char *loa_json_id(const cJSON *o, const char *key, char *buf, size_t size);
/* An integer given as a number or as a decimal string (a whole one that fits int64). */
int64_t loa_json_int(const cJSON *o, const char *key, int64_t fallback);
bool loa_json_bool(const cJSON *o, const char *key, bool fallback);

/* Adds a string member when `value` is neither NULL nor "". */
void loa_json_add_str(cJSON *o, const char *key, const char *value);
/* Adds an integer exactly (cJSON's own number would print large ones as a double). */
void loa_json_add_int(cJSON *o, const char *key, int64_t value);
/* Compact text; caller owns, free(). Never NULL. */
char *loa_json_print(const cJSON *o);

#endif
