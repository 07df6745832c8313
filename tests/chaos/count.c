/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/chaos/count.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/run.h"
#include "messages/store/db.h"

int64_t chaos_size(const char *name, int64_t otherwise)
{
    const char *text = getenv(name);

    return text && *text ? strtoll(text, NULL, 10) : otherwise;
}

int64_t chaos_seed(const char *what)
{
    static int64_t seed;

    if (!seed)
        seed = chaos_size("CHAOS_SEED", 1 + rig_now_ms() % 1000000);
    (void)fprintf(stderr, "%s: seed %" PRId64 "\n", what, seed);
    return seed;
}

int64_t chaos_random(uint64_t *seed, int64_t below)
{
    uint64_t x = *seed += 0x9e3779b97f4a7c15u;

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return (int64_t)((x ^ (x >> 31)) % (uint64_t)below);
}

struct person {
    char id[64];
    int taken, failed; /* by the ledger */
};

struct people {
    struct person *items;
    size_t n;
};

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct person *)a)->id, ((const struct person *)b)->id);
}

static struct people read_ledger(struct rig *r, const char *channel, const char *text)
{
    struct people p = {NULL, 0};
    char url[512], *escaped = rig_escape(text);
    const char *line;
    long status;

    (void)snprintf(url, sizeof(url), "%s/_control/reached?platform=%s&text=%s", r->sandbox, channel,
                   escaped);
    free(escaped);
    line = rig_http("GET", url, NULL, 0, NULL, &status);
    cr_assert_eq(status, 200);
    for (; *line; line += strcspn(line, "\n") + 1) {
        p.items = realloc(p.items, (p.n + 1) * sizeof(*p.items));
        cr_assert_not_null(p.items);
        cr_assert_eq(
            sscanf(line, "%63s %d %d", p.items[p.n].id, &p.items[p.n].taken, &p.items[p.n].failed),
            3);
        p.n++;
    }
    qsort(p.items, p.n, sizeof(*p.items), by_id);
    return p;
}

static void count_one(struct count *c, int64_t state, const struct person *p)
{
    int there = p ? p->taken - p->failed : 0;

    c->people++;
    switch (state) {
    case MSG_DELIVERY_SENT:
    case MSG_DELIVERY_DELIVERED:
    case MSG_DELIVERY_SEEN:
        c->sent++;
        c->ghosts += there == 0;
        break;
    case MSG_DELIVERY_FAILED:
    case MSG_DELIVERY_SKIPPED:
        c->failed += state == MSG_DELIVERY_FAILED;
        c->skipped += state == MSG_DELIVERY_SKIPPED;
        c->hidden += there > 0;
        break;
    case MSG_DELIVERY_DOUBT:
        c->doubt++;
        c->doubt_reached += there > 0;
        break;
    default:
        c->open++;
        c->open_reached += there > 0;
    }
}

static int64_t apart(int64_t a, int64_t b)
{
    return a < b ? b - a : a - b;
}

/* The numbers that staff see. */
static int64_t run_sums(struct rig *r, const char *channel, int64_t message, const struct count *c)
{
    return apart(rig_run(r, message, channel, "total"), c->people) +
           apart(rig_run(r, message, channel, "sent"), c->sent) +
           apart(rig_run(r, message, channel, "failed"), c->failed) +
           apart(rig_run(r, message, channel, "skipped"), c->skipped) +
           apart(rig_run(r, message, channel, "in_doubt"), c->doubt);
}

void count_everyone(struct rig *r, const char *channel, int64_t message, const char *text,
                    struct count *out)
{
    struct people people = read_ledger(r, channel, text);
    struct loa_problem why = {"", ""};
    struct db_stmt *st;
    struct db *db = NULL;
    char url[256];
    enum loa_err err;

    *out = (struct count){0};
    cr_assert_eq(db_open(rig_store(r, url, sizeof(url)), DB_READONLY, &db, &why), LOA_OK, "%s",
                 why.text);
    err = db_query(
        db, &st,
        "SELECT c.remote_id, COALESCE(d.state, 0) FROM runs r JOIN accounts a "
        "ON a.id = r.account_id JOIN contacts c ON c.account_id = r.account_id AND "
        "c.id <= r.last_id "
        "LEFT JOIN deliveries d ON d.run_id = r.id AND d.contact_id = c.id "
        "WHERE r.message_id = $1 AND a.name = $2 AND r.way <> 2 AND r.id = (SELECT MAX(q.id) "
        "FROM runs q WHERE q.message_id = $1 AND q.account_id = a.id AND q.way <> 2)",
        "is", message, channel);
    while (!err && db_next(st, &err)) {
        struct person key = {"", 0, 0};

        (void)snprintf(key.id, sizeof(key.id), "%s", db_text(st, 0));
        count_one(out, db_int(st, 1), bsearch(&key, people.items, people.n, sizeof(key), by_id));
    }
    cr_assert_eq(err, LOA_OK);
    db_close(db);
    for (size_t i = 0; i < people.n; i++) {
        out->reached += people.items[i].taken > 0;
        out->twice += people.items[i].taken > 1 ? people.items[i].taken - 1 : 0;
    }
    free(people.items);
    if (out->people)
        out->sums = run_sums(r, channel, message, out);
}

void count_print(const char *what, const char *channel, const struct count *c)
{
    (void)fprintf(
        stderr,
        "%s: %s: people %" PRId64 ", sent %" PRId64 ", failed %" PRId64 ", skipped %" PRId64
        ", in doubt %" PRId64 "; ledger: reached %" PRId64 ", twice %" PRId64 "\n",
        what, channel, c->people, c->sent, c->failed, c->skipped, c->doubt, c->reached, c->twice);
}

void count_print_twice(struct rig *r, const char *channel, const char *text)
{
    struct people p = read_ledger(r, channel, text);
    int printed = 0;

    for (size_t i = 0; i < p.n && printed < 8; i++) {
        cJSON *list, *item;

        if (p.items[i].taken < 2)
            continue;
        printed++;
        (void)fprintf(stderr, "twice: %s %s:", channel, p.items[i].id);
        list = rig_ledger(r, channel, p.items[i].id, "out");
        cJSON_ArrayForEach(item, list)
        {
            const cJSON *door = cJSON_GetObjectItemCaseSensitive(item, "door");

            (void)fprintf(stderr, " %.0f (%s, door %d)",
                          cJSON_GetObjectItemCaseSensitive(item, "at")->valuedouble,
                          cJSON_GetObjectItemCaseSensitive(item, "message_id")->valuestring,
                          door ? door->valueint : 0);
        }
        (void)fprintf(stderr, "\n");
        cJSON_Delete(list);
    }
    free(p.items);
}
