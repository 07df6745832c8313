/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/api/route.h"

#include <string.h>

#include "bot/http_target.h"

/* Digits that fit, without a leading zero: one address for each thing. */
static bool take_id(const char *s, size_t n, int64_t *out)
{
    int64_t v = 0;

    if (n < 1 || n > 18 || s[0] == '0')
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        v = v * 10 + (s[i] - '0');
    }
    *out = v;
    return true;
}

static bool take_name(const char *s, size_t n, char out[API_NAME_SIZE])
{
    if (n < 1 || n >= API_NAME_SIZE)
        return false;
    memcpy(out, s, n);
    out[n] = '\0';
    return true;
}

static bool fits(const char *pattern, const char *path, struct api_params *p)
{
    for (;;) {
        size_t want = strcspn(pattern, "/"), have = strcspn(path, "/");
        bool ok;

        if (want == 4 && strncmp(pattern, "{id}", 4) == 0)
            ok = take_id(path, have, &p->id);
        else if (want == 6 && strncmp(pattern, "{name}", 6) == 0)
            ok = take_name(path, have, p->name);
        else
            ok = want == have && strncmp(pattern, path, want) == 0;
        if (!ok)
            return false;
        pattern += want;
        path += have;
        if (!*pattern || !*path)
            return !*pattern && !*path;
        pattern++;
        path++;
    }
}

const struct api_route *api_route_find(const struct api_route *routes, size_t n, unsigned method,
                                       const char *path, struct api_params *params,
                                       unsigned *allowed)
{
    const struct api_route *found = NULL;

    *allowed = 0;
    for (size_t i = 0; i < n; i++) {
        struct api_params p = {0};

        if (!fits(routes[i].path, path, &p))
            continue;
        *allowed |= routes[i].method;
        if (!found && routes[i].method == method) {
            found = &routes[i];
            *params = p;
        }
    }
    return found;
}
