/* SPDX-License-Identifier: Apache-2.0 */
/* Signing in to the console over real sockets: the first link, the password, the second factor, the
 * lock-out, sessions that end, and what a foreign page cannot do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/totp.h"
#include "tests/integration/api_kit.h"

TestSuite(signin, .timeout = 300);

static struct rig r;
static const struct api_asker nobody;

static void start(void)
{
    rig_start(&r, "");
    rig_serve(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

/* ---- helpers --------------------------------------------------------------------------- */

/* Somebody with a session. */
struct browser {
    char cookie[120], csrf[100];
    struct api_asker with, without; /* the token that a page of ours repeats */
};

static void give_password(const char *user, const char *password)
{
    const struct api_reply *a;
    char *body;
    const char *secret;

    rig_must(&r, "user link %s", user);
    secret = strrchr(rig_output(), '/');
    cr_assert_not_null(secret, "%s", rig_output());
    body = loa_xasprintf("{\"link\":\"%.64s\",\"password\":\"%s\"}", secret + 1, password);
    a = api_ask(&r, &nobody, "POST", "password/link", body);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_str_eq(api_str(a, "user"), user);
    cr_expect_eq(api_ask(&r, &nobody, "POST", "password/link", body)->status, 422, "once");
    free(body);
}

static const struct api_reply *try_in(const char *user, const char *password, const char *code)
{
    char *body = loa_xasprintf("{\"user\":\"%s\",\"password\":\"%s\",\"code\":\"%s\"}", user,
                               password, code);
    const struct api_reply *a = api_ask(&r, &nobody, "POST", "session", body);

    free(body);
    return a;
}

static void sign_in(struct browser *b, const char *user, const char *password, const char *code)
{
    const struct api_reply *a = try_in(user, password, code);
    const char *set;

    cr_assert_eq(a->status, 201, "%s", api_str(a, "detail"));
    set = strstr(a->headers, "loa_session=");
    cr_assert_not_null(set, "%s", a->headers);
    cr_expect_not_null(strstr(set, "HttpOnly; SameSite=Lax"));
    (void)snprintf(b->cookie, sizeof(b->cookie), "Cookie: other=1; %.*s", (int)strcspn(set, ";"),
                   set);
    (void)snprintf(b->csrf, sizeof(b->csrf), "X-CSRF-Token: %s", api_str(a, "csrf"));
    b->with = (struct api_asker){.headers = {b->cookie, b->csrf}};
    b->without = (struct api_asker){.headers = {b->cookie}};
}

static const char password[] = "mưa rơi trên phố";

/* ---- the tests ------------------------------------------------------------------------- */

Test(signin, the_first_admin_comes_in_by_a_link_that_works_once, .init = start, .fini = end)
{
    struct browser b;
    const struct api_reply *a;

    cr_expect_eq(try_in("an", "", "")->status, 401, "nobody has a password yet");
    cr_expect_eq(try_in("an", password, "")->status, 401);
    rig_must(&r, "user link an");
    a = api_ask(&r, &nobody, "POST", "password/link",
                "{\"link\":\"00\",\"password\":\"mưa rơi trên phố\"}");
    cr_expect_eq(a->status, 422);
    give_password("an", password);
    sign_in(&b, "an", password, "");
    a = api_ask(&r, &b.with, "GET", "me", NULL);
    cr_expect_str_eq(api_str(a, "via"), "console");
    cr_expect_str_eq(api_str(a, "role"), "admin");
    cr_expect_eq(strncmp(b.csrf + strlen("X-CSRF-Token: "), api_str(a, "csrf"), 64), 0);
    rig_must(&r, "audit list");
    cr_expect_null(strstr(rig_output(), "mưa rơi"));
    rig_must(&r, "audit verify");
}

