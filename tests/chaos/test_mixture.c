/* SPDX-License-Identifier: Apache-2.0 */
/* Platforms that fail in every way at once, by a seed: broadcasts on three channels at the same
 * time while the sandbox mixes errors, limits, lost connections, late and broken answers and tokens
 * that end. Everyone ends in exactly one state, the numbers add up, and the ledger agrees. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/chaos/count.h"

TestSuite(mixture, .timeout = 3600);

static struct rig r;

static const char *const channels[] = {"zalo", "viber", "facebook"};
enum { CHANNELS = 3 };

static void start(void)
{
    /* The wait for an echo is longer than any stall of a loaded machine: silence is a proof. */
    (void)snprintf(
        r.extra_env, sizeof(r.extra_env),
        "LOA_DOUBT_WAIT=30\nZALO_RATE=600000\nFACEBOOK_RATE=600000\nVIBER_RATE=600000\n");
    rig_start(&r, "");
    rig_do(&r, "{\"op\":\"limits\",\"on\":false}");
    rig_do(&r, "{\"op\":\"webhooks\",\"delay_ms\":50,\"reorder_ms\":500,\"duplicate_percent\":10}");
}

static void end(void)
{
    rig_end(&r);
}

/* What goes wrong on one platform, and on which calls. Where a call is for hundreds of people, more
 * of them fail. */
struct mixture {
    const char *channel, *path;
    int scale;
    const char *faults;
};

#define EVERYWHERE                                                                                 \
    "{\"name\":\"http 500\",\"kind\":\"http\",\"status\":500,\"weight\":15},"                      \
    "{\"name\":\"http 503\",\"kind\":\"http\",\"status\":503,\"weight\":15},"                      \
    "{\"name\":\"http 504\",\"kind\":\"http\",\"status\":504,\"weight\":5},"                       \
    "{\"name\":\"http 429\",\"kind\":\"http\",\"status\":429,\"weight\":10},"                      \
    "{\"name\":\"http 429, wait\",\"kind\":\"http\",\"status\":429,\"weight\":6,\"max\":6,"        \
    "\"headers\":{\"Retry-After\":\"2\"}},"                                                        \
    "{\"name\":\"lost before\",\"kind\":\"drop_before\",\"weight\":8},"                            \
    "{\"name\":\"reset before\",\"kind\":\"drop_before\",\"reset\":true,\"weight\":8},"            \
    "{\"name\":\"lost after\",\"kind\":\"drop_after\",\"weight\":8},"                              \
    "{\"name\":\"reset after\",\"kind\":\"drop_after\",\"reset\":true,\"weight\":8},"              \
    "{\"name\":\"half an answer\",\"kind\":\"partial\",\"weight\":8},"                             \
    "{\"name\":\"no JSON, taken\",\"kind\":\"garbage\",\"after\":true,\"weight\":8},"              \
    "{\"name\":\"no JSON\",\"kind\":\"garbage\",\"weight\":4},"                                    \
    "{\"name\":\"timeout, taken\",\"kind\":\"timeout\",\"ms\":400,\"after\":true,\"weight\":8},"   \
    "{\"name\":\"timeout\",\"kind\":\"timeout\",\"ms\":400,\"weight\":4},"                         \
    "{\"name\":\"silence\",\"kind\":\"timeout\",\"ms\":45000,\"after\":true,\"weight\":4,"         \
    "\"max\":2},"                                                                                  \
    "{\"name\":\"slow\",\"kind\":\"delay\",\"ms\":700,\"weight\":30}"

