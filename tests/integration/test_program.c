/* SPDX-License-Identifier: Apache-2.0 */
/* The program as its operator meets it: settings, health, an end when told to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(program, .timeout = 120);

static struct rig r;

static void start(void)
{
    rig_start(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

static void write_file(const char *name, const char *text)
{
    char path[160];
    FILE *f;

    (void)snprintf(path, sizeof(path), "%s/%s", r.dir, name);
    f = fopen(path, "w");
    cr_assert_not_null(f);
    (void)fputs(text, f);
    (void)fclose(f);
}

static const char *get(const char *path, long *status)
{
    char url[128];

    (void)snprintf(url, sizeof(url), "%s%s", r.web, path);
    return rig_http("GET", url, NULL, 0, NULL, status);
}

Test(program, all_wrong_settings_are_named_at_once, .init = start, .fini = end)
{
    static const char *const faults[] = {
        "LOA_LISTEN",
        "LOA_TIMEZONE",
        "LOA_APPROVALS",
        "LOA_QUIET_HOURS",
        "LOA_DOUBT_WAIT",
        "LOA_MAX_INFLIGHT",
        "LOA_LOG",
        "ZALO_OA_ID",
        "ZALO_APP_SECRET",
        "ZALO_OA_SECRET",
        "ZALO_REFRESH_TOKEN",
        "VIBER_SENDER_NAME",
        "FACEBOOK_PAGE_ID",
        "FACEBOOK_API_BASE",
        "FACEBOOK_PAGE_TOKEN",
        "FACEBOOK_VERIFY_TOKEN",
    };

    write_file("bad.env", "LOA_LISTEN=8080\nLOA_TIMEZONE=Asia/Nowhere\nLOA_APPROVALS=maybe\n"
                          "LOA_QUIET_HOURS=late\nLOA_DOUBT_WAIT=soon\nLOA_MAX_INFLIGHT=0\n"
                          "LOA_LOG=loud\nZALO_APP_ID=1\n"
                          "VIBER_AUTH_TOKEN=a\nVIBER_SENDER_NAME=ThisNameIsLongerThanViberAllows\n"
                          "FACEBOOK_APP_SECRET=s\nFACEBOOK_API_BASE=graph.facebook.com/v25\n"
                          "ZALO_OAID=1\n");
    cr_expect_eq(rig_loa(&r, "check-config --env bad.env"), 1);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        cr_expect(strstr(rig_output(), faults[i]) != NULL, "%s in: %s", faults[i], rig_output());
    cr_expect(strstr(rig_output(), "ZALO_OAID") != NULL, "a misspelt name is told: %s",
              rig_output());
    /* No command starts on such settings. */
    cr_expect_eq(rig_loa(&r, "serve --env bad.env"), 1);
    cr_expect(strstr(rig_output(), "LOA_TIMEZONE") != NULL);
    write_file("odd.env", "LOA_LISTEN=127.0.0.1:8080\nthis is no setting\n");
    cr_expect_eq(rig_loa(&r, "check-config --env odd.env"), 1);
    cr_expect(strstr(rig_output(), "2") != NULL, "the line is named: %s", rig_output());
}

Test(program, check_config_names_files_that_others_can_read, .init = start, .fini = end)
{
    char path[128];

    rig_must(&r, "check-config");
    cr_expect_null(strstr(rig_output(), "chmod"), "%s", rig_output());
    (void)snprintf(path, sizeof(path), "%s/.env", r.dir);
    cr_assert_eq(chmod(path, 0644), 0);
    rig_must(&r, "check-config");
    cr_expect_not_null(strstr(rig_output(), "chmod 600 .env"), "%s", rig_output());
    rig_serve(&r, "");
    cr_expect(rig_log_has(&r, "others can read a secret file"));
    cr_expect_eq(rig_stop(&r), 0);
}

