/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/contact.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/buf.h"
#include "messages/base/crypto.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"
#include "messages/opt_out.h"

enum { NAME_MAX_POINTS = 100 };

enum loa_err msg_contact_find(struct db *db, int64_t account, const char *remote_id, int64_t *id)
{
    return db_get_int(db, id, "SELECT id FROM contacts WHERE account_id = $1 AND remote_id = $2",
                      "is", account, remote_id);
}

enum loa_err msg_contact_may_write(struct db *db, int64_t account, int64_t id)
{
    int64_t refused = 0;
    enum loa_err err = db_get_int(db, &refused,
                                  "SELECT CASE WHEN opted_out <> 0 OR status = 4 THEN 1 ELSE 0 END "
                                  "FROM contacts WHERE account_id = $1 AND id = $2",
                                  "ii", account, id);

    return !err && refused ? LOA_EPERM : err;
}

/* Who was erased and writes again is a new person to us, but for the word that he wants nothing
 * sent: until he asks for it himself. */
static enum loa_err remember_refusal(struct db *db, int64_t account, const char *remote_id,
                                     int64_t id)
{
    char stub[MSG_CONTACT_STUB];
    int64_t before;
    enum loa_err err = msg_contact_stub(db, remote_id, stub);

    if (!err)
        err = msg_contact_find(db, account, stub, &before);
    if (err)
        return err == LOA_ENOENT ? LOA_OK : err;
    return db_run(db, "UPDATE contacts SET opted_out = 1 WHERE account_id = $1 AND id = $2", "ii",
                  account, id);
}

static enum loa_err insert(struct db *db, int64_t account, const char *remote_id, int64_t *id)
{
    enum loa_err err = db_next_id(db, "contacts", id);

    if (!err)
        err = db_run(db,
                     "INSERT INTO contacts (account_id, id, remote_id) VALUES ($1, $2, $3) "
                     "ON CONFLICT (account_id, remote_id) DO NOTHING",
                     "iis", account, *id, remote_id);
    if (err)
        return err;
    if (db_changes(db))
        return remember_refusal(db, account, remote_id, *id);
    /* Another node heard from the same person at the same time. */
    return msg_contact_find(db, account, remote_id, id);
}

enum loa_err msg_contact_hold(struct db *db, int64_t account, int64_t id)
{
    int64_t held;

    return db_get_int(
        db, &held,
        "SELECT id FROM contacts WHERE account_id = $1 AND id = $2 /*postgres FOR UPDATE*/", "ii",
        account, id);
}

/* People choose their names themselves, and messages to them carry it: one line, of bounded
 * length. Any other is as good as none. */
static enum loa_err rename_to(struct db *db, int64_t account, int64_t id, const char *name)
{
    if (loa_utf8_length(name) > NAME_MAX_POINTS || !loa_utf8_is_text(name) || strchr(name, '\n'))
        return LOA_OK;
    return db_run(db, "UPDATE contacts SET name = $1 WHERE account_id = $2 AND id = $3", "sii",
                  name, account, id);
}

enum loa_err msg_contact_touch(struct db *db, int64_t account, const char *remote_id,
                               const char *name, int64_t interaction_ms, int64_t *id)
{
    enum loa_err err = msg_contact_find(db, account, remote_id, id);

    if (err == LOA_ENOENT)
        err = insert(db, account, remote_id, id);
    if (!err && name && *name)
        err = rename_to(db, account, *id, name);
    if (!err && interaction_ms > 0)
        err = db_run(db,
                     "UPDATE contacts SET "
                     "last_seen_ms = CASE WHEN last_seen_ms > $1 THEN last_seen_ms ELSE $1 END, "
                     "status = CASE WHEN status IN (2, 3) THEN 0 ELSE status END "
                     "WHERE account_id = $2 AND id = $3",
                     "iii", interaction_ms, account, *id);
    return err;
}

enum loa_err msg_contact_status_set(struct db *db, int64_t account, int64_t id,
                                    enum msg_contact_status status)
{
    return db_run(db, "UPDATE contacts SET status = $1 WHERE account_id = $2 AND id = $3", "iii",
                  (int64_t)status, account, id);
}

enum loa_err msg_consent_note(struct db *db, int64_t account, int64_t id, const char *kind,
                              const char *wording, const char *source, int64_t now)
{
    enum loa_err err = msg_contact_hold(db, account, id); /* so the numbers below are one's own */

    if (err)
        return err;
    return db_run(db,
                  "INSERT INTO consents (account_id, contact_id, seq, at_ms, kind, wording, "
                  "source) SELECT $1, $2, COALESCE(MAX(seq), 0) + 1, $3, $4, $5, $6 FROM consents "
                  "WHERE account_id = $1 AND contact_id = $2",
                  "iiisss", account, id, now, kind, wording, source);
}

/* Whoever says stop is not reminded either, and not again when he comes back. */
static enum loa_err stop_reminders(struct db *db, int64_t account, int64_t id, int64_t now)
{
    enum loa_err err = db_run(db,
                              "UPDATE reminders SET wanted = 0 WHERE account_id = $1 AND "
                              "contact_id = $2 AND wanted = 1",
                              "ii", account, id);

