/* SPDX-License-Identifier: Apache-2.0 */
/* Who can be reached: the same people as a claim finds, counted in slices of any size. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/clock.h"
#include "messages/base/mem.h"
#include "messages/message.h"
#include "messages/reach.h"
#include "messages/run.h"
#include "tests/unit/store_help.h"

enum { PEOPLE = 3000 };

static struct db *db;
static int64_t account, other, now;

/* Of every kind some, in no order that the key would follow. */
static void add_person(int64_t id, int64_t of)
{
    static const char *const topics[] = {NULL, ";a;", ";b;", ";a;b;", ";aa;", ""};
    static const char *const districts[] = {"Nha Trang", "Cam Ranh", NULL};
    uint64_t x = (uint64_t)id * UINT64_C(2654435761) >> 7;
    int64_t status = x % 11 < 7 ? 0 : (int64_t)(x % 11) - 6;
    int64_t hours = (int64_t)(x / 11 % 400);
    char remote[32];

    (void)snprintf(remote, sizeof(remote), "u%lld", (long long)id);
    cr_assert_eq(db_run(db,
                        "INSERT INTO contacts (account_id, id, remote_id, status, opted_out, "
                        "last_seen_ms, topics, district) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                        "iisiiiss", of, id, remote, status, (int64_t)(x % 13 == 0),
                        x % 17 ? now - hours * LOA_HOUR_MS / 2 - (int64_t)(x % 1000) : 0,
                        topics[x % 6], districts[x % 3]),
                 LOA_OK);
}

static void open_it(void)
{
    db = help_open();
    account = help_account(db, "zalo");
    other = help_account(db, "second");
    now = help_at("2026-10-01T07:30:00+07:00");
    for (int64_t id = 1; id <= PEOPLE; id++)
        add_person(id, id % 5 ? account : other);
    cr_assert_eq(
        db_run(db, "UPDATE counters SET value = $1 WHERE name = 'contacts'", "i", (int64_t)PEOPLE),
        LOA_OK);
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(reach, .timeout = 30, .init = open_it, .fini = close_it);

static struct msg_reach_scan scan_of(struct msg_reach *r, size_t n)
{
    return (struct msg_reach_scan){.account_id = account,
                                   .at_ms = now,
                                   .short_ms = 48 * (int64_t)LOA_HOUR_MS,
                                   .long_ms = 7 * (int64_t)LOA_DAY_MS,
                                   .base_ms = now + LOA_HOUR_MS / 2,
                                   .reach = r,
                                   .n = n};
}

/* What a run of that audience would find. */
struct found {
    int64_t people, skip[MSG_SKIPS], fresh, recent, open;
};

static struct found claimed(const struct msg_audience *audience)
{
    struct found f = {0};
    struct msg_spec spec = help_spec("{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{"
                                     "\"channels\":[\"zalo\"]}}");
    struct msg_run run = {.account_id = account, .due_ms = 1, .content = loa_xstrdup("{}")};
    struct msg_targets t;
    int64_t after = 0;
    bool more;

    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &run.message_id, NULL), LOA_OK);
    cr_assert_eq(msg_run_create(db, &run, now), LOA_OK);
    do {
        cr_assert_eq(msg_run_claim(db, run.id, account, audience, after, 500, now, &t), LOA_OK);
        for (size_t i = 0; i < t.n; i++) {
            int64_t seen = t.items[i].last_seen_ms;

            f.people++;
            f.skip[t.items[i].skip]++;
            if (t.items[i].skip)
                continue;
            f.fresh += seen && now - seen < 48 * (int64_t)LOA_HOUR_MS;
            f.open += seen && now - seen < 7 * (int64_t)LOA_DAY_MS;
        }
        more = t.last_id != 0;
        after = t.last_id;
        msg_targets_release(&t);
    } while (more);
    f.recent = f.open - f.fresh;
    free(run.content);
    msg_spec_release(&spec);
    return f;
}

static void check(const struct msg_reach *r, const struct found *f)
{
    cr_expect_eq(r->people, f->people, "%lld people, %lld found", (long long)r->people,
                 (long long)f->people);
    cr_expect_eq(r->unsubscribed + r->opted_out, f->skip[MSG_SKIP_UNSUBSCRIBED]);
    cr_expect_eq(r->blocked, f->skip[MSG_SKIP_BLOCKED]);
    cr_expect_eq(r->invalid + r->erased, f->skip[MSG_SKIP_INVALID]);
    cr_expect_eq(r->writable, f->skip[MSG_SKIP_NONE]);
    cr_expect_eq(r->fresh, f->fresh);
    cr_expect_eq(r->recent, f->recent);
    cr_expect_eq(r->people, r->unsubscribed + r->opted_out + r->blocked + r->invalid + r->erased +
                                r->writable);
}

