/* SPDX-License-Identifier: Apache-2.0 */
/* What a contact wants to hear of. */
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/contact.h"

enum loa_err msg_contact_district(struct db *db, int64_t account, int64_t id, const char *district)
{
    return db_run(db, "UPDATE contacts SET district = $1 WHERE account_id = $2 AND id = $3", "sii",
                  district, account, id);
}

enum loa_err msg_contact_tags_clear(struct db *db, int64_t account, int64_t id)
{
    return db_run(db,
                  "UPDATE contacts SET topics = NULL, district = NULL WHERE account_id = $1 AND "
                  "id = $2",
                  "ii", account, id);
}

static void add_topics(struct msg_list *l, const char *topics)
{
    while (topics && *topics) {
        size_t n = strcspn(topics, ";");
        char *topic = loa_xstrndup(topics, n);

        if (n)
            msg_list_add(l, topic);
        free(topic);
        topics += n + (topics[n] == ';');
    }
}

enum loa_err msg_contact_tags(struct db *db, int64_t account, int64_t id,
                              struct msg_contact_tags *out)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT topics, district, status, opted_out FROM contacts WHERE "
                                "account_id = $1 AND id = $2",
                                "ii", account, id);

    *out = (struct msg_contact_tags){0};
    while (!err && db_next(st, &err)) {
        add_topics(&out->topics, db_text(st, 0));
        out->district = loa_xstrdup(db_text(st, 1));
        out->follows = db_int(st, 2) == MSG_CONTACT_OK;
        out->opted_out = db_int(st, 3) != 0;
    }
    if (err)
        msg_contact_tags_release(out);
    return err;
}

void msg_contact_tags_release(struct msg_contact_tags *t)
{
    msg_list_release(&t->topics);
    free(t->district);
    *t = (struct msg_contact_tags){0};
}
