/* SPDX-License-Identifier: Apache-2.0 */
/* The seven days of the campaign in some minutes: nights pass in seconds, mornings at the real
 * pace, by a demonstration clock that the test moves on when it has seen all it waits for; so a
 * slow machine only takes longer. Every daily update comes at its minute, once, on each platform;
 * what is not urgent stays out of the quiet hours; people ask and get their answer; the program is
 * stopped once and killed once on the way. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "messages/base/tz.h"
#include "tests/chaos/count.h"

TestSuite(campaign, .timeout = 3600);

static struct rig r;

static const char *const channels[] = {"zalo", "viber", "facebook"};
static const char *const questions[][2] = {
    {"có mất phí không", "Tất cả hoạt động trong lịch này đều miễn phí"},
    {"ai tổ chức", "UBND tỉnh chỉ đạo"},
    {"đăng ký thế nào", "Bạn muốn đăng ký hoạt động nào"},
};
enum { FACEBOOK = 2, CHANNELS = 3, QUESTIONS = 3, DAYS = 7, DAY_OF_RESTART = 3, DAY_OF_KILL = 5 };

static int people;
static char daily[DAYS + 1][80]; /* words by which each day's text is known */

/* ---- the clock ------------------------------------------------------------------------- */

static char from[40]; /* where the clock stands, about */

/* Fast from where it stands until then, and from there on at the real pace; waits until it is
 * there. The sandbox's clock is there at once, so it is never behind ours. */
static void go_to(const char *when)
{
    char path[128], temporary[136];
    int64_t now = 0;
    FILE *f;

    cr_assert_eq(loa_iso_parse(when, &now), LOA_OK);
    rig_do(&r, "{\"op\":\"clock\",\"now\":\"%s\",\"speed\":1}", when);
    (void)snprintf(path, sizeof(path), "%s/clock", r.dir);
    (void)snprintf(temporary, sizeof(temporary), "%s.new", path);
    f = fopen(temporary, "w");
    cr_assert_not_null(f);
    if (from[0])
        (void)fprintf(f, "%s*%" PRId64 ",", from, chaos_size("CHAOS_SPEED", 14400));
    (void)fprintf(f, "%s*1\n", when);
    (void)fclose(f);
    cr_assert_eq(rename(temporary, path), 0);
    (void)snprintf(from, sizeof(from), "%s", when);
    RIG_WAIT_LONG(&r, r.loa_pid <= 0 || rig_metric(&r, "clock_seconds") >= now / 1000);
}

static void go_to_time(int day, const char *time)
{
    char when[40];

    (void)snprintf(when, sizeof(when), "2026-10-%02dT%s+07:00", day, time);
    go_to(when);
}

static int64_t moment(int day, const char *time)
{
    char iso[40];
    int64_t ms = 0;

    (void)snprintf(iso, sizeof(iso), "2026-10-%02dT%s+07:00", day, time);
    cr_assert_eq(loa_iso_parse(iso, &ms), LOA_OK);
    return ms;
}

/* ---- people ---------------------------------------------------------------------------- */

/* How many have got a text exactly `times` times. */
static int have_got(const char *channel, const char *text, int times)
{
    char url[512], *escaped = rig_escape(text);
    const char *line;
    int n = 0, taken, failed;

    (void)snprintf(url, sizeof(url), "%s/_control/reached?platform=%s&text=%s", r.sandbox, channel,
                   escaped);
    free(escaped);
    for (line = rig_http("GET", url, NULL, 0, NULL, NULL); *line; line += strcspn(line, "\n") + 1) {
        cr_assert_eq(sscanf(line, "%*s %d %d", &taken, &failed), 2, "%.60s", line);
        n += taken == times && failed == 0;
    }
    return n;
}

static bool all_have_got(const char *text, int times)
{
    for (size_t i = 0; i < CHANNELS; i++) {
        if (have_got(channels[i], text, times) != people)
            return false;
    }
    return true;
}

