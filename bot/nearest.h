/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.h - how far apart two words are, to guess what a misspelt one was meant to be. */
#ifndef LOA_BOT_NEAREST_H
#define LOA_BOT_NEAREST_H

#include <stddef.h>

/* From this distance on it is no misspelling. */
enum { BOT_NEAREST_NONE = 4 };

/* Letters to change, add or take away; BOT_NEAREST_NONE when either word is longer than 63. */
size_t bot_nearest_distance(const char *a, const char *b);

#endif
