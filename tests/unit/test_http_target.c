/* SPDX-License-Identifier: Apache-2.0 */
/* Request targets: what they decode to, what is refused, which route they mean. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "bot/http_target.h"

TestSuite(http_target, .timeout = 5);

static char buf[4096];

static enum loa_err parse(const char *raw, struct http_target *t)
{
    cr_assert_leq(http_target_size(strlen(raw)), sizeof(buf));
    return http_target_parse(raw, strlen(raw), buf, t);
}

Test(http_target, a_path_and_its_arguments_are_decoded)
{
    struct http_target t;

    cr_assert_eq(parse("/a%20b/L%e1%bb%8bch?q=Nha+Trang&p=%2B%26&flag&&empty=&q=2", &t), LOA_OK);
    cr_expect_str_eq(t.path, "/a b/Lịch");
    cr_expect_str_eq(http_target_arg(&t, "q"), "Nha Trang", "the first of two counts");
    cr_expect_str_eq(http_target_arg(&t, "p"), "+&");
    cr_expect_str_eq(http_target_arg(&t, "flag"), "");
    cr_expect_str_eq(http_target_arg(&t, "empty"), "");
    cr_expect_null(http_target_arg(&t, "Q"));
    cr_expect_eq(t.n_args, 5);
}

Test(http_target, a_plus_in_a_path_stays_a_plus)
{
    struct http_target t;

    cr_assert_eq(parse("/a+b?c+d=1", &t), LOA_OK);
    cr_expect_str_eq(t.path, "/a+b");
    cr_expect_str_eq(http_target_arg(&t, "c d"), "1");
}

Test(http_target, absolute_form_loses_its_host)
{
    struct http_target t;

    cr_assert_eq(parse("HTTP://h:80/x?y=http://z/", &t), LOA_OK);
    cr_expect_str_eq(t.path, "/x");
    cr_expect_str_eq(http_target_arg(&t, "y"), "http://z/");
}

Test(http_target, text_arguments_may_have_line_breaks)
{
    struct http_target t;

    cr_assert_eq(parse("/?t=a%0Ab", &t), LOA_OK);
    cr_expect_str_eq(http_target_arg(&t, "t"), "a\nb");
}

Test(http_target, bad_targets_are_refused)
{
    static const char *const bad[] = {
        "",         "x",        "*",          "%2F",        "/%",        "/%1",
        "/%1g",     "/%zz",     "/a%00b",     "/%0a",       "/\x7f",     "/%ff",
        "/?a=%",    "/?a=%c3",  "/?%00=1",    "/?a=%e1%bb", "/?a=%1",    "http://",
        "http://h", "ftp://h/", "/%ed%a0%80", "/\xc0\xaf",  "/?a=%1b[m", "https:/x",
    };
    struct http_target t;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(parse(bad[i], &t), LOA_EINVAL, "%s", bad[i]);
}

Test(http_target, too_many_arguments_are_refused)
{
    char raw[512] = "/?";
    struct http_target t;

    for (int i = 0; i < HTTP_ARGS_MAX; i++)
        strncat(raw, "a&", sizeof(raw) - strlen(raw) - 1);
    cr_expect_eq(parse(raw, &t), LOA_OK);
    cr_expect_eq(t.n_args, HTTP_ARGS_MAX);
    strncat(raw, "a", sizeof(raw) - strlen(raw) - 1);
    cr_expect_eq(parse(raw, &t), LOA_EINVAL);
}

/* ---- routes ---------------------------------------------------------------------------- */

static const struct http_route routes[] = {
    {HTTP_ON_GET, "/", true, NULL, 0},
    {HTTP_ON_GET, "/hook", true, NULL, 0},
    {HTTP_ON_POST, "/hook", true, NULL, 100},
    {HTTP_ON_POST, "/hook/special", false, NULL, 100},
    {HTTP_ON_GET, "/events:import", false, NULL, 0},
};

enum { N_ROUTES = sizeof(routes) / sizeof(routes[0]) };

static int find(const char *method, const char *path, const char **rest, unsigned *allowed)
{
    const struct http_route *r;

    switch (http_route_find(routes, N_ROUTES, http_method_bit(method), path, &r, rest, allowed)) {
    case HTTP_MATCHED:
        return (int)(r - routes);
    case HTTP_NO_METHOD:
        return -405;
    case HTTP_NO_PATH:
        break;
    }
    return -404;
}

Test(http_target, the_most_specific_route_wins)
{
    static const struct {
        const char *method, *path;
        int route;
        const char *rest;
    } want[] = {
        {"GET", "/", 0, ""},
        {"GET", "/app.js", 0, "app.js"},
        {"GET", "/hook", 1, ""},
        {"HEAD", "/hook/", 1, ""},
        {"POST", "/hook/zalo-2", 2, "zalo-2"},
        {"POST", "/hook/a/b", 2, "a/b"},
        {"GET", "/hooked", 0, "hooked"},
        {"POST", "/hook/special", 3, ""},
        {"GET", "/hook/special", -405, ""},
        {"POST", "/hook/special/x", 2, "special/x"},
        {"GET", "/events:import", 4, ""},
        {"POST", "/", -405, ""},
        {"BREW", "/hook", -405, ""},
    };

    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        const char *rest;
        unsigned allowed;

        cr_expect_eq(find(want[i].method, want[i].path, &rest, &allowed), want[i].route, "%s %s",
                     want[i].method, want[i].path);
        cr_expect_str_eq(rest, want[i].rest);
    }
    cr_expect_eq(http_route_find(routes + 1, 2, HTTP_ON_GET, "/else",
                                 &(const struct http_route *){NULL}, &(const char *){NULL},
                                 &(unsigned){0}),
                 HTTP_NO_PATH);
}

Test(http_target, allow_lists_all_methods_of_the_path)
{
    const char *rest;
    unsigned allowed;
    char allow[HTTP_ALLOW_SIZE];

    cr_assert_eq(find("PUT", "/hook", &rest, &allowed), -405);
    http_allow(allowed, allow);
    cr_expect_str_eq(allow, "GET, HEAD, POST");
    http_allow(~0u, allow);
    cr_expect_str_eq(allow, "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS");
}