/* Everyone on the channels from the `first` on writes the same. */
static void all_say(int first, const char *text)
{
    size_t size = (size_t)(CHANNELS * people) * 200 + 16, len = 1;
    char *orders = malloc(size);

    cr_assert_not_null(orders);
    orders[0] = '[';
    for (int i = first * people; i < CHANNELS * people; i++)
        len += (size_t)snprintf(
            orders + len, size - len,
            "%s{\"op\":\"say\",\"platform\":\"%s\",\"user\":\"#%d\",\"text\":\"%s\"}",
            len > 1 ? "," : "", channels[i / people], i % people, text);
    (void)snprintf(orders + len, size - len, "]");
    cJSON_Delete(rig_order(&r, "%s", orders));
    free(orders);
}

static void wait_for_all(int64_t message, const char *text, int times)
{
    int64_t deadline = rig_now_ms() + 60000 * chaos_size("CHAOS_WAIT", 30);

    while (!all_have_got(text, times)) {
        if (rig_now_ms() > deadline) {
            for (size_t i = 0; i < CHANNELS; i++) {
                struct count c;

                count_everyone(&r, channels[i], message, text, &c);
                count_print("campaign", channels[i], &c);
            }
            rig_give_up(&r, text);
        }
        rig_nap();
    }
}

/* They become contacts by their own webhooks, as in life: on Zalo and Viber by following, on
 * Messenger by asking for the news. */
static void let_them_follow(void)
{
    for (int i = 0; i < CHANNELS; i++)
        rig_do(&r, "{\"op\":\"add_followers\",\"platform\":\"%s\",\"count\":%d,\"announce\":%s}",
               channels[i], people, i == FACEBOOK ? "false" : "true");
    all_say(FACEBOOK, "đăng ký nhận tin");
    RIG_WAIT_LONG(&r, rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE status = 0") == 3 * people);
}

/* Everyone asks on each platform, and everyone is answered, once more than before. */
static void all_ask_and_are_answered(int day)
{
    const char *const *talk = questions[(day - 1) % QUESTIONS];
    int before = (day - 1) / QUESTIONS;

    cr_expect(all_have_got(talk[1], before), "day %d: answered more often than asked", day);
    all_say(0, talk[0]);
    wait_for_all(0, talk[1], before + 1);
}

/* ---- what is said ---------------------------------------------------------------------- */

/* The first words of each day's text. */
static void read_daily(const char *cwd)
{
    static char text[65536];
    char path[2200];
    cJSON *list, *entry;
    FILE *f;

    (void)snprintf(path, sizeof(path), "%s/content/daily.json", cwd);
    f = fopen(path, "r");
    cr_assert_not_null(f);
    text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
    (void)fclose(f);
    list = cJSON_Parse(text);
    cr_assert_not_null(list);
    cJSON_ArrayForEach(entry, list)
    {
        const char *date = cJSON_GetObjectItemCaseSensitive(entry, "date")->valuestring;
        const char *words = cJSON_GetObjectItemCaseSensitive(entry, "text")->valuestring;
        int day = 0;
        size_t n = 0;

        if (sscanf(date, "2026-10-%2d", &day) != 1 || day < 1 || day > DAYS)
            continue;
        for (int spaces = 0; words[n] && spaces < 6; n++)
            spaces += words[n] == ' ';
        (void)snprintf(daily[day], sizeof(daily[day]), "%.*s", (int)n - 1, words);
    }
    cJSON_Delete(list);
}

static void start(void)
{
    static const char *const nouns[] = {"events", "faq", "daily"};
    char cwd[2048];

    people = (int)chaos_size("CHAOS_CITIZENS", 80);
    (void)snprintf(r.extra_env, sizeof(r.extra_env),
                   "LOA_QUIET_HOURS=22:00-06:00\nLOA_MAX_INFLIGHT=4\nLOA_DOUBT_WAIT=30\n");
    rig_start(&r, "");
    cr_assert_not_null(getcwd(cwd, sizeof(cwd)));
    read_daily(cwd);
    for (size_t i = 0; i < 3; i++)
        rig_must(&r, "%s import %s/content/%s.json --user binh", nouns[i], cwd, nouns[i]);
}

static void end(void)
{
    rig_end(&r);
}

/* ---- the days -------------------------------------------------------------------------- */

/* How late the planner made the runs of what was due then, in ms of the demonstration's clock; a
 * time that was not kept fails. */
static int64_t lateness(int64_t message, int64_t due)
{
    char sql[256];
    int64_t late;

    (void)snprintf(sql, sizeof(sql),
                   "SELECT COALESCE(MIN(at_ms - due_ms), -1) FROM occurrences WHERE message_id = "
                   "%" PRId64 " AND due_ms = %" PRId64 " AND state = 'started'",
                   message, due);
    late = rig_sql(&r, sql);
    cr_expect_geq(late, 0, "message %" PRId64 " did not start at its time", message);
    return late;
}

/* The earliest and latest moment at which the ledger took a text, by the sandbox's clock. */
static void taken_between(const char *text, int64_t *first, int64_t *last)
{
    *first = INT64_MAX;
    *last = 0;
    for (size_t i = 0; i < CHANNELS; i++) {
        char path[128];
        cJSON *all, *item;

        (void)snprintf(path, sizeof(path), "/_control/ledger?platform=%s&dir=out&limit=1000000",
                       channels[i]);
        all = rig_read(&r, path);
        cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(all, "messages"))
        {
            const cJSON *t = cJSON_GetObjectItemCaseSensitive(item, "text");
            int64_t at = (int64_t)cJSON_GetObjectItemCaseSensitive(item, "at")->valuedouble;

            if (!cJSON_IsString(t) || !strstr(t->valuestring, text))
                continue;
            *first = at < *first ? at : *first;
            *last = at > *last ? at : *last;
        }
        cJSON_Delete(all);
    }
}

