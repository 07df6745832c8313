/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/contact_view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/privacy.h"

char *ops_topics_text(const char *stored)
{
    size_t n;

    stored = stored ? stored + strspn(stored, ";") : "";
    n = strlen(stored);
    while (n && stored[n - 1] == ';')
        n--;
    return loa_xstrndup(stored, n);
}

cJSON *ops_contact_json(const struct db_stmt *st)
{
    static const char *const statuses[] = {"active", "unsubscribed", "blocked", "invalid",
                                           "erased"};
    cJSON *o = cJSON_CreateObject();
    char iso[LOA_ISO_SIZE], *topics = ops_topics_text(db_text(st, 5));

    cJSON_AddStringToObject(o, "id", db_text(st, 0));
    loa_json_add_str(o, "name", db_text(st, 1));
    cJSON_AddStringToObject(o, "status", statuses[db_int(st, 2) % 5]);
    cJSON_AddBoolToObject(o, "opted_out", db_int(st, 3) != 0);
    if (db_int(st, 4))
        cJSON_AddStringToObject(o, "last_seen", loa_iso_format(db_int(st, 4), iso));
    loa_json_add_str(o, "topics", topics);
    loa_json_add_str(o, "district", db_text(st, 6));
    free(topics);
    return o;
}

enum loa_err ops_contact_show(struct db *db, int64_t account, int64_t contact, cJSON **out,
                              struct loa_problem *why)
{
    struct msg_person p;
    char iso[LOA_ISO_SIZE];
    cJSON *o, *kept;
    enum loa_err err = msg_person_read(db, account, contact, &p);

    if (err == LOA_ENOENT)
        return loa_fail(why, err, "id", "Không có người nhận số %" PRId64, contact);
    if (err)
        return err;
    o = cJSON_CreateObject();
    loa_json_add_int(o, "contact", contact);
    loa_json_add_str(o, "id", p.remote_id);
    loa_json_add_str(o, "name", p.name);
    loa_json_add_str(o, "topics", p.topics);
    loa_json_add_str(o, "district", p.district);
    cJSON_AddBoolToObject(o, "follows", p.follows);
    cJSON_AddBoolToObject(o, "opted_out", p.opted_out);
    cJSON_AddBoolToObject(o, "tester", p.tester);
    cJSON_AddBoolToObject(o, "waits", p.waits);
    if (p.last_seen_ms)
        cJSON_AddStringToObject(o, "last_seen", loa_iso_format(p.last_seen_ms, iso));
    kept = cJSON_AddObjectToObject(o, "kept");
    loa_json_add_int(kept, "wrote", p.wrote);
    loa_json_add_int(kept, "replies", p.replies);
    loa_json_add_int(kept, "broadcasts", p.broadcasts);
    loa_json_add_int(kept, "consents", p.consents);
    loa_json_add_int(kept, "reminders", p.reminders);
    msg_person_release(&p);
    *out = o;
    return LOA_OK;
}