Test(signin, a_foreign_page_changes_nothing_with_our_cookie, .init = start, .fini = end)
{
    struct browser b;
    struct api_asker wrong;
    const struct api_reply *a;
    static const char draft[] = "{\"title\":\"A\",\"body\":{\"text\":\"A\"},"
                                "\"audience\":{\"channels\":[\"zalo\"]}}";

    give_password("binh", password);
    sign_in(&b, "binh", password, "");
    cr_expect_eq(api_ask(&r, &b.without, "GET", "messages", NULL)->status, 200);
    a = api_ask(&r, &b.without, "POST", "messages", draft);
    cr_expect_eq(a->status, 403);
    cr_expect_str_eq(api_str(a, "errors.0.field"), "X-CSRF-Token");
    wrong = (struct api_asker){.headers = {b.cookie, "X-CSRF-Token: 00"}};
    cr_expect_eq(api_ask(&r, &wrong, "POST", "messages", draft)->status, 403);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM messages"), 0);
    cr_expect_eq(api_ask(&r, &b.with, "POST", "messages", draft)->status, 201);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM audit WHERE via = 'console' AND "
                             "action = 'message.new'"),
                 1);
}

Test(signin, known_and_unknown_names_are_refused_alike_and_locked_alike, .init = start, .fini = end)
{
    static const char *const names[] = {"an", "nobody.here"};

    give_password("an", password);
    for (int n = 0; n < 2; n++) {
        const struct api_reply *a;

        for (int i = 0; i < 5; i++) {
            a = try_in(names[n], "wrong password", "");
            cr_expect_eq(a->status, 401);
            cr_expect_str_eq(api_str(a, "detail"), "Tên hoặc mật khẩu chưa đúng");
        }
        a = try_in(names[n], n ? "x" : password, "");
        cr_expect_eq(a->status, 429, "%s: even the right one has to wait", names[n]);
        cr_expect_not_null(strstr(a->headers, "Retry-After: "));
    }
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM sign_in_failures"), 2);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM sessions"), 0);
    give_password("an", password);
    cr_expect_eq(try_in("an", password, "")->status, 201, "a link opens it again");
    cr_expect_eq(try_in("../../x", password, "")->status, 401, "no name at all");
}

/* The code of a moment that the server takes: the second a test spends does not matter. */
static void code_at(const char *secret, int step, char out[MSG_TOTP_DIGITS + 1])
{
    /* Found by what the server itself would accept. */
    for (int i = 0; i < 1000000; i++) {
        char text[16];

        (void)snprintf(text, sizeof(text), "%06d", i);
        memcpy(out, text, MSG_TOTP_DIGITS);
        out[MSG_TOTP_DIGITS] = '\0';
        if (msg_totp_fits(secret, out, loa_clock_wall() + step * 30000, 0) ==
            (loa_clock_wall() / 30000) + step)
            return;
    }
    cr_assert_fail("no code");
}

Test(signin, with_a_second_factor_the_password_alone_is_not_enough, .init = start, .fini = end)
{
    struct browser b;
    const struct api_reply *a;
    char secret[MSG_TOTP_SECRET], code[MSG_TOTP_DIGITS + 1], paper[MSG_RECOVERY_CODE], body[60];

    give_password("an", password);
    sign_in(&b, "an", password, "");
    a = api_ask(&r, &b.with, "POST", "totp", NULL);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    (void)snprintf(secret, sizeof(secret), "%s", api_str(a, "secret"));
    cr_expect_eq(api_ask(&r, &b.with, "POST", "totp/confirm", "{\"code\":\"000\"}")->status, 422);
    code_at(secret, 0, code);
    (void)snprintf(body, sizeof(body), "{\"code\":\"%s\"}", code);
    a = api_ask(&r, &b.with, "POST", "totp/confirm", body);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_eq(cJSON_GetArraySize(loa_json_get(a->json, "recovery_codes")), 10);
    (void)snprintf(paper, sizeof(paper), "%s", api_str(a, "recovery_codes.0"));
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM users WHERE totp LIKE '%234%' AND "
                             "LENGTH(totp) < 40"),
                 0, "sealed");
    a = try_in("an", password, "");
    cr_expect_eq(a->status, 401);
    cr_expect_str_eq(api_str(a, "errors.0.field"), "code");
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM sign_in_failures"), 0, "no wrong try");
    cr_expect_eq(try_in("an", password, code)->status, 401, "used when it was confirmed");
    sign_in(&b, "an", password, paper);
    cr_expect_eq(try_in("an", password, paper)->status, 401, "on paper, but once");
    cr_expect_eq(api_ask(&r, &b.with, "POST", "totp/off", "{\"code\":\"000000\"}")->status, 422);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM recovery_codes"), 9);
}

