/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/contact.h"

static const char *const state_names[] = {"waiting", "sending", "done", "cancelled"};

const char *msg_run_state_name(enum msg_run_state s)
{
    return state_names[s];
}

static void audience_release(struct msg_audience *a)
{
    msg_list_release(&a->topics);
    msg_list_release(&a->districts);
}

void msg_run_release(struct msg_run *r)
{
    free(r->content);
    free(r->flow_state);
    free(r->error);
    audience_release(&r->audience);
    *r = (struct msg_run){0};
}

void msg_targets_release(struct msg_targets *t)
{
    for (size_t i = 0; i < t->n; i++) {
        free(t->items[i].remote_id);
        free(t->items[i].name);
    }
    free(t->items);
    *t = (struct msg_targets){0};
}

/* ---- the run itself -------------------------------------------------------------------- */

static void add_list(cJSON *o, const char *key, const struct msg_list *l)
{
    cJSON *list = cJSON_AddArrayToObject(o, key);

    for (size_t i = 0; i < l->n; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(l->items[i]));
}

static char *audience_text(const struct msg_audience *a)
{
    cJSON *o = cJSON_CreateObject();
    char *text;

    add_list(o, "topics", &a->topics);
    add_list(o, "districts", &a->districts);
    text = loa_json_print(o);
    cJSON_Delete(o);
    return text;
}

static void audience_read(const char *text, struct msg_audience *a)
{
    cJSON *o = loa_json_parse(text, strlen(text)), *item;

    cJSON_ArrayForEach(item, loa_json_get(o, "topics")) msg_list_add(&a->topics, item->valuestring);
    cJSON_ArrayForEach(item, loa_json_get(o, "districts"))
        msg_list_add(&a->districts, item->valuestring);
    cJSON_Delete(o);
}

enum loa_err msg_run_create(struct db *db, struct msg_run *r, int64_t now)
{
    char *audience = audience_text(&r->audience);
    enum loa_err err = db_next_id(db, "runs", &r->id);

    if (!err)
        err = db_run(db,
                     "INSERT INTO runs (id, message_id, due_ms, account_id, way, state, content, "
                     "audience, urgent, deadline_ms, last_id, created_ms, resend_doubtful) "
                     "SELECT $1, $2, $3, $4, $5, 'waiting', $6, $7, $8, $9, "
                     "COALESCE(MAX(id), 0), $10, $11 FROM contacts WHERE account_id = $4",
                     "iiiiissiiii", r->id, r->message_id, r->due_ms, r->account_id, (int64_t)r->way,
                     r->content, audience, (int64_t)r->urgent, r->deadline_ms, now,
                     (int64_t)r->resend_doubtful);
    free(audience);
    return err;
}

static void from_row(const struct db_stmt *st, struct msg_run *r)
{
    *r = (struct msg_run){
        .id = db_int(st, 0),
        .message_id = db_int(st, 1),
        .due_ms = db_int(st, 2),
        .account_id = db_int(st, 3),
        .way = (int)db_int(st, 4),
        .content = loa_xstrdup(db_text(st, 6)),
        .urgent = db_int(st, 8) != 0,
        .deadline_ms = db_int(st, 9),
        .cursor_id = db_int(st, 10),
        .last_id = db_int(st, 11),
        .sent = db_int(st, 12),
        .failed = db_int(st, 13),
        .skipped = db_int(st, 14),
        .in_doubt = db_int(st, 15),
        .flow_state = loa_xstrdup(db_text(st, 16)),
        .error = loa_xstrdup(db_text(st, 17)),
        .created_ms = db_int(st, 18),
        .finished_ms = db_int(st, 19),
        .resend_doubtful = db_int(st, 20) != 0,
    };
    (void)snprintf(r->message_state, sizeof(r->message_state), "%s", db_text(st, 21));
    for (size_t i = 0; i < sizeof(state_names) / sizeof(state_names[0]); i++) {
        if (strcmp(state_names[i], db_text(st, 5)) == 0)
            r->state = (enum msg_run_state)i;
    }
    audience_read(db_text(st, 7), &r->audience);
}

