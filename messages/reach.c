/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/reach.h"

#include "messages/base/clock.h"
#include "messages/contact.h"
#include "messages/run_parts.h"

/* What tells contacts apart is packed into one number, by which the database groups faster than by
 * several: (status, opted out, age at the moment asked for, hours of age at the base). */
enum { OLD = 999, BY_AGE = 1000, AGES = 3, BY_PERSON = BY_AGE * AGES };

static bool is_everybody(const struct msg_audience *a)
{
    return !a || (!a->topics.n && !a->districts.n);
}

static void add(struct msg_reach *r, int64_t key, int64_t n)
{
    int64_t person = key / BY_PERSON, age = key / BY_AGE % AGES, hour = key % BY_AGE;
    int64_t status = person / 2;

    r->people += n;
    switch (status) {
    case MSG_CONTACT_UNSUBSCRIBED:
        r->unsubscribed += n;
        return;
    case MSG_CONTACT_BLOCKED:
        r->blocked += n;
        return;
    case MSG_CONTACT_INVALID:
        r->invalid += n;
        return;
    case MSG_CONTACT_ERASED:
        r->erased += n;
        return;
    default:
        break;
    }
    if (person % 2) {
        r->opted_out += n;
        return;
    }
    r->writable += n;
    r->fresh += age == 2 ? n : 0;
    r->recent += age == 1 ? n : 0;
    if (hour < MSG_REACH_HOURS)
        r->hours[hour] += n;
}

static void take(struct msg_reach_scan *s, const struct db_stmt *st, bool fine, int64_t *rows)
{
    int64_t last = db_int(st, 0), n = db_int(st, 1), key = db_int(st, 2);

    s->cursor = last > s->cursor ? last : s->cursor;
    *rows += n;
    if (key / BY_PERSON / 2 == MSG_CONTACT_OK)
        s->followers += n;
    for (size_t i = 0; i < s->n; i++) {
        const struct msg_audience *a = s->reach[i].audience;

        if (is_everybody(a) || (fine && msg_audience_wants(a, db_text(st, 3), db_text(st, 4))))
            add(&s->reach[i], key, n);
    }
}

/* Who wrote after the base (within this hour) is in its first hour. Ages only matter of those who
 * may be written to; fewer groups are fewer rows to sort. */
#define KEYED                                                                                      \
    "CASE WHEN status <> 0 OR opted_out <> 0 THEN "                                                \
    "(status * 2 + CASE WHEN opted_out <> 0 THEN 1 ELSE 0 END) * 3000 ELSE "                       \
    "CASE WHEN last_seen_ms > $1 THEN 2000 WHEN last_seen_ms > $2 THEN 1000 ELSE 0 END + "         \
    "CASE WHEN last_seen_ms > $3 THEN 0 WHEN last_seen_ms > $4 THEN ($3 - last_seen_ms) / "        \
    "3600000 ELSE 999 END END AS k "
#define SLICE "FROM contacts WHERE account_id = $5 AND id > $6 AND id <= $7 ORDER BY id LIMIT $8"

enum loa_err msg_reach_slice(struct db *db, struct msg_reach_scan *s, int64_t rows)
{
    /* A last word of 0 is none, however long ago the age reaches. */
    int64_t fresh = s->short_ms ? s->at_ms - s->short_ms : INT64_MAX;
    int64_t recent = s->long_ms ? s->at_ms - s->long_ms : INT64_MAX;
    int64_t oldest = s->base_ms - (int64_t)MSG_REACH_HOURS * LOA_HOUR_MS;
    int64_t last = s->last_id ? s->last_id : INT64_MAX, counted = 0;
    bool fine = false;
    struct db_stmt *st;
    enum loa_err err;

    for (size_t i = 0; i < s->n; i++)
        fine = fine || !is_everybody(s->reach[i].audience);
    fresh = fresh < 0 ? 0 : fresh;
    recent = recent < 0 ? 0 : recent;
    oldest = oldest < 0 ? 0 : oldest;
    if (fine)
        err = db_query(db, &st,
                       "SELECT MAX(id), COUNT(*), k, topics, district FROM (SELECT id, topics, "
                       "district, " KEYED SLICE ") t GROUP BY k, topics, district",
                       "iiiiiiii", fresh, recent, s->base_ms, oldest, s->account_id, s->cursor,
                       last, rows);
    else
        err = db_query(
            db, &st, "SELECT MAX(id), COUNT(*), k FROM (SELECT id, " KEYED SLICE ") t GROUP BY k",
            "iiiiiiii", fresh, recent, s->base_ms, oldest, s->account_id, s->cursor, last, rows);
    while (!err && db_next(st, &err))
        take(s, st, fine, &counted);
    s->done = !err && counted < rows;
    return err;
}

enum loa_err msg_reach_count(struct db *db, struct msg_reach_scan *scan)
{
    enum loa_err err = LOA_OK;

    while (!err && !scan->done)
        err = msg_reach_slice(db, scan, MSG_REACH_SLICE);
    return err;
}

int64_t msg_reach_younger(const struct msg_reach *r, int64_t base_ms, int64_t at_ms, int64_t age_ms)
{
    int64_t later = at_ms > base_ms ? (at_ms - base_ms + LOA_HOUR_MS - 1) / LOA_HOUR_MS : 0;
    int64_t below = age_ms / LOA_HOUR_MS - later, n = 0;

    for (int64_t h = 0; h < below && h < MSG_REACH_HOURS; h++)
        n += r->hours[h];
    return n;
}
