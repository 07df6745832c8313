/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts: secrets sealed at rest, and which token wins after a restart. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/account.h"
#include "messages/base/mem.h"
#include "tests/unit/store_help.h"

static struct db *db;
static struct loa_secret *key;

static void open_it(void)
{
    db = help_open();
    key = loa_secret_new("the installation's key");
}

static void close_it(void)
{
    loa_secret_free(key);
    help_close(db);
}

TestSuite(msg_account, .timeout = 10, .init = open_it, .fini = close_it);

/* What the settings say at a start of the program. */
static int64_t put(const char *access, const char *refresh)
{
    struct msg_account a = {.name = loa_xstrdup("zalo"),
                            .channel = loa_xstrdup("zalo"),
                            .remote_id = loa_xstrdup("5925751017338988046"),
                            .app_id = loa_xstrdup("77"),
                            .api_base = loa_xstrdup("http://127.0.0.1:9001"),
                            .access_token = loa_secret_new(access),
                            .refresh_token = loa_secret_new(refresh),
                            .app_secret = loa_secret_new("app secret"),
                            .webhook_secret = loa_secret_new("hook secret")};
    struct loa_problem why = {0};
    int64_t id;

    cr_assert_eq(msg_account_put(db, &help_admin, 5, key, &a, &why), LOA_OK, "%s", why.text);
    id = a.id;
    msg_account_release(&a);
    return id;
}

/* The one account, as a new process reads it. Ended with drop(). */
static struct msg_account *load(void)
{
    struct msg_account *all = NULL;
    struct loa_problem why = {0};
    size_t n = 0;

    cr_assert_eq(msg_account_load(db, key, &all, &n, &why), LOA_OK, "%s", why.text);
    cr_assert_eq(n, (size_t)1);
    return all;
}

static void drop(struct msg_account *a)
{
    msg_account_release(a);
    free(a);
}

static void rotate(int64_t id, const char *access, const char *refresh, int64_t expires)
{
    struct loa_secret *a = loa_secret_new(access), *r = loa_secret_new(refresh);

    cr_assert_eq(msg_account_store_tokens(db, key, id, a, r, expires), LOA_OK);
    loa_secret_free(a);
    loa_secret_free(r);
}

static void expect_tokens(const char *access, const char *refresh, int64_t expires)
{
    struct msg_account *a = load();

    cr_expect_str_eq(loa_secret_reveal(a->access_token), access);
    cr_expect_str_eq(loa_secret_reveal(a->refresh_token), refresh);
    cr_expect_eq(a->token_expires_ms, expires);
    drop(a);
}

Test(msg_account, what_is_put_is_loaded_again)
{
    int64_t id = put("access", "refresh");
    struct msg_account *a = load();

    cr_expect_eq(a->id, id);
    cr_expect_str_eq(a->name, "zalo");
    cr_expect_str_eq(a->channel, "zalo");
    cr_expect_str_eq(a->remote_id, "5925751017338988046");
    cr_expect_str_eq(a->app_id, "77");
    cr_expect_null(a->sender_name);
    cr_expect_str_eq(loa_secret_reveal(a->app_secret), "app secret");
    cr_expect_str_eq(loa_secret_reveal(a->webhook_secret), "hook secret");
    cr_expect_null(a->verify_token);
    cr_expect_not(a->paused);
    drop(a);
}

Test(msg_account, putting_it_again_changes_the_settings_and_adds_nothing)
{
    int64_t id = put("access", "refresh");

    cr_expect_eq(put("access", "refresh"), id);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM accounts"), 1);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'account.add'"), 1);
}

Test(msg_account, a_rotated_token_survives_a_restart)
{
    int64_t id = put("access", "refresh 1");

    rotate(id, "access 2", "refresh 2", 90000);
    put("access", "refresh 1");
    expect_tokens("access 2", "refresh 2", 90000);
    rotate(id, "access 3", "refresh 3", 91000);
    put("access", "refresh 1");
    expect_tokens("access 3", "refresh 3", 91000);
}

Test(msg_account, a_new_token_from_staff_wins_over_the_rotated_one)
{
    int64_t id = put("access", "refresh 1");

    rotate(id, "access 2", "refresh 2", 90000);
    put("other", "refresh 9");
    expect_tokens("other", "refresh 9", 0);
    rotate(id, "access 4", "refresh 4", 92000);
    put("other", "refresh 9");
    expect_tokens("access 4", "refresh 4", 92000);
}

