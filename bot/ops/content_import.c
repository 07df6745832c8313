/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/content_import.h"

#include "messages/event_diff.h"

void ops_import_parse(struct ops_import *in)
{
    static const enum msg_import_kind kinds[] = {[OPS_EVENTS] = MSG_IMPORT_EVENTS,
                                                 [OPS_FAQ] = MSG_IMPORT_FAQ,
                                                 [OPS_TOPICS] = MSG_IMPORT_TOPICS,
                                                 [OPS_PLACES] = MSG_IMPORT_PLACES};
    enum loa_err err = LOA_OK;

    if (in->kind == OPS_DAILY)
        return;
    in->catalog = msg_catalog_new();
    err = msg_import_rows(in->catalog, kinds[in->kind], in->bytes, in->n, in->format, &in->faults);
    (void)err; /* it stands in the faults too */
}

static enum loa_err put_events(struct db *db, const struct msg_actor *who, int64_t now,
                               struct ops_import *in)
{
    enum loa_err err;

    cJSON_Delete(in->diff);
    in->diff = NULL;
    err = msg_event_diff(db, now, in->catalog, &in->diff);
    if (err || in->dry_run)
        return err;
    return msg_catalog_put_events(db, who, now, in->catalog, &in->counts);
}

static enum loa_err put_daily(struct db *db, const struct msg_actor *who, int64_t now,
                              struct ops_import *in, struct loa_problem *why)
{
    enum loa_err err;

    msg_faults_release(&in->faults);
    in->faults = (struct msg_faults){0};
    in->counts = (struct msg_put_counts){0};
    err = msg_daily_put(db, who, now, in->bytes, in->n, in->skip_bad, &in->counts, &in->faults);
    if (err && in->faults.n)
        (void)loa_fail(why, err, "", "Có mục sai trong tệp");
    return err;
}

enum loa_err ops_import_put(struct db *db, const struct msg_actor *who, int64_t now,
                            struct ops_import *in, struct loa_problem *why)
{
    switch (in->kind) {
    case OPS_EVENTS:
        return put_events(db, who, now, in);
    case OPS_FAQ:
        return msg_catalog_put_faqs(db, who, now, in->catalog, &in->counts);
    case OPS_TOPICS:
        return msg_catalog_put_topics(db, who, now, in->catalog, &in->counts);
    case OPS_PLACES:
        return msg_catalog_put_places(db, who, now, in->catalog, &in->counts);
    case OPS_DAILY:
        break;
    }
    return put_daily(db, who, now, in, why);
}

void ops_import_release(struct ops_import *in)
{
    msg_faults_release(&in->faults);
    msg_catalog_free(in->catalog);
    cJSON_Delete(in->diff);
    in->catalog = NULL;
    in->diff = NULL;
}
