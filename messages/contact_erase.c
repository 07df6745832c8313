/* SPDX-License-Identifier: Apache-2.0 */
/* People who are forgotten: because they asked for it, or because they have long been gone. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/opt_out.h"
#include "messages/store/key.h"

#define KEY_NAME "erased"

/* ---- what stands for them ---------------------------------------------------------------- */

#define HEAD "erased:"
#define KEYED "erased:k" /* the digest has a key */

static bool is_unkeyed(const char *stub)
{
    size_t digits = strspn(stub + strlen(HEAD), "0123456789abcdef");

    return strncmp(stub, HEAD, strlen(HEAD)) == 0 && digits == LOA_SHA256_HEX - 1;
}

/* A digest of the digest that there was before: of old ones nothing else is known. */
static void key_stub(const char *key, const char *sha, const char *rest, char *out, size_t size)
{
    char hash[LOA_SHA256_HEX];

    loa_keyed_hex(key, sha, hash);
    (void)snprintf(out, size, KEYED "%s%s", hash, rest);
}

static void key_old(const char *key, const char *stub, char out[MSG_CONTACT_STUB])
{
    const char *sha = stub + strlen(HEAD);
    char text[LOA_SHA256_HEX];

    (void)snprintf(text, sizeof(text), "%.64s", sha);
    key_stub(key, text, sha + LOA_SHA256_HEX - 1, out, MSG_CONTACT_STUB);
}

struct old_stub {
    int64_t account, id;
    char stub[MSG_CONTACT_STUB];
};

/* Once in the life of a store, when its key is made. */
static enum loa_err key_all(struct db *db, const char *key)
{
    struct old_stub *all = NULL;
    struct db_stmt *st;
    size_t n = 0;
    enum loa_err err =
        db_query(db, &st, "SELECT account_id, id, remote_id FROM contacts WHERE status = 4", "");

    while (!err && db_next(st, &err)) {
        const char *stub = db_text(st, 2);

        if (!is_unkeyed(stub))
            continue;
        all = loa_xrealloc(all, (n + 1) * sizeof(*all));
        all[n].account = db_int(st, 0);
        all[n].id = db_int(st, 1);
        key_old(key, stub, all[n++].stub);
    }
    for (size_t i = 0; i < n && !err; i++)
        err = db_run(db, "UPDATE contacts SET remote_id = $1 WHERE account_id = $2 AND id = $3",
                     "sii", all[i].stub, all[i].account, all[i].id);
    free(all);
    return err;
}

static enum loa_err read_key(struct db *db, char key[STORE_KEY_HEX])
{
    bool fresh;
    enum loa_err err = store_key(db, KEY_NAME, key, &fresh);

    return !err && fresh ? key_all(db, key) : err;
}

enum loa_err msg_contact_stub(struct db *db, const char *remote_id, char out[MSG_CONTACT_STUB])
{
    struct loa_bytes piece = {remote_id, strlen(remote_id)};
    char key[STORE_KEY_HEX], sha[LOA_SHA256_HEX];
    enum loa_err err = read_key(db, key);

    if (err)
        return err;
    loa_sha256_hex(&piece, 1, sha);
    key_stub(key, sha, "", out, MSG_CONTACT_STUB);
    return LOA_OK;
}

enum loa_err msg_contact_stub_keyed(struct db *db, const char *stub, char out[MSG_CONTACT_STUB])
{
    char key[STORE_KEY_HEX];
    enum loa_err err = read_key(db, key);

    if (!err && is_unkeyed(stub))
        key_old(key, stub, out);
    else if (!err)
        (void)snprintf(out, MSG_CONTACT_STUB, "%s", stub);
    return err;
}

enum loa_err msg_contact_key_adopt(struct db *db, struct db *from)
{
    char key[STORE_KEY_HEX];
    enum loa_err err = store_key_get(from, KEY_NAME, key);

    if (err) /* also when it has no such table */
        return LOA_OK;
    err = store_key_put(db, KEY_NAME, key);
    return !err && db_changes(db) ? key_all(db, key) : err;
}

/* ---- what goes --------------------------------------------------------------------------- */

