/* SPDX-License-Identifier: Apache-2.0 */
/* simulate.c - what a country's worth of accounts would need: every account sends one message to
 * all of its followers at the same moment, at the pace that its platform allows, and the platforms
 * report each message as delivered and as seen. Computed from unit costs that the same run has
 * measured (lines "name value" on stdin; see cases/simulate.sh) and the adapters' own limits.
 *
 *   bench-simulate ACCOUNTS FOLLOWERS */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"

enum { RECEIPTS = 2, NODES_MIN = 2, SMALL_CLUSTER = 8 };

/* A node's loop is one thread; half of it stays free for what comes at once. */
static const double busy = 0.5;

static struct unit {
    const char *name;
    double value;
    bool given;
} units[] = {
    {"idle_us", 0, false},        /* processor time of a node in a second without work */
    {"single_us", 0, false},      /* for a single, at the allowed pace */
    {"batched_us", 0, false},     /* for a recipient of a batch */
    {"receipt_us", 0, false},     /* for a receipt */
    {"server_us", 0, false},      /* of the database server for a recipient */
    {"server_hook_us", 0, false}, /* for a receipt */
    {"commits", 0, false},        /* a second, of one account at the pace of Zalo's singles */
    {"hook_commits", 0, false},   /* for a receipt under load */
    {"rows", 0, false},           /* written for a recipient */
    {"hook_rows", 0, false},      /* for a receipt */
    {"bytes", 0, false},          /* of the server's log for a recipient */
    {"hook_bytes", 0, false},     /* for a receipt */
};

enum { N_UNITS = sizeof(units) / sizeof(units[0]) };

static void die(const char *what, const char *which)
{
    (void)fprintf(stderr, "bench-simulate: %s %s\n", what, which);
    exit(1);
}

static double unit(const char *name)
{
    for (size_t i = 0; i < N_UNITS; i++) {
        if (strcmp(units[i].name, name) == 0)
            return units[i].value;
    }
    die("no such unit:", name);
    return 0;
}

static void read_units(void)
{
    char name[64];
    double value;

    while (scanf("%63s %lf", name, &value) == 2) {
        for (size_t i = 0; i < N_UNITS; i++) {
            if (strcmp(units[i].name, name) == 0) {
                units[i].value = value;
                units[i].given = true;
            }
        }
    }
    for (size_t i = 0; i < N_UNITS; i++) {
        if (!units[i].given)
            die("not measured:", units[i].name);
    }
}

static void print_duration(double s)
{
    if (s < 120)
        (void)printf("%.0f s", s);
    else if (s < 7200)
        (void)printf("%.0f min", s / 60);
    else
        (void)printf("%.1f h", s / 3600);
}

/* `calls` a second of one account, each to `people`. Receipts come as fast as messages go. */
static void line(const char *what, double accounts, double followers, double calls, double people,
                 const char *cost)
{
    double each = fmin(calls * people, followers), all = accounts * each;
    double hooks = RECEIPTS * all;
    double node = (all * unit(cost) + hooks * unit("receipt_us")) / 1e6;
    double server = (all * unit("server_us") + hooks * unit("server_hook_us")) / 1e6;
    double free = busy - unit("idle_us") / 1e6; /* of a node, for work */
    double nodes = fmax(ceil(node / free), NODES_MIN);

    (void)printf("| %s | ", what);
    print_duration(followers / each);
    (void)printf(" | ");
    print_duration(followers / each * fmax(1, node / (free * SMALL_CLUSTER)));
    (void)printf(" | %.0f | %.0f | %.2f | %.0f | %.0f | %.0f | %.1f | %.2f | %.1f |\n", all, hooks,
                 node, nodes, accounts * unit("commits") + hooks * unit("hook_commits"),
                 all * unit("rows") + hooks * unit("hook_rows"),
                 (all * unit("bytes") + hooks * unit("hook_bytes")) / 1e6, server,
                 accounts * followers * (unit("bytes") + RECEIPTS * unit("hook_bytes")) / 1e9);
}

static void ways_of(const struct channel_ops *c, double accounts, double followers)
{
    char what[128];

    if (c->caps & CHANNEL_CAP_POST) {
        (void)snprintf(what, sizeof(what), "%s, one public post each", c->title);
        (void)printf("| %s | ", what);
        print_duration(1 / c->limits.posts_per_s);
        (void)printf(" | ");
        print_duration(1 / c->limits.posts_per_s);
        (void)printf(" | %.0f posts in all | 0 | 0.00 | %d | %.0f in all | %.0f in all | | | |\n",
                     accounts, NODES_MIN, accounts * 4, accounts * 4);
    }
    if (c->caps & CHANNEL_CAP_BATCH) {
        (void)snprintf(what, sizeof(what), "%s, batches of %zu at %.0f/s", c->title,
                       c->limits.batch, c->limits.batches_per_s);
        line(what, accounts, followers, c->limits.batches_per_s, (double)c->limits.batch,
             "batched_us");
    }
    (void)snprintf(what, sizeof(what), "%s, singles at %.0f/s", c->title, c->limits.singles_per_s);
    line(what, accounts, followers, c->limits.singles_per_s, 1, "single_us");
}

int main(int argc, char **argv)
{
    double accounts = argc == 3 ? strtod(argv[1], NULL) : 0;
    double followers = argc == 3 ? strtod(argv[2], NULL) : 0;

    if (accounts < 1 || followers < 1) {
        (void)fputs("usage: bench-simulate ACCOUNTS FOLLOWERS <units\n", stderr);
        return 2;
    }
    read_units();
    (void)printf("%.0f accounts with %.0f followers each, all at once, every message reported as "
                 "delivered and as seen:\n\n",
                 accounts, followers);
    (void)puts("| way | takes | with 8 nodes | recipients/s | receipts/s | cores of nodes | nodes "
               "| commits/s | "
               "rows/s | MB/s of log | cores of the server | GB of log in all |");
    (void)puts("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for (size_t i = 0; channel_all[i]; i++)
        ways_of(channel_all[i], accounts, followers);
    (void)puts("\nMeasured in this run:");
    for (size_t i = 0; i < N_UNITS; i++)
        (void)printf("- %s: %.3g\n", units[i].name, units[i].value);
    return 0;
}
