/* SPDX-License-Identifier: Apache-2.0 */
/* The API over real sockets: who may, what is refused and how, and the whole way of a message.
 * Every answer is also held against the description (api_kit.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <criterion/criterion.h>

#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "tests/integration/api_kit.h"

TestSuite(api, .timeout = 300);

static struct rig r;
static char *tokens[4];
static struct api_asker an, binh, chi, dung;
static const struct api_asker nobody;

static void start(void)
{
    static const char *const names[] = {"an", "binh", "chi", "dung"};
    struct api_asker *askers[] = {&an, &binh, &chi, &dung};

    (void)snprintf(r.extra_env, sizeof(r.extra_env), "LOA_QUIET_HOURS=off\n");
    rig_start(&r, "");
    rig_serve(&r, "");
    for (int i = 0; i < 4; i++) {
        tokens[i] = api_token(&r, names[i], NULL);
        askers[i]->token = tokens[i];
    }
}

static void end(void)
{
    for (int i = 0; i < 4; i++)
        free(tokens[i]);
    rig_end(&r);
}

static const char draft[] = "{\"title\":\"Tuần lễ\",\"body\":{\"text\":\"Kính mời bà con\"},"
                            "\"audience\":{\"channels\":[\"zalo\"]}}";

static const struct api_reply *ask(const struct api_asker *who, const char *method, const char *fmt,
                                   int64_t id, const char *body)
{
    char path[120];

    (void)snprintf(path, sizeof(path), "messages/%lld%s", (long long)id, fmt);
    return api_ask(&r, who, method, path, body);
}

static int64_t new_message(void)
{
    const struct api_reply *a = api_ask(&r, &binh, "POST", "messages", draft);

    cr_assert_eq(a->status, 201, "%s", api_str(a, "detail"));
    return api_int(a, "id");
}

/* ---- who may --------------------------------------------------------------------------- */

Test(api, without_a_token_in_force_nothing_is_told, .init = start, .fini = end)
{
    static const char *const paths[] = {"me", "messages", "messages/1", "tokens"};
    struct api_asker false_one = {.token = "loat_0000"};
    const struct api_reply *a;

    for (size_t i = 0; i < 4; i++) {
        a = api_ask(&r, &nobody, "GET", paths[i], NULL);
        cr_expect_eq(a->status, 401, "%s", paths[i]);
        cr_expect_not_null(strstr(a->headers, "WWW-Authenticate: Bearer"));
        cr_expect_str_eq(api_str(a, "code"), "sign-in");
        cr_expect_eq(api_ask(&r, &false_one, "GET", paths[i], NULL)->status, 401);
    }
    a = api_ask(&r, &nobody, "GET", "openapi.json", NULL);
    cr_expect_eq(a->status, 200);
    cr_expect_str_eq(api_str(a, "openapi"), "3.1.0");
    cr_expect_str_eq(api_str(api_ask(&r, &chi, "GET", "me", NULL), "role"), "approver");
}

Test(api, a_token_does_what_its_scopes_say_and_no_more, .init = start, .fini = end)
{
    char *only_read = api_token(&r, "an", "read"), *made, *printed, path[40];
    struct api_asker reader = {.token = only_read}, maker;
    const struct api_reply *a;
    int64_t id;

    cr_expect_eq(api_ask(&r, &reader, "GET", "messages", NULL)->status, 200);
    a = api_ask(&r, &reader, "POST", "messages", draft);
    cr_expect_eq(a->status, 403);
    cr_expect_str_eq(api_str(a, "errors.0.field"), "scope");
    a = api_ask(&r, &reader, "POST", "tokens", "{\"scopes\":\"messages\"}");
    cr_expect_eq(a->status, 422, "it makes none that may more than itself");
    a = api_ask(&r, &binh, "POST", "tokens", "{\"scopes\":\"read\",\"label\":\"Bảng tin\"}");
    cr_assert_eq(a->status, 201);
    id = api_int(a, "id");
    made = loa_xstrdup(api_str(a, "token"));
    maker = (struct api_asker){.token = made};
    cr_expect_eq(api_ask(&r, &maker, "GET", "messages", NULL)->status, 200);
    a = api_ask(&r, &binh, "GET", "tokens", NULL);
    cr_expect_eq(cJSON_GetArraySize(loa_json_get(a->json, "items")), 2, "his own");
    printed = loa_json_print(a->json);
    cr_expect_null(strstr(printed, made), "shown once");
    free(printed);
    (void)snprintf(path, sizeof(path), "tokens/%lld", (long long)id);
    cr_expect_eq(api_ask(&r, &chi, "DELETE", path, NULL)->status, 404, "not hers");
    cr_expect_eq(api_ask(&r, &binh, "DELETE", path, NULL)->status, 204);
    cr_expect_eq(api_ask(&r, &maker, "GET", "messages", NULL)->status, 401, "at once");
    free(made);
    free(only_read);
}

