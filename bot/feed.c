/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bot/answer/phrasebook.h"
#include "messages/base/buf.h"
#include "messages/base/crypto.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/export.h"
#include "messages/online.h"

enum { FEED_MAX = 64 << 20, ENTRIES_MAX = 200, HOST_SIZE = 256 };

/* ---- which events ---------------------------------------------------------------------- */

static bool in_list(const struct msg_list *l, const char *s)
{
    for (size_t i = 0; i < l->n; i++) {
        if (strcmp(l->items[i], s) == 0)
            return true;
    }
    return false;
}

static bool is_wanted(const struct msg_event *e, const struct bot_feed_filter *f)
{
    return (!f->event || strcmp(e->id, f->event) == 0) &&
           (!f->topic || in_list(&e->topics, f->topic)) &&
           (!f->audience || in_list(&e->audience, f->audience)) &&
           (!f->district || (e->district && strcmp(e->district, f->district) == 0));
}

static const struct msg_event **pick(const struct msg_catalog *c, const struct bot_feed_filter *f,
                                     size_t *n, int64_t *changed_ms)
{
    const struct msg_event **list = loa_xcalloc(c->n_events + 1, sizeof(*list));

    *n = 0;
    *changed_ms = 0;
    for (size_t i = 0; i < c->n_events; i++) {
        const struct msg_event *e = &c->events[i];

        if (!is_wanted(e, f))
            continue;
        list[(*n)++] = e;
        *changed_ms = e->changed_ms > *changed_ms ? e->changed_ms : *changed_ms;
    }
    return list;
}

static void host_of(const char *url, char *out, size_t size)
{
    const char *host = url ? strstr(url, "://") : NULL;

    host = host ? host + 3 : "";
    (void)snprintf(out, size, "%.*s", (int)strcspn(host, "/:"), host);
}

/* ---- Atom (RFC 4287) --------------------------------------------------------------------- */

static void add_xml(struct loa_buf *b, const char *text)
{
    for (const char *s = text; *s; s++) {
        switch (*s) {
        case '&':
            loa_buf_adds(b, "&amp;");
            break;
        case '<':
            loa_buf_adds(b, "&lt;");
            break;
        case '>':
            loa_buf_adds(b, "&gt;");
            break;
        case '"':
            loa_buf_adds(b, "&quot;");
            break;
        default:
            /* Control characters are no XML, however written. */
            loa_buf_addc(b, (unsigned char)*s < 0x20 && *s != '\n' && *s != '\t' ? ' ' : *s);
            break;
        }
    }
}

static void element(struct loa_buf *b, const char *name, const char *text)
{
    loa_buf_addf(b, "<%s>", name);
    add_xml(b, text);
    loa_buf_addf(b, "</%s>\n", name);
}

/* RFC 3339; a row of before the program kept times counts as of 1970. */
static void time_element(struct loa_buf *b, const char *name, int64_t ms)
{
    char iso[LOA_ISO_SIZE];

    element(b, name, loa_iso_format(ms, iso));
}

static void link_to(struct loa_buf *b, const char *rel, const char *type, const char *url,
                    const char *rest)
{
    loa_buf_addf(b, "<link rel=\"%s\" type=\"%s\" href=\"", rel, type);
    add_xml(b, url);
    add_xml(b, rest);
    loa_buf_adds(b, "\"/>\n");
}

static void add_id(struct loa_buf *b, const char *host, const char *id)
{
    loa_buf_addf(b, "<id>tag:%s,2026:loa:", host);
    loa_buf_add_url(b, id);
    loa_buf_adds(b, "</id>\n");
}

static void add_line(struct loa_buf *b, const char *head, const char *text)
{
    if (text && *text)
        loa_buf_addf(b, "%s%s%s", b->len ? "\n" : "", head, text);
}

static void add_content(struct loa_buf *b, const struct msg_event *e)
{
    const char *service = msg_online_service(e->online_url);
    struct loa_buf text = {0}, where = {0};
    char *join = loa_xasprintf("Tham gia trực tuyến%s%s%s: ", service ? " (" : "",
                               service ? service : "", service ? ")" : "");

    add_line(&text, "", e->note);
    answer_say_when(&where, e, false);
    add_line(&text, "Thời gian: ", loa_buf_str(&where));
    loa_buf_reset(&where);
    answer_say_where(&where, e, false, true);
    add_line(&text, "Địa điểm: ", loa_buf_str(&where));
    add_line(&text, join, e->online_url);
    add_line(&text, "Đăng ký: ", e->registration_url);
    add_line(&text, "Liên hệ: ", e->contact_phone);
    add_line(&text, "", e->summary);
    loa_buf_adds(b, "<content type=\"text\">");
    add_xml(b, loa_buf_str(&text));
    loa_buf_adds(b, "</content>\n");
    loa_buf_release(&text);
    loa_buf_release(&where);
    free(join);
}

