/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens: what they may, for how long, and that the store cannot give them away. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/json.h"
#include "messages/token.h"
#include "tests/unit/store_help.h"

static struct db *db;

static void open_it(void)
{
    db = help_open();
}

static void close_it(void)
{
    help_close(db);
}

TestSuite(msg_token, .timeout = 10, .init = open_it, .fini = close_it);

static struct loa_secret *make(const char *user, unsigned scopes, int64_t expires, int64_t *id)
{
    struct msg_token_wish w = {.user = user, .scopes = scopes, .expires_ms = expires};
    struct loa_secret *out = NULL;
    struct loa_problem why = {"", ""};

    cr_assert_eq(msg_token_new(db, &help_admin, 5, &w, id, &out, &why), LOA_OK, "%s", why.text);
    return out;
}

static enum loa_err check(const struct loa_secret *token, int64_t now, struct msg_identity *who)
{
    char digest[LOA_SHA256_HEX];

    msg_token_digest(loa_secret_reveal(token), loa_secret_len(token), digest);
    return msg_token_check(db, digest, now, who);
}

Test(msg_token, a_token_is_random_and_only_its_digest_is_stored)
{
    int64_t one, two;
    struct loa_secret *a = make("writer", MSG_SCOPES_ALL, 0, &one);
    struct loa_secret *b = make("writer", MSG_SCOPES_ALL, 0, &two);
    char hash[LOA_SHA256_HEX], *stored;

    cr_expect_eq(loa_secret_len(a), (size_t)69);
    cr_expect_eq(strncmp(loa_secret_reveal(a), "loat_", 5), 0);
    cr_expect_str_neq(loa_secret_reveal(a), loa_secret_reveal(b));
    msg_token_digest(loa_secret_reveal(a), loa_secret_len(a), hash);
    stored = help_text(db, "SELECT hash FROM tokens WHERE id = 1");
    cr_expect_str_eq(stored, hash);
    free(stored);
    loa_secret_free(a);
    loa_secret_free(b);
}

Test(msg_token, it_may_what_it_was_given_and_its_owner_still_may)
{
    int64_t id;
    struct loa_secret *t = make("admin", MSG_SCOPE_READ | MSG_SCOPE_ADMIN, 0, &id);
    struct msg_identity who;

    cr_assert_eq(check(t, 6, &who), LOA_OK);
    cr_expect_str_eq(who.user, "admin");
    cr_expect_eq(who.scopes, (unsigned)(MSG_SCOPE_READ | MSG_SCOPE_ADMIN));
    cr_assert_eq(db_run(db, "UPDATE users SET role = 'writer' WHERE name = 'admin'", ""), LOA_OK);
    cr_assert_eq(check(t, 6, &who), LOA_OK);
    cr_expect_eq(who.scopes, (unsigned)MSG_SCOPE_READ);
    cr_assert_eq(db_run(db, "UPDATE users SET disabled_ms = 7 WHERE name = 'admin'", ""), LOA_OK);
    cr_expect_eq(check(t, 6, &who), LOA_ENOENT);
    loa_secret_free(t);
}

Test(msg_token, it_ends_at_its_time_or_when_it_is_revoked)
{
    int64_t id, other;
    struct loa_secret *t = make("writer", MSG_SCOPES_ALL, 100, &id);
    struct loa_secret *u = make("writer", MSG_SCOPES_ALL, 0, &other);
    struct msg_identity who;

    cr_expect_eq(check(t, 99, &who), LOA_OK);
    cr_expect_eq(check(t, 100, &who), LOA_ENOENT);
    cr_expect_eq(msg_token_revoke(db, &help_admin, 9, other, "approver", NULL), LOA_ENOENT,
                 "not his");
    cr_expect_eq(check(u, 10, &who), LOA_OK);
    cr_expect_eq(msg_token_revoke(db, &help_admin, 9, other, "writer", NULL), LOA_OK);
    cr_expect_eq(check(u, 10, &who), LOA_ENOENT);
    cr_expect_eq(msg_token_revoke(db, &help_admin, 9, other, NULL, NULL), LOA_ENOENT, "twice");
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'token.revoke'"), 1);
    loa_secret_free(t);
    loa_secret_free(u);
}

Test(msg_token, nobody_gets_one_for_more_than_his_role_or_for_a_stranger)
{
    struct msg_token_wish w = {.user = "nobody", .scopes = MSG_SCOPES_ALL};
    struct loa_secret *out = NULL;
    struct loa_problem why = {"", ""};
    int64_t id;

    cr_expect_eq(msg_token_new(db, &help_admin, 5, &w, &id, &out, &why), LOA_ENOENT);
    w = (struct msg_token_wish){.user = "writer", .scopes = MSG_SCOPE_APPROVE};
    cr_expect_eq(msg_token_new(db, &help_admin, 5, &w, &id, &out, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "scopes");
    w = (struct msg_token_wish){.user = "writer", .scopes = MSG_SCOPE_READ, .expires_ms = 5};
    cr_expect_eq(msg_token_new(db, &help_admin, 5, &w, &id, &out, &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "expires");
    w = (struct msg_token_wish){.user = "writer", .scopes = MSG_SCOPE_READ, .label = "a\x01"};
    cr_expect_eq(msg_token_new(db, &help_admin, 5, &w, &id, &out, &why), LOA_EINVAL);
    cr_expect_null(out);
}

Test(msg_token, the_list_has_those_in_force)
{
    int64_t a, b, c;
    struct loa_secret *t[3] = {make("writer", MSG_SCOPE_READ, 50, &a),
                               make("writer", MSG_SCOPES_ALL, 0, &b),
                               make("admin", MSG_SCOPES_ALL, 0, &c)};
    cJSON *all = cJSON_CreateArray(), *his = cJSON_CreateArray();

    cr_assert_eq(msg_tokens_list(db, NULL, 10, all), LOA_OK);
    cr_expect_eq(cJSON_GetArraySize(all), 3);
    cr_expect_str_eq(loa_json_str(cJSON_GetArrayItem(all, 0), "scopes"), "read");
    cr_expect_str_eq(loa_json_str(cJSON_GetArrayItem(all, 1), "scopes"), "*");
    cr_assert_eq(msg_tokens_list(db, "writer", 60, his), LOA_OK);
    cr_expect_eq(cJSON_GetArraySize(his), 1, "the other has expired");
    cJSON_Delete(all);
    cJSON_Delete(his);
    for (int i = 0; i < 3; i++)
        loa_secret_free(t[i]);
}

Test(msg_token, scopes_read_back_and_unknown_words_are_refused)
{
    static const char *const bad[] = {"", " ", "all", "read,messages", "Read", "read  x"};
    char out[MSG_SCOPES_SIZE];
    unsigned scopes;

    for (unsigned want = 1; want <= MSG_SCOPES_ALL; want++) {
        cr_assert_eq(msg_scopes_parse(msg_scopes_format(want, out), &scopes), LOA_OK, "%s", out);
        cr_expect_eq(scopes, want);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(msg_scopes_parse(bad[i], &scopes), LOA_EINVAL, "%s", bad[i]);
}
