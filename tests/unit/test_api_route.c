/* SPDX-License-Identifier: Apache-2.0 */
/* The API's table: which row an address finds, and that the description says the same. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bot/api/api.h"
#include "bot/api/route.h"
#include "bot/http_target.h"
#include "messages/base/json.h"
#include "messages/token.h"

TestSuite(api_route, .timeout = 10);

static const struct api_route *find(unsigned method, const char *path, struct api_params *p,
                                    unsigned *allowed)
{
    return api_route_find(api_routes, api_n_routes, method, path, p, allowed);
}

Test(api_route, a_number_in_the_address_is_read)
{
    struct api_params p = {0};
    unsigned allowed;
    const struct api_route *r = find(HTTP_ON_POST, "messages/12/approve", &p, &allowed);

    cr_assert_not_null(r);
    cr_expect_str_eq(r->path, "messages/{id}/approve");
    cr_expect_eq(p.id, 12);
}

Test(api_route, what_is_no_address_finds_nothing)
{
    static const char *const bad[] = {"",
                                      "messages/",
                                      "messages//",
                                      "messages/0",
                                      "messages/01",
                                      "messages/-1",
                                      "messages/1x",
                                      "messages/1/",
                                      "messages/1/approve/",
                                      "messages/1/approve/2",
                                      "messages/{id}",
                                      "messages/9999999999999999999",
                                      "Messages",
                                      "message",
                                      "messagess"};
    struct api_params p;
    unsigned allowed;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_expect_null(find(HTTP_ON_GET, bad[i], &p, &allowed), "%s", bad[i]);
        cr_expect_eq(allowed, 0u, "%s", bad[i]);
    }
}

Test(api_route, another_method_is_told_which_there_are)
{
    struct api_params p;
    unsigned allowed;

    cr_expect_null(find(HTTP_ON_POST, "messages/1", &p, &allowed));
    cr_expect_eq(allowed, (unsigned)(HTTP_ON_GET | HTTP_ON_PUT | HTTP_ON_DELETE));
}

Test(api_route, every_row_is_whole)
{
    for (size_t i = 0; i < api_n_routes; i++) {
        const struct api_route *r = &api_routes[i];

        cr_expect_eq(r->kind == API_OWN, r->start != NULL, "%s", r->path);
        cr_expect_eq(r->kind == API_OWN, r->work == NULL, "%s", r->path);
        cr_expect(r->method != HTTP_ON_GET || r->kind != API_WRITE, "%s: a GET writes", r->path);
        cr_expect(!(r->flags & API_OPEN) || !r->scope, "%s", r->path);
    }
}

/* ---- the description ------------------------------------------------------------------- */

static const char *method_name(unsigned bit)
{
    switch (bit) {
    case HTTP_ON_GET:
        return "get";
    case HTTP_ON_POST:
        return "post";
    case HTTP_ON_PUT:
        return "put";
    default:
        return "delete";
    }
}

static cJSON *description(void)
{
    const char *text = bot_api_description();
    cJSON *o = loa_json_parse(text, strlen(text));

    cr_assert_not_null(o);
    return o;
}

Test(api_route, the_description_has_every_row_with_its_scope)
{
    cJSON *doc = description();

    for (size_t i = 0; i < api_n_routes; i++) {
        const struct api_route *r = &api_routes[i];
        char path[200];
        const cJSON *op;
        const char *scope;

        (void)snprintf(path, sizeof(path), "/%s", r->path);
        op = loa_json_get(loa_json_get(loa_json_get(doc, "paths"), path), method_name(r->method));
        cr_assert_not_null(op, "%s %s is not described", method_name(r->method), path);
        scope = loa_json_str(op, "x-scope");
        cr_expect_eq(r->scope != 0, scope != NULL, "%s", path);
        if (scope && r->scope)
            cr_expect_str_eq(scope, msg_scope_name(r->scope), "%s", path);
        cr_expect_eq((r->flags & API_OPEN) != 0, loa_json_get(op, "security") != NULL, "%s", path);
        cr_expect_eq((r->flags & (API_BODY | API_MAY)) != 0,
                     loa_json_get(op, "requestBody") != NULL, "%s", path);
    }
    cJSON_Delete(doc);
}

Test(api_route, the_description_has_nothing_that_is_not_there)
{
    cJSON *doc = description();
    const cJSON *path, *op;

    cJSON_ArrayForEach(path, loa_json_get(doc, "paths"))
    {
        cJSON_ArrayForEach(op, path)
        {
            bool found = false;

            for (size_t i = 0; i < api_n_routes; i++)
                found = found || (strcmp(api_routes[i].path, path->string + 1) == 0 &&
                                  strcmp(method_name(api_routes[i].method), op->string) == 0);
            cr_expect(found, "%s %s", op->string, path->string);
        }
    }
    cJSON_Delete(doc);
}

/* Every "$ref" leads somewhere. */
static void check_refs(const cJSON *doc, const cJSON *o)
{
    const char *ref = cJSON_IsObject(o) ? loa_json_str(o, "$ref") : NULL;
    const cJSON *item;

    if (ref) {
        char path[200];

        cr_assert_eq(strncmp(ref, "#/", 2), 0, "%s", ref);
        (void)snprintf(path, sizeof(path), "%s", ref + 2);
        for (char *p = path; *p; p++)
            *p = *p == '/' ? '.' : *p;
        cr_expect_not_null(loa_json_at(doc, path), "%s", ref);
    }
    cJSON_ArrayForEach(item, o) check_refs(doc, item);
}

Test(api_route, every_reference_in_the_description_leads_somewhere)
{
    cJSON *doc = description();

    check_refs(doc, doc);
    cr_expect_str_eq(loa_json_str(doc, "openapi"), "3.1.0");
    cJSON_Delete(doc);
}