enum loa_err msg_run_load_open(struct db *db, struct msg_run **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT r.id, r.message_id, r.due_ms, r.account_id, r.way, r.state, "
                 "r.content, r.audience, r.urgent, r.deadline_ms, r.cursor_id, "
                 "r.last_id, r.sent, r.failed, r.skipped, r.in_doubt, r.flow_state, "
                 "r.error, r.created_ms, r.finished_ms, r.resend_doubtful, m.state "
                 "FROM runs r JOIN messages m ON m.id = r.message_id "
                 "WHERE r.finished_ms = 0 ORDER BY r.urgent DESC, r.due_ms, r.id",
                 "");

    *out = NULL;
    *n = 0;
    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        from_row(st, &(*out)[(*n)++]);
    }
    return err;
}

enum loa_err msg_run_state_set(struct db *db, int64_t run_id, enum msg_run_state state,
                               const char *error, int64_t now)
{
    bool over = state == MSG_RUN_DONE || state == MSG_RUN_CANCELLED;

    return db_run(db,
                  "UPDATE runs SET state = $1, error = COALESCE($2, error), finished_ms = $3, "
                  "total = sent + failed + skipped + in_doubt WHERE id = $4",
                  "ssii", state_names[state], error, over ? now : (int64_t)0, run_id);
}

enum loa_err msg_run_flow_save(struct db *db, int64_t run_id, const char *state)
{
    return db_run(db, "UPDATE runs SET flow_state = $1, state = 'sending' WHERE id = $2", "si",
                  state, run_id);
}

/* ---- windows --------------------------------------------------------------------------- */

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

static bool wanted(const struct msg_audience *a, const char *topics, const char *district)
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

static void add_target(struct msg_targets *t, size_t max, const struct db_stmt *st)
{
    if (!t->items)
        t->items = loa_xmalloc(max * sizeof(*t->items));
    t->items[t->n++] = (struct msg_target){
        .contact_id = db_int(st, 0),
        .remote_id = loa_xstrdup(db_text(st, 1)),
        .name = loa_xstrdup(db_text(st, 2)),
        .last_seen_ms = db_int(st, 3),
        .skip = skip_of(db_int(st, 4), db_int(st, 5) != 0),
    };
}

enum loa_err msg_run_claim(struct db *db, int64_t run_id, int64_t account_id,
                           const struct msg_audience *audience, size_t max, int64_t now,
                           struct msg_targets *out)
{
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
    if (!err)
        err = db_query(db, &st,
                       "SELECT id, remote_id, name, last_seen_ms, status, opted_out, topics, "
                       "district FROM contacts WHERE account_id = $1 AND id > $2 AND id <= $3 "
                       "ORDER BY id LIMIT $4",
                       "iiii", account_id, cursor, last, (int64_t)max);
    while (!err && db_next(st, &err)) {
        int64_t id = db_int(st, 0);

        out->first_id = rows++ ? out->first_id : id;
        out->last_id = id;
        if (wanted(audience, db_text(st, 6), db_text(st, 7)))
            add_target(out, max, st);
    }
    if (!err && out->last_id)
        err = db_run(db,
                     "UPDATE runs SET cursor_id = $1, state = 'sending' "
                     "WHERE id = $2 AND state IN ('waiting', 'sending')",
                     "ii", out->last_id, run_id);
    if (!err && out->n)
        err = db_run(db,
                     "INSERT INTO windows (run_id, first_id, last_id, claimed_ms) "
                     "VALUES ($1, $2, $3, $4)",
                     "iiii", run_id, out->first_id, out->last_id, now);
    if (err)
        msg_targets_release(out);
    return err;
}

enum loa_err msg_run_window_done(struct db *db, int64_t run_id, int64_t first_id)
{
    return db_run(db, "DELETE FROM windows WHERE run_id = $1 AND first_id = $2", "ii", run_id,
                  first_id);
}

/* ---- outcomes -------------------------------------------------------------------------- */

struct tally {
    int64_t sent, failed, skipped, in_doubt;
};

