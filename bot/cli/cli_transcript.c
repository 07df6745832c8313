/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/cli/cli_transcript.h"

#include <stdio.h>
#include <string.h>

#include "messages/base/tz.h"

void cli_transcript_print(const struct ops_transcript *t)
{
    char iso[LOA_ISO_SIZE];

    for (size_t i = 0; i < t->n; i++) {
        const struct ops_utterance *u = &t->items[i];
        const char *who = strcmp(u->from, "citizen") == 0 ? "người dân"
                          : strcmp(u->from, "bot") == 0   ? "bot"
                                                          : "cán bộ";

        (void)printf("\n%.16s %s%s%s%s%s%s\n%s\n", loa_iso_format(u->at_ms, iso), who,
                     u->author ? " " : "", u->author ? u->author : "", u->state ? " (" : "",
                     u->state ? u->state : "", u->state ? ")" : "", u->text ? u->text : "");
    }
}
