/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/refusal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/contact.h"

enum { ID_MAX = 200, LINE_MAX_BYTES = 64 << 10 };

/* ---- out of a store ---------------------------------------------------------------------- */

enum loa_err msg_refusals_each(struct db *db, int64_t since, msg_refusal_cb each, void *ctx)
{
    struct db_stmt *st;
    enum loa_err put = LOA_OK;
    enum loa_err err =
        db_scan(db, &st,
                "SELECT a.name, k.contact_id, c.remote_id, k.at_ms, c.status, k.wording, k.source "
                "FROM consents k JOIN contacts c ON c.account_id = k.account_id AND "
                "c.id = k.contact_id JOIN accounts a ON a.id = k.account_id "
                "WHERE k.at_ms >= $1 AND k.kind = 'opt-out' AND c.opted_out <> 0 "
                "ORDER BY k.account_id, k.contact_id, k.seq",
                "i", since);

    while (!err && !put && db_next(st, &err)) {
        put = each(ctx, &(struct msg_refusal){.account = db_text(st, 0),
                                              .contact = db_int(st, 1),
                                              .remote_id = db_text(st, 2),
                                              .at_ms = db_int(st, 3),
                                              .erased = db_int(st, 4) == MSG_CONTACT_ERASED,
                                              .wording = db_text(st, 5),
                                              .source = db_text(st, 6)});
        if (put)
            db_end(st);
    }
    return err ? err : put;
}

enum loa_err msg_refusals_lately(struct db *db, int64_t since, msg_refusal_cb each, void *ctx)
{
    struct db_stmt *st;
    enum loa_err put = LOA_OK;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT a.name, o.account_id, o.contact_id, c.remote_id, o.at_ms, c.status, "
                 "k.wording, k.source FROM opt_outs o JOIN contacts c ON "
                 "c.account_id = o.account_id AND c.id = o.contact_id JOIN accounts a ON "
                 "a.id = o.account_id JOIN consents k ON k.account_id = o.account_id AND "
                 "k.contact_id = o.contact_id AND k.seq = (SELECT MAX(m.seq) FROM consents m WHERE "
                 "m.account_id = o.account_id AND m.contact_id = o.contact_id AND "
                 "m.kind = 'opt-out') WHERE o.at_ms >= $1 AND c.opted_out <> 0 "
                 "ORDER BY o.at_ms, o.account_id, o.contact_id",
                 "i", since);

    while (!err && !put && db_next(st, &err)) {
        put = each(ctx, &(struct msg_refusal){.account = db_text(st, 0),
                                              .account_id = db_int(st, 1),
                                              .contact = db_int(st, 2),
                                              .remote_id = db_text(st, 3),
                                              .at_ms = db_int(st, 4),
                                              .erased = db_int(st, 5) == MSG_CONTACT_ERASED,
                                              .wording = db_text(st, 6),
                                              .source = db_text(st, 7)});
        if (put)
            db_end(st);
    }
    return err ? err : put;
}

/* ---- by way of a file -------------------------------------------------------------------- */

char *msg_refusal_line(const struct msg_refusal *r)
{
    cJSON *o = cJSON_CreateObject();
    char iso[LOA_ISO_SIZE], *line;

    cJSON_AddStringToObject(o, "account", r->account);
    loa_json_add_int(o, "contact", r->contact);
    cJSON_AddStringToObject(o, "id", r->remote_id);
    cJSON_AddStringToObject(o, "kind", r->erased ? "erased" : "opt-out");
    cJSON_AddStringToObject(o, "at", loa_iso_format(r->at_ms, iso));
    loa_json_add_str(o, "wording", r->wording);
    loa_json_add_str(o, "source", r->source);
    line = loa_json_print(o);
    cJSON_Delete(o);
    return line;
}

static bool take_line(const cJSON *o, struct msg_refusal *r)
{
    const char *at = loa_json_str(o, "at"), *kind = loa_json_str(o, "kind");

    *r = (struct msg_refusal){.account = loa_json_str(o, "account"),
                              .contact = loa_json_int(o, "contact", 0),
                              .remote_id = loa_json_str(o, "id"),
                              .wording = loa_json_str(o, "wording"),
                              .source = loa_json_str(o, "source")};
    if (!r->source)
        r->source = "file";
    if (!r->account || !r->remote_id || !*r->remote_id || strlen(r->remote_id) > ID_MAX || !at ||
        !kind || loa_iso_parse(at, &r->at_ms) != LOA_OK)
        return false;
    r->erased = strcmp(kind, "erased") == 0;
    return (r->erased || strcmp(kind, "opt-out") == 0) &&
           r->erased == (strncmp(r->remote_id, "erased:", 7) == 0);
}

