/* SPDX-License-Identifier: Apache-2.0 */
/* People: looked for, shown, told all that is kept of one, forgotten; and who gets trials. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/api/resources.h"
#include "bot/ops/contact_view.h"
#include "messages/account.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/conversation.h"
#include "messages/privacy.h"
#include "messages/trial.h"

enum { QUERY_MAX = 100 };

/* "%a\_b%", in which nothing of what was typed is a pattern. Caller frees. */
static char *pattern_of(const char *text)
{
    char *out = loa_xmalloc(2 * strlen(text) + 3), *p = out;

    *p++ = '%';
    for (; *text; text++) {
        if (*text == '%' || *text == '_' || *text == '\\')
            *p++ = '\\';
        *p++ = *text;
    }
    *p++ = '%';
    *p = '\0';
    return out;
}

#define CONTACT_COLUMNS                                                                            \
    "remote_id, name, status, opted_out, last_seen_ms, topics, district, id FROM contacts "

static enum loa_err query(struct db *db, struct db_stmt **st, int64_t account, const char *q,
                          const struct api_page *p)
{
    char *pattern;
    enum loa_err err;

    if (!q)
        return db_query(db, st,
                        "SELECT " CONTACT_COLUMNS "WHERE account_id = $1 AND id > $2 AND "
                        "status <> 4 ORDER BY id LIMIT $3",
                        "iii", account, p->cursor, p->limit + 1);
    pattern = pattern_of(q);
    err = db_query(db, st,
                   "SELECT " CONTACT_COLUMNS "WHERE account_id = $1 AND id > $2 AND status <> 4 "
                   "AND (remote_id = $4 OR LOWER(name) LIKE LOWER($5) ESCAPE '\\') "
                   "ORDER BY id LIMIT $3",
                   "iiiss", account, p->cursor, p->limit + 1, q, pattern);
    free(pattern);
    return err;
}

enum loa_err api_contacts_list(struct db *db, struct api_call *c)
{
    const char *account = api_query(c, "account"), *q = api_query(c, "q");
    struct api_page p;
    struct db_stmt *st;
    int64_t id = 0;
    enum loa_err err;

    if (!account)
        return api_refuse(c, LOA_EINVAL, 400, "account", "Cần ?account= tên tài khoản");
    if (q && strlen(q) > QUERY_MAX)
        return api_refuse(c, LOA_EINVAL, 400, "q", "q dài quá");
    err = msg_account_id(db, account, &id, &c->why);
    if (!err)
        err = api_page_begin(c, true, &p);
    if (err)
        return err;
    err = query(db, &st, id, q, &p);
    while (!err && db_next(st, &err)) {
        cJSON *o;

        if (!api_page_takes(&p, db_int(st, 7)))
            continue;
        o = ops_contact_json(st);
        loa_json_add_int(o, "contact", db_int(st, 7));
        cJSON_AddItemToArray(p.items, o);
    }
    api_page_end(c, &p);
    return err;
}

/* Numbers of contacts are unique over all accounts. */
static enum loa_err find(struct db *db, struct api_call *c, int64_t *account)
{
    struct msg_conversation person = {0};
    enum loa_err err = msg_conversation_find(db, c->at.id, &person, &c->why);

    if (err == LOA_ENOENT)
        c->status = 404;
    if (err)
        return err;
    *account = person.account_id;
    msg_conversation_release(&person);
    return LOA_OK;
}

enum loa_err api_contact_show(struct db *db, struct api_call *c)
{
    int64_t account;
    enum loa_err err = find(db, c, &account);

    return err ? err : ops_contact_show(db, account, c->at.id, &c->json, &c->why);
}

/* All that is kept, for somebody who asked for it: the log says that it was told. */
enum loa_err api_contact_export(struct db *db, struct api_call *c)
{
    int64_t account;
    enum loa_err err = find(db, c, &account);

    return err ? err : msg_person_export(db, &c->actor, c->now, account, c->at.id, &c->json);
}

enum loa_err api_contact_erase(struct db *db, struct api_call *c)
{
    int64_t account;
    enum loa_err err = find(db, c, &account);

    if (!err)
        err = msg_person_erase(db, &c->actor, c->now, account, c->at.id);
    if (!err)
        err = db_notify(db);
    c->status = err ? c->status : 204;
    return err;
}

enum loa_err api_contact_tester(struct db *db, struct api_call *c)
{
    int64_t account;
    enum loa_err err = find(db, c, &account);

    if (!err && !cJSON_IsBool(loa_json_get(c->body, "tester")))
        err = loa_fail(&c->why, LOA_EINVAL, "tester", "Cần true hoặc false");
    if (!err && loa_json_bool(c->body, "tester", false))
        err = msg_tester_add(db, &c->actor, c->now, account, c->at.id);
    else if (!err)
        err = msg_tester_remove(db, &c->actor, c->now, account, c->at.id, &c->why);
    return err ? err : ops_contact_show(db, account, c->at.id, &c->json, &c->why);
}
