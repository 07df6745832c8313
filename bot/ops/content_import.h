/* SPDX-License-Identifier: Apache-2.0 */
/* content_import.h - a file of events, questions, daily entries, topics or places: read, compared
 * with what there is, put. */
#ifndef LOA_BOT_OPS_CONTENT_IMPORT_H
#define LOA_BOT_OPS_CONTENT_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/catalog_store.h"
#include "messages/faults.h"
#include "messages/import.h"
#include "messages/store/db.h"

enum ops_content { OPS_EVENTS, OPS_FAQ, OPS_TOPICS, OPS_PLACES, OPS_DAILY };

struct ops_import {
    enum ops_content kind;
    enum msg_format format; /* of events */
    const char *bytes;      /* borrowed */
    size_t n;
    bool skip_bad, dry_run; /* dry_run: of events; nothing is written */
    /* Out. */
    struct msg_faults faults;
    struct msg_catalog *catalog; /* NULL for OPS_DAILY */
    struct msg_put_counts counts;
    cJSON *diff; /* of events, messages/event_diff.h */
};

/* Any thread, no transaction: a long file keeps nobody from writing. What is wrong is in the
 * faults; daily entries are only looked at when they are put. */
void ops_import_parse(struct ops_import *in);
/* Store thread, inside a writing transaction (dry_run: any). May run again after an error.
 * LOA_EINVAL: something is wrong with it, which stands in the faults. */
LOA_MUST_USE enum loa_err ops_import_put(struct db *db, const struct msg_actor *who, int64_t now,
                                         struct ops_import *in, struct loa_problem *why);
void ops_import_release(struct ops_import *in);

#endif
