/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/delivery.h"
#include "messages/run.h"
#include "messages/run_parts.h"

enum { TEXTS_SIZE = 8 * 1024 - 64 };

static bool in_list(const struct msg_list *l, const char *s)
{
    for (size_t i = 0; i < l->n; i++) {
        if (strcmp(l->items[i], s) == 0)
            return true;
    }
    return false;
}

static bool has_topic(const struct msg_list *wanted, const char *topics)
{
    for (; *topics; topics += strcspn(topics, ";"), topics += *topics == ';') {
        size_t n = strcspn(topics, ";");

        for (size_t i = 0; n && i < wanted->n; i++) {
            if (strlen(wanted->items[i]) == n && strncmp(wanted->items[i], topics, n) == 0)
                return true;
        }
    }
    return false;
}

bool msg_audience_wants(const struct msg_audience *a, const char *topics, const char *district)
{
    if (a->topics.n && (!topics || !has_topic(&a->topics, topics)))
        return false;
    return !a->districts.n || (district && in_list(&a->districts, district));
}

static enum msg_skip skip_of(int64_t status, bool opted_out)
{
    switch (status) {
    case MSG_CONTACT_UNSUBSCRIBED:
        return MSG_SKIP_UNSUBSCRIBED;
    case MSG_CONTACT_BLOCKED:
        return MSG_SKIP_BLOCKED;
    case MSG_CONTACT_INVALID:
    case MSG_CONTACT_ERASED:
        return MSG_SKIP_INVALID;
    default:
        return opted_out ? MSG_SKIP_UNSUBSCRIBED : MSG_SKIP_NONE;
    }
}

/* A copy that lives as long as the targets. */
static const char *keep(struct msg_targets *t, const char *text)
{
    size_t n = text ? strlen(text) + 1 : 0;
    struct msg_texts *block = t->texts;
    char *copy;

    if (!text)
        return NULL;
    if (!block || block->left < n) {
        size_t size = n > TEXTS_SIZE ? n : TEXTS_SIZE;

        block = loa_xmalloc(sizeof(*block) + size);
        *block = (struct msg_texts){.next = t->texts, .left = size, .size = size};
        t->texts = block;
    }
    copy = block->bytes + block->size - block->left;
    memcpy(copy, text, n);
    block->left -= n;
    return copy;
}

void msg_targets_add(struct msg_targets *t, const struct db_stmt *st)
{
    if (!(t->n & (t->n - 1))) /* grows by doubling */
        t->items = loa_xrealloc(t->items, (t->n ? 2 * t->n : 1) * sizeof(*t->items));
    t->items[t->n++] = (struct msg_target){
        .contact_id = db_int(st, 0),
        .remote_id = keep(t, db_text(st, 1)),
        .name = keep(t, db_text(st, 2)),
        .last_seen_ms = db_int(st, 3),
        .skip = skip_of(db_int(st, 4), db_int(st, 5) != 0),
    };
}

/* A few districts of a province of millions may have nobody among the next thousand contacts: one
 * claim looks at this many and leaves the rest to the next. */
enum { SCAN_MAX = 4096 };

enum loa_err msg_run_claim(struct db *db, int64_t run_id, int64_t account_id,
                           const struct msg_audience *audience, int64_t after, size_t max,
                           int64_t now, struct msg_targets *out)
{
    bool all = !audience->topics.n && !audience->districts.n;
    struct db_stmt *st;
    int64_t cursor = 0, last = 0, rows = 0;
    enum loa_err err =
        db_query(db, &st, "SELECT cursor_id, last_id FROM runs WHERE id = $1 AND finished_ms = 0",
                 "i", run_id);

    *out = (struct msg_targets){0};
    while (!err && db_next(st, &err)) {
        cursor = db_int(st, 0);
        last = db_int(st, 1);
    }
    if (cursor > after) { /* claimed by a commit whose end we did not hear of: the same again */
        last = cursor;
        max = (size_t)(cursor - after);
    }
    if (!err)
        err = db_query(db, &st,
                       "SELECT id, remote_id, name, last_seen_ms, status, opted_out, topics, "
                       "district FROM contacts WHERE account_id = $1 AND id > $2 AND id <= $3 "
                       "ORDER BY id LIMIT $4",
                       "iiii", account_id, after, last,
                       all || max > SCAN_MAX ? (int64_t)max : (int64_t)SCAN_MAX);
    while (!err && db_next(st, &err)) {
        int64_t id = db_int(st, 0);

        out->first_id = rows++ ? out->first_id : id;
        out->last_id = id;
        if (msg_audience_wants(audience, db_text(st, 6), db_text(st, 7)))
            msg_targets_add(out, st);
        if (out->n == max) {
            db_end(st);
            break;
        }
    }
    if (!err && out->last_id > cursor)
        err = db_run_lazy(db,
                          "UPDATE runs SET cursor_id = $1, state = 'sending' "
                          "WHERE id = $2 AND state IN ('waiting', 'sending')",
                          "ii", out->last_id, run_id);
    if (!err && out->n)
        err = db_run_lazy(db,
                          "INSERT INTO windows (run_id, first_id, last_id, claimed_ms) "
                          "VALUES ($1, $2, $3, $4) ON CONFLICT (run_id, first_id) DO NOTHING",
                          "iiii", run_id, out->first_id, out->last_id, now);
    if (err)
        msg_targets_release(out);
    return err;
}