static void count(struct tally *t, enum msg_delivery_state state, int n)
{
    switch (state) {
    case MSG_DELIVERY_SENT:
    case MSG_DELIVERY_DELIVERED:
    case MSG_DELIVERY_SEEN:
        t->sent += n;
        break;
    case MSG_DELIVERY_FAILED:
        t->failed += n;
        break;
    case MSG_DELIVERY_SKIPPED:
        t->skipped += n;
        break;
    case MSG_DELIVERY_DOUBT:
        t->in_doubt += n;
        break;
    case MSG_DELIVERY_LATER:
        break;
    }
}

static enum loa_err add_tally(struct db *db, int64_t run_id, const struct tally *t)
{
    return db_run(db,
                  "UPDATE runs SET sent = sent + $1, failed = failed + $2, skipped = skipped + $3, "
                  "in_doubt = in_doubt + $4, "
                  "total = sent + failed + skipped + in_doubt + $1 + $2 + $3 + $4 WHERE id = $5",
                  "iiiii", t->sent, t->failed, t->skipped, t->in_doubt, run_id);
}

static enum loa_err settle(struct db *db, int64_t run_id, const struct msg_outcome *o)
{
    return db_run(db,
                  "UPDATE deliveries SET state = $1, code = $2, at_ms = $3, remote_id = $4 "
                  "WHERE run_id = $5 AND contact_id = $6 AND state IN (4, 7) AND state = 4",
                  "iiisii", (int64_t)o->state, (int64_t)o->code, o->at_ms,
                  o->remote_id[0] ? o->remote_id : NULL, run_id, o->contact_id);
}

/* An echo to this person since then that belongs to no other message of ours, neither a reply nor
 * a run's: the request whose outcome nobody knows did arrive. */
enum loa_err msg_run_receipt_take(struct db *db, int64_t account_id, int64_t contact_id,
                                  int64_t since_ms, char *remote_id, size_t size)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st,
        "SELECT e.remote_id FROM early_receipts e WHERE e.account_id = $1 AND e.contact_id = $2 "
        "AND e.at_ms >= $3 AND NOT EXISTS (SELECT 1 FROM replies p WHERE "
        "p.account_id = e.account_id AND p.contact_id = e.contact_id AND "
        "p.remote_id = e.remote_id) AND NOT EXISTS (SELECT 1 FROM runs q JOIN deliveries d ON "
        "d.run_id = q.id WHERE q.account_id = e.account_id AND d.contact_id = e.contact_id AND "
        "d.remote_id = e.remote_id) ORDER BY e.at_ms LIMIT 1",
        "iii", account_id, contact_id, since_ms);

    remote_id[0] = '\0';
    while (!err && db_next(st, &err))
        (void)snprintf(remote_id, size, "%s", db_text(st, 0));
    if (err || !remote_id[0])
        return err;
    return db_run(db,
                  "DELETE FROM early_receipts WHERE account_id = $1 AND contact_id = $2 AND "
                  "remote_id = $3",
                  "iis", account_id, contact_id, remote_id);
}

static enum loa_err settle_by_echo(struct db *db, int64_t run_id, struct msg_outcome *o)
{
    char remote_id[sizeof(o->remote_id)] = "";
    int64_t account = 0;
    enum loa_err err;

    if (o->state != MSG_DELIVERY_DOUBT || !o->since_ms)
        return LOA_OK;
    err = db_get_int(db, &account, "SELECT account_id FROM runs WHERE id = $1", "i", run_id);
    if (!err)
        err = msg_run_receipt_take(db, account, o->contact_id, o->since_ms, remote_id,
                                   sizeof(remote_id));
    if (!err && remote_id[0]) {
        o->state = MSG_DELIVERY_SENT;
        o->code = 0;
        memcpy(o->remote_id, remote_id, sizeof(remote_id));
    }
    return err;
}

enum loa_err msg_run_receipt_early(struct db *db, int64_t account_id, int64_t contact_id,
                                   const char *remote_id, int64_t now)
{
    return db_run(db,
                  "INSERT INTO early_receipts (account_id, contact_id, remote_id, at_ms) "
                  "VALUES ($1, $2, $3, $4) ON CONFLICT (account_id, contact_id, remote_id) "
                  "DO NOTHING",
                  "iisi", account_id, contact_id, remote_id, now);
}

