/* SPDX-License-Identifier: Apache-2.0 */
/* What a message would do, over a real store: people by reason, caps over the whole plan and the
 * days to use, time, money, hours, warnings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/account_template.h"
#include "messages/account_way.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/delivery.h"
#include "messages/message.h"
#include "scheduler/forecast.h"
#include "scheduler/forecast_impl.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t zalo, facebook, viber, now;
static struct channel_terms terms; /* of Zalo */
static double pace;                /* calls a minute; 0: the contract's */

static double pace_of(void *ctx, const char *channel)
{
    (void)ctx;
    (void)channel;
    return pace;
}

static struct channel_terms terms_of(void *ctx, const char *channel)
{
    (void)ctx;
    if (strcmp(channel, "zalo") == 0)
        return terms;
    return (struct channel_terms){.price = 400, .utility_price = 70};
}

static struct sched_forecast_options options = {
    .quiet = {22 * 60, 6 * 60}, .pace_of = pace_of, .terms_of = terms_of};

static int64_t add_account(const char *name, const char *channel)
{
    int64_t id = help_account(db, name);

    cr_assert_eq(db_run(db,
                        "UPDATE accounts SET channel = $1, access_token = 'x', refresh_token = "
                        "CASE WHEN $1 = 'zalo' THEN 'y' END WHERE id = $2",
                        "si", channel, id),
                 LOA_OK);
    return id;
}

/* `n` people of an account whose last word is so many hours before now; -1: never. */
static void people(int64_t account, int n, int64_t status, bool opted_out, int64_t hours)
{
    char remote[48];

    for (int i = 0; i < n; i++) {
        int64_t id;

        cr_assert_eq(db_next_id(db, "contacts", &id), LOA_OK);
        (void)snprintf(remote, sizeof(remote), "u%lld", (long long)id);
        cr_assert_eq(db_run(db,
                            "INSERT INTO contacts (account_id, id, remote_id, status, opted_out, "
                            "last_seen_ms) VALUES ($1, $2, $3, $4, $5, $6)",
                            "iisiii", account, id, remote, status, (int64_t)opted_out,
                            hours < 0 ? 0 : now - hours * LOA_HOUR_MS),
                     LOA_OK);
    }
}

