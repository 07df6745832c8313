/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz: recurrence rules and skipped days as typed. Input: "RRULE\nEXDATES". */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "scheduler/recur.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool zone_set;
    char *text = loa_xstrndup((const char *)data, size);
    char *exdates = strchr(text, '\n');
    struct sched_rule rule = {.rrule = text, .dtstart_ms = INT64_C(1790814600000)};
    struct sched_recur *r = NULL;
    struct sched_occurrence o = {0};

    if (!zone_set && loa_tz_set("Asia/Ho_Chi_Minh") != LOA_OK)
        abort();
    zone_set = true;
    if (exdates) {
        *exdates = '\0';
        rule.exdates = exdates + 1;
    }
    if (sched_recur_open(&rule, &r, NULL) == LOA_OK)
        for (int i = 0; i < 50; i++) {
            int64_t before = o.key;

            if (!sched_recur_next(r, before, &o))
                break;
            if (o.key <= before || o.key < sched_key(rule.dtstart_ms))
                abort();
        }
    sched_recur_free(r);
    free(text);
    return 0;
}