enum loa_err msg_run_forget_early(struct db *db, int64_t before_ms)
{
    return db_run(db, "DELETE FROM early_receipts WHERE at_ms < $1", "i", before_ms);
}

enum loa_err msg_run_record(struct db *db, int64_t run_id, const struct msg_outcome *outcomes,
                            size_t n)
{
    struct tally t = {0};
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < n && !err; i++) {
        struct msg_outcome settled, *o = &settled;

        settled = outcomes[i];
        err = settle_by_echo(db, run_id, o);
        if (err)
            break;
        if (o->replaces) {
            err = settle(db, run_id, o);
            if (!err && !db_changes(db)) /* an echo was faster and settled it */
                continue;
            count(&t, MSG_DELIVERY_DOUBT, -1);
        } else {
            err = db_run(db,
                         "INSERT INTO deliveries (run_id, contact_id, state, code, at_ms, "
                         "remote_id) VALUES ($1, $2, $3, $4, $5, $6) "
                         "ON CONFLICT (run_id, contact_id) DO NOTHING",
                         "iiiiis", run_id, o->contact_id, (int64_t)o->state, (int64_t)o->code,
                         o->at_ms, o->remote_id[0] ? o->remote_id : NULL);
            if (!err && !db_changes(db)) /* a row too many must not hold up a thousand others */
                continue;
        }
        count(&t, o->state, 1);
    }
    return err ? err : add_tally(db, run_id, &t);
}

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
        audience_read(db_text(st, 0), &audience);
    if (!err)
        err = db_query(db, &st,
                       "SELECT c.id, c.status, c.opted_out, c.topics, c.district FROM contacts c "
                       "JOIN runs r ON r.id = $1 AND r.account_id = c.account_id "
                       "WHERE c.id >= $2 AND c.id <= $3 AND NOT EXISTS (SELECT 1 FROM deliveries d "
                       "WHERE d.run_id = $1 AND d.contact_id = c.id) ORDER BY c.id",
                       "iii", run_id, first, last);
    while (!err && db_next(st, &err)) {
        enum msg_skip skip = skip_of(db_int(st, 1), db_int(st, 2) != 0);

        if (!wanted(&audience, db_text(st, 3), db_text(st, 4)))
            continue;
        found = loa_xrealloc(found, (n + 1) * sizeof(*found));
        found[n++] =
            (struct msg_outcome){.contact_id = db_int(st, 0),
                                 .at_ms = now,
                                 .since_ms = claimed_ms,
                                 .code = (int)skip,
                                 .state = skip ? MSG_DELIVERY_SKIPPED : MSG_DELIVERY_DOUBT};
        *doubtful += !skip;
    }
    if (!err)
        err = msg_run_record(db, run_id, found, n);
    free(found);
    audience_release(&audience);
    return err;
}

enum loa_err msg_run_recover(struct db *db, int64_t now, int64_t *doubtful)
{
    struct window {
        int64_t run, first, last, claimed;
    } *windows = NULL;
    struct db_stmt *st;
    size_t n = 0;
    enum loa_err err = db_query(db, &st,
                                "SELECT run_id, first_id, last_id, claimed_ms FROM windows "
                                "ORDER BY run_id, first_id",
                                "");

    *doubtful = 0;
    while (!err && db_next(st, &err)) {
        windows = loa_xrealloc(windows, (n + 1) * sizeof(*windows));
        windows[n++] = (struct window){db_int(st, 0), db_int(st, 1), db_int(st, 2), db_int(st, 3)};
    }
    for (size_t i = 0; i < n && !err; i++)
        err = doubt_window(db, windows[i].run, windows[i].first, windows[i].last,
                           windows[i].claimed, now, doubtful);
    if (!err)
        err = db_run(db, "DELETE FROM windows", "");
    free(windows);
    return err;
}

static enum loa_err claim_unsettled(struct db *db, const struct msg_run *r,
                                    enum msg_delivery_state which, int64_t now,
                                    const struct msg_targets *t)
{
    struct tally tally = {.in_doubt = which == MSG_DELIVERY_LATER ? (int64_t)t->n : 0};
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < t->n && !err; i++)
        err = db_run(db,
                     "UPDATE deliveries SET state = 4, at_ms = $1 WHERE run_id = $2 AND "
                     "contact_id = $3",
                     "iii", now, r->id, t->items[i].contact_id);
    return err || !tally.in_doubt ? err : add_tally(db, r->id, &tally);
}

