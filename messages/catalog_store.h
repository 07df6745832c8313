/* SPDX-License-Identifier: Apache-2.0 */
/* catalog_store.h - the catalogue and the daily entries in the store. Store thread; what writes
 * wants a transaction. */
#ifndef LOA_MESSAGES_CATALOG_STORE_H
#define LOA_MESSAGES_CATALOG_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/catalog.h"
#include "messages/faults.h"
#include "messages/store/db.h"

struct msg_put_counts {
    int added, changed, same;
};

/* Put the entries of a catalogue, by their ids; putting the same twice changes nothing. */
LOA_MUST_USE enum loa_err msg_catalog_put_events(struct db *db, const struct msg_actor *who,
                                                 int64_t now, const struct msg_catalog *c,
                                                 struct msg_put_counts *counts);
LOA_MUST_USE enum loa_err msg_catalog_put_faqs(struct db *db, const struct msg_actor *who,
                                               int64_t now, const struct msg_catalog *c,
                                               struct msg_put_counts *counts);
/* One entry more, behind the others, or in place of the one with its id. LOA_EINVAL: what is wrong
 * with it. */
LOA_MUST_USE enum loa_err msg_catalog_add_faq_entry(struct db *db, const struct msg_actor *who,
                                                    int64_t now, const struct msg_faq *f,
                                                    struct loa_problem *why);
/* Topics with the audiences, or places: the whole list is replaced. */
LOA_MUST_USE enum loa_err msg_catalog_put_topics(struct db *db, const struct msg_actor *who,
                                                 int64_t now, const struct msg_catalog *c,
                                                 struct msg_put_counts *counts);
LOA_MUST_USE enum loa_err msg_catalog_put_places(struct db *db, const struct msg_actor *who,
                                                 int64_t now, const struct msg_catalog *c,
                                                 struct msg_put_counts *counts);
/* The daily list: [{"date","send_at","title","text","short"?,...}], by day. What is wrong with it
 * goes to `faults`; LOA_EINVAL, LOA_ELIMIT: too much is (anything, unless `skip_bad`), and the
 * transaction is to be undone. */
LOA_MUST_USE enum loa_err msg_daily_put(struct db *db, const struct msg_actor *who, int64_t now,
                                        const char *bytes, size_t n, bool skip_bad,
                                        struct msg_put_counts *counts, struct msg_faults *faults);

/* Everything, sorted; topics and places that were never put come from the built-in lists. Caller
 * owns *out, msg_catalog_free(). */
LOA_MUST_USE enum loa_err msg_catalog_load(struct db *db, struct msg_catalog **out);
/* Changes whenever one of the above changed something. */
LOA_MUST_USE enum loa_err msg_catalog_version(struct db *db, int64_t *out);

#endif