static void open_it(void)
{
    db = help_open();
    now = help_at("2026-09-30T09:00:00+07:00");
    terms = (struct channel_terms){.package = "advanced", .price = 55};
    pace = 0;
    zalo = add_account("zalo", "zalo");
    facebook = add_account("facebook", "facebook");
    viber = add_account("viber", "viber");
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(forecast, .timeout = 60, .init = open_it, .fini = close_it);

/* A draft; `more` are members after the title, body and channels. */
static int64_t message(const char *channels, const char *more)
{
    char json[1200];
    struct msg_spec spec;
    struct loa_problem why = {"", ""};
    int64_t id;

    (void)snprintf(json, sizeof(json),
                   "{\"title\":\"T\",\"body\":{\"text\":\"x\",\"image\":\"https://e.vn/a.jpg\"},"
                   "\"audience\":{\"channels\":[%s]}%s}",
                   channels, more);
    spec = help_spec(json);
    cr_assert_eq(msg_message_create(db, &help_writer, now, &spec, &id, &why), LOA_OK, "%s",
                 why.text);
    msg_spec_release(&spec);
    return id;
}

static void approve(int64_t id, bool urgent)
{
    cr_assert_eq(msg_message_submit(db, &help_writer, now, id, true, NULL), LOA_OK);
    cr_assert_eq(msg_message_approve(db, &help_approver, now, id, NULL), LOA_OK);
    if (urgent)
        cr_assert_eq(msg_message_approve(db, &help_second, now, id, NULL), LOA_OK);
}

static struct sched_forecast *forecast(int64_t id)
{
    struct sched_forecast *f = NULL;
    struct loa_problem why = {"", ""};

    cr_assert_eq(sched_forecast_make(db, &options, id, now, &f, &why), LOA_OK, "%s", why.text);
    return f;
}

/* The k-th own one on an account by a way. */
static const struct sched_forecast_item *item(const struct sched_forecast *f, int64_t account,
                                              enum channel_way way, int k)
{
    for (size_t i = 0; i < f->n_items; i++) {
        const struct sched_forecast_item *it = &f->items[i];

        if (it->mine && it->way == way && f->accounts[it->account].id == account && k-- == 0)
            return it;
    }
    cr_assert_fail("no such item");
    return NULL;
}

static const struct sched_warning *warning(const struct sched_forecast *f, const char *code)
{
    for (size_t i = 0; i < f->n_warnings; i++) {
        if (strcmp(f->warnings[i].code, code) == 0)
            return &f->warnings[i];
    }
    return NULL;
}

static void expect_at(int64_t ms, const char *iso)
{
    char text[LOA_ISO_SIZE];

    cr_expect_eq(ms, help_at(iso), "%s, not %s", loa_iso_format(ms, text), iso);
}

#define POST_ONLY "\"deliver\":[\"post\"]"
#define DAILY                                                                                      \
    ",\"schedule\":{\"rrule\":\"FREQ=DAILY;COUNT=7\",\"dtstart\":\"2026-10-01T07:30:00+07:00\"}"

/* ---- people, money ---------------------------------------------------------------------- */

Test(forecast, zalo_reaches_by_age_of_the_last_word_and_says_why_not_the_others)
{
    const struct sched_forecast_item *i;
    struct sched_forecast *f;

    people(zalo, 500, 0, false, 3);   /* free */
    people(zalo, 300, 0, false, 60);  /* paid */
    people(zalo, 200, 0, false, 200); /* closed */
    people(zalo, 100, 0, false, -1);  /* never wrote */
    people(zalo, 50, 1, false, 3);
    people(zalo, 40, 0, true, 3);
    people(zalo, 30, 2, false, 3);
    people(zalo, 20, 3, false, 3);
    people(zalo, 10, 4, true, -1);
    f = forecast(message("\"zalo\"", ""));
    i = item(f, zalo, CHANNEL_WAY_SINGLE, 0);
    cr_expect_eq(i->people, 1250);
    cr_expect_eq(i->by_window_free, 500);
    cr_expect_eq(i->by_window_paid, 300);
    cr_expect_eq(i->reach, 800);
    cr_expect_eq(i->fates[SCHED_FATE_WINDOW], 300);
    cr_expect_eq(i->fates[SCHED_FATE_UNSUBSCRIBED], 50);
    cr_expect_eq(i->fates[SCHED_FATE_OPTED_OUT], 40);
    cr_expect_eq(i->fates[SCHED_FATE_BLOCKED], 30);
    cr_expect_eq(i->fates[SCHED_FATE_INVALID], 20);
    cr_expect_eq(i->fates[SCHED_FATE_ERASED], 10);
    cr_expect_eq(i->requests, 800);
    cr_expect_eq(i->cost, 300 * 55);
    cr_expect_eq(i->start_ms, now);
    cr_expect_eq(i->end_ms - now, 12308, "800 at 65 a second");
    sched_forecast_free(f);
}

Test(forecast, border_of_the_window_is_that_of_the_sender)
{
    struct sched_forecast *f;
    const struct sched_forecast_item *i;
    int64_t id;

    people(zalo, 1, 0, false, 168); /* at the very moment it is over */
    people(zalo, 1, 0, false, 48);
    cr_assert_eq(db_get_int(db, &id, "SELECT MIN(id) FROM contacts", ""), LOA_OK);
    f = forecast(message("\"zalo\"", ""));
    i = item(f, zalo, CHANNEL_WAY_SINGLE, 0);
    cr_expect_eq(i->reach, 1);
    cr_expect_eq(i->by_window_paid, 1);
    sched_forecast_free(f);
    cr_assert_eq(db_run(db, "UPDATE contacts SET last_seen_ms = last_seen_ms + 1", ""), LOA_OK);
    f = forecast(message("\"zalo\"", ""));
    i = item(f, zalo, CHANNEL_WAY_SINGLE, 0);
    cr_expect_eq(i->reach, 2);
    cr_expect_eq(i->by_window_free, 1);
    sched_forecast_free(f);
}

Test(forecast, package_covers_paid_messages_until_it_is_used_up)
{
    struct sched_forecast *f;

    terms = (struct channel_terms){.package = "growth", .posts_month = 4, .price = 55};
    people(zalo, 700, 0, false, 60);
    f = forecast(message("\"zalo\"", ""));
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_SINGLE, 0)->charged, 200);
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_SINGLE, 0)->cost, 200 * 55);
    sched_forecast_free(f);
    /* Two in a month share it; in the next month it is there again. */
    f = forecast(message("\"zalo\"", ",\"schedule\":{\"rrule\":\"FREQ=DAILY;COUNT=3\","
                                     "\"dtstart\":\"2026-09-30T09:00:00+07:00\"}"));
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_SINGLE, 0)->charged, 200);
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_SINGLE, 1)->charged, 200, "the first of October");
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_SINGLE, 2)->charged, 700);
    sched_forecast_free(f);
}

