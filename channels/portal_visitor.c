/* SPDX-License-Identifier: Apache-2.0 */
/* What a visitor's page sends. */
#include <stdlib.h>
#include <string.h>

#include "channels/portal_private.h"
#include "messages/base/crypto.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/utf8.h"

enum { TOKEN_DIGITS = PORTAL_TOKEN_SIZE - 1, COOKIE_LEN = sizeof(PORTAL_COOKIE) - 1 };

/* ---- who --------------------------------------------------------------------------------- */

static bool is_token(const char *s)
{
    return strspn(s, "0123456789abcdef") == TOKEN_DIGITS &&
           (s[TOKEN_DIGITS] == '\0' || s[TOKEN_DIGITS] == ';' || s[TOKEN_DIGITS] == ' ');
}

bool portal_token(const char *cookies, char token[PORTAL_TOKEN_SIZE])
{
    const char *p = cookies;

    token[0] = '\0';
    while (p && *p) {
        p += strspn(p, " ;");
        if (strncmp(p, PORTAL_COOKIE "=", COOKIE_LEN + 1) == 0 && is_token(p + COOKIE_LEN + 1)) {
            memcpy(token, p + COOKIE_LEN + 1, TOKEN_DIGITS);
            token[TOKEN_DIGITS] = '\0';
            return true;
        }
        p = strchr(p, ';');
    }
    return false;
}

void portal_visitor(const char *token, char visitor[PORTAL_VISITOR_SIZE])
{
    static const char what[] = "loa portal visitor ";
    const struct loa_bytes pieces[] = {{what, sizeof(what) - 1}, {token, strlen(token)}};
    char hex[LOA_SHA256_HEX];

    loa_sha256_hex(pieces, 2, hex);
    memcpy(visitor, hex, PORTAL_VISITOR_SIZE - 1);
    visitor[PORTAL_VISITOR_SIZE - 1] = '\0';
}

bool portal_verify_webhook(struct channel *c, const struct http_in *in)
{
    char token[PORTAL_TOKEN_SIZE];

    (void)c;
    return portal_token(in->header(in, "Cookie"), token);
}

/* ---- what -------------------------------------------------------------------------------- */

static bool is_id(const char *s)
{
    size_t n =
        s ? strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") : 0;

    return n && n <= PORTAL_ID_MAX && !s[n];
}

static bool is_visitor(const char *s)
{
    return s && strspn(s, "0123456789abcdef") == PORTAL_VISITOR_SIZE - 1 &&
           !s[PORTAL_VISITOR_SIZE - 1];
}

static bool fits(const char *text, const char *payload)
{
    if (text && (!loa_utf8_is_text(text) || loa_utf8_length(text) > PORTAL_TEXT_MAX))
        return false;
    return !payload || (loa_utf8_is_text(payload) && strlen(payload) <= PORTAL_PAYLOAD_MAX);
}

static bool is_blank(const char *s)
{
    return !s || !s[strspn(s, " \t\n")];
}

enum loa_err portal_envelope(const char *visitor, int64_t now, const char *body, size_t len,
                             char **out)
{
    cJSON *said = loa_json_parse(body, len), *o;
    const char *id = loa_json_str(said, "id"), *text = loa_json_str(said, "text"),
               *payload = loa_json_str(said, "payload");
    bool open = loa_json_bool(said, "open", false);

    if (!is_id(id) || !fits(text, payload) || (!open && is_blank(text) && is_blank(payload))) {
        cJSON_Delete(said);
        return LOA_EPROTO;
    }
    o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "visitor", visitor);
    cJSON_AddStringToObject(o, "id", id);
    loa_json_add_int(o, "at", now);
    if (open)
        cJSON_AddTrueToObject(o, "open");
    loa_json_add_str(o, "text", text);
    loa_json_add_str(o, "payload", payload);
    *out = loa_json_print(o);
    cJSON_Delete(o);
    cJSON_Delete(said);
    return LOA_OK;
}

enum loa_err portal_parse_webhook(struct channel *c, const char *body, size_t len,
                                  channel_event_cb on, void *ctx)
{
    cJSON *o = loa_json_parse(body, len);
    const char *visitor = loa_json_str(o, "visitor"), *id = loa_json_str(o, "id");
    struct channel_event ev = {.kind = CHANNEL_EVENT_TEXT, .name = "say", .interaction = true};
    char *key;

    (void)c;
    ev.text = loa_json_str(o, "text");
    ev.payload = loa_json_str(o, "payload");
    if (!is_visitor(visitor) || !is_id(id) || !fits(ev.text, ev.payload)) {
        cJSON_Delete(o);
        return LOA_EPROTO;
    }
    if (loa_json_bool(o, "open", false)) {
        ev.kind = CHANNEL_EVENT_OPENED;
        ev.name = "open";
    }
    ev.user = visitor;
    ev.at_ms = loa_json_int(o, "at", 0);
    if (ev.at_ms < 0)
        ev.at_ms = 0;
    key = loa_xasprintf("%s:%s", visitor, id);
    ev.key = key;
    on(ctx, &ev);
    free(key);
    cJSON_Delete(o);
    return LOA_OK;
}
