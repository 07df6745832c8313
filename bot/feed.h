/* SPDX-License-Identifier: Apache-2.0 */
/* feed.h - the events as files for portals and calendars: which of them, in which format, and
 * whether the reader has them already. Pure. */
#ifndef LOA_BOT_FEED_H
#define LOA_BOT_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/catalog.h"

enum bot_feed_kind { BOT_FEED_ICS, BOT_FEED_ATOM };

/* NULL: whatever it is. */
struct bot_feed_filter {
    const char *event, *topic, *district, *audience;
};

struct bot_feed_options {
    const char *title; /* NULL: a plain one */
    const char *url;   /* scheme and host under which loa is reached; NULL: not known */
};

/* Caller owns the text, free(). *changed_ms: when the newest of these events changed; 0: none. A
 * feed has the events that changed last, a calendar all. */
char *bot_feed_make(const struct msg_catalog *c, enum bot_feed_kind kind,
                    const struct bot_feed_filter *f, const struct bot_feed_options *o,
                    int64_t *changed_ms);
const char *bot_feed_type(enum bot_feed_kind kind); /* media type */

enum { BOT_ETAG_SIZE = 40, BOT_HTTP_DATE_SIZE = 32 };
/* A strong validator of the bytes, quoted. */
void bot_feed_etag(const char *bytes, size_t n, char out[BOT_ETAG_SIZE]);
/* "Thu, 01 Oct 2026 00:30:00 GMT" */
void bot_http_date(int64_t ms, char out[BOT_HTTP_DATE_SIZE]);
/* RFC 9110, 13: does the reader have it? If-None-Match counts alone where it is given. Both may be
 * NULL. */
bool bot_feed_is_known(const char *none_match, const char *since, const char *etag,
                       int64_t changed_ms);

#endif
