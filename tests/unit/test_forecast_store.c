/* SPDX-License-Identifier: Apache-2.0 */
/* Forecasts that are kept, and what became of a run by reason, also after clean-up. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bot/forecast.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/delivery.h"
#include "messages/forecast_store.h"
#include "messages/message.h"
#include "tests/unit/store_help.h"

static struct db *db;
static int64_t account, message;

static void open_it(void)
{
    struct msg_spec spec;

    db = help_open();
    account = help_account(db, "zalo");
    spec = help_spec("{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":["
                     "\"zalo\"]}}");
    cr_assert_eq(msg_message_create(db, &help_writer, 1, &spec, &message, NULL), LOA_OK);
    msg_spec_release(&spec);
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(forecast_store, .timeout = 10, .init = open_it, .fini = close_it);

static int64_t run_at(int64_t due)
{
    struct msg_run r = {.message_id = message, .due_ms = due, .account_id = account};
    char content[] = "{}";

    r.content = content;
    cr_assert_eq(msg_run_create(db, &r, due), LOA_OK);
    return r.id;
}

static void outcome(int64_t run, int64_t contact, enum msg_delivery_state state, int code,
                    bool charged)
{
    struct msg_outcome o = {
        .contact_id = contact, .at_ms = 5000, .state = state, .code = code, .charged = charged};

    cr_assert_eq(msg_run_record(db, run, &o, 1), LOA_OK);
}

Test(forecast_store, newest_of_a_stage_is_kept)
{
    char *text = NULL;
    int64_t at = 0;

    cr_expect_eq(msg_forecast_load(db, message, 0, MSG_FORECAST_SUBMIT, &text, &at), LOA_ENOENT);
    cr_assert_eq(msg_forecast_save(db, message, 0, MSG_FORECAST_SUBMIT, "{\"a\":1}", 10), LOA_OK);
    cr_assert_eq(msg_forecast_save(db, message, 0, MSG_FORECAST_APPROVE, "{\"a\":2}", 11), LOA_OK);
    cr_assert_eq(msg_forecast_save(db, message, 0, MSG_FORECAST_SUBMIT, "{\"a\":3}", 12), LOA_OK);
    cr_assert_eq(msg_forecast_load(db, message, 0, MSG_FORECAST_SUBMIT, &text, &at), LOA_OK);
    cr_expect_str_eq(text, "{\"a\":3}");
    cr_expect_eq(at, 12);
    free(text);
    cr_expect_eq(msg_forecast_load(db, message, 7, MSG_FORECAST_RUN, &text, NULL), LOA_ENOENT);
}

Test(forecast_store, result_of_a_run_has_its_reasons_and_what_is_charged)
{
    struct msg_run_result r;
    int64_t run = run_at(1000);

    outcome(run, 1, MSG_DELIVERY_SENT, 0, true);
    outcome(run, 2, MSG_DELIVERY_SENT, 0, false);
    outcome(run, 3, MSG_DELIVERY_FAILED, 5, true);
    outcome(run, 4, MSG_DELIVERY_SKIPPED, MSG_SKIP_WINDOW, false);
    outcome(run, 5, MSG_DELIVERY_SKIPPED, MSG_SKIP_WINDOW, false);
    outcome(run, 6, MSG_DELIVERY_SKIPPED, MSG_SKIP_BLOCKED, false);
    outcome(run, 7, MSG_DELIVERY_DOUBT, 0, false);
    cr_assert_eq(msg_run_result(db, run, &r), LOA_OK);
    cr_expect_eq(r.people, 7);
    cr_expect_eq(r.sent, 2);
    cr_expect_eq(r.failed, 1);
    cr_expect_eq(r.in_doubt, 1);
    cr_expect_eq(r.charged, 1, "only what went out");
    cr_expect_eq(r.skipped[MSG_SKIP_WINDOW], 2);
    cr_expect_eq(r.skipped[MSG_SKIP_BLOCKED], 1);
    cr_expect_eq(r.skipped[MSG_SKIP_NONE], 0);
}

Test(forecast_store, reasons_outlive_the_deliveries)
{
    struct msg_run_result r;
    int64_t run = run_at(1000);

    outcome(run, 1, MSG_DELIVERY_SKIPPED, MSG_SKIP_WINDOW, false);
    outcome(run, 2, MSG_DELIVERY_SKIPPED, MSG_SKIP_WINDOW, false);
    cr_assert_eq(db_run(db,
                        "INSERT INTO delivery_stats (run_id, state, code, hour, n) "
                        "VALUES ($1, 3, 2, 7, 1)",
                        "i", run),
                 LOA_OK);
    cr_assert_eq(db_run(db, "DELETE FROM deliveries WHERE contact_id = 1", ""), LOA_OK);
    cr_assert_eq(msg_run_result(db, run, &r), LOA_OK);
    cr_expect_eq(r.skipped[MSG_SKIP_WINDOW], 2);
    cr_expect_eq(r.skipped[MSG_SKIP_NONE], 0);
}

Test(forecast_store, package_covers_the_runs_of_a_month_in_their_order)
{
    struct bot_config cfg = {.zalo_price = 55};
    cJSON *runs = cJSON_CreateArray(), *again;
    int64_t first, second;
    char *text;

    cr_assert_eq(db_run(db, "UPDATE accounts SET settings = '{\"free_month\":\"2\"}'", ""), LOA_OK);
    first = run_at(help_at("2026-10-01T07:30:00+07:00"));
    second = run_at(help_at("2026-10-02T07:30:00+07:00"));
    outcome(first, 1, MSG_DELIVERY_SENT, 0, true);
    for (int contact = 1; contact <= 3; contact++)
        outcome(second, contact, MSG_DELIVERY_SENT, 0, true);
    cr_assert_eq(msg_forecast_save(db, message, first, MSG_FORECAST_RUN, "{\"reach\":9}", 10),
                 LOA_OK);
    cr_assert_eq(bot_forecast_beside(db, &cfg, message, true, runs), LOA_OK);
    text = loa_json_print(runs);
    again = loa_json_parse(text, strlen(text));
    cr_assert_eq(cJSON_GetArraySize(again), 2);
    cr_expect_eq(loa_json_int(loa_json_at(again, "0.run"), "reach", 0), 9);
    cr_expect_eq(loa_json_int(loa_json_at(again, "0.happened"), "cost", -1), 0);
    cr_expect_eq(loa_json_int(loa_json_at(again, "1.happened"), "cost", -1), 2 * 55);
    cr_expect_eq(loa_json_int(loa_json_at(again, "1.happened"), "paid", -1), 3);
    free(text);
    cJSON_Delete(again);
    cJSON_Delete(runs);
}
