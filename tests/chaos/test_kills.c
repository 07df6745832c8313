/* SPDX-License-Identifier: Apache-2.0 */
/* kill -9 at random instants of broadcasts: while they are planned, between claims, in the middle
 * of requests and of writes, at the start after the kill before, and while doubts are settled;
 * echoes are late, out of order and doubled. The ledger says who got what. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "tests/chaos/count.h"

TestSuite(kills, .timeout = 7200);

static struct rig r;

enum phase { PLANNING, STARTING, SENDING, SETTLING, PHASES };
static const char *const phase_names[PHASES] = {"planning", "starting", "sending", "settling"};

struct storm {
    const char *channel;
    int64_t people, kills, each; /* kills in all, and of one broadcast */
    int64_t began;               /* the seed at first */
    uint64_t seed;
    bool echoes; /* the platform tells of every message that it took */
    int64_t killed[PHASES], in_flight, twice, doubt;
};

static void start(void)
{
    /* Each pace is such that a broadcast lives long enough for its kills; the wait for echoes is
     * longer than all the time that the server is down in it. */
    (void)snprintf(r.extra_env, sizeof(r.extra_env),
                   "LOA_DOUBT_WAIT=%" PRId64
                   "\nLOA_LEASE=1\nZALO_RATE=600000\nFACEBOOK_RATE=600000\n"
                   "VIBER_RATE=%" PRId64 "\n",
                   chaos_size("CHAOS_DOUBT_WAIT", 30), chaos_size("CHAOS_VIBER_RATE", 300));
    rig_start(&r, "");
    rig_do(&r, "{\"op\":\"limits\",\"on\":false}");
    /* Webhooks that met a dead server come again soon; in life it is 30 s and minutes. */
    rig_do(&r, "{\"op\":\"webhooks\",\"delay_ms\":50,\"reorder_ms\":800,\"duplicate_percent\":10,"
               "\"retry_ms\":[200,300,400,500],\"retry_forever\":true}");
}

static void end(void)
{
    rig_end(&r);
}

static void rest(int64_t ms)
{
    struct timespec ts = {ms / 1000, ms % 1000 * 1000000};

    nanosleep(&ts, NULL);
}

/* ---- one broadcast --------------------------------------------------------------------- */

static int64_t number_of(int64_t message, const char *what)
{
    char sql[160];

    (void)snprintf(sql, sizeof(sql),
                   "SELECT COUNT(*) FROM runs WHERE message_id = %" PRId64 " AND %s", message,
                   what);
    return rig_sql(&r, sql);
}

static bool is_over(int64_t message)
{
    return number_of(message, "finished_ms > 0") > 0;
}

/* An account that paused itself would make the wait endless. */
static void nobody_paused(void)
{
    if (rig_sql(&r, "SELECT COUNT(*) FROM accounts WHERE state = 'paused'") > 0)
        rig_give_up(&r, "no account is paused");
}

static int64_t reached(const struct storm *s, int64_t before)
{
    return rig_stat(&r, s->channel, "unique") - before;
}

/* After the kill nothing moves: what the platform took and the store knows nothing of was in
 * flight, in the request, in the answer or in the write. */
static void kill_now(struct storm *s, enum phase phase, int64_t message, const char *text)
{
    struct count c;

    rig_kill(&r);
    s->killed[phase]++;
    count_everyone(&r, s->channel, message, text, &c);
    s->in_flight += c.open_reached;
    rig_spawn(&r, "");
}

/* When the k-th of n kills of the sending strikes: at some point of its part of the audience. */
static void wait_for_part(struct storm *s, int64_t message, int64_t before, int64_t k, int64_t n)
{
    int64_t part = s->people / (n + 1), mark = part * k + chaos_random(&s->seed, part + 1);

    RIG_WAIT_LONG_EVERY(&r, 1, reached(s, before) >= mark || is_over(message));
    rest(chaos_random(&s->seed, 40));
}

static void wait_for_the_end_of_sending(int64_t message)
{
    RIG_WAIT_LONG_EVERY(&r, 1, number_of(message, "(cursor_id >= last_id OR finished_ms > 0)") > 0);
}

static void storm_over(struct storm *s, int64_t message, const char *text, int64_t before,
                       int64_t kills)
{
    int64_t settling = kills / 8, sending = kills - 1 - settling, k = 0;

    rest(chaos_random(&s->seed, 300)); /* the planner finds it within that */
    kill_now(s, PLANNING, message, text);
    while (k < sending) {
        if (chaos_random(&s->seed, 4) == 0) {
            rest(chaos_random(&s->seed, 250));
            kill_now(s, STARTING, message, text);
        } else {
            wait_for_part(s, message, before, k, sending);
            kill_now(s, is_over(message) ? SETTLING : SENDING, message, text);
        }
        k++;
    }
    wait_for_the_end_of_sending(message);
    for (k = 0; k < settling; k++) {
        rest(chaos_random(&s->seed, 3000));
        kill_now(s, SETTLING, message, text);
    }
}

/* Somebody writes now and then and is answered, as always in life: the platform tells of those
 * answers, so its silence about others is a proof. */