Test(forecast, viber_goes_in_batches_and_charges_outside_a_session)
{
    const struct sched_forecast_item *i;
    struct sched_forecast *f;

    people(viber, 610, 0, false, -1);
    people(viber, 90, 0, false, 5);
    people(viber, 7, 1, false, 5);
    f = forecast(message("\"viber\"", ""));
    i = item(f, viber, CHANNEL_WAY_BATCH, 0);
    cr_expect_eq(i->reach, 700);
    cr_expect_eq(i->by_window_free, 90);
    cr_expect_eq(i->by_window_paid, 610);
    cr_expect_eq(i->requests, 3);
    cr_expect_eq(i->cost, 610 * 400);
    cr_expect_eq(i->fates[SCHED_FATE_WINDOW], 0, "Viber has no window");
    sched_forecast_free(f);
}

Test(forecast, template_reaches_those_outside_the_window)
{
    static const char plain[] = "\"facebook\"";
    static const struct msg_listed_template pending = {
        .name = "ban_tin", .language = "vi", .status = "PENDING", .params = 1};
    char json[400];
    struct msg_spec spec;
    const struct sched_forecast_item *i;
    struct sched_forecast *f;
    int64_t id;

    people(facebook, 100, 0, false, 5);
    people(facebook, 900, 0, false, 30);
    f = forecast(message(plain, ""));
    cr_expect_eq(item(f, facebook, CHANNEL_WAY_SINGLE, 0)->reach, 100);
    cr_expect_eq(item(f, facebook, CHANNEL_WAY_SINGLE, 0)->fates[SCHED_FATE_WINDOW], 900);
    sched_forecast_free(f);
    (void)snprintf(json, sizeof(json),
                   "{\"title\":\"T\",\"body\":{\"text\":\"x\",\"utility\":{\"name\":\"ban_tin\","
                   "\"language\":\"vi\",\"params\":[\"a\"]}},\"audience\":{\"channels\":[%s]}}",
                   plain);
    spec = help_spec(json);
    cr_assert_eq(msg_message_create(db, &help_writer, now, &spec, &id, NULL), LOA_OK);
    msg_spec_release(&spec);
    f = forecast(id);
    i = item(f, facebook, CHANNEL_WAY_SINGLE, 0);
    cr_expect_eq(i->reach, 1000);
    cr_expect_eq(i->by_template, 900);
    cr_expect_eq(i->cost, 900 * 70);
    sched_forecast_free(f);
    /* The platform has it under review: those outside the window are not reached, and staff know
     * why before they approve. */
    cr_assert_eq(msg_account_templates_put(db, facebook, &pending, 1, now), LOA_OK);
    f = forecast(id);
    i = item(f, facebook, CHANNEL_WAY_SINGLE, 0);
    cr_expect_eq(i->reach, 100);
    cr_expect_eq(i->by_template, 0);
    cr_expect_eq(i->cost, 0);
    cr_expect_eq(i->fates[SCHED_FATE_TEMPLATE], 900);
    cr_expect_eq(i->fates[SCHED_FATE_WINDOW], 0);
    cr_assert_not_null(warning(f, "template"));
    cr_expect_eq(warning(f, "template")->level, SCHED_WARNING);
    cr_expect_not_null(strstr(warning(f, "template")->text, "đang chờ nền tảng duyệt. 900 người"),
                       "%s", warning(f, "template")->text);
    sched_forecast_free(f);
}

Test(forecast, account_without_a_token_has_no_right_to_send)
{
    struct sched_forecast *f;

    people(viber, 10, 0, false, 5);
    cr_assert_eq(db_run(db, "UPDATE accounts SET access_token = NULL WHERE id = $1", "i", viber),
                 LOA_OK);
    f = forecast(message("\"viber\"", ""));
    cr_expect_eq(item(f, viber, CHANNEL_WAY_BATCH, 0)->reach, 0);
    cr_expect_eq(item(f, viber, CHANNEL_WAY_BATCH, 0)->fates[SCHED_FATE_RIGHT], 10);
    cr_expect_not_null(warning(f, "no_token"));
    sched_forecast_free(f);
}

Test(forecast, closed_way_is_told_with_its_reason)
{
    const struct msg_way closed = {
        .state = MSG_WAY_CLOSED, .source = MSG_WAY_PLATFORM, .detail = "kênh chỉ đăng bài"};
    struct sched_forecast *f;

    people(viber, 10, 0, false, 5);
    for (int way = CHANNEL_WAY_SINGLE; way <= CHANNEL_WAY_BATCH; way++)
        cr_assert_eq(msg_account_way_set(db, viber, way, &closed, now), LOA_OK);
    f = forecast(message("\"viber\"", ",\"deliver\":[\"direct\",\"post\"]"));
    cr_expect_eq(f->n_items, 2);
    cr_expect_eq(item(f, viber, CHANNEL_WAY_SINGLE, 0)->fates[SCHED_FATE_RIGHT], 10);
    cr_expect(item(f, viber, CHANNEL_WAY_POST, 0)->public_post);
    cr_assert_not_null(warning(f, "no_right"));
    cr_expect_not_null(strstr(warning(f, "no_right")->text, "kênh chỉ đăng bài"));
    sched_forecast_free(f);
}