Test(signin, sessions_are_listed_and_ended, .init = start, .fini = end)
{
    struct browser one, two, chi;
    const struct api_reply *a;
    char path[40];
    int64_t id;

    give_password("an", password);
    give_password("chi", password);
    sign_in(&one, "an", password, "");
    sign_in(&two, "an", password, "");
    sign_in(&chi, "chi", password, "");
    a = api_ask(&r, &two.with, "GET", "sessions", NULL);
    cr_expect_eq(cJSON_GetArraySize(loa_json_get(a->json, "items")), 2);
    id = api_int(a, "items.0.id");
    (void)snprintf(path, sizeof(path), "sessions/%lld", (long long)id);
    cr_expect_eq(api_ask(&r, &chi.with, "DELETE", path, NULL)->status, 404, "not hers");
    cr_expect_eq(api_ask(&r, &two.with, "DELETE", path, NULL)->status, 204);
    cr_expect_eq(api_ask(&r, &one.with, "GET", "me", NULL)->status, 401);
    a = api_ask(&r, &two.with, "DELETE", "session", NULL);
    cr_expect_eq(a->status, 204);
    cr_expect_not_null(strstr(a->headers, "Max-Age=0"), "%s", a->headers);
    cr_expect_eq(api_ask(&r, &two.with, "GET", "me", NULL)->status, 401);
    cr_expect_eq(api_ask(&r, &chi.with, "GET", "me", NULL)->status, 200);
    rig_sql_run(&r, "UPDATE users SET disabled_ms = 1 WHERE name = 'chi'");
    cr_expect_eq(api_ask(&r, &chi.with, "GET", "me", NULL)->status, 401, "at once");
}

Test(signin, a_new_password_ends_the_other_sessions, .init = start, .fini = end)
{
    struct browser one, two;
    char *token = api_token(&r, "an", NULL);
    struct api_asker program = {.token = token};
    static const char change[] =
        "{\"current\":\"mưa rơi trên phố\",\"password\":\"nắng lên trên đồi\"}";

    give_password("an", password);
    sign_in(&one, "an", password, "");
    sign_in(&two, "an", password, "");
    cr_expect_eq(api_ask(&r, &program, "PUT", "password", change)->status, 403, "a program");
    cr_expect_eq(api_ask(&r, &one.with, "PUT", "password",
                         "{\"current\":\"x\",\"password\":\"nắng lên trên đồi\"}")
                     ->status,
                 422);
    cr_expect_eq(api_ask(&r, &one.with, "PUT", "password",
                         "{\"current\":\"mưa rơi trên phố\",\"password\":\"ngắn\"}")
                     ->status,
                 422);
    cr_expect_eq(api_ask(&r, &one.with, "PUT", "password", change)->status, 204);
    cr_expect_eq(api_ask(&r, &one.with, "GET", "me", NULL)->status, 200);
    cr_expect_eq(api_ask(&r, &two.with, "GET", "me", NULL)->status, 401);
    cr_expect_eq(try_in("an", password, "")->status, 401);
    cr_expect_eq(try_in("an", "nắng lên trên đồi", "")->status, 201);
    free(token);
}
