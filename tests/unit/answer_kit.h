/* SPDX-License-Identifier: Apache-2.0 */
/* answer_kit.h - for the tests of bot/answer: the content of content/ and an index over it, built
 * once a test process. */
#ifndef LOA_TESTS_UNIT_ANSWER_KIT_H
#define LOA_TESTS_UNIT_ANSWER_KIT_H

#include "bot/answer/answer.h"
#include "bot/answer/parse.h"

/* Sets the zone, loads the content; aborts the test when it cannot. */
void answer_kit_open(void);
void answer_kit_close(void);
struct answer_index *answer_kit_index(void);
const struct msg_catalog *answer_kit_catalog(void);

int64_t answer_kit_time(const char *iso);
/* Ids of a result's events, "e01 e05"; valid until the next call. */
const char *answer_kit_events(const struct answer_result *r);
/* A file's bytes, NUL-terminated; caller owns, free(). */
char *answer_kit_read(const char *path);

#endif