Test(reach, counts_whom_a_run_would_claim)
{
    struct msg_reach r = {0};
    struct msg_reach_scan s = scan_of(&r, 1);
    struct msg_audience everybody = {0};
    struct found f;

    cr_assert_eq(msg_reach_count(db, &s), LOA_OK);
    f = claimed(&everybody);
    cr_expect_eq(r.people, PEOPLE * 4 / 5);
    check(&r, &f);
    cr_expect_eq(s.followers, r.writable + r.opted_out);
}

Test(reach, audience_of_topics_and_districts_is_the_same_as_a_claims)
{
    struct msg_audience a = {0};
    struct msg_reach r[2] = {{.audience = &a}, {0}};
    struct msg_reach_scan s = scan_of(r, 2);
    struct found f;

    msg_list_add(&a.topics, "a");
    msg_list_add(&a.districts, "Nha Trang");
    msg_list_add(&a.districts, "Cam Ranh");
    cr_assert_eq(msg_reach_count(db, &s), LOA_OK);
    f = claimed(&a);
    cr_expect_gt(f.people, 100);
    check(&r[0], &f);
    cr_expect_eq(r[1].people, PEOPLE * 4 / 5, "the other audience in the same pass");
    msg_list_release(&a.topics);
    msg_list_release(&a.districts);
}

Test(reach, size_of_slices_changes_nothing)
{
    struct msg_reach whole = {0};
    struct msg_reach_scan s = scan_of(&whole, 1);

    cr_assert_eq(msg_reach_count(db, &s), LOA_OK);
    for (int64_t rows = 1; rows < 4000; rows = rows * 7 + 3) {
        struct msg_reach r = {0};
        struct msg_reach_scan part = scan_of(&r, 1);

        while (!part.done)
            cr_assert_eq(msg_reach_slice(db, &part, rows), LOA_OK);
        cr_expect_eq(memcmp(&r, &whole, sizeof(r)), 0, "%lld rows a slice", (long long)rows);
        cr_expect_eq(part.followers, s.followers);
    }
}

Test(reach, who_came_after_the_run_began_is_not_in_it)
{
    struct msg_reach r = {0};
    struct msg_reach_scan s = scan_of(&r, 1);

    s.last_id = 1000;
    cr_assert_eq(msg_reach_count(db, &s), LOA_OK);
    cr_expect_eq(r.people, 800);
}

static int64_t exactly_younger(int64_t at, int64_t age)
{
    int64_t n = 0;

    cr_assert_eq(db_get_int(db, &n,
                            "SELECT COUNT(*) FROM contacts WHERE account_id = $1 AND status = 0 "
                            "AND opted_out = 0 AND last_seen_ms > $2",
                            "ii", account, at - age),
                 LOA_OK);
    return n;
}

Test(reach, hours_are_exact_on_the_hour_and_never_too_many_between)
{
    struct msg_reach r = {0};
    struct msg_reach_scan s = scan_of(&r, 1);
    static const int64_t ages[] = {24, 48, 168};

    cr_assert_eq(msg_reach_count(db, &s), LOA_OK);
    for (size_t a = 0; a < 3; a++) {
        int64_t age = ages[a] * LOA_HOUR_MS;

        for (int64_t h = 0; h < 200; h += 7) {
            int64_t at = s.base_ms + h * LOA_HOUR_MS;

            cr_expect_eq(msg_reach_younger(&r, s.base_ms, at, age), exactly_younger(at, age));
            cr_expect_leq(msg_reach_younger(&r, s.base_ms, at + 1234567, age),
                          exactly_younger(at + 1234567, age));
        }
    }
}

Test(reach, account_without_contacts_is_counted_at_once)
{
    struct msg_reach r = {0};
    struct msg_reach_scan s = scan_of(&r, 1);

    s.account_id = 999;
    cr_assert_eq(msg_reach_count(db, &s), LOA_OK);
    cr_expect(s.done);
    cr_expect_eq(r.people, 0);
}