enum loa_err msg_refusals_read(FILE *f, msg_refusal_cb each, void *ctx, struct loa_problem *why)
{
    enum loa_err err = LOA_OK;
    char *line = NULL;
    size_t room = 0;
    int64_t number = 0;
    ssize_t n;

    while (!err && (n = getline(&line, &room, f)) > 0) {
        cJSON *o = n <= LINE_MAX_BYTES ? loa_json_parse(line, (size_t)n) : NULL;
        struct msg_refusal r;

        number++;
        if (line[strspn(line, " \t\r\n")] && !take_line(o, &r))
            err = loa_fail(why, LOA_EINVAL, "",
                           "Dòng %" PRId64 " không phải dòng của “loa contacts optouts export”",
                           number);
        else if (o)
            err = each(ctx, &r);
        cJSON_Delete(o);
    }
    free(line);
    if (!err && ferror(f))
        err = loa_fail(why, LOA_EIO, "", "Không đọc được tệp");
    return err;
}

/* ---- into a store ------------------------------------------------------------------------ */

/* The row of the person before the erasure: its number, if the digest is of its id. LOA_ENOENT: the
 * store has no such person any more, or has none yet. */
static enum loa_err check_person(struct db *db, int64_t account, const struct msg_refusal *r)
{
    char *remote = NULL, stub[MSG_CONTACT_STUB];
    enum loa_err err = msg_contact_remote(db, account, r->contact, &remote);

    if (!err) {
        err = msg_contact_stub(db, remote, stub);
        if (!err && strncmp(r->remote_id, stub, strlen(stub)) != 0)
            err = LOA_ENOENT;
    }
    free(remote);
    return err;
}

static enum loa_err take_erasure(struct db *db, int64_t account, const struct msg_refusal *r,
                                 struct msg_refusals_taken *n)
{
    int64_t id = 0;
    enum loa_err err = check_person(db, account, r);

    if (!err) {
        n->erasures++;
        return msg_contact_erase(db, account, r->contact, r->at_ms);
    }
    if (err == LOA_ENOENT)
        err = msg_contact_find(db, account, r->remote_id, &id);
    if (err != LOA_ENOENT) {
        n->known += !err;
        return err;
    }
    /* Known by the digest alone, which is all that an import needs. */
    err = msg_contact_touch(db, account, r->remote_id, NULL, 0, &id);
    if (!err)
        err = msg_contact_consent(db, account, id, false, NULL, r->source, r->at_ms);
    if (!err)
        err = msg_contact_status_set(db, account, id, MSG_CONTACT_ERASED);
    n->erasures += !err;
    return err;
}

/* He said stop already, or took it back later than this. */
static enum loa_err knows_better(struct db *db, int64_t account, int64_t id, int64_t at_ms,
                                 int64_t *yes)
{
    enum loa_err err =
        db_get_int(db, yes, "SELECT opted_out FROM contacts WHERE account_id = $1 AND id = $2",
                   "ii", account, id);

    if (err || *yes)
        return err;
    return db_get_int(db, yes,
                      "SELECT COUNT(*) FROM consents WHERE account_id = $1 AND contact_id = $2 AND "
                      "kind = 'opt-in' AND at_ms > $3",
                      "iii", account, id, at_ms);
}

static enum loa_err take_opt_out(struct db *db, int64_t account, const struct msg_refusal *r,
                                 struct msg_refusals_taken *n)
{
    char stub[MSG_CONTACT_STUB];
    int64_t id = 0, known = 0;
    enum loa_err err = msg_contact_find(db, account, r->remote_id, &id);

    if (!err) {
        err = knows_better(db, account, id, r->at_ms, &known);
    } else if (err == LOA_ENOENT) {
        err = msg_contact_stub(db, r->remote_id, stub);
        if (!err)
            err = msg_contact_find(db, account, stub, &id);
        known = !err;
        if (err == LOA_ENOENT)
            err = msg_contact_touch(db, account, r->remote_id, NULL, 0, &id);
    }
    if (err || known) {
        n->known += !err;
        return err;
    }
    n->opt_outs++;
    return msg_contact_consent(db, account, id, false, r->wording, r->source, r->at_ms);
}

enum loa_err msg_refusal_take(struct db *db, const struct msg_refusal *r,
                              struct msg_refusals_taken *n)
{
    struct msg_refusal keyed;
    char stub[MSG_CONTACT_STUB];
    int64_t account = 0;
    enum loa_err err =
        db_get_int(db, &account, "SELECT id FROM accounts WHERE name = $1", "s", r->account);

    if (err == LOA_ENOENT) {
        n->elsewhere++;
        return LOA_OK;
    }
    if (err)
        return err;
    if (!r->erased)
        return take_opt_out(db, account, r, n);
    keyed = *r;
    err = msg_contact_stub_keyed(db, r->remote_id, stub);
    keyed.remote_id = stub;
    return err ? err : take_erasure(db, account, &keyed, n);
}
