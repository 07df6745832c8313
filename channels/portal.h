/* SPDX-License-Identifier: Apache-2.0 */
/* portal.h - the visitor's side of the portal channel: who he is by his cookie, and what his page
 * sends. No platform stands between, so what elsewhere a signature proves is proved by the cookie:
 * 128 random bits that the store never sees, only their digest. Pure; survives any bytes. */
#ifndef LOA_CHANNELS_PORTAL_H
#define LOA_CHANNELS_PORTAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"

enum {
    PORTAL_TOKEN_SIZE = 33,   /* 32 hex digits and the NUL */
    PORTAL_VISITOR_SIZE = 33, /* the same */
    PORTAL_TEXT_MAX = 2000,   /* code points of what a visitor writes */
    PORTAL_PAYLOAD_MAX = 600, /* bytes of what a button sends back */
    PORTAL_ID_MAX = 64,       /* characters of the page's own number of a message */
};

#define PORTAL_COOKIE "loa_chat"

/* The conversation's token in a Cookie header (NULL: none). False unless it is well-formed. */
bool portal_token(const char *cookies, char token[PORTAL_TOKEN_SIZE]);
/* The visitor as the store knows him: a digest of the token. */
void portal_visitor(const char *token, char visitor[PORTAL_VISITOR_SIZE]);

/* Puts what the page sent, {"id","text"?,"payload"?,"open"?:true}, under the visitor's name, as
 * parse_webhook takes it. LOA_EPROTO: not such JSON. Caller owns *out, free(). */
LOA_MUST_USE enum loa_err portal_envelope(const char *visitor, int64_t now, const char *body,
                                          size_t len, char **out);

#endif