/* ---- what is refused and how ----------------------------------------------------------- */

Test(api, a_refusal_names_the_field_and_the_reason, .init = start, .fini = end)
{
    const struct api_reply *a = api_ask(&r, &binh, "POST", "messages", "{\"title\":\"A\"}");

    cr_expect_eq(a->status, 422);
    cr_expect_neq(strlen(api_str(a, "errors.0.field")), (size_t)0);
    cr_expect_neq(strlen(api_str(a, "errors.0.reason")), (size_t)0);
    cr_expect_not_null(strstr(a->headers, "application/problem+json"));
    cr_expect_eq(api_ask(&r, &binh, "POST", "messages", "{\"title\":")->status, 400);
    cr_expect_eq(api_ask(&r, &binh, "POST", "messages", "[]")->status, 400);
    cr_expect_eq(api_ask(&r, &binh, "GET", "messages?limit=0", NULL)->status, 400);
    cr_expect_eq(api_ask(&r, &binh, "GET", "messages?cursor=x", NULL)->status, 400);
    cr_expect_eq(api_ask(&r, &binh, "GET", "messages?state=gone", NULL)->status, 400);
    cr_expect_eq(api_ask(&r, &binh, "GET", "messages/999", NULL)->status, 404);
    cr_expect_eq(api_ask(&r, &binh, "GET", "messages/999/runs", NULL)->status, 404);
    cr_expect_eq(api_ask(&r, &binh, "GET", "messages/999/forecast", NULL)->status, 404);
    cr_expect_eq(api_ask(&r, &binh, "GET", "messages/999/progress", NULL)->status, 404);
    cr_expect_eq(api_ask(&r, &binh, "GET", "runs/999/deliveries", NULL)->status, 404);
    cr_expect_eq(api_ask(&r, &binh, "GET", "nothing/here", NULL)->status, 404);
    a = api_ask(&r, &binh, "DELETE", "messages", NULL);
    cr_expect_eq(a->status, 405);
    cr_expect_not_null(strstr(a->headers, "Allow: GET, HEAD, POST"));
    a = api_ask_with(&r, &binh, "POST", "messages", draft, "Content-Type: text/plain");
    cr_expect_eq(a->status, 415);
}

/* ---- two writers, and the same request twice ------------------------------------------- */

Test(api, two_writers_cannot_overwrite_each_other, .init = start, .fini = end)
{
    int64_t id = new_message();
    char path[40], first[100], *title = NULL;
    const struct api_reply *a;

    (void)snprintf(path, sizeof(path), "messages/%lld", (long long)id);
    a = api_ask(&r, &binh, "GET", path, NULL);
    cr_assert_neq(a->etag[0], '\0', "%s", a->headers);
    (void)snprintf(first, sizeof(first), "If-Match: %s", a->etag);
    a = api_ask(&r, &binh, "PUT", path, draft);
    cr_expect_eq(a->status, 428, "blindly");
    a = api_ask_with(&r, &chi, "PUT", path,
                     "{\"title\":\"Bản của Chi\",\"body\":{\"text\":\"A\"},"
                     "\"audience\":{\"channels\":[\"zalo\"]}}",
                     first);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_eq(api_int(a, "version"), 2);
    a = api_ask_with(&r, &binh, "PUT", path, draft, first);
    cr_expect_eq(a->status, 412);
    cr_expect_str_eq(api_str(a, "code"), "changed");
    a = api_ask(&r, &binh, "GET", path, NULL);
    title = loa_xstrdup(api_str(a, "title"));
    cr_expect_str_eq(title, "Bản của Chi");
    free(title);
}