static void add_entry(struct loa_buf *b, const struct msg_event *e, const char *host,
                      const struct bot_feed_options *o)
{
    static const char *const heads[] = {"", "Đã hủy: ", "Đã dời: "};
    char *title = loa_xasprintf("%s%s", heads[e->state], e->title);

    loa_buf_adds(b, "<entry>\n");
    add_id(b, host, e->id);
    element(b, "title", title);
    time_element(b, "updated", e->changed_ms);
    if (e->created_ms)
        time_element(b, "published", e->created_ms);
    if (e->registration_url)
        link_to(b, "related", "text/html", e->registration_url, "");
    if (o->url) {
        struct loa_buf query = {0};

        loa_buf_adds(&query, "/events.ics?event=");
        loa_buf_add_url(&query, e->id);
        link_to(b, "alternate", "text/calendar", o->url, loa_buf_str(&query));
        loa_buf_release(&query);
    }
    for (size_t i = 0; i < e->topics.n; i++) {
        loa_buf_adds(b, "<category term=\"");
        add_xml(b, e->topics.items[i]);
        loa_buf_adds(b, "\"/>\n");
    }
    add_content(b, e);
    loa_buf_adds(b, "</entry>\n");
    free(title);
}

/* The last to change first. */
static int by_change(const void *a, const void *b)
{
    const struct msg_event *x = *(const struct msg_event *const *)a,
                           *y = *(const struct msg_event *const *)b;

    if (x->changed_ms != y->changed_ms)
        return x->changed_ms < y->changed_ms ? 1 : -1;
    if (x->start_ms != y->start_ms)
        return x->start_ms > y->start_ms ? 1 : -1;
    return strcmp(x->id, y->id);
}

static char *atom(const struct msg_event **list, size_t n, int64_t changed_ms,
                  const struct bot_feed_options *o)
{
    const char *title = o->title ? o->title : "Sự kiện";
    char host[HOST_SIZE];
    struct loa_buf b;

    host_of(o->url, host, sizeof(host));
    if (!host[0])
        (void)snprintf(host, sizeof(host), "loa.invalid");
    qsort(list, n, sizeof(*list), by_change);
    loa_buf_init(&b, FEED_MAX);
    loa_buf_adds(&b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                     "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"vi\">\n");
    add_id(&b, host, "events");
    element(&b, "title", title);
    time_element(&b, "updated", changed_ms);
    loa_buf_adds(&b, "<author>");
    element(&b, "name", title);
    loa_buf_adds(&b, "</author>\n<generator>loa</generator>\n");
    if (o->url) {
        link_to(&b, "self", "application/atom+xml", o->url, "/feed.atom");
        link_to(&b, "alternate", "text/calendar", o->url, "/events.ics");
    }
    for (size_t i = 0; i < n && i < ENTRIES_MAX; i++)
        add_entry(&b, list[i], host, o);
    loa_buf_adds(&b, "</feed>\n");
    return loa_buf_take(&b);
}

char *bot_feed_make(const struct msg_catalog *c, enum bot_feed_kind kind,
                    const struct bot_feed_filter *f, const struct bot_feed_options *o,
                    int64_t *changed_ms)
{
    size_t n = 0;
    const struct msg_event **list = pick(c, f, &n, changed_ms);
    char host[HOST_SIZE], *text;

    if (kind == BOT_FEED_ATOM) {
        text = atom(list, n, *changed_ms, o);
    } else {
        struct msg_export x = {.events = list, .n = n, .title = o->title};

        host_of(o->url, host, sizeof(host));
        x.host = host[0] ? host : NULL;
        text = msg_export_events(&x, MSG_FORMAT_ICS);
    }
    free(list);
    return text;
}

const char *bot_feed_type(enum bot_feed_kind kind)
{
    return kind == BOT_FEED_ATOM ? "application/atom+xml; charset=utf-8"
                                 : "text/calendar; charset=utf-8";
}

/* ---- does the reader have it ------------------------------------------------------------- */

void bot_feed_etag(const char *bytes, size_t n, char out[BOT_ETAG_SIZE])
{
    struct loa_bytes piece = {bytes, n};
    char hash[LOA_SHA256_HEX];

    loa_sha256_hex(&piece, 1, hash);
    (void)snprintf(out, BOT_ETAG_SIZE, "\"%.32s\"", hash);
}

static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void bot_http_date(int64_t ms, char out[BOT_HTTP_DATE_SIZE])
{
    time_t t = (time_t)(ms / 1000);
    struct tm tm;

    (void)gmtime_r(&t, &tm);
    (void)snprintf(out, BOT_HTTP_DATE_SIZE, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday],
                   tm.tm_mday, months[tm.tm_mon], (tm.tm_year + 1900) % 10000, tm.tm_hour,
                   tm.tm_min, tm.tm_sec);
}

/* One of a list of tags, weak or not. */
static bool has_tag(const char *list, const char *etag)
{
    size_t n = strlen(etag);

    while (*list) {
        list += strspn(list, " \t,");
        if (*list == '*')
            return true;
        if (strncmp(list, "W/", 2) == 0)
            list += 2;
        if (strncmp(list, etag, n) == 0 && strchr(" \t,", list[n]))
            return true;
        list += strcspn(list, ",");
    }
    return false;
}

bool bot_feed_is_known(const char *none_match, const char *since, const char *etag,
                       int64_t changed_ms)
{
    char date[BOT_HTTP_DATE_SIZE];

    if (none_match)
        return has_tag(none_match, etag);
    if (!since || !changed_ms)
        return false;
    bot_http_date(changed_ms, date);
    return strcmp(since, date) == 0; /* readers send back what they were given */
}