/* The last look before a doubt is sent again: an echo that could have been another message's when
 * it came, and turned out not to be, was this one's. */
static enum loa_err drop_echoed(struct db *db, int64_t run_id, int64_t now, struct msg_targets *t)
{
    size_t kept = 0;
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < t->n; i++) {
        struct msg_target *target = &t->items[i];
        struct msg_outcome o = {.contact_id = target->contact_id,
                                .at_ms = now,
                                .since_ms = target->noted_ms,
                                .state = MSG_DELIVERY_DOUBT,
                                .replaces = true};

        if (!err)
            err = settle_by_echo(db, run_id, &o);
        if (!err && o.state == MSG_DELIVERY_SENT) {
            o.since_ms = 0;
            err = msg_run_record(db, run_id, &o, 1);
            free(target->remote_id);
            free(target->name);
        } else {
            t->items[kept++] = *target;
        }
    }
    t->n = kept;
    return err;
}

enum loa_err msg_run_take(struct db *db, const struct msg_run *r, enum msg_delivery_state which,
                          int64_t before_ms, size_t max, int64_t now, struct msg_targets *out)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT c.id, c.remote_id, c.name, c.last_seen_ms, c.status, c.opted_out, d.at_ms "
                 "FROM deliveries d JOIN contacts c ON c.account_id = $1 AND c.id = d.contact_id "
                 "WHERE d.run_id = $2 AND d.state IN (4, 7) AND d.state = $3 AND d.at_ms <= $4 "
                 "ORDER BY d.contact_id LIMIT $5",
                 "iiiii", r->account_id, r->id, (int64_t)which, before_ms, (int64_t)max);

    *out = (struct msg_targets){0};
    while (!err && db_next(st, &err)) {
        add_target(out, max, st);
        out->items[out->n - 1].noted_ms = db_int(st, 6);
    }
    if (!err && which == MSG_DELIVERY_DOUBT)
        err = drop_echoed(db, r->id, now, out);
    if (!err)
        err = claim_unsettled(db, r, which, now, out);
    if (err)
        msg_targets_release(out);
    return err;
}

enum loa_err msg_run_count(struct db *db, int64_t run_id, enum msg_delivery_state state,
                           int64_t *out)
{
    return db_get_int(db, out,
                      "SELECT COUNT(*) FROM deliveries WHERE run_id = $1 AND state IN (4, 7) AND "
                      "state = $2",
                      "ii", run_id, (int64_t)state);
}

/* ---- receipts -------------------------------------------------------------------------- */

enum { RECENT_RUNS = 24, DOUBT_FRESH_MS = 3 * 3600 * 1000 };

/* The account's newest runs, or just the one. Returns how many. */
static enum loa_err recent_runs(struct db *db, int64_t account_id, int64_t run_id,
                                int64_t out[RECENT_RUNS], size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT id FROM runs WHERE account_id = $1 AND ($2 = 0 OR id = $2) "
                                "ORDER BY id DESC LIMIT $3",
                                "iii", account_id, run_id, (int64_t)RECENT_RUNS);

    *n = 0;
    while (!err && db_next(st, &err))
        out[(*n)++] = db_int(st, 0);
    return err;
}

/* Moves one delivery up: 4 -> 1, 1|2|4 -> 5 -> 6, 1|4 -> 2; numbers follow. */
static enum loa_err raise_one(struct db *db, int64_t run, int64_t contact, int64_t was,
                              enum msg_delivery_state state, const char *remote_id, int64_t now)
{
    struct tally t = {0};
    enum loa_err err;