enum loa_err msg_run_window_done(struct db *db, int64_t run_id, int64_t first_id)
{
    return db_run_lazy(db, "DELETE FROM windows WHERE run_id = $1 AND first_id = $2", "ii", run_id,
                       first_id);
}

/* ---- windows that a crash left open ------------------------------------------------------ */

static enum loa_err doubt_window(struct db *db, int64_t run_id, int64_t first, int64_t last,
                                 int64_t claimed_ms, int64_t now, int64_t *doubtful)
{
    /* The audience was looked at when the window was claimed; here it is again, in C, because a
     * contact outside it must not end in the run's numbers. */
    struct msg_audience audience = {0};
    struct msg_outcome *found = NULL;
    struct db_stmt *st;
    size_t n = 0;
    enum loa_err err = db_query(db, &st, "SELECT audience FROM runs WHERE id = $1", "i", run_id);

    while (!err && db_next(st, &err))
        msg_audience_read(db_text(st, 0), &audience);
    if (!err)
        err = db_query(db, &st,
                       "SELECT c.id, c.status, c.opted_out, c.topics, c.district FROM contacts c "
                       "JOIN runs r ON r.id = $1 AND r.account_id = c.account_id "
                       "WHERE c.id >= $2 AND c.id <= $3 AND NOT EXISTS (SELECT 1 FROM deliveries d "
                       "WHERE d.run_id = $1 AND d.contact_id = c.id) ORDER BY c.id",
                       "iii", run_id, first, last);
    while (!err && db_next(st, &err)) {
        enum msg_skip skip = skip_of(db_int(st, 1), db_int(st, 2) != 0);

        if (!msg_audience_wants(&audience, db_text(st, 3), db_text(st, 4)))
            continue;
        found = loa_xrealloc(found, (n + 1) * sizeof(*found));
        found[n++] =
            (struct msg_outcome){.contact_id = db_int(st, 0),
                                 .at_ms = now,
                                 .since_ms = claimed_ms,
                                 .cause = MSG_DOUBT_CRASH,
                                 .code = (int)skip,
                                 .state = skip ? MSG_DELIVERY_SKIPPED : MSG_DELIVERY_DOUBT};
        *doubtful += !skip;
    }
    if (!err)
        err = msg_run_record(db, run_id, found, n);
    free(found);
    msg_audience_release(&audience);
    return err;
}

enum loa_err msg_run_recover(struct db *db, int64_t account_id, int64_t now, int64_t *doubtful)
{
    struct window {
        int64_t run, first, last, claimed;
    } *windows = NULL;
    struct db_stmt *st;
    size_t n = 0;
    enum loa_err err = db_query(db, &st,
                                "SELECT w.run_id, w.first_id, w.last_id, w.claimed_ms FROM "
                                "windows w JOIN runs r ON r.id = w.run_id WHERE "
                                "r.account_id = $1 ORDER BY w.run_id, w.first_id",
                                "i", account_id);

    *doubtful = 0;
    while (!err && db_next(st, &err)) {
        windows = loa_xrealloc(windows, (n + 1) * sizeof(*windows));
        windows[n++] = (struct window){db_int(st, 0), db_int(st, 1), db_int(st, 2), db_int(st, 3)};
    }
    for (size_t i = 0; i < n && !err; i++)
        err = doubt_window(db, windows[i].run, windows[i].first, windows[i].last,
                           windows[i].claimed, now, doubtful);
    if (!err)
        err = db_run(db,
                     "DELETE FROM windows WHERE run_id IN (SELECT id FROM runs WHERE "
                     "account_id = $1)",
                     "i", account_id);
    if (!err)
        err = msg_doubt_recover(db, account_id, now);
    free(windows);
    return err;
}

enum loa_err msg_run_recover_window(struct db *db, int64_t run_id, int64_t first_id, int64_t now,
                                    int64_t *windows)
{
    int64_t last = 0, claimed = 0, doubtful = 0;
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st, "SELECT last_id, claimed_ms FROM windows WHERE run_id = $1 AND first_id = $2",
        "ii", run_id, first_id);

    *windows = 0;
    while (!err && db_next(st, &err)) {
        last = db_int(st, 0);
        claimed = db_int(st, 1);
        *windows = 1;
    }
    if (err || !*windows)
        return err;
    err = doubt_window(db, run_id, first_id, last, claimed, now, &doubtful);
    return err ? err : msg_run_window_done(db, run_id, first_id);
}