static void report_day(int64_t message, int day)
{
    int64_t due = moment(day, "07:00:00"), late = lateness(message, due), first, last;

    taken_between(daily[day], &first, &last);
    (void)fprintf(stderr,
                  "campaign: day %d: planned %" PRId64 " ms after 7:00, on %d x %d phones from "
                  "%" PRId64 " to %" PRId64 " s after 7:00\n",
                  day, late, CHANNELS, people, (first - due) / 1000, (last - due) / 1000);
    cr_expect_geq(first, due, "day %d: before its time", day);
    cr_expect_lt(last, due + 2 * 3600 * 1000, "day %d: hours after its time", day);
}

/* In the middle of the morning's broadcast, when some on Zalo have it and others do not. What is in
 * doubt then is settled by echoes and by later ones. */
static void kill_in_the_middle(int day)
{
    for (size_t i = 0; i < CHANNELS; i++) {
        if (strcmp(channels[i], "viber") != 0)
            rig_do(&r, "{\"op\":\"delay\",\"platform\":\"%s\",\"ms\":200}", channels[i]);
    }
    go_to_time(day, "06:59:59");
    RIG_WAIT_LONG(&r, have_got("viber", daily[day], 1) == people);
    RIG_WAIT_LONG(&r, have_got("zalo", daily[day], 1) >= people / 8);
    RIG_WAIT_LONG(&r, rig_sql(&r, "SELECT COUNT(*) FROM runs q JOIN accounts a ON "
                                  "a.id = q.account_id WHERE a.name = 'viber' AND "
                                  "q.finished_ms = 0") == 0);
    rig_kill(&r);
    (void)fprintf(stderr, "campaign: day %d: killed when %d on Zalo and %d on Facebook had it\n",
                  day, have_got("zalo", daily[day], 1), have_got("facebook", daily[day], 1));
    from[0] = '\0';
    go_to_time(day, "07:00:30");
    rig_serve(&r, "--demo-clock @clock");
    for (size_t i = 0; i < CHANNELS; i++)
        rig_do(&r, "{\"op\":\"delay\",\"platform\":\"%s\",\"ms\":0}", channels[i]);
}