Test(api, the_same_request_sent_again_does_nothing_twice, .init = start, .fini = end)
{
    const char *key = "Idempotency-Key: 6f1c";
    const struct api_reply *a = api_ask_with(&r, &binh, "POST", "messages", draft, key);
    int64_t id = api_int(a, "id");

    cr_assert_eq(a->status, 201);
    cr_expect_null(strstr(a->headers, "Idempotency-Replayed"));
    a = api_ask_with(&r, &binh, "POST", "messages", draft, key);
    cr_expect_eq(a->status, 201);
    cr_expect_eq(api_int(a, "id"), id);
    cr_expect_not_null(strstr(a->headers, "Idempotency-Replayed: true"));
    cr_expect_not_null(strstr(a->headers, "Location: /api/v1/messages/"));
    cr_expect_neq(a->etag[0], '\0');
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM messages"), 1);
    a = api_ask_with(&r, &binh, "POST", "messages",
                     "{\"title\":\"B\",\"body\":{\"text\":\"B\"},"
                     "\"audience\":{\"channels\":[\"zalo\"]}}",
                     key);
    cr_expect_eq(a->status, 422, "another request");
    a = api_ask_with(&r, &binh, "POST", "tokens", "{\"scopes\":\"read\"}", key);
    cr_expect_eq(a->status, 400, "a secret is not kept");
    cr_expect_eq(
        api_ask_with(&r, &binh, "POST", "messages", "{\"title\":\"A\"}", "Idempotency-Key: other")
            ->status,
        422);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM api_answers"), 1, "a refusal keeps no key");
}

Test(api, a_list_goes_page_by_page_without_gap_or_double, .init = start, .fini = end)
{
    int64_t last = INT64_MAX;
    char path[80] = "messages?limit=3";
    int seen = 0, pages = 0;

    for (int i = 0; i < 7; i++)
        (void)new_message();
    for (;;) {
        const struct api_reply *a = api_ask(&r, &binh, "GET", path, NULL);
        const cJSON *item;

        cr_assert_eq(a->status, 200);
        cJSON_ArrayForEach(item, loa_json_get(a->json, "items"))
        {
            cr_expect_lt(loa_json_int(item, "id", 0), last);
            last = loa_json_int(item, "id", 0);
            seen++;
        }
        pages++;
        if (!*api_str(a, "next"))
            break;
        (void)snprintf(path, sizeof(path), "messages?limit=3&state=draft&cursor=%s",
                       api_str(a, "next"));
    }
    cr_expect_eq(seen, 7);
    cr_expect_eq(pages, 3);
}

/* ---- the whole way --------------------------------------------------------------------- */