/* A bot writes to people and a channel posts: together they do what was asked. */
Test(forecast, way_that_another_account_has_is_not_missed)
{
    const struct msg_way closed = {.state = MSG_WAY_CLOSED, .source = MSG_WAY_PLATFORM};
    struct sched_forecast *f;
    cJSON *json;
    int64_t channel = add_account("kenh", "viber");

    people(viber, 10, 0, false, 5);
    cr_assert_eq(msg_account_way_set(db, viber, CHANNEL_WAY_POST, &closed, now), LOA_OK);
    for (int way = CHANNEL_WAY_SINGLE; way <= CHANNEL_WAY_BATCH; way++)
        cr_assert_eq(msg_account_way_set(db, channel, way, &closed, now), LOA_OK);
    f = forecast(message("\"viber\"", ",\"deliver\":[\"direct\",\"post\"]"));
    cr_expect_null(warning(f, "no_right"));
    cr_expect_null(warning(f, "nobody"));
    json = sched_forecast_json(f, false);
    cr_expect_eq(cJSON_GetArraySize(loa_json_get(json, "occurrences")), 2);
    cJSON_Delete(json);
    sched_forecast_free(f);
}

Test(forecast, people_outside_the_audience_are_not_counted)
{
    struct sched_forecast *f;

    people(zalo, 40, 0, false, 3);
    cr_assert_eq(db_run(db, "UPDATE contacts SET topics = ';le-hoi;' WHERE id % 4 = 0", ""),
                 LOA_OK);
    f = forecast(message("\"zalo\"],\"topics\":[\"le-hoi\"", ""));
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_SINGLE, 0)->people, 10);
    sched_forecast_free(f);
}

/* ---- posts over the whole plan ---------------------------------------------------------- */

Test(forecast, seven_days_of_posts_reach_nobody_from_the_fifth_and_four_days_are_proposed)
{
    const struct sched_warning *w;
    const struct sched_forecast_month *m;
    struct sched_forecast *f;

    people(zalo, 2000, 0, false, 3);
    people(zalo, 100, 1, false, 3);
    f = forecast(message("\"zalo\"", DAILY "," POST_ONLY));
    for (int day = 0; day < 7; day++) {
        const struct sched_forecast_item *i = item(f, zalo, CHANNEL_WAY_POST, day);

        cr_expect_eq(i->people, 2000);
        cr_expect_eq(i->reach, day < 4 ? 2000 : 0, "day %d", day + 1);
        cr_expect_eq(i->fates[SCHED_FATE_CAP], day < 4 ? 0 : 2000);
    }
    cr_assert_eq(f->n_months, 1);
    m = &f->months[0];
    cr_expect_eq(m->planned, 0x7f);
    cr_expect_eq(m->served, 0x0f);
    cr_expect_eq(m->proposed, 0x55, "days 1, 3, 5 and 7");
    w = warning(f, "post_cap");
    cr_assert_not_null(w);
    cr_expect_eq(w->level, SCHED_WARNING);
    expect_at(w->at_ms, "2026-10-05T07:30:00+07:00");
    cr_expect_not_null(strstr(w->text, "05/10"), "%s", w->text);
    cr_expect_not_null(strstr(w->text, "01, 03, 05, 07/10"), "%s", w->text);
    w = warning(f, "post_days");
    cr_assert_not_null(w);
    cr_expect_not_null(strstr(w->text, "2026-10-02,2026-10-04,2026-10-06"), "%s", w->text);
    sched_forecast_free(f);
}

Test(forecast, plan_that_begins_far_ahead_is_foreseen_as_well)
{
    struct sched_forecast *f;

    people(zalo, 10, 0, false, 3);
    f = forecast(message("\"zalo\"", ",\"schedule\":{\"rrule\":\"FREQ=DAILY;COUNT=7\",\"dtstart\":"
                                     "\"2027-03-01T07:30:00+07:00\"}," POST_ONLY));
    cr_expect_eq(f->n_items, 7);
    cr_expect_not_null(warning(f, "post_cap"));
    sched_forecast_free(f);
}

Test(forecast, premium_package_lasts_for_six_days)
{
    struct sched_forecast *f;

    terms.package = "premium";
    people(zalo, 10, 0, false, 3);
    f = forecast(message("\"zalo\"", DAILY "," POST_ONLY));
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_POST, 5)->reach, 10);
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_POST, 6)->reach, 0);
    sched_forecast_free(f);
}

