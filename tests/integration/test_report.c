/* SPDX-License-Identifier: Apache-2.0 */
/* The report agrees with what was sent. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(report, .timeout = 240);

static struct rig r;

static void start(void)
{
    rig_start(&r, "");
    rig_followers(&r, "zalo", 7);
    rig_followers(&r, "viber", 4);
    rig_serve(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

static int64_t at(const cJSON *o, const char *key)
{
    return (int64_t)cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(o, key));
}

static int count_lines(const char *text)
{
    int n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

Test(report, numbers_are_those_of_the_runs, .init = start, .fini = end)
{
    int64_t id;
    cJSON *o, *totals;

    rig_must(&r, "contacts list --account zalo --json >/dev/null");
    id = rig_message(&r, "--title 'Ngày <hội> đọc' --text 'Mời anh chị' --channels zalo,viber "
                         "--deliver direct");
    RIG_WAIT(&r, rig_run_done(&r, id, "zalo") && rig_run_done(&r, id, "viber"));
    rig_must(&r, "report --from \"$(date +%%F)\" --to \"$(date -d '1 day' +%%F)\" --format json");
    o = cJSON_Parse(rig_output());
    cr_assert_not_null(o, "%s", rig_output());
    totals = cJSON_GetObjectItemCaseSensitive(o, "totals");
    cr_expect_eq(at(totals, "total"), 11);
    cr_expect_eq(at(totals, "sent") + at(totals, "in_doubt"), 11);
    cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(o, "runs")), 2);
    cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(o, "accounts")), 3);
    cJSON_Delete(o);
    rig_must(&r, "report --from \"$(date +%%F)\" --to \"$(date -d '1 day' +%%F)\" --format csv");
    cr_expect_eq(count_lines(rig_output()), 3, "%s", rig_output());
    rig_must(&r, "report --from \"$(date +%%F)\" --to \"$(date -d '1 day' +%%F)\"");
    cr_expect(strstr(rig_output(), "Ngày &lt;hội&gt; đọc") != NULL, "%s", rig_output());
    cr_expect_eq(rig_loa(&r, "report --from 2026-10-07 --to 2026-10-01"), 2);
    rig_must(&r, "report --from 2020-01-01 --to 2020-01-02 --format json");
    cr_expect(strstr(rig_output(), "\"runs\":[]") != NULL, "%s", rig_output());
}
