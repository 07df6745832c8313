/* SPDX-License-Identifier: Apache-2.0 */
/* People who are not subscribed, have neither written nor been reached for long, and have done
 * nothing about what they get: they are forgotten. A pass goes through all contacts. */
#include <stdio.h>

#include "messages/cleanup_parts.h"
#include "messages/contact.h"

/* Not subscribed (any more), and nobody who was forgotten already. */
#define GONE "c.status <> 4 AND (c.status <> 0 OR c.opted_out <> 0) "

#define CONSENTS                                                                                   \
    "EXISTS (SELECT 1 FROM consents k WHERE k.account_id = c.account_id AND k.contact_id = c.id"

/* For a time that is $1 or later: nothing of them. Who never wrote and never said yes or no counts
 * from when that was first noticed. */
#define LONG_GONE                                                                                  \
    GONE "AND c.last_seen_ms < $1 AND NOT " CONSENTS " AND k.at_ms >= $1) "                        \
         "AND (c.last_seen_ms > 0 OR " CONSENTS ") OR EXISTS (SELECT 1 FROM idle_contacts i "      \
         "WHERE i.account_id = c.account_id AND i.contact_id = c.id AND i.since_ms < $1)) "        \
         "AND NOT EXISTS (SELECT 1 FROM runs r JOIN deliveries d ON d.run_id = r.id AND "          \
         "d.contact_id = c.id WHERE r.account_id = c.account_id AND r.created_ms >= $1 AND "       \
         "d.state IN (1, 5, 6)) "                                                                  \
         "AND NOT EXISTS (SELECT 1 FROM conversations w WHERE w.account_id = c.account_id AND "    \
         "w.contact_id = c.id AND w.wants_person = 1) "                                            \
         "AND NOT EXISTS (SELECT 1 FROM testers t WHERE t.account_id = c.account_id AND "          \
         "t.contact_id = c.id)"

enum { AT_ONCE = 500 };

struct page {
    struct msg_cleanup_place to;
    size_t rows;
};

static enum loa_err next_page(struct db *db, const struct msg_cleanup_step *s, struct page *p)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT account_id, id FROM contacts WHERE (account_id, id) > "
                 "($1, $2) ORDER BY account_id, id LIMIT $3",
                 "iii", s->place.a, s->place.b, (int64_t)(s->max < AT_ONCE ? s->max : AT_ONCE));

    *p = (struct page){.to = s->place};
    while (!err && db_next(st, &err)) {
        p->to.a = db_int(st, 0);
        p->to.b = db_int(st, 1);
        p->rows++;
    }
    return err;
}

static enum loa_err note_idle(struct db *db, const struct msg_cleanup_step *s, const struct page *p)
{
    return db_run(db,
                  "INSERT INTO idle_contacts (account_id, contact_id, since_ms) "
                  "SELECT c.account_id, c.id, $5 FROM contacts c WHERE "
                  "(c.account_id, c.id) > ($1, $2) AND (c.account_id, c.id) <= ($3, $4) AND " GONE
                  "AND c.last_seen_ms = 0 AND NOT " CONSENTS
                  ") ON CONFLICT (account_id, contact_id) DO NOTHING",
                  "iiiii", s->place.a, s->place.b, p->to.a, p->to.b, s->now);
}

struct person {
    int64_t account, id;
};

static enum loa_err read_gone(struct db *db, const struct msg_cleanup_step *s, const struct page *p,
                              struct person out[AT_ONCE], size_t *n)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT c.account_id, c.id FROM contacts c WHERE "
                 "(c.account_id, c.id) > ($2, $3) AND "
                 "(c.account_id, c.id) <= ($4, $5) AND " LONG_GONE " ORDER BY c.account_id, c.id",
                 "iiiii", s->before_ms, s->place.a, s->place.b, p->to.a, p->to.b);

    *n = 0;
    while (!err && db_next(st, &err))
        out[(*n)++] = (struct person){db_int(st, 0), db_int(st, 1)};
    return err;
}

enum loa_err msg_cleanup_contacts(struct db *db, struct msg_cleanup_step *s)
{
    struct person gone[AT_ONCE];
    struct page p;
    size_t n = 0;
    int64_t dropped = 0;
    enum loa_err err = next_page(db, s, &p);

    if (!err && p.rows)
        err = note_idle(db, s, &p);
    if (!err && p.rows)
        err = read_gone(db, s, &p, gone, &n);
    for (size_t i = 0; i < n && !err; i++) {
        bool done;

        err = msg_contact_forget(db, gone[i].account, gone[i].id, s->now, &done);
        dropped += done;
    }
    if (err)
        return err;
    s->dropped = dropped;
    s->over = p.rows < (s->max < AT_ONCE ? s->max : AT_ONCE);
    s->place = s->over ? (struct msg_cleanup_place){0} : p.to;
    return LOA_OK;
}

enum loa_err msg_cleanup_contacts_count(struct db *db, int64_t before_ms, int64_t *out)
{
    return db_get_int(db, out, "SELECT COUNT(*) FROM contacts c WHERE " LONG_GONE, "i", before_ms);
}