Test(forecast, posts_of_other_messages_use_up_the_same_share)
{
    const struct sched_forecast_item *i;
    struct sched_forecast *f;
    int64_t other, mine;

    people(zalo, 10, 0, false, 3);
    other = message("\"zalo\"", ",\"schedule\":{\"rrule\":\"FREQ=DAILY;COUNT=3\",\"dtstart\":"
                                "\"2026-10-01T06:30:00+07:00\"}," POST_ONLY);
    mine = message("\"zalo\"", ",\"schedule\":{\"rrule\":\"FREQ=DAILY;COUNT=4\",\"dtstart\":"
                               "\"2026-10-03T07:30:00+07:00\"}," POST_ONLY);
    f = forecast(mine);
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_POST, 3)->reach, 10, "the other is only a draft");
    sched_forecast_free(f);
    approve(other, false);
    f = forecast(mine);
    i = item(f, zalo, CHANNEL_WAY_POST, 0);
    cr_expect_eq(i->reach, 0, "there is one on the third already");
    cr_expect(i->day_full);
    cr_expect_not_null(warning(f, "post_day"));
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_POST, 1)->reach, 10, "the fourth of the month");
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_POST, 2)->reach, 0);
    cr_expect(item(f, zalo, CHANNEL_WAY_POST, 2)->month_full);
    sched_forecast_free(f);
}

Test(forecast, what_went_out_this_month_counts_and_a_new_month_begins_anew)
{
    struct sched_forecast *f;
    struct msg_run r = {.account_id = zalo, .way = 2};
    struct msg_outcome o = {.state = MSG_DELIVERY_SENT};
    char content[] = "{}";

    people(zalo, 10, 0, false, 3);
    r.message_id = message("\"zalo\"", "," POST_ONLY);
    r.content = content;
    for (int i = 0; i < 4; i++) {
        r.due_ms = o.at_ms = now - (20 - i) * (int64_t)LOA_DAY_MS;
        cr_assert_eq(msg_run_create(db, &r, r.due_ms), LOA_OK);
        cr_assert_eq(msg_run_record(db, r.id, &o, 1), LOA_OK);
    }
    people(zalo, 3, 0, false, 3); /* they came later and got none of these */
    f = forecast(message("\"zalo\"", ",\"schedule\":{\"rrule\":\"FREQ=DAILY;COUNT=2\",\"dtstart\":"
                                     "\"2026-09-30T10:00:00+07:00\"}," POST_ONLY));
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_POST, 0)->reach, 3);
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_POST, 0)->fates[SCHED_FATE_CAP], 10);
    cr_expect_not_null(warning(f, "post_cap_part"));
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_POST, 1)->reach, 13, "October");
    cr_expect_null(warning(f, "post_cap"));
    sched_forecast_free(f);
}

Test(forecast, without_a_package_the_usual_one_is_assumed_and_said)
{
    struct sched_forecast *f;

    terms = (struct channel_terms){.price = 55};
    people(zalo, 10, 0, false, 3);
    f = forecast(message("\"zalo\"", DAILY "," POST_ONLY));
    cr_expect_not_null(warning(f, "package_unknown"));
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_POST, 4)->reach, 0);
    sched_forecast_free(f);
}

Test(forecast, days_are_chosen_urgent_first_then_spread)
{
    cr_expect_eq(forecast_choose_days(0x7f, 0, 4), 0x55);
    cr_expect_eq(forecast_choose_days(0x7f, 0, 1), 0x01);
    cr_expect_eq(forecast_choose_days(0x7f, 0, 2), 0x41);
    cr_expect_eq(forecast_choose_days(0x7f, 0, 3), 0x49);
    cr_expect_eq(forecast_choose_days(0x7f, 0, 0), 0);
    cr_expect_eq(forecast_choose_days(0x7f, 0, 9), 0x7f);
    cr_expect_eq(forecast_choose_days(0x7f, 0x02, 4), 0x4b, "the second, then far from it");
    cr_expect_eq(forecast_choose_days(0x7f, 0x70, 2), 0x30, "more urgent ones than places");
    cr_expect_eq(forecast_choose_days(0x7fffffff, 0, 4), 0x40100401, "1, 11, 21, 31");
}

Test(forecast, page_posts_have_a_public_that_nobody_can_count)
{
    const struct sched_forecast_item *i;
    struct sched_forecast *f;
    cJSON *json;

    people(facebook, 10, 0, false, 3);
    f = forecast(message("\"facebook\"", DAILY "," POST_ONLY));
    i = item(f, facebook, CHANNEL_WAY_POST, 6);
    cr_expect(i->public_post);
    cr_expect_gt(i->start_ms, 0);
    cr_expect_null(warning(f, "post_cap"));
    json = sched_forecast_item_json(i, "facebook", "facebook");
    cr_expect(loa_json_bool(json, "public", false));
    cr_expect_null(loa_json_get(json, "reach"));
    cJSON_Delete(json);
    sched_forecast_free(f);
}

