/* SPDX-License-Identifier: Apache-2.0 */
/* route.c - one listener for all: the platforms' paths do not collide. */
#include <ctype.h>
#include <string.h>

#include "tests/sandbox/control.h"
#include "tests/sandbox/fault.h"
#include "tests/sandbox/fb.h"
#include "tests/sandbox/page.h"
#include "tests/sandbox/viber.h"
#include "tests/sandbox/zalo.h"

static bool begins(const char *s, const char *with)
{
    return !strncmp(s, with, strlen(with));
}

enum sbx_platform sbx_route_platform(const struct sbx_req *r)
{
    const char *p = r->path;

    if (begins(p, "/pa/"))
        return SBX_VIBER;
    if (begins(p, "/v2.0/") || begins(p, "/v3.0/") || begins(p, "/v4/") || begins(p, "/message/") ||
        begins(p, "/template/"))
        return SBX_ZALO;
    if ((p[0] == '/' && p[1] == 'v' && isdigit((unsigned char)p[2])) || begins(p, "/me/") ||
        (!p[1] && !strcmp(r->method, "POST")) || isdigit((unsigned char)p[1]))
        return SBX_FB;
    return SBX_PLATFORMS;
}

static bool refused(enum sbx_platform p, const struct sbx_res *res)
{
    const char *b = res->body.p ? res->body.p : "";

    if (res->held)
        return false;
    if (p == SBX_VIBER)
        return begins(b, "{\"status\":") && b[10] != '0';
    return res->status >= 400 || begins(b, "{\"error");
}

static void own(struct sbx_req *r, struct sbx_res *res)
{
    if (!strcmp(r->path, "/_control") && !strcmp(r->method, "POST"))
        sbx_control(r, res);
    else if (begins(r->path, "/_control/") && !strcmp(r->method, "GET"))
        sbx_control_read(r, res);
    else
        sbx_page(r, res);
}

void sbx_route(struct sbx_req *r, struct sbx_res *res)
{
    enum sbx_platform p = sbx_route_platform(r);

    switch (p) {
    case SBX_ZALO:
        zalo_route(r, res);
        break;
    case SBX_VIBER:
        viber_route(r, res);
        break;
    case SBX_FB:
        fb_route(r, res);
        break;
    case SBX_PLATFORMS:
        own(r, res);
        return;
    }
    r->s->count[p].refused += refused(p, res);
}