Test(program, secrets_are_neither_logged_nor_printed, .init = start, .fini = end)
{
    char command[512];

    rig_serve(&r, "");
    rig_must(&r, "doctor");
    rig_must(&r, "account list --json");
    (void)snprintf(command, sizeof(command),
                   "cd %s && . ./.env && for s in \"$ZALO_APP_SECRET\" \"$ZALO_OA_SECRET\" "
                   "\"$ZALO_REFRESH_TOKEN\" \"$VIBER_AUTH_TOKEN\" \"$FACEBOOK_PAGE_TOKEN\" "
                   "\"$FACEBOOK_APP_SECRET\"; do "
                   "grep -qsF -e \"$s\" loa.log loa.db* && exit 1; done; exit 0",
                   r.dir);
    cr_expect_eq(system(command), 0, "neither in the log nor readable in the store");
}

Test(program, health_readiness_and_numbers_are_served, .init = start, .fini = end)
{
    static const char *const names[] = {"loa_webhooks_total", "loa_store_commits_total",
                                        "loa_sent_total{account=\"zalo\",channel=\"zalo\"}",
                                        "loa_account_paused{account=\"viber\",channel=\"viber\"}",
                                        "# TYPE loa_open_runs gauge"};
    const char *text;
    long status;

    rig_serve(&r, "");
    (void)get("/healthz", &status);
    cr_expect_eq(status, 200);
    text = get("/readyz", &status);
    cr_expect_eq(status, 200);
    cr_expect(strstr(text, "\"facebook\"") != NULL, "%s", text);
    text = get("/metrics", &status);
    cr_expect_eq(status, 200);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        cr_expect(strstr(text, names[i]) != NULL, "%s", names[i]);
    (void)get("/nothing/here", &status);
    cr_expect_eq(status, 404);
    (void)get("/webhooks/zalo/unknown-account", &status);
    cr_expect_eq(status, 404);
}

Test(program, told_to_stop_while_idle_it_ends_at_once_and_well, .init = start, .fini = end)
{
    int64_t begun;

    rig_serve(&r, "");
    begun = rig_now_ms();
    cr_expect_eq(rig_stop(&r), 0);
    cr_expect_lt(rig_now_ms() - begun, 15000, "no waiting for what is not there");
    cr_expect(rig_log_has(&r, "\"stopped\""));
    cr_expect_not(rig_log_has(&r, "handle left open"));
    rig_serve(&r, ""); /* and comes up again */
}

Test(program, doctor_names_the_account_that_is_wrong, .init = start, .fini = end)
{
    cr_expect_eq(rig_loa(&r, "doctor zalo"), 1, "no access token before the first serve");
    rig_serve(&r, "");
    RIG_WAIT(&r, rig_loa(&r, "doctor zalo") == 0);
    rig_must(&r, "doctor");
    rig_do(&r, "{\"op\":\"expire_token\",\"platform\":\"viber\"}");
    cr_expect_eq(rig_loa(&r, "doctor"), 1);
    cr_expect(strstr(rig_output(), "KHÔNG ĐƯỢC") != NULL, "%s", rig_output());
    cr_expect_eq(rig_loa(&r, "doctor facebook"), 0);
    cr_expect_eq(rig_loa(&r, "doctor telegram"), 2);
}

/* The key beside the store is what makes the tokens readable: without it nothing starts. */
Test(program, store_with_another_key_is_refused_clearly, .init = start, .fini = end)
{
    rig_serve(&r, "");
    RIG_WAIT(&r, rig_loa(&r, "doctor zalo") == 0);
    cr_assert_eq(rig_stop(&r), 0);
    cr_expect_eq(rig_loa(&r, "serve --env other.env"), 1);
    write_file("key.sh", ". ./.env; cp .env other.env; echo LOA_SECRET_KEY=another-key-than-before "
                         ">> other.env");
    {
        char command[128];

        (void)snprintf(command, sizeof(command), "cd %s && sh key.sh", r.dir);
        cr_assert_eq(system(command), 0);
    }
    cr_expect_eq(rig_loa(&r, "serve --env other.env"), 1);
    cr_expect(strstr(rig_output(), "LOA_SECRET_KEY") != NULL ||
                  strstr(rig_output(), "khóa") != NULL,
              "%s", rig_output());
    rig_serve(&r, "");
    rig_must(&r, "doctor zalo");
}
