/* SPDX-License-Identifier: Apache-2.0 */
/* Request targets and routes: any bytes are decoded into valid, terminated text or refused. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bot/http_target.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct http_route routes[] = {
    {HTTP_ON_GET, "/", true, NULL, 0},
    {HTTP_ON_GET | HTTP_ON_POST, "/webhooks/facebook", true, NULL, 0},
    {HTTP_ON_POST, "/webhooks/facebook/x", false, NULL, 0},
    {HTTP_ON_GET, "/healthz", false, NULL, 0},
};

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void check_args(const struct http_target *t)
{
    const char *p = t->args;

    must(t->n_args <= HTTP_ARGS_MAX);
    for (size_t i = 0; i < t->n_args; i++) {
        const char *value = p + strlen(p) + 1;

        must(loa_utf8_valid(p, strlen(p)) && loa_utf8_valid(value, strlen(value)));
        must(http_target_arg(t, p) != NULL);
        p = value + strlen(value) + 1;
    }
}

static void check_route(const char *path, unsigned method)
{
    const struct http_route *route;
    const char *rest;
    unsigned allowed;

    switch (http_route_find(routes, sizeof(routes) / sizeof(routes[0]), method, path, &route, &rest,
                            &allowed)) {
    case HTTP_MATCHED:
        must((route->methods & method) && rest >= path && rest <= path + strlen(path));
        must(strncmp(route->path, path, strlen(route->path)) == 0);
        break;
    case HTTP_NO_METHOD:
        must(allowed != 0 && !(allowed & method));
        break;
    case HTTP_NO_PATH:
        must(path[0] != '/'); /* "/" takes all others */
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Copies of the exact size, so that one byte too far is seen. */
    char *raw = loa_xmalloc(size), *buf = loa_xmalloc(http_target_size(size));
    struct http_target t;

    memcpy(raw, data, size);
    if (http_target_parse(raw, size, buf, &t) == LOA_OK) {
        must(t.path[0] == '/' && loa_utf8_valid(t.path, strlen(t.path)));
        check_args(&t);
        check_route(t.path, HTTP_ON_GET);
        check_route(t.path, HTTP_ON_POST);
        check_route(t.path, 0);
    }
    free(raw);
    free(buf);
    return 0;
}