static const struct mixture mixtures[] = {
    {"zalo", "/message/cs", 1,
     EVERYWHERE ",{\"name\":\"-32\",\"kind\":\"error\",\"code\":-32,\"weight\":4,\"max\":1},"
                "{\"name\":\"-200\",\"kind\":\"error\",\"code\":-200,\"weight\":10},"
                "{\"name\":\"-213\",\"kind\":\"error\",\"code\":-213,\"weight\":6},"
                "{\"name\":\"token ends\",\"kind\":\"expire_token\",\"weight\":6,\"max\":3}"},
    {"viber", "broadcast_message", 3,
     EVERYWHERE ",{\"name\":\"12\",\"kind\":\"error\",\"code\":12,\"weight\":10,\"max\":2},"
                "{\"name\":\"failed_list\",\"kind\":\"failed_list\",\"percent\":4,\"weight\":60},"
                "{\"name\":\"unknown\",\"kind\":\"error\",\"code\":77,\"weight\":6,\"max\":2}"},
    {"facebook", "/messages", 1,
     EVERYWHERE
     ",{\"name\":\"613\",\"kind\":\"error\",\"code\":613,\"http\":400,\"weight\":8},"
     "{\"name\":\"usage 100\",\"kind\":\"delay\",\"ms\":0,\"weight\":8,\"headers\":{"
     "\"X-App-Usage\":\"{\\\"call_count\\\":100,\\\"total_time\\\":20,\\\"total_cputime\\\":9}\"}},"
     "{\"name\":\"2 transient\",\"kind\":\"error\",\"code\":2,\"http\":500,\"is_transient\":true,"
     "\"weight\":10},"
     "{\"name\":\"551\",\"kind\":\"error\",\"code\":551,\"weight\":6},"
     "{\"name\":\"token ends\",\"kind\":\"expire_token\",\"weight\":3,\"max\":1}"},
};

/* All is well again after `requests` calls, so that the broadcasts end. */
static void mix(const struct mixture *m, int64_t seed, int64_t requests)
{
    rig_do(&r,
           "{\"op\":\"chaos\",\"platform\":\"%s\",\"path\":\"%s\",\"seed\":%" PRId64
           ",\"requests\":%" PRId64 ",\"scale\":%d,\"faults\":[%s]}",
           m->channel, m->path, seed, requests, m->scale, m->faults);
}

static cJSON *mixed(const char *channel, int64_t plan)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "/_control/chaos?platform=%s&plan=%" PRId64, channel, plan);
    return rig_read(&r, path);
}

static int64_t requests_of(const cJSON *mixed)
{
    return (int64_t)cJSON_GetObjectItemCaseSensitive(mixed, "requests")->valuedouble;
}

/* What a person at the office does about an account that paused itself: a token where one is wanted
 * (Facebook's cannot be renewed by the program), and "go on". */
static int looked_after;

static bool look_after_accounts(void)
{
    if (rig_sql(&r, "SELECT COUNT(*) FROM accounts WHERE state = 'paused'") == 0)
        return true;
    for (size_t i = 0; i < CHANNELS; i++) {
        char sql[128];

        (void)snprintf(sql, sizeof(sql),
                       "SELECT COUNT(*) FROM accounts WHERE state = 'paused' AND name = '%s'",
                       channels[i]);
        if (rig_sql(&r, sql) == 0)
            continue;
        rig_do(&r, "{\"op\":\"restore_token\",\"platform\":\"%s\"}", channels[i]);
        rig_must(&r, "account resume %s --user an", channels[i]);
        looked_after++;
    }
    return true;
}

static bool all_done(int64_t id)
{
    bool done = look_after_accounts();

    for (size_t i = 0; done && i < CHANNELS; i++)
        done = rig_run_done(&r, id, channels[i]);
    return done;
}

static bool webhooks_are_out(void)
{
    cJSON *answer = rig_order(&r, "{\"op\":\"pending\"}");
    bool out = cJSON_GetObjectItemCaseSensitive(answer, "pending")->valueint == 0;

    cJSON_Delete(answer);
    return out && rig_sql(&r, "SELECT COUNT(*) FROM inbound WHERE state = 0") == 0;
}

static void print_faults(const char *channel, int64_t seed)
{
    cJSON *all = mixed(channel, 0), *one;

    (void)fprintf(stderr, "mixture: %s: seed %" PRId64 ", %" PRId64 " requests:", channel, seed,
                  requests_of(all));
    cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(all, "faults"))(void)
        fprintf(stderr, " %s %d%s", one->string, one->valueint, one->next ? "," : "\n");
    cJSON_Delete(all);
}

/* What was done to the requests is what the seed says of them. */
static void follows_the_seed(const char *channel)
{
    cJSON *all = mixed(channel, 0), *again = mixed(channel, requests_of(all));
    cJSON *done = cJSON_GetObjectItemCaseSensitive(again, "done");
    cJSON *plan = cJSON_GetObjectItemCaseSensitive(again, "plan");

    cr_expect_gt(cJSON_GetArraySize(done), 0);
    cr_expect(cJSON_Compare(done, plan, true), "%s", channel);
    cJSON_Delete(all);
    cJSON_Delete(again);
}