/* ---- time ------------------------------------------------------------------------------- */

Test(forecast, quiet_hours_hold_it_until_the_morning)
{
    const struct sched_forecast_item *i;
    struct sched_forecast *f;

    people(zalo, 100, 0, false, 3);
    f = forecast(message("\"zalo\"", ",\"schedule\":{\"at\":\"2026-09-30T23:30:00+07:00\"}"));
    i = item(f, zalo, CHANNEL_WAY_SINGLE, 0);
    expect_at(i->due_ms, "2026-09-30T23:30:00+07:00");
    expect_at(i->start_ms, "2026-10-01T06:00:00+07:00");
    cr_expect_not_null(warning(f, "quiet"));
    sched_forecast_free(f);
    f = forecast(message("\"zalo\"",
                         ",\"urgent\":true,\"schedule\":{\"at\":\"2026-09-30T23:30:00+07:00\"}"));
    expect_at(item(f, zalo, CHANNEL_WAY_SINGLE, 0)->start_ms, "2026-09-30T23:30:00+07:00");
    cr_expect_null(warning(f, "quiet"));
    sched_forecast_free(f);
}

Test(forecast, it_waits_for_what_is_ahead_on_its_account)
{
    const struct sched_forecast_item *i;
    struct sched_forecast *f;

    pace = 60; /* one a second */
    people(zalo, 3600, 0, false, 3);
    approve(message("\"zalo\"", ",\"schedule\":{\"at\":\"2026-09-30T10:00:00+07:00\"}"), false);
    f = forecast(message("\"zalo\"", ",\"schedule\":{\"at\":\"2026-09-30T10:30:00+07:00\"}"));
    i = item(f, zalo, CHANNEL_WAY_SINGLE, 0);
    expect_at(i->start_ms, "2026-09-30T11:00:00+07:00");
    expect_at(i->end_ms, "2026-09-30T12:00:00+07:00");
    sched_forecast_free(f);
}

Test(forecast, who_has_no_turn_before_the_deadline_is_late)
{
    const struct sched_forecast_item *i;
    struct sched_forecast *f;

    pace = 60;
    people(zalo, 3600, 0, false, 3);
    f = forecast(message("\"zalo\"", ",\"schedule\":{\"at\":\"2026-09-30T10:00:00+07:00\"},"
                                     "\"expires\":\"2026-09-30T10:20:00+07:00\""));
    i = item(f, zalo, CHANNEL_WAY_SINGLE, 0);
    cr_expect_eq(i->reach, 1200);
    cr_expect_eq(i->by_window_free, 1200);
    cr_expect_eq(i->fates[SCHED_FATE_LATE], 2400);
    cr_expect_not_null(warning(f, "deadline"));
    sched_forecast_free(f);
}

Test(forecast, occurrence_that_is_of_no_use_after_the_quiet_hours_is_told)
{
    struct sched_forecast *f;

    people(zalo, 10, 0, false, 3);
    f = forecast(message("\"zalo\"", ",\"schedule\":{\"at\":\"2026-09-30T22:30:00+07:00\"},"
                                     "\"expires\":\"2026-10-01T05:00:00+07:00\""));
    cr_expect_eq(f->n_items, 0);
    cr_expect_not_null(warning(f, "expired"));
    sched_forecast_free(f);
}

Test(forecast, time_long_gone_is_told)
{
    struct sched_forecast *f =
        forecast(message("\"zalo\"", ",\"schedule\":{\"at\":\"2026-09-29T09:00:00+07:00\"}"));

    cr_expect_eq(f->n_items, 0);
    cr_expect_not_null(warning(f, "missed"));
    sched_forecast_free(f);
}

Test(forecast, who_falls_out_of_the_window_while_it_is_sent_is_told)
{
    const struct sched_forecast_item *i;
    struct sched_forecast *f;

    pace = 60;
    people(zalo, 3500, 0, false, 3);
    people(zalo, 100, 0, false, 167); /* an hour is left */
    f = forecast(message("\"zalo\"", ""));
    i = item(f, zalo, CHANNEL_WAY_SINGLE, 0);
    cr_expect_eq(i->reach, 3600);
    cr_expect_eq(i->closing, 100);
    cr_expect_not_null(warning(f, "closing"));
    sched_forecast_free(f);
}