    if (state == MSG_DELIVERY_FAILED ? was != MSG_DELIVERY_SENT && was != MSG_DELIVERY_DOUBT
                                     : was != MSG_DELIVERY_DOUBT && (int64_t)state <= was)
        return LOA_OK;
    if (was == MSG_DELIVERY_SKIPPED || was == MSG_DELIVERY_LATER)
        return LOA_OK;
    err = db_run(db,
                 "UPDATE deliveries SET state = $1, at_ms = $2, "
                 "remote_id = COALESCE(remote_id, $3) WHERE run_id = $4 AND contact_id = $5",
                 "iisii", (int64_t)state, now, remote_id, run, contact);
    count(&t, (enum msg_delivery_state)was, -1);
    count(&t, state, 1);
    return err ? err : add_tally(db, run, &t);
}

/* The platform's id belongs to a reply of ours, or could: one to this person is on its way. Then it
 * says nothing about a run. */
static enum loa_err is_reply(struct db *db, int64_t account_id, int64_t contact_id,
                             const char *remote_id, bool *yes)
{
    int64_t n = 0;
    enum loa_err err = db_get_int(db, &n,
                                  "SELECT COUNT(*) FROM replies WHERE account_id = $1 AND "
                                  "contact_id = $2 AND (remote_id = $3 OR "
                                  "(state IN (0, 1, 4) AND state = 1))",
                                  "iis", account_id, contact_id, remote_id);

    *yes = n > 0;
    return err;
}

/* The delivery that a receipt is about: by the run, else by the platform's id, else (a row in
 * doubt has no such id yet) by the person alone, if the doubt is younger than doubtful_ms (0: not
 * at all); an old one would take the receipt of a later message. *was 0: none. */
static enum loa_err find_delivery(struct db *db, int64_t run, int64_t contact_id, bool by_run,
                                  const char *remote_id, int64_t doubtful_ms, int64_t *was)
{
    struct db_stmt *st;
    enum loa_err err =
        db_query(db, &st,
                 "SELECT state FROM deliveries WHERE run_id = $1 AND contact_id = $2 AND "
                 "($3 <> 0 OR remote_id = $4 OR "
                 "($5 <> 0 AND remote_id IS NULL AND state = 4 AND at_ms >= $5))",
                 "iiisi", run, contact_id, (int64_t)by_run, remote_id, doubtful_ms);

    *was = 0;
    while (!err && db_next(st, &err))
        *was = db_int(st, 0);
    return err;
}

enum loa_err msg_run_receipt(struct db *db, int64_t account_id, int64_t contact_id, int64_t run_id,
                             const char *remote_id, enum msg_delivery_state state, int64_t now)
{
    int64_t runs[RECENT_RUNS], was = 0;
    size_t n;
    bool reply = false;
    enum loa_err err = recent_runs(db, account_id, run_id, runs, &n);

    /* All runs by the exact id first: a doubt in a newer one must not take its receipt. */
    for (size_t i = 0; i < 2 * n && !err && !reply; i++) {
        int64_t doubtful = now > DOUBT_FRESH_MS ? now - DOUBT_FRESH_MS : 1;

        err = find_delivery(db, runs[i % n], contact_id, run_id != 0, remote_id,
                            i >= n ? doubtful : 0, &was);
        if (!err && was && i >= n)
            err = is_reply(db, account_id, contact_id, remote_id, &reply);
        if (!err && was && !reply)
            return raise_one(db, runs[i % n], contact_id, was, state, remote_id, now);
    }
    return err ? err : LOA_ENOENT;
}

enum loa_err msg_run_watermark(struct db *db, int64_t account_id, int64_t contact_id,
                               int64_t up_to_ms, enum msg_delivery_state state, int64_t now)
{
    int64_t runs[RECENT_RUNS];
    size_t n;
    enum loa_err err = recent_runs(db, account_id, 0, runs, &n);

    for (size_t i = 0; i < n && !err; i++) {
        struct db_stmt *st;
        int64_t was = 0;

        err = db_query(db, &st,
                       /* what failed or is in doubt was perhaps never sent */
                       "SELECT state FROM deliveries WHERE run_id = $1 AND contact_id = $2 AND "
                       "at_ms <= $3 AND state IN (1, 5)",
                       "iii", runs[i], contact_id, up_to_ms);
        while (!err && db_next(st, &err))
            was = db_int(st, 0);
        if (!err && was)
            err = raise_one(db, runs[i], contact_id, was, state, NULL, now);
    }
    return err;
}
