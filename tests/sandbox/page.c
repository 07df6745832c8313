/* SPDX-License-Identifier: Apache-2.0 */
/* page.c - serves what is under page/, compiled in; needs nothing from the file system. */
#include "tests/sandbox/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/citizen.h"
#include "tests/sandbox/live.h"

#define EMBED(symbol, file)                                                                        \
    __asm__(".section .rodata\n"                                                                   \
            ".global " #symbol "\n" #symbol ":\n"                                                  \
            ".incbin \"tests/sandbox/page/" file "\"\n"                                            \
            ".global " #symbol "_end\n" #symbol "_end:\n"                                          \
            ".byte 0\n"                                                                            \
            ".previous\n");                                                                        \
    extern const char symbol[], symbol##_end[]

EMBED(sbx_index_html, "index.html");
EMBED(sbx_app_js, "app.js");
EMBED(sbx_phone_js, "phone.js");
EMBED(sbx_style_css, "style.css");
EMBED(sbx_icon_svg, "icon.svg");

static const struct {
    const char *path, *type, *from, *to;
} files[] = {
    {"/", "text/html; charset=utf-8", sbx_index_html, sbx_index_html_end},
    {"/app.js", "text/javascript; charset=utf-8", sbx_app_js, sbx_app_js_end},
    {"/phone.js", "text/javascript; charset=utf-8", sbx_phone_js, sbx_phone_js_end},
    {"/style.css", "text/css; charset=utf-8", sbx_style_css, sbx_style_css_end},
    {"/icon.svg", "image/svg+xml", sbx_icon_svg, sbx_icon_svg_end},
};

static void secure(struct sbx_res *res)
{
    /* pictures by URL come from the bot on this machine, or from files uploaded here */
    sbx_res_header(res, "content-security-policy",
                   "default-src 'self'; img-src 'self' data: http://127.0.0.1:* "
                   "http://localhost:*; frame-ancestors 'none'; base-uri 'none'");
    sbx_res_header(res, "x-content-type-options", "nosniff");
    sbx_res_header(res, "cache-control", "no-store");
    sbx_res_header(res, "referrer-policy", "no-referrer");
}

/* "/_media/PLATFORM/ACCOUNT/ID" -> the thing, or NULL. */
static const struct sbx_thing *find_media(const struct sbx_req *r)
{
    char platform[12], id[96];
    unsigned number;
    const struct sbx_account *a;
    const struct sbx_thing *t;

    if (sscanf(r->path, "/_media/%11[a-z]/%u/%95[A-Za-z0-9_-]", platform, &number, id) != 3 ||
        sbx_platform_of(platform) == SBX_PLATFORMS)
        return NULL;
    a = sbx_account_get(r->s, sbx_platform_of(platform), number);
    t = a ? sbx_thing_find(a, SBX_UPLOAD, id) : NULL;
    if (a && !t)
        t = sbx_thing_find(a, SBX_PHOTO, id);
    return t;
}

static void media(struct sbx_req *r, struct sbx_res *res)
{
    const struct sbx_thing *t = find_media(r);

    if (!t || !t->data) {
        res->status = 404;
        return;
    }
    res->type = t->type;
    sbx_buf_add(&res->body, t->data, t->data_len);
}

static void put_html(struct sbx_buf *out, const char *s)
{
    for (; s && *s; s++) {
        if (*s == '<')
            sbx_buf_str(out, "&lt;");
        else if (*s == '&')
            sbx_buf_str(out, "&amp;");
        else if (*s == '"')
            sbx_buf_str(out, "&quot;");
        else
            sbx_buf_add(out, s, 1);
    }
}

/* "/_article/zalo/ACCOUNT/ID": a Zalo article as its reader sees it. Text blocks hold HTML there;
 * here tags are shown as text would be, so that a bad article cannot run anything. */
static void article(struct sbx_req *r, struct sbx_res *res)
{
    unsigned number;
    char id[96];
    const struct sbx_account *a;
    const struct sbx_thing *t = NULL;
    const cJSON *b;
    cJSON *json;

    if (sscanf(r->path, "/_article/zalo/%u/%95[a-z0-9]", &number, id) == 2 &&
        (a = sbx_account_get(r->s, SBX_ZALO, number)))
        t = sbx_thing_find(a, SBX_ARTICLE, id);
    if (!t) {
        res->status = 404;
        return;
    }
    json = cJSON_Parse(t->json);
    res->type = "text/html; charset=utf-8";
    sbx_buf_str(&res->body, "<!DOCTYPE html><html lang=\"vi\"><meta charset=\"utf-8\"><meta "
                            "name=\"viewport\" content=\"width=device-width\"><link rel=stylesheet "
                            "href=\"/style.css\"><title>");
    put_html(&res->body, sbx_str(json, "title"));
    sbx_buf_str(&res->body, "</title><main class=\"article\"><h1>");
    put_html(&res->body, sbx_str(json, "title"));
    sbx_buf_str(&res->body, "</h1><p class=\"byline\">");
    put_html(&res->body, sbx_str(json, "author"));
    sbx_buf_str(&res->body, "</p><p><b>");
    put_html(&res->body, sbx_str(json, "description"));
    sbx_buf_str(&res->body, "</b></p>");
    cJSON_ArrayForEach(b, sbx_get(json, "body"))
    {
        sbx_buf_str(&res->body, "<p class=\"block\">");
        put_html(&res->body, sbx_str(b, "content") ? sbx_str(b, "content") : sbx_str(b, "url"));
        sbx_buf_str(&res->body, "</p>");
    }
    sbx_buf_str(&res->body, "</main></html>");
    cJSON_Delete(json);
}

void sbx_page(struct sbx_req *r, struct sbx_res *res)
{
    secure(res);
    if (strcmp(r->method, "GET") != 0) {
        res->status = 405;
        return;
    }
    if (!strncmp(r->path, "/_media/", 8)) {
        media(r, res);
        return;
    }
    if (!strncmp(r->path, "/_article/", 10)) {
        article(r, res);
        return;
    }
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (strcmp(files[i].path, r->path) != 0)
            continue;
        if (!i)
            sbx_demo(r->s);
        res->type = files[i].type;
        sbx_buf_add(&res->body, files[i].from, (size_t)(files[i].to - files[i].from));
        return;
    }
    res->status = 404;
    res->type = "text/plain; charset=utf-8";
    sbx_buf_str(&res->body, "Không có trang này.\n");
}
