/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever says stop while a message to him is claimed or queued does not get it, whatever process
 * heard it. The pace here is slow, so that there is time between claim and send. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"

TestSuite(opt_out, .timeout = 300);

static struct rig r;

static void start(void)
{
    (void)snprintf(r.extra_env, sizeof(r.extra_env), "FACEBOOK_RATE=120\nVIBER_RATE=6\n");
    rig_start(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

/* Another process stores that the N-th follower of an account no longer wants anything. */
static void import_opt_out(const char *account, int n)
{
    char sql[160], command[512];
    int64_t id;
    FILE *f;

    (void)snprintf(sql, sizeof(sql),
                   "SELECT c.id FROM contacts c JOIN accounts a ON a.id = c.account_id WHERE "
                   "a.name = '%s' ORDER BY c.id LIMIT 1 OFFSET %d",
                   account, n);
    id = rig_sql(&r, sql);
    (void)snprintf(command, sizeof(command), "%s/gone.csv", r.dir);
    f = fopen(command, "w");
    cr_assert_not_null(f);
    rig_must(&r, "contacts export --account %s", account);
    (void)fputs("id,subscribed\n", f);
    {
        /* The exported rows stand in the order of their ids. */
        const char *line = rig_output();

        for (int i = 0; i <= n && line; i++)
            line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL;
        cr_assert_not_null(line, "contact %lld", (long long)id);
        (void)fprintf(f, "%.*s,0\n", (int)strcspn(line, ",\n"), line);
    }
    cr_assert_eq(fclose(f), 0);
    rig_must(&r, "contacts import gone.csv --account %s --user an", account);
}

Test(opt_out, an_import_spares_who_was_claimed_already, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "facebook", 12);
    rig_serve(&r, "");
    id = rig_message(&r, "--title A --text 'Tin đang gửi' --channels facebook");
    RIG_WAIT(&r, rig_stat(&r, "facebook", "accepted") >= 1);
    import_opt_out("facebook", 11); /* the last one, who is claimed and not sent to yet */
    RIG_WAIT(&r, rig_run_done(&r, id, "facebook"));
    cr_expect_eq(rig_run(&r, id, "facebook", "sent"), 11);
    cr_expect_eq(rig_run(&r, id, "facebook", "skipped"), 1);
    cr_expect_eq(rig_got(&r, "facebook", "#11", "Tin đang gửi"), 0);
}

Test(opt_out, what_is_queued_and_unasked_does_not_go, .init = start, .fini = end)
{
    int64_t id;
    char sender[64];

    rig_followers(&r, "viber", 1);
    rig_serve(&r, "");
    id = rig_message(&r, "--title A --text 'Tin thử' --channels facebook,viber --at "
                         "2030-01-01T08:00:00+07:00");
    rig_must(&r, "contacts export --account viber");
    (void)snprintf(sender, sizeof(sender), "%.*s",
                   (int)strcspn(strchr(rig_output(), '\n') + 1, ",\n"),
                   strchr(rig_output(), '\n') + 1);
    for (int i = 0; i < 3; i++) /* the pace lets one of them go in ten seconds */
        rig_must(&r, "message test %lld --account viber --to '%s' --user binh", (long long)id,
                 sender);
    RIG_WAIT(&r, rig_stat(&r, "viber", "accepted") == 1);
    import_opt_out("viber", 0);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 3 AND code = -1") == 2);
    cr_expect_eq(rig_got(&r, "viber", "#0", "Tin thử"), 1);
}

/* It waits in the store while its account is paused; the word ends it there, and the answer to the
 * word itself goes all the same. */
Test(opt_out, what_waits_in_the_store_does_not_go_either, .init = start, .fini = end)
{
    int64_t id;

    rig_followers(&r, "facebook", 1);
    rig_serve(&r, "");
    id = rig_message(&r, "--title A --text 'Tin thử' --channels facebook --at "
                         "2030-01-01T08:00:00+07:00");
    rig_must(&r, "account pause facebook --user an");
    RIG_WAIT(&r, rig_log_has(&r, "account is paused"));
    rig_must(&r, "message test %lld --account facebook --to 71234500000000001 --user binh",
             (long long)id);
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"facebook\",\"user\":\"#0\",\"text\":\"HỦY\"}");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM contacts WHERE opted_out = 1") == 1);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 0") == 2);
    rig_must(&r, "account resume facebook --user an");
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state IN (2, 3)") == 2);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE code = -1"), 1);
    cr_expect_eq(rig_got(&r, "facebook", "#0", "Tin thử"), 0);
    cr_expect_eq(rig_stat(&r, "facebook", "accepted"), 1, "just the answer");
}
