/* SPDX-License-Identifier: Apache-2.0 */
/* What portals and calendars read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "bot/feed.h"
#include "messages/base/tz.h"
#include "messages/import.h"

static struct msg_catalog *catalog;
static const struct bot_feed_filter all = {0};
static const struct bot_feed_options office = {.title = "Sở A & B", .url = "https://a.vn"};

static void open_it(void)
{
    static const char json[] =
        "[{\"id\":\"e 1\",\"title\":\"Đọc <sách> & \\\"kể\\\"\",\"summary\":\"a ]]> b\","
        "\"start\":\"2026-10-01T08:00:00+07:00\",\"end\":\"2026-10-01T11:00:00+07:00\",\"topic\":"
        "[\"x\"],\"district\":\"Nha Trang\",\"registration_url\":\"https://a.vn/?a=1&b=2\"},"
        "{\"id\":\"e2\",\"title\":\"t\",\"start\":\"2026-10-02T08:00:00+07:00\",\"end\":"
        "\"2026-10-02T11:00:00+07:00\",\"state\":\"cancelled\",\"audience\":[\"học sinh\"]}]";
    struct loa_problem why;

    cr_assert_eq(loa_tz_set("Asia/Ho_Chi_Minh"), LOA_OK);
    catalog = msg_catalog_new();
    cr_assert_eq(msg_import_events(catalog, json, strlen(json), MSG_FORMAT_JSON, &why), LOA_OK,
                 "%s", why.text);
    catalog->events[0].changed_ms = catalog->events[0].created_ms = 1790000000000;
    catalog->events[1].changed_ms = 1790000060000;
}

static void close_it(void)
{
    msg_catalog_free(catalog);
}

TestSuite(bot_feed, .timeout = 10, .init = open_it, .fini = close_it);

static const xmlNode *child(const xmlNode *of, const char *name, int nth)
{
    for (const xmlNode *n = of->children; n; n = n->next) {
        if (n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0 && nth-- == 0)
            return n;
    }
    return NULL;
}

static bool says(const xmlNode *of, const char *name, const char *text)
{
    const xmlNode *n = child(of, name, 0);
    xmlChar *content = n ? xmlNodeGetContent(n) : NULL;
    bool same = content && strcmp((const char *)content, text) == 0;

    cr_expect(same, "%s is %s", name, content ? (const char *)content : "missing");
    xmlFree(content);
    return same;
}

/* RFC 4287, 4.1: what each feed and entry must have. */
Test(bot_feed, atom_has_what_the_format_asks_for)
{
    int64_t changed = 0;
    char *text = bot_feed_make(catalog, BOT_FEED_ATOM, &all, &office, &changed);
    xmlDoc *doc = xmlReadMemory(text, (int)strlen(text), NULL, NULL, XML_PARSE_NONET);
    const xmlNode *root, *entry;

    cr_assert_not_null(doc, "not well formed");
    root = xmlDocGetRootElement(doc);
    cr_expect_str_eq((const char *)root->name, "feed");
    cr_expect_str_eq((const char *)root->ns->href, "http://www.w3.org/2005/Atom");
    cr_expect(says(root, "id", "tag:a.vn,2026:loa:events"));
    cr_expect(says(root, "title", "Sở A & B"));
    cr_expect(says(root, "updated", "2026-09-21T21:14:20+07:00"));
    cr_expect_not_null(child(child(root, "author", 0), "name", 0));
    cr_expect_not_null(child(root, "link", 0));
    entry = child(root, "entry", 0);
    cr_assert_not_null(entry);
    cr_expect(says(entry, "title", "Đã hủy: t"), "the last to change comes first");
    entry = child(root, "entry", 1);
    cr_assert_not_null(entry);
    cr_expect(says(entry, "id", "tag:a.vn,2026:loa:e%201"));
    cr_expect(says(entry, "title", "Đọc <sách> & \"kể\""));
    cr_expect(says(entry, "updated", "2026-09-21T21:13:20+07:00"));
    cr_expect_not_null(child(entry, "content", 0));
    cr_expect_null(child(root, "entry", 2));
    cr_expect_eq(changed, 1790000060000);
    xmlFreeDoc(doc);
    free(text);
}

Test(bot_feed, only_what_was_asked_for_is_in_it)
{
    static const struct bot_feed_filter filters[] = {
        {.topic = "x"},           {.district = "Nha Trang"}, {.event = "e2"},
        {.audience = "học sinh"}, {.topic = "none"},
    };
    static const bool first[] = {true, true, false, false, false},
                      second[] = {false, false, true, true, false};
    int64_t changed;

    for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
        char *text = bot_feed_make(catalog, BOT_FEED_ICS, &filters[i], &office, &changed);

        cr_expect_eq(strstr(text, "UID:e 1@") != NULL, first[i], "%zu", i);
        cr_expect_eq(strstr(text, "UID:e2@") != NULL, second[i], "%zu", i);
        free(text);
    }
}

Test(bot_feed, who_has_it_is_told_so)
{
    char etag[BOT_ETAG_SIZE], date[BOT_HTTP_DATE_SIZE], list[200];

    bot_feed_etag("abc", 3, etag);
    cr_expect_eq(strlen(etag), (size_t)34);
    bot_http_date(1790000000000, date);
    cr_expect_str_eq(date, "Mon, 21 Sep 2026 14:13:20 GMT");
    cr_expect(bot_feed_is_known(etag, NULL, etag, 0));
    cr_expect(bot_feed_is_known("*", NULL, etag, 0));
    (void)snprintf(list, sizeof(list), "\"x\", W/%s", etag);
    cr_expect(bot_feed_is_known(list, NULL, etag, 0));
    cr_expect_not(bot_feed_is_known("\"x\"", date, etag, 1790000000000), "the tag counts alone");
    cr_expect(bot_feed_is_known(NULL, date, etag, 1790000000000));
    cr_expect_not(bot_feed_is_known(NULL, date, etag, 1790000001000));
    cr_expect_not(bot_feed_is_known(NULL, NULL, etag, 1790000000000));
    cr_expect_not(bot_feed_is_known("W/", "", etag, 0));
}