/* All that there is of the person, but for the times of his consents. */
static enum loa_err wipe(struct db *db, int64_t account, int64_t id, const char *stub)
{
    static const char *const gone[] = {
        "UPDATE consents SET wording = NULL WHERE account_id = $1 AND contact_id = $2",
        "DELETE FROM conversations WHERE account_id = $1 AND contact_id = $2",
        "DELETE FROM testers WHERE account_id = $1 AND contact_id = $2",
        "DELETE FROM reminders WHERE account_id = $1 AND contact_id = $2",
        "DELETE FROM reminder_dues WHERE account_id = $1 AND contact_id = $2",
        "DELETE FROM replies WHERE account_id = $1 AND contact_id = $2",
        /* after the replies: see msg_portal_deliver() */
        "DELETE FROM portal_lines WHERE account_id = $1 AND contact_id = $2",
        "DELETE FROM doubts WHERE kind = 2 AND account_id = $1 AND contact_id = $2",
        "DELETE FROM idle_contacts WHERE account_id = $1 AND contact_id = $2",
        /* the keys stay: a replay is known by them */
        "UPDATE inbound SET event = '{}', state = 1 WHERE account_id = $1 AND contact_id = $2 AND "
        "contact_id > 0",
    };
    enum loa_err err = db_run(db,
                              "UPDATE contacts SET remote_id = $1, name = NULL, topics = NULL, "
                              "district = NULL, last_seen_ms = 0, status = 4 "
                              "WHERE account_id = $2 AND id = $3",
                              "sii", stub, account, id);

    for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]) && !err; i++)
        err = db_run(db, gone[i], "ii", account, id);
    return err;
}

/* The stub of the person; one who came back after an erasure and goes again has a number behind.
 * LOA_EEXIST: he is erased already. */
static enum loa_err stub_of(struct db *db, int64_t account, int64_t id, char stub[MSG_CONTACT_STUB])
{
    char *remote = NULL;
    int64_t other;
    enum loa_err err = msg_contact_hold(db, account, id);

    if (!err)
        err = msg_contact_remote(db, account, id, &remote);
    if (!err && strncmp(remote, HEAD, strlen(HEAD)) == 0)
        err = LOA_EEXIST;
    if (!err)
        err = msg_contact_stub(db, remote, stub);
    free(remote);
    if (err)
        return err;
    err = msg_contact_find(db, account, stub, &other);
    if (!err)
        (void)snprintf(stub + strlen(stub), MSG_CONTACT_STUB - strlen(stub), ":%" PRId64, id);
    return err == LOA_ENOENT ? LOA_OK : err;
}

enum loa_err msg_contact_erase(struct db *db, int64_t account, int64_t id, int64_t now)
{
    char stub[MSG_CONTACT_STUB];
    enum loa_err err = stub_of(db, account, id, stub);

    if (err)
        return err == LOA_EEXIST ? LOA_OK : err;
    err = msg_contact_consent(db, account, id, false, NULL, "erase", now);
    if (!err)
        err = msg_opt_out_note(db, account, id, true, now);
    return err ? err : wipe(db, account, id, stub);
}

/* Somebody who still needs to be known. */
static enum loa_err is_needed(struct db *db, int64_t account, int64_t id, int64_t *yes)
{
    return db_get_int(db, yes,
                      "SELECT (CASE WHEN EXISTS (SELECT 1 FROM conversations WHERE account_id = $1 "
                      "AND contact_id = $2 AND wants_person = 1) OR EXISTS (SELECT 1 FROM testers "
                      "WHERE account_id = $1 AND contact_id = $2) THEN 1 ELSE 0 END)",
                      "ii", account, id);
}

enum loa_err msg_contact_forget(struct db *db, int64_t account, int64_t id, int64_t now, bool *done)
{
    char stub[MSG_CONTACT_STUB];
    int64_t needed = 0, refused = 0;
    enum loa_err err = stub_of(db, account, id, stub);

    *done = false;
    if (!err)
        err = is_needed(db, account, id, &needed);
    if (err || needed)
        return err == LOA_EEXIST ? LOA_OK : err;
    err =
        db_get_int(db, &refused, "SELECT opted_out FROM contacts WHERE account_id = $1 AND id = $2",
                   "ii", account, id);
    if (!err && !refused) { /* he never said no, so nobody needs to know him again */
        (void)snprintf(stub, sizeof(stub), HEAD "-:%" PRId64, id);
        err = db_run(db, "DELETE FROM consents WHERE account_id = $1 AND contact_id = $2", "ii",
                     account, id);
    }
    if (!err)
        err = wipe(db, account, id, stub);
    if (!err) /* what is claimed or queued for him somewhere looks here */
        err = msg_opt_out_note(db, account, id, true, now);
    *done = !err;
    return err;
}