static void everyone_in_one_state(const char *channel, int64_t id, int64_t people)
{
    struct count c;

    count_everyone(&r, channel, id, "Tin giữa muôn lỗi", &c);
    count_print("mixture", channel, &c);
    if (c.twice)
        count_print_twice(&r, channel, "Tin giữa muôn lỗi");
    cr_expect_eq(c.people, people, "%s: %" PRId64, channel, c.people);
    cr_expect_eq(c.sent + c.failed + c.skipped + c.doubt, people, "%s", channel);
    cr_expect_eq(c.open, 0, "%s: without an end: %" PRId64, channel, c.open);
    cr_expect_eq(c.twice, 0, "%s: twice: %" PRId64, channel, c.twice);
    cr_expect_eq(c.ghosts, 0, "%s: said to be sent and was not: %" PRId64, channel, c.ghosts);
    cr_expect_eq(c.hidden, 0, "%s: said to have failed and arrived: %" PRId64, channel, c.hidden);
    cr_expect_eq(c.doubt_reached, 0, "%s: arrived, receipts came, still in doubt: %" PRId64,
                 channel, c.doubt_reached);
    cr_expect_eq(c.sums, 0, "%s: the run's numbers differ from its rows", channel);
}

Test(mixture, everyone_ends_in_one_state_and_the_ledger_agrees, .init = start, .fini = end)
{
    int64_t seed = chaos_size("CHAOS_SEED", 1), singles = chaos_size("CHAOS_PEOPLE", 600);
    int64_t people[CHANNELS] = {singles, singles * 15, singles};
    int64_t id;

    for (size_t i = 0; i < CHANNELS; i++)
        rig_followers(&r, channels[i], (int)people[i]);
    rig_serve(&r, "");
    for (size_t i = 0; i < CHANNELS; i++)
        mix(&mixtures[i], seed, people[i]);
    id = rig_message(&r, "--title A --text 'Tin giữa muôn lỗi' --channels zalo,viber,facebook");
    RIG_WAIT_LONG(&r, all_done(id));
    RIG_WAIT_LONG(&r, webhooks_are_out());
    for (size_t i = 0; i < CHANNELS; i++) {
        print_faults(channels[i], seed);
        everyone_in_one_state(channels[i], id, people[i]);
        follows_the_seed(channels[i]);
    }
    (void)fprintf(stderr, "mixture: accounts that staff had to resume: %d\n", looked_after);
}

/* ---- the seed -------------------------------------------------------------------------- */

/* The faults that a broadcast to some people meets; caller owns. */
static cJSON *sequence(int64_t seed, const char *text)
{
    char options[128];
    int64_t id;
    cJSON *all, *done;

    rig_do(&r,
           "{\"op\":\"chaos\",\"platform\":\"facebook\",\"path\":\"/messages\",\"seed\":%" PRId64
           ",\"faults\":[{\"kind\":\"http\",\"status\":503,\"weight\":150},"
           "{\"kind\":\"drop_after\",\"weight\":100},{\"kind\":\"delay\",\"ms\":50,\"weight\":200}"
           "]}",
           seed);
    (void)snprintf(options, sizeof(options), "--title A --text '%s' --channels facebook", text);
    id = rig_message(&r, options);
    RIG_WAIT_LONG(&r, rig_run_done(&r, id, "facebook"));
    all = mixed("facebook", 0);
    done = cJSON_DetachItemFromObjectCaseSensitive(all, "done");
    cJSON_Delete(all);
    return done;
}

/* As far as both go: how many requests there were differs with the machine's moods. */
static bool same(cJSON *a, cJSON *b)
{
    cJSON *x = a->child, *y = b->child;

    while (x && y && cJSON_Compare(x, y, true)) {
        x = x->next;
        y = y->next;
    }
    return !x || !y;
}

Test(mixture, one_seed_gives_one_sequence, .init = start, .fini = end)
{
    cJSON *first, *again, *other;

    rig_followers(&r, "facebook", 80);
    rig_serve(&r, "");
    first = sequence(7, "Lần một");
    again = sequence(7, "Lần hai");
    other = sequence(8, "Lần ba");
    cr_expect_gt(cJSON_GetArraySize(first), 10);
    cr_expect(same(first, again));
    cr_expect_not(same(first, other));
    cJSON_Delete(first);
    cJSON_Delete(again);
    cJSON_Delete(other);
}
