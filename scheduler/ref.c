/* SPDX-License-Identifier: Apache-2.0 */
#include "scheduler/ref.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *sched_ref_format(const struct sched_ref *ref, char out[SCHED_REF_SIZE])
{
    if (ref->kind == 'd')
        (void)snprintf(out, SCHED_REF_SIZE, "loa:d:%" PRId64 ":%" PRId64, ref->id, ref->contact);
    else
        (void)snprintf(out, SCHED_REF_SIZE, "loa:%c:%" PRId64, ref->kind, ref->id);
    return out;
}

struct sched_ref sched_ref_parse(const char *text)
{
    struct sched_ref ref = {0};
    char *end;

    if (!text || strncmp(text, "loa:", 4) != 0 || !strchr("drp", text[4]) || text[5] != ':')
        return ref;
    ref.id = strtoimax(text + 6, &end, 10);
    if (text[4] == 'd' && *end == ':')
        ref.contact = strtoimax(end + 1, &end, 10);
    if (!*end && ref.id > 0)
        ref.kind = text[4];
    return ref;
}