Test(forecast, under_way_means_that_only_the_rest_is_counted)
{
    const struct sched_forecast_item *i;
    struct sched_forecast *f;
    struct msg_audience everybody = {0};
    struct msg_run r = {.account_id = zalo, .due_ms = now, .deadline_ms = now + LOA_DAY_MS};
    struct msg_targets t;
    char content[] = "{}";

    people(zalo, 1000, 0, false, 3);
    r.message_id = message("\"zalo\"", "");
    r.content = content;
    approve(r.message_id, false);
    cr_assert_eq(msg_message_schedule(db, &help_writer, now, r.message_id, NULL), LOA_OK);
    cr_assert_eq(msg_run_create(db, &r, now), LOA_OK);
    cr_assert_eq(msg_message_advance(db, now, r.message_id, MSG_SENDING, NULL), LOA_OK);
    cr_assert_eq(db_run(db, "UPDATE messages SET last_key = 99999999999999, next_ms = 0", ""),
                 LOA_OK);
    cr_assert_eq(msg_run_claim(db, r.id, zalo, &everybody, 0, 250, now, &t), LOA_OK);
    msg_targets_release(&t);
    f = forecast(r.message_id);
    i = item(f, zalo, CHANNEL_WAY_SINGLE, 0);
    cr_expect(i->open);
    cr_expect_eq(i->reach, 750);
    sched_forecast_free(f);
}

Test(forecast, speed_that_staff_allow_is_the_speed)
{
    struct sched_forecast *f;
    int64_t id;

    people(zalo, 600, 0, false, 3);
    id = message("\"zalo\"", "");
    cr_assert_eq(db_run(db,
                        "INSERT INTO rate_caps (message_id, account_id, per_minute) VALUES "
                        "($1, 0, 60)",
                        "i", id),
                 LOA_OK);
    f = forecast(id);
    cr_expect_eq(item(f, zalo, CHANNEL_WAY_SINGLE, 0)->end_ms - now, 600 * 1000);
    sched_forecast_free(f);
}

/* ---- hour by hour ----------------------------------------------------------------------- */

Test(forecast, window_map_shows_who_is_free_paid_or_closed)
{
    const struct sched_forecast_account *a;
    struct sched_forecast *f;

    people(zalo, 100, 0, false, 3);  /* free for 45 more hours, open for 165 */
    people(zalo, 50, 0, false, 100); /* paid for 68 more */
    people(zalo, 7, 0, false, 300);
    people(zalo, 9, 1, false, 3);
    f = forecast(message("\"zalo\"", ""));
    a = &f->accounts[0];
    cr_assert_eq(a->n_hours, SCHED_FORECAST_HOURS);
    expect_at(a->hours[0].at_ms, "2026-09-30T09:00:00+07:00");
    for (size_t h = 0; h < a->n_hours; h++) {
        const struct sched_forecast_hour *x = &a->hours[h];
        struct loa_civil c = loa_tz_civil(x->at_ms);

        cr_expect_eq(x->free, h < 45 ? 100 : 0, "hour %zu", h);
        cr_expect_eq(x->paid, (h < 45 ? 0 : h < 165 ? 100 : 0) + (h < 68 ? 50 : 0), "hour %zu", h);
        cr_expect_eq(x->free + x->paid + x->by_template + x->closed, 157);
        cr_expect_eq(x->quiet, c.hour >= 22 || c.hour < 6);
    }
    sched_forecast_free(f);
}

/* ---- accounts --------------------------------------------------------------------------- */

Test(forecast, token_that_will_have_expired_is_told)
{
    const struct sched_warning *w;
    struct sched_forecast *f;

    people(facebook, 10, 0, false, 3);
    cr_assert_eq(db_run(db, "UPDATE accounts SET token_expires_ms = $1 WHERE id = $2", "ii",
                        help_at("2026-10-03T00:00:00+07:00"), facebook),
                 LOA_OK);
    f = forecast(message("\"facebook\"", DAILY));
    w = warning(f, "token_expires");
    cr_assert_not_null(w);
    expect_at(w->at_ms, "2026-10-03T00:00:00+07:00");
    cr_expect_str_eq(w->account, "facebook");
    sched_forecast_free(f);
    f = forecast(message("\"facebook\"", ",\"schedule\":{\"at\":\"2026-10-02T07:30:00+07:00\"}"));
    cr_expect_null(warning(f, "token_expires"));
    sched_forecast_free(f);
}

Test(forecast, who_would_be_reached_with_a_right_that_has_run_out_by_then_is_not)
{
    const struct sched_forecast_item *it;
    struct sched_forecast *f;

    people(facebook, 10, 0, false, 3);
    cr_assert_eq(db_run(db, "UPDATE accounts SET token_expires_ms = $1 WHERE id = $2", "ii",
                        now, facebook),
                 LOA_OK);
    f = forecast(message("\"facebook\"", ""));
    cr_assert_gt(f->n_items, (size_t)0);
    it = &f->items[0];
    cr_expect_eq(it->reach, 0);
    cr_expect_eq(it->fates[SCHED_FATE_EXPIRED], 10);
    cr_expect_eq(it->start_ms, 0, "nothing is sent");
    cr_expect_str_eq(sched_fate_name(SCHED_FATE_EXPIRED), "token_expired");
    sched_forecast_free(f);
}