    if (err)
        return err;
    return db_run(db,
                  "UPDATE reminder_dues SET state = 4, at_ms = $1 WHERE account_id = $2 AND "
                  "contact_id = $3 AND state = 0",
                  "iii", now, account, id);
}

enum loa_err msg_contact_consent(struct db *db, int64_t account, int64_t id, bool in,
                                 const char *wording, const char *source, int64_t now)
{
    enum loa_err err = db_run(db,
                              "UPDATE contacts SET opted_out = $1, "
                              "status = CASE WHEN $1 = 0 AND status = 1 THEN 0 ELSE status END "
                              "WHERE account_id = $2 AND id = $3",
                              "iii", (int64_t)!in, account, id);

    if (!err)
        err =
            in ? msg_opt_out_clear(db, account, id) : msg_opt_out_note(db, account, id, false, now);
    if (!err && !in)
        err = stop_reminders(db, account, id, now);
    if (err)
        return err;
    return msg_consent_note(db, account, id, in ? "opt-in" : "opt-out", wording, source, now);
}

enum loa_err msg_contact_follows(struct db *db, int64_t account, int64_t id)
{
    return db_run(db,
                  "UPDATE contacts SET status = 0 WHERE account_id = $1 AND id = $2 AND "
                  "status = 1 AND opted_out = 0",
                  "ii", account, id);
}

/* Topics are kept as ";a;b;" so that a whole word is found by ";a;". */
static void without_topic(const char *topics, const char *topic, struct loa_buf *out)
{
    size_t len = strlen(topic);

    loa_buf_addc(out, ';');
    while (topics && *topics) {
        size_t n = strcspn(topics, ";");

        if (n && (n != len || strncmp(topics, topic, n) != 0)) {
            loa_buf_add(out, topics, n);
            loa_buf_addc(out, ';');
        }
        topics += n + (topics[n] == ';');
    }
}

enum loa_err msg_contact_topic(struct db *db, int64_t account, int64_t id, const char *topic,
                               bool add)
{
    struct loa_buf topics = {0};
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT topics FROM contacts WHERE account_id = $1 AND id = $2 "
                                "/*postgres FOR UPDATE*/",
                                "ii", account, id);

    while (!err && db_next(st, &err))
        without_topic(db_text(st, 0), topic, &topics);
    if (add)
        loa_buf_addf(&topics, "%s;", topic);
    if (!err)
        err = db_run(db, "UPDATE contacts SET topics = $1 WHERE account_id = $2 AND id = $3", "sii",
                     topics.len > 1 ? loa_buf_str(&topics) : NULL, account, id);
    loa_buf_release(&topics);
    return err;
}

enum loa_err msg_contact_remote(struct db *db, int64_t account, int64_t id, char **out)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st, "SELECT remote_id FROM contacts WHERE account_id = $1 AND id = $2", "ii",
                 account, id);

    *out = NULL;
    while (!err && db_next(st, &err)) {
        free(*out);
        *out = loa_xstrdup(db_text(st, 0));
    }
    return !err && !*out ? LOA_ENOENT : err;
}

enum loa_err msg_contact_import(struct db *db, int64_t account, const struct msg_contact_row *row,
                                int64_t now)
{
    struct loa_buf topics = {0};
    char stub[MSG_CONTACT_STUB];
    int64_t id, opted_out = 0;
    enum loa_err err = msg_contact_find(db, account, row->remote_id, &id);

    if (err == LOA_ENOENT) { /* an old list does not bring back who asked to be forgotten */
        err = msg_contact_stub(db, row->remote_id, stub);
        if (!err)
            err = msg_contact_find(db, account, stub, &id);
        if (err != LOA_ENOENT)
            return err;
    } else if (err) {
        return err;
    }
    err = msg_contact_touch(db, account, row->remote_id, row->name, 0, &id);
    if (row->topics)
        without_topic(row->topics, "", &topics);
    if (!err)
        err = db_run(db,
                     "UPDATE contacts SET topics = COALESCE($1, topics), "
                     "district = COALESCE($2, district), "
                     "last_seen_ms = CASE WHEN $3 > last_seen_ms THEN $3 ELSE last_seen_ms END "
                     "WHERE account_id = $4 AND id = $5",
                     "ssiii", topics.len > 1 ? loa_buf_str(&topics) : NULL, row->district,
                     row->last_seen_ms, account, id);
    loa_buf_release(&topics);
    if (!err && row->subscribed != 0)
        err = msg_contact_follows(db, account, id);
    if (err || row->subscribed != 0)
        return err;
    /* Held by the update above. */
    err = db_get_int(db, &opted_out,
                     "SELECT opted_out FROM contacts WHERE account_id = $1 AND id = $2", "ii",
                     account, id);
    if (!err && !opted_out)
        err = msg_contact_consent(db, account, id, false, NULL, "import", now);
    return err;
}