static void wait_until_settled(int64_t message)
{
    int64_t next = 0;

    rig_wait_ready(&r);
    RIG_WAIT_LONG_EVERY(&r, 10,
                        (nobody_paused(), is_over(message)) ||
                            (rig_now_ms() > next
                                 ? (next = rig_now_ms() + 3000,
                                    rig_do(&r, "{\"op\":\"say\",\"platform\":\"zalo\","
                                               "\"user\":\"demo\",\"text\":\"chào\"}"),
                                    rig_do(&r, "{\"op\":\"say\",\"platform\":\"facebook\","
                                               "\"user\":\"demo\",\"text\":\"chào\"}"),
                                    false)
                                 : false));
}

static bool receipts_are_in(const struct storm *s, int64_t message, const char *text,
                            struct count *c)
{
    count_everyone(&r, s->channel, message, text, c);
    return c->doubt_reached == 0;
}

static void one_broadcast(struct storm *s, int64_t number, int64_t kills, const char *options)
{
    int64_t before = rig_stat(&r, s->channel, "unique"), message;
    char text[64], command[256], what[64];
    struct count c;

    (void)snprintf(text, sizeof(text), "Tin qua bão số %" PRId64, number);
    (void)snprintf(command, sizeof(command), "--title A --text '%s' --channels %s %s", text,
                   s->channel, options);
    message = rig_message(&r, command);
    storm_over(s, message, text, before, kills);
    wait_until_settled(message);
    RIG_WAIT_LONG(&r, receipts_are_in(s, message, text, &c));
    (void)snprintf(what, sizeof(what), "kills: broadcast %" PRId64, number);
    count_print(what, s->channel, &c);
    if (c.twice && s->echoes)
        count_print_twice(&r, s->channel, text);
    s->twice += c.twice;
    s->doubt += c.doubt;
    cr_expect_eq(c.open, 0, "without an end: %" PRId64, c.open);
    cr_expect_eq(c.ghosts, 0, "said to be sent and was not: %" PRId64, c.ghosts);
    cr_expect_eq(c.hidden, 0, "said to have failed and arrived: %" PRId64, c.hidden);
    cr_expect_eq(c.failed, 0);
    cr_expect_leq(c.skipped, 1, "the one who only writes to us");
    cr_expect_eq(c.sent + c.doubt, s->people, "everyone is in one state");
    cr_expect_eq(c.reached, c.sent, "who is not reached is shown as in doubt");
    cr_expect_eq(c.sums, 0, "the run's numbers differ from its rows");
    if (s->echoes || strstr(options, "resend"))
        cr_expect_eq(c.reached, s->people, "missed: %" PRId64, s->people - c.reached);
}

/* ---- all of them ----------------------------------------------------------------------- */

static void report(const struct storm *s)
{
    (void)fprintf(stderr, "kills: %s on %s, seed %" PRId64 ", %" PRId64 " kills:", s->channel,
                  r.database ? "PostgreSQL" : "SQLite", s->began, s->kills);
    for (int p = 0; p < PHASES; p++)
        (void)fprintf(stderr, " %s %" PRId64, phase_names[p], s->killed[p]);
    (void)fprintf(stderr,
                  "; in flight at them %" PRId64 " recipients; twice %" PRId64 ", left in doubt "
                  "%" PRId64 "\n",
                  s->in_flight, s->twice, s->doubt);
}

static void survives(const char *channel, bool echoes, const char *options)
{
    struct storm s = {.channel = channel,
                      .people = chaos_size("CHAOS_KILL_PEOPLE", 2000),
                      .kills = chaos_size("CHAOS_KILLS", 10),
                      .each = chaos_size("CHAOS_KILLS_EACH", 40),
                      .began = chaos_seed(channel),
                      .echoes = echoes};
    int64_t left = s.kills;

    s.seed = (uint64_t)s.began;
    if (strcmp(channel, "viber") == 0)
        s.people *= chaos_size("CHAOS_VIBER_TIMES", 6);
    rig_followers(&r, channel, (int)s.people);
    rig_do(&r, "{\"op\":\"demo\"}");
    rig_serve(&r, "");
    rig_do(&r, "{\"op\":\"delay\",\"platform\":\"%s\",\"ms\":25}", channel);
    for (int64_t number = 1; left > 0; number++) {
        int64_t kills = left < s.each ? left : s.each;

        one_broadcast(&s, number, kills, options);
        left -= kills;
    }
    report(&s);
    if (echoes)
        cr_expect_eq(s.twice, 0, "twice: %" PRId64, s.twice);
    else
        cr_expect_leq(s.twice, s.in_flight, "twice: %" PRId64, s.twice);
}

Test(kills, facebook_nobody_missed_nobody_twice, .init = start, .fini = end)
{
    survives("facebook", true, "");
}

Test(kills, zalo_nobody_missed_nobody_twice, .init = start, .fini = end)
{
    survives("zalo", true, "");
}

/* Viber tells of deliveries only: what was taken is settled by them, what was not stays in doubt
 * and is shown. */
Test(kills, viber_nobody_twice_and_the_doubt_is_shown, .init = start, .fini = end)
{
    survives("viber", false, "");
}

/* The message says that it may come twice rather than not at all, and no phone tells of anything:
 * then nobody is missed, and twice gets it at most who was in a request under way. */
Test(kills, viber_nobody_missed_and_twice_at_most_what_was_under_way, .init = start, .fini = end)
{
    rig_do(&r, "{\"op\":\"webhooks\",\"platform\":\"viber\",\"delivered\":false,\"seen\":false}");
    survives("viber", false, "--doubt resend");
}