static bool nothing_is_open(void)
{
    return rig_sql(&r, "SELECT COUNT(*) FROM runs WHERE finished_ms = 0") == 0;
}

static void one_day(int64_t message, int day)
{
    if (day == DAY_OF_KILL)
        kill_in_the_middle(day);
    else
        go_to_time(day, "06:59:59");
    wait_for_all(message, daily[day], 1);
    RIG_WAIT_LONG(&r, nothing_is_open());
    report_day(message, day);
    go_to_time(day, "12:00:00");
    if (day == DAY_OF_RESTART) {
        cr_assert_eq(rig_stop(&r), 0);
        rig_serve(&r, "--demo-clock @clock");
    }
    all_ask_and_are_answered(day);
}

static int64_t count_occurrences(int64_t message, const char *state)
{
    char sql[160];

    (void)snprintf(sql, sizeof(sql),
                   "SELECT COUNT(*) FROM occurrences WHERE message_id = %" PRId64
                   " AND state = '%s'",
                   message, state);
    return rig_sql(&r, sql);
}

Test(campaign, every_update_comes_at_its_minute_once_on_each_platform, .init = start, .fini = end)
{
    int64_t message, night, urgent, first, last;

    message = rig_message(&r, "--title Ngày --text '{daily.text}' --channels zalo,viber,facebook "
                              "--rrule FREQ=DAILY --dtstart 2026-10-01T07:00:00+07:00 "
                              "--until 2026-10-07T23:00:00+07:00");
    night = rig_message(&r, "--title Tối --text 'Nhắc buổi tối' --channels zalo,viber,facebook "
                            "--at 2026-10-02T22:30:00+07:00");
    urgent = rig_message(&r, "--title Bão --text 'Khẩn: bão đổi hướng' --urgent "
                             "--channels zalo,viber,facebook --at 2026-10-04T23:45:00+07:00");
    go_to("2026-09-30T21:00:00+07:00");
    rig_serve(&r, "--demo-clock @clock");
    let_them_follow();
    go_to("2026-09-30T23:00:00+07:00");
    for (int day = 1; day <= DAYS; day++) {
        one_day(message, day);
        if (day == 2) {
            go_to_time(day, "22:29:59");
            RIG_WAIT_LONG(&r, rig_metric(&r, "store_commits_total") >= 0);
        }
        if (day == 4) {
            go_to_time(day, "23:44:59");
            wait_for_all(urgent, "Khẩn: bão đổi hướng", 1);
        }
    }
    go_to("2026-10-08T00:00:00+07:00");
    RIG_WAIT_LONG(&r, rig_state_is(&r, message, "sent"));

    cr_expect_eq(count_occurrences(message, "started"), DAYS);
    cr_expect_eq(count_occurrences(message, "missed"), 0);
    for (int day = 1; day <= DAYS; day++)
        cr_expect(all_have_got(daily[day], 1), "day %d: not once each", day);
    cr_expect(all_have_got("Nhắc buổi tối", 1));
    cr_expect(all_have_got("Khẩn: bão đổi hướng", 1));
    taken_between("Nhắc buổi tối", &first, &last);
    cr_expect_geq(first, moment(3, "06:00:00"), "the quiet hours hold what is not urgent");
    taken_between("Khẩn: bão đổi hướng", &first, &last);
    cr_expect_geq(first, moment(4, "23:45:00"));
    cr_expect_lt(last, moment(5, "06:00:00"), "the urgent one does not wait for the morning");
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM deliveries WHERE state IN (2, 3, 4, 7)"), 0);
    (void)fprintf(stderr,
                  "campaign: 7 days, %d updates on %d x %d phones, 1 held by the night, 1 urgent, "
                  "%d questions answered; missed 0, twice 0; messages %" PRId64 " and %" PRId64
                  " once each\n",
                  DAYS, CHANNELS, people, DAYS * CHANNELS * people, night, urgent);
}
