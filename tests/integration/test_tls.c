/* SPDX-License-Identifier: Apache-2.0 */
/* The platforms over TLS: trusted by a given certificate, refused without it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(tls, .timeout = 300);

static struct rig r;

static const char *const platforms[] = {"zalo", "viber", "facebook"};
enum { PLATFORMS = 3, PEOPLE = 8 };

static void add_setting(const char *line)
{
    char path[128];
    FILE *f;

    (void)snprintf(path, sizeof(path), "%s/.env", r.dir);
    f = fopen(path, "a");
    cr_assert_not_null(f);
    (void)fprintf(f, "%s\n", line);
    (void)fclose(f);
}

/* The last line of a name counts, so these take the place of the plain addresses. */
static void start(void)
{
    static const char *const bases[] = {"ZALO_API_BASE", "ZALO_OAUTH_BASE", "VIBER_API_BASE",
                                        "FACEBOOK_API_BASE"};
    char line[128];

    rig_start(&r, "--tls 127.0.0.1:0 --tls-ca-out ca.pem");
    for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
        (void)snprintf(line, sizeof(line), "%s=%s", bases[i], r.tls);
        add_setting(line);
    }
    for (size_t i = 0; i < PLATFORMS; i++)
        rig_followers(&r, platforms[i], PEOPLE);
}

static void trust(void)
{
    add_setting("LOA_CA_FILE=ca.pem");
}

static void end(void)
{
    rig_end(&r);
}

static void everyone_has_it_once(int64_t id)
{
    for (size_t i = 0; i < PLATFORMS; i++) {
        RIG_WAIT(&r, rig_run_done(&r, id, platforms[i]));
        cr_expect_eq(rig_run(&r, id, platforms[i], "sent"), PEOPLE, "%s", platforms[i]);
        cr_expect_eq(rig_stat(&r, platforms[i], "unique"), PEOPLE, "%s", platforms[i]);
        cr_expect_eq(rig_stat(&r, platforms[i], "duplicates"), 0, "%s", platforms[i]);
    }
}

Test(tls, messages_go_out_over_a_trusted_connection, .init = start, .fini = end)
{
    trust();
    rig_serve(&r, "");
    everyone_has_it_once(rig_message(&r, "--title A --text 'Tin qua TLS' "
                                         "--channels zalo,viber,facebook"));
    rig_must(&r, "doctor");
}

/* True once a call of the account has failed and waits for its next try. */
static bool was_retried(const char *account)
{
    char url[128], needle[128];
    const char *at;

    (void)snprintf(url, sizeof(url), "%s/metrics", r.web);
    (void)snprintf(needle, sizeof(needle), "\nloa_retried_total{account=\"%s\",channel=\"%s\"} ",
                   account, account);
    at = strstr(rig_http("GET", url, NULL, 0, NULL, NULL), needle);
    return at && strtol(at + strlen(needle), NULL, 10) > 0;
}

/* With HTTP/2 for sends as well, an answer still belongs to its own request. */
Test(tls, sends_may_share_one_connection, .init = start, .fini = end)
{
    trust();
    add_setting("LOA_HTTP2_SENDS=1");
    rig_serve(&r, "");
    everyone_has_it_once(rig_message(&r, "--title A --text 'Tin qua HTTP/2' "
                                         "--channels zalo,viber,facebook"));
}

/* Nothing is said to a stranger; what was due goes out once the setting is right. */
Test(tls, unknown_certificate_is_refused_and_nothing_is_lost, .init = start, .fini = end)
{
    int64_t id;

    rig_spawn(&r, "");
    rig_wait_ready(&r);
    cr_expect_eq(rig_loa(&r, "doctor facebook"), 1);
    cr_expect(strstr(rig_output(), "certificate") != NULL, "%s", rig_output());
    id = rig_message(&r, "--title A --text 'Tin qua TLS' --channels zalo,viber,facebook");
    RIG_WAIT(&r, was_retried("zalo") || was_retried("facebook"));
    for (size_t i = 0; i < PLATFORMS; i++) {
        cr_expect_eq(rig_stat(&r, platforms[i], "accepted"), 0, "%s", platforms[i]);
        cr_expect_eq(rig_run(&r, id, platforms[i], "in_doubt"), 0, "%s", platforms[i]);
    }
    cr_expect(rig_log_has(&r, "certificate"), "the log says why");
    cr_assert_eq(rig_stop(&r), 0);
    trust();
    rig_serve(&r, "");
    everyone_has_it_once(id);
}