Test(msg_account, a_rotation_without_a_new_refresh_token_keeps_the_stored_one)
{
    int64_t id = put("access", "refresh 1");

    rotate(id, "access 2", NULL, 90000);
    expect_tokens("access 2", "refresh 1", 90000);
}

Test(msg_account, a_token_that_is_never_renewed_is_the_one_in_the_settings)
{
    put("page token", NULL);
    put("page token 2", NULL);
    expect_tokens("page token 2", "", 0);
}

Test(msg_account, another_key_opens_nothing_and_says_what_to_mend)
{
    struct loa_secret *other = loa_secret_new("another key");
    struct msg_account *all = NULL;
    struct loa_problem why = {0};
    size_t n = 0;

    put("access", "refresh");
    cr_expect_eq(msg_account_load(db, other, &all, &n, &why), LOA_EINVAL);
    cr_expect_null(all);
    cr_expect_str_eq(why.field, "LOA_SECRET_KEY");
    cr_expect_not_null(strstr(why.text, "zalo"));
    loa_secret_free(other);
}

Test(msg_account, no_secret_stands_in_the_store_as_it_is)
{
    static const char *const words[] = {"access", "refresh", "app secret", "hook secret"};
    char *row;

    put("access", "refresh");
    row = help_text(db, "SELECT COALESCE(settings, '') || COALESCE(secrets, '') || "
                        "COALESCE(access_token, '') || COALESCE(refresh_token, '') || "
                        "COALESCE(refresh_origin, '') FROM accounts");
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        cr_expect_null(strstr(row, words[i]), "%s", words[i]);
    free(row);
}

Test(msg_account, without_a_key_the_secrets_are_left_out)
{
    struct msg_account *all = NULL;
    size_t n = 0;

    put("access", "refresh");
    cr_assert_eq(msg_account_load(db, NULL, &all, &n, NULL), LOA_OK);
    cr_assert_eq(n, (size_t)1);
    cr_expect_null(all[0].access_token);
    cr_expect_null(all[0].app_secret);
    cr_expect_str_eq(all[0].app_id, "77");
    drop(all);
}

Test(msg_account, pausing_keeps_its_reason_until_it_is_resumed)
{
    int64_t id = put("access", "refresh");
    struct msg_account *a;

    cr_assert_eq(msg_account_pause(db, &help_admin, 6, id, "token hỏng"), LOA_OK);
    a = load();
    cr_expect(a->paused);
    cr_expect_str_eq(a->pause_reason, "token hỏng");
    drop(a);
    put("access", "refresh");
    a = load();
    cr_expect(a->paused, "a restart does not resume it");
    drop(a);
    cr_assert_eq(msg_account_resume(db, &help_admin, 7, id), LOA_OK);
    a = load();
    cr_expect_not(a->paused);
    cr_expect_null(a->pause_reason);
    drop(a);
    cr_expect_eq(msg_account_pause(db, &help_admin, 6, 999, "x"), LOA_ENOENT);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action LIKE 'account.%'"), 3);
}

Test(msg_account, names_are_found_or_said_to_be_missing)
{
    struct loa_problem why = {0};
    int64_t id = put("access", "refresh"), found = 0;

    cr_expect_eq(msg_account_id(db, "zalo", &found, NULL), LOA_OK);
    cr_expect_eq(found, id);
    cr_expect_eq(msg_account_id(db, "viber", &found, &why), LOA_ENOENT);
    cr_expect_not_null(strstr(why.text, "viber"));
}

static enum loa_err put_named(const char *name, const char *channel)
{
    struct msg_account a = {.name = loa_xstrdup(name), .channel = loa_xstrdup(channel)};
    enum loa_err err = msg_account_put(db, &help_admin, 5, key, &a, NULL);

    msg_account_release(&a);
    return err;
}

Test(msg_account, names_cannot_break_out_of_addresses_and_metrics)
{
    static const char *const bad[] = {"", "a b", "a/b", "huyện", "a\"} 1\nb{x=\"", "a\n"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(put_named(bad[i], "zalo"), LOA_EINVAL, "%s", bad[i]);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM accounts"), 0);
}

Test(msg_account, an_account_stays_with_its_platform)
{
    cr_assert_eq(put_named("tin", "zalo"), LOA_OK);
    cr_expect_eq(put_named("tin", "viber"), LOA_EINVAL);
    cr_expect_eq(put_named("tin", "zalo"), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM accounts WHERE channel = 'zalo'"), 1);
}
