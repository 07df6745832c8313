/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/lease.h"

#include <stdlib.h>

#include <criterion/criterion.h>

#include "tests/unit/store_help.h"

enum { TTL = 60000 };

static struct db *db;
static int64_t accounts[4];

static void setup(void)
{
    static const char *const names[] = {"a", "b", "c", "d"};

    db = help_open();
    for (int i = 0; i < 4; i++)
        accounts[i] = help_account(db, names[i]);
}

static void teardown(void)
{
    help_close(db);
}

TestSuite(msg_lease, .init = setup, .fini = teardown);

static struct msg_lease_round turn(int64_t session, int64_t ttl)
{
    struct msg_lease_round r = {
        .session = session, .name = session == 1 ? "n1" : "n2", .address = "x", .ttl_ms = ttl};

    cr_assert_eq(msg_lease_round(db, &r), LOA_OK);
    return r;
}

static int64_t fence_in(const struct msg_lease_round *r, int64_t account)
{
    for (size_t i = 0; i < r->n_held; i++) {
        if (r->held[i].account == account)
            return r->held[i].fence;
    }
    return 0;
}

/* All leases of a session are as if they had run out. */
static void run_out(int64_t session)
{
    cr_assert_eq(db_run(db, "UPDATE leases SET expires_ms = 1 WHERE session = $1", "i", session),
                 LOA_OK);
    cr_assert_eq(db_run(db, "UPDATE nodes SET seen_ms = 1 WHERE session = $1", "i", session),
                 LOA_OK);
}

Test(msg_lease, the_first_node_works_everything_and_plans)
{
    struct msg_lease_round r = turn(1, TTL);

    cr_expect_eq(r.n_held, (size_t)5);
    cr_expect_eq(fence_in(&r, MSG_LEASE_PLANNER), 1);
    cr_expect_eq(fence_in(&r, accounts[3]), 1);
    cr_expect_eq(r.excess, (size_t)0);
    free(r.held);
}

Test(msg_lease, a_lease_that_is_renewed_keeps_its_number_and_is_nobody_else_s)
{
    struct msg_lease_round mine = turn(1, TTL), theirs = turn(2, TTL);

    cr_expect_eq(theirs.n_held, (size_t)0);
    free(mine.held);
    free(theirs.held);
    mine = turn(1, TTL);
    cr_expect_eq(fence_in(&mine, accounts[0]), 1);
    cr_expect_eq(mine.excess, (size_t)2, "the other one is there and has none");
    free(mine.held);
}

Test(msg_lease, what_is_handed_back_goes_to_who_has_fewer)
{
    struct msg_lease_round mine = turn(1, TTL), theirs = turn(2, TTL);
    struct msg_lease_round r = {.session = 1, .name = "n1", .address = "x", .ttl_ms = TTL};

    free(mine.held);
    free(theirs.held);
    r.give = accounts;
    r.n_give = 2;
    cr_assert_eq(msg_lease_round(db, &r), LOA_OK);
    cr_expect_eq(r.n_held, (size_t)3, "not taken back in the same breath");
    free(r.held);
    theirs = turn(2, TTL);
    cr_expect_eq(theirs.n_held, (size_t)2);
    cr_expect_eq(fence_in(&theirs, accounts[0]), 2, "a new holder, a new number");
    cr_expect_eq(theirs.excess, (size_t)0);
    free(theirs.held);
}

Test(msg_lease, what_has_run_out_is_taken_and_the_old_number_is_stale)
{
    struct msg_lease_round mine = turn(1, TTL), theirs;

    free(mine.held);
    run_out(1);
    theirs = turn(2, TTL);
    cr_expect_eq(theirs.n_held, (size_t)5);
    cr_expect_eq(msg_lease_check(db, accounts[1], 1), LOA_EPERM);
    cr_expect_eq(msg_lease_check(db, accounts[1], 2), LOA_OK);
    cr_expect_eq(msg_lease_check(db, 999, 0), LOA_EPERM, "no such lease");
    free(theirs.held);
    mine = turn(1, TTL);
    cr_expect_eq(mine.n_held, (size_t)0);
    free(mine.held);
}

Test(msg_lease, one_that_has_run_out_is_renewed_if_nobody_took_it)
{
    struct msg_lease_round mine = turn(1, TTL);

    free(mine.held);
    run_out(1);
    mine = turn(1, TTL);
    cr_expect_eq(mine.n_held, (size_t)5);
    cr_expect_eq(fence_in(&mine, accounts[0]), 1);
    free(mine.held);
}

Test(msg_lease, after_uncertain_writes_the_numbers_are_new)
{
    struct msg_lease_round r = turn(1, TTL);

    free(r.held);
    r.refresh = true;
    cr_assert_eq(msg_lease_round(db, &r), LOA_OK);
    cr_expect_eq(fence_in(&r, accounts[0]), 2);
    cr_expect_eq(msg_lease_check(db, accounts[0], 1), LOA_EPERM);
    free(r.held);
}

Test(msg_lease, who_is_alone_takes_what_a_dead_process_left)
{
    struct msg_lease_round old = turn(1, TTL);
    struct msg_lease_round r = {
        .session = 2, .name = "n", .address = "x", .ttl_ms = TTL, .alone = true};

    free(old.held);
    cr_assert_eq(msg_lease_round(db, &r), LOA_OK);
    cr_expect_eq(r.n_held, (size_t)5);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM nodes"), 1);
    free(r.held);
}

Test(msg_lease, who_leaves_leaves_everything_at_once)
{
    struct msg_lease_round r = turn(1, TTL);
    struct msg_node *nodes;
    size_t n;

    free(r.held);
    cr_assert_eq(msg_lease_leave(db, 1), LOA_OK);
    cr_assert_eq(msg_nodes(db, &nodes, &n), LOA_OK);
    cr_expect_eq(n, (size_t)0);
    msg_nodes_release(nodes, n);
    r = turn(2, TTL);
    cr_expect_eq(r.n_held, (size_t)5);
    free(r.held);
}

Test(msg_lease, the_list_of_nodes_says_who_works_what)
{
    struct msg_lease_round a = turn(1, TTL), b = turn(2, TTL);
    struct msg_node *nodes;
    size_t n;

    free(a.held);
    free(b.held);
    cr_assert_eq(msg_nodes(db, &nodes, &n), LOA_OK);
    cr_assert_eq(n, (size_t)2);
    cr_expect_str_eq(nodes[0].name, "n1");
    cr_expect_str_eq(nodes[0].accounts, "a,b,c,d");
    cr_expect(nodes[0].plans && nodes[0].alive);
    cr_expect_eq(nodes[1].n_accounts, (size_t)0);
    cr_expect(!nodes[1].plans && nodes[1].alive);
    msg_nodes_release(nodes, n);
}
