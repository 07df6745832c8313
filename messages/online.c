/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/online.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "messages/base/mem.h"

/* Hosts and all that lies below them ("us02web.zoom.us"). */
static const struct {
    const char *host, *service;
} hosts[] = {
    {"zoom.us", "Zoom"},
    {"zoom.com", "Zoom"},
    {"meet.google.com", "Google Meet"},
    {"k12online.vn", "K12Online"},
    {"k12online.edu.vn", "K12Online"},
    {"teams.microsoft.com", "Microsoft Teams"},
    {"teams.live.com", "Microsoft Teams"},
    {"teams.cloud.microsoft", "Microsoft Teams"},
};

static const char *after_scheme(const char *url)
{
    if (strncasecmp(url, "https://", 8) == 0)
        return url + 8;
    return strncasecmp(url, "http://", 7) == 0 ? url + 7 : NULL;
}

static bool is_below(const char *host, size_t n, const char *of)
{
    size_t len = strlen(of);

    if (n < len || strncasecmp(host + n - len, of, len) != 0)
        return false;
    return n == len || host[n - len - 1] == '.';
}

const char *msg_online_service(const char *url)
{
    const char *host = url ? after_scheme(url) : NULL;
    size_t n = host ? strcspn(host, "/?#") : 0, port;

    /* "https://zoom.us@elsewhere/": what stands before the at sign is no host. */
    if (!host || memchr(host, '@', n))
        return NULL;
    port = strcspn(host, ":");
    if (port < n)
        n = port;
    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        if (is_below(host, n, hosts[i].host))
            return hosts[i].service;
    }
    return NULL;
}

/* The length of an address in running text; a full stop or bracket that ends the sentence is not
 * part of it. */
static size_t url_length(const char *s)
{
    size_t n = strcspn(s, " \t\r\n\"<>\\");

    while (n && strchr(".,;:!?)]}'", s[n - 1]))
        n--;
    return n;
}

char *msg_online_find(const char *text)
{
    for (const char *at = text ? strstr(text, "http") : NULL; at; at = strstr(at + 4, "http")) {
        char *url = loa_xstrndup(at, url_length(at));

        if (msg_online_service(url))
            return url;
        free(url);
    }
    return NULL;
}

int msg_online_is_url(const char *text)
{
    const char *rest = text ? after_scheme(text) : NULL;

    return rest && *rest && !strpbrk(rest, " \t\r\n\"<>");
}