/* An access token of Zalo lives 25 hours and is renewed by us; what ends the right to send is the
 * refresh token, three months after the last renewal. */
Test(forecast, token_that_is_renewed_counts_by_its_refresh_token)
{
    struct sched_forecast *f;

    people(zalo, 10, 0, false, 3);
    cr_assert_eq(db_run(db, "UPDATE accounts SET token_expires_ms = $1 WHERE id = $2", "ii",
                        now + LOA_HOUR_MS, zalo),
                 LOA_OK);
    f = forecast(message("\"zalo\"", DAILY));
    cr_expect_null(warning(f, "token_expires"));
    sched_forecast_free(f);
    cr_assert_eq(db_run(db, "UPDATE accounts SET token_expires_ms = $1 WHERE id = $2", "ii",
                        now - 87 * (int64_t)LOA_DAY_MS, zalo),
                 LOA_OK);
    f = forecast(message("\"zalo\"", DAILY));
    cr_expect_not_null(warning(f, "token_expires"));
    sched_forecast_free(f);
}

/* What the program has noted of the account's rights goes before what it can guess. */
Test(forecast, noted_end_of_a_right_is_the_one_that_counts)
{
    const struct sched_warning *w;
    struct sched_forecast *f;

    people(zalo, 10, 0, false, 3);
    people(facebook, 10, 0, false, 3);
    cr_assert_eq(
        msg_right_holds(db, zalo, MSG_RIGHT_REFRESH, help_at("2026-10-02T00:00:00+07:00"), now),
        LOA_OK);
    cr_assert_eq(msg_right_holds(db, facebook, MSG_RIGHT_PAGE, help_at("2027-01-01"), now), LOA_OK);
    f = forecast(message("\"zalo\",\"facebook\"", DAILY));
    w = warning(f, "token_expires");
    cr_assert_not_null(w);
    cr_expect_str_eq(w->account, "zalo");
    expect_at(w->at_ms, "2026-10-02T00:00:00+07:00");
    expect_at(f->accounts[1].right_ends_ms, "2027-01-01T00:00:00+07:00");
    sched_forecast_free(f);
}

Test(forecast, paused_account_is_told)
{
    struct sched_forecast *f;

    people(zalo, 10, 0, false, 3);
    cr_assert_eq(msg_account_pause(db, &help_admin, now, zalo, "hết tiền"), LOA_OK);
    f = forecast(message("\"zalo\"", ""));
    cr_assert_not_null(warning(f, "account_paused"));
    cr_expect_not_null(strstr(warning(f, "account_paused")->text, "hết tiền"));
    sched_forecast_free(f);
}

Test(forecast, post_for_some_topics_goes_to_all_and_says_so)
{
    struct sched_forecast *f = forecast(message("\"zalo\"],\"topics\":[\"a\"", "," POST_ONLY));

    cr_expect_not_null(warning(f, "post_to_all"));
    sched_forecast_free(f);
}

Test(forecast, message_that_is_not_there_is_no_forecast)
{
    struct sched_forecast *f = NULL;
    struct loa_problem why = {"", ""};

    cr_expect_eq(sched_forecast_make(db, &options, 99, now, &f, &why), LOA_ENOENT);
    cr_expect_null(f);
    cr_expect(why.text[0]);
}

/* ---- thousands, all at once ------------------------------------------------------------- */

Test(forecast, all_people_are_accounted_for_whatever_their_state)
{
    struct sched_forecast *f;

    for (int status = 0; status < 5; status++) {
        for (int hours = -1; hours < 250; hours += 25) {
            people(zalo, 20, status, false, hours);
            people(viber, 20, status, hours % 2, hours);
            people(facebook, 20, status, true, hours);
        }
    }
    f = forecast(
        message("\"zalo\",\"viber\",\"facebook\"", DAILY ",\"deliver\":[\"direct\",\"post\"]"));
    cr_expect_eq(f->n_items, 7 * 3 * 2);
    for (size_t k = 0; k < f->n_items; k++) {
        const struct sched_forecast_item *i = &f->items[k];
        int64_t lost = 0;

        for (int n = 0; n < SCHED_FATES; n++)
            lost += i->fates[n];
        cr_expect_eq(i->people, i->reach + lost);
        cr_expect(i->way == CHANNEL_WAY_POST ||
                  i->reach == i->by_window_free + i->by_window_paid + i->by_template);
    }
    sched_forecast_free(f);
}
