/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/nearest.h"

#include <string.h>

enum { WORD_MAX = 63 };

/* Levenshtein's distance, one row of the table at a time. */
size_t bot_nearest_distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1], n = strlen(b);

    if (n > WORD_MAX || strlen(a) > WORD_MAX)
        return BOT_NEAREST_NONE;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]), least = row[j] + 1;

            if (row[j - 1] + 1 < least)
                least = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = change < least ? change : least;
        }
    }
    return row[n];
}