Test(api, a_message_goes_from_draft_to_the_phones, .init = start, .fini = end)
{
    const struct api_reply *a;
    char sha[80], body[120], path[60];
    const char *events;
    int64_t id, run;

    rig_followers(&r, "zalo", 5);
    id = new_message();
    a = ask(&binh, "GET", "/forecast", id, NULL);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    a = ask(&binh, "POST", "/submit", id, NULL);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_str_eq(api_str(a, "state"), "submitted");
    cr_expect_not_null(loa_json_get(a->json, "warnings"));
    (void)snprintf(sha, sizeof(sha), "%s", api_str(a, "sha256"));
    cr_expect_eq(ask(&binh, "POST", "/approve", id, NULL)->status, 403, "a writer");
    a = ask(&chi, "POST", "/approve", id, "{\"sha256\":\"00\"}");
    cr_expect_eq(a->status, 412, "what she saw is not what there is");
    (void)snprintf(body, sizeof(body), "{\"sha256\":\"%s\"}", sha);
    a = ask(&chi, "POST", "/approve", id, body);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    cr_expect_str_eq(api_str(a, "approvals.0.user"), "chi");
    cr_expect_eq(ask(&chi, "POST", "/approve", id, NULL)->status, 409, "once is enough");
    a = ask(&binh, "POST", "/schedule", id, NULL);
    cr_assert_eq(a->status, 200, "%s", api_str(a, "detail"));
    (void)snprintf(path, sizeof(path), "messages/%lld/progress", (long long)id);
    events = api_stream(&r, &binh, path);
    cr_expect_not_null(strstr(events, "event: progress\ndata: {\"state\":"), "%s", events);
    cr_expect_not_null(strstr(events, "event: end\n"), "%s", events);
    cr_expect_not_null(strstr(events, "\"total\":5"), "%s", events);
    RIG_WAIT(&r, rig_run_done(&r, id, "zalo"));
    a = ask(&binh, "GET", "/runs", id, NULL);
    cr_expect_eq(api_int(a, "items.0.sent"), 5);
    run = api_int(a, "items.0.id");
    (void)snprintf(path, sizeof(path), "runs/%lld/deliveries?limit=4", (long long)run);
    a = api_ask(&r, &binh, "GET", path, NULL);
    cr_expect_eq(cJSON_GetArraySize(loa_json_get(a->json, "items")), 4);
    cr_expect_neq(strlen(api_str(a, "next")), (size_t)0);
    cr_expect_eq(rig_got(&r, "zalo", "#0", "Kính mời bà con"), 1);
    cr_expect_geq(rig_sql(&r, "SELECT COUNT(*) FROM audit WHERE via = 'api'"), 4);
    rig_must(&r, "audit verify");
}

Test(api, nobody_approves_what_he_wrote_and_a_rejection_says_why, .init = start, .fini = end)
{
    const struct api_reply *a = api_ask(&r, &chi, "POST", "messages", draft);
    int64_t id = api_int(a, "id");

    cr_assert_eq(ask(&chi, "POST", "/submit", id, NULL)->status, 200);
    cr_expect_eq(ask(&chi, "POST", "/approve", id, NULL)->status, 403, "her own");
    a = ask(&dung, "POST", "/reject", id, "{}");
    cr_expect_eq(a->status, 422);
    cr_expect_str_eq(api_str(a, "errors.0.field"), "reason");
    a = ask(&dung, "POST", "/reject", id, "{\"reason\":\"Sai ngày\"}");
    cr_assert_eq(a->status, 200);
    cr_expect_str_eq(api_str(a, "state"), "rejected");
    cr_expect_str_eq(api_str(a, "reason"), "Sai ngày");
    cr_expect_eq(ask(&chi, "POST", "/pause", id, NULL)->status, 409);
    a = ask(&chi, "POST", "/cancel", id, NULL);
    cr_expect_str_eq(api_str(a, "state"), "cancelled");
}

/* Has the stream said something? */
static bool watched(void)
{
    struct stat st;
    char path[100];

    (void)snprintf(path, sizeof(path), "%s/watched", r.dir);
    return stat(path, &st) == 0 && st.st_size > 0;
}

Test(api, who_watches_does_not_keep_the_server_from_stopping, .init = start, .fini = end)
{
    int64_t id = new_message();
    char command[300];

    cr_assert_eq(ask(&binh, "POST", "/submit", id, NULL)->status, 200);
    cr_assert_eq(ask(&chi, "POST", "/approve", id, NULL)->status, 200);
    (void)snprintf(command, sizeof(command),
                   "curl -sN -m 60 -H 'Authorization: Bearer %s' "
                   "%s/api/v1/messages/%lld/progress >%s/watched 2>&1 &",
                   binh.token, r.web, (long long)id, r.dir);
    cr_assert_eq(system(command), 0);
    RIG_WAIT(&r, watched());
    cr_expect_eq(rig_stop(&r), 0);
    rig_serve(&r, "");
}
