/* SPDX-License-Identifier: Apache-2.0 */
/* call.h - one request to the API on its way: who asks, with what, and the answer that the job
 * makes. On the loop but for the jobs, which have the call to themselves while they run. */
#ifndef LOA_BOT_API_CALL_H
#define LOA_BOT_API_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "bot/api/route.h"
#include "bot/bot.h"
#include "messages/audit.h"
#include "messages/base/crypto.h"
#include "messages/replay.h"
#include "messages/session.h"
#include "messages/token.h"

enum { API_ETAG_SIZE = 64, API_LOCATION_SIZE = 200 };

struct api_call {
    struct bot *bot;
    struct http_exchange *x;
    const struct api_route *route;
    struct api_params at;
    int64_t now;
    cJSON *body; /* NULL: none */
    /* What was brought along; NULL or "" if nothing. */
    char token_digest[LOA_SHA256_HEX], session_digest[LOA_SHA256_HEX];
    char csrf[LOA_SHA256_HEX]; /* what a request of that session must repeat */
    bool csrf_fits;
    char peer[64], *agent;
    char *if_match, *request_key;
    char request_digest[LOA_SHA256_HEX];
    /* Who it is, once a job has looked. */
    struct msg_identity who;
    struct msg_actor actor; /* for the audit log; borrows from `who` */
    int64_t session;        /* 0: by a token */
    bool stale;             /* the session's last use is to be noted */
    /* The answer. */
    unsigned status;  /* 0: 200, or by the error */
    cJSON *json;      /* owned; NULL: no body */
    char *text;       /* `json` printed; owned */
    const char *type; /* of a `text` that is no JSON, static; NULL: JSON */
    const char *file; /* under which name a browser keeps it; NULL: none */
    cJSON *more;      /* further members of a problem; owned */
    char etag[API_ETAG_SIZE], location[API_LOCATION_SIZE];
    char cookie[200]; /* to be set */
    int64_t retry_s;  /* of a 429; 0: some seconds */
    bool replayed;    /* the answer was given before */
    unsigned allowed; /* of a 405: HTTP_ON_* of that address */
    struct loa_problem why;
    /* The job under way. */
    enum loa_err (*work)(struct db *db, struct api_call *c);
    void (*then)(struct api_call *c, enum loa_err result);
    void *own; /* of a route with steps of its own */
};

/* Runs `work` as a job, after it has been checked who asks and whether he may; then `then` on the
 * loop (NULL: api_answer()). Writing jobs with an Idempotency-Key do their work once. The work may
 * run again after an error, on a fresh answer. */
void api_read(struct api_call *c, enum loa_err (*work)(struct db *db, struct api_call *c),
              void (*then)(struct api_call *c, enum loa_err result));
void api_write(struct api_call *c, enum loa_err (*work)(struct db *db, struct api_call *c),
               void (*then)(struct api_call *c, enum loa_err result));
/* Gives the answer, or the problem if `result` is one (or c->status, where what was done stays
 * done), and ends the call. */
void api_answer(struct api_call *c, enum loa_err result);
void api_call_free(struct api_call *c);

/* The cookie's name, and the digest that a page of that session repeats in X-CSRF-Token. */
#define API_COOKIE "loa_session"
void api_csrf(const char *secret, size_t len, char out[LOA_SHA256_HEX]);
/* Sets the cookie; "" ends it. */
void api_set_cookie(struct api_call *c, const char *secret);

/* Inside a job: is the caller one who may; fills c->who. */
enum loa_err api_identify(struct db *db, struct api_call *c);

/* For works: sets the problem and its status, and returns the error. */
enum loa_err api_refuse(struct api_call *c, enum loa_err err, unsigned status, const char *field,
                        const char *text);
/* If-Match against the tag in force: 428 if `needed` and absent, 412 if it is another. */
enum loa_err api_match(struct api_call *c, const char *etag, bool needed);

/* ---- pages ------------------------------------------------------------------------------- */

struct api_page {
    int64_t limit;  /* rows wanted */
    int64_t cursor; /* the last key of the page before; INT64_MAX (-1 going up): from the start */
    cJSON *items;
    int64_t n, last;
};
/* Reads ?limit= and ?cursor=. Ask the database for limit + 1 rows. */
enum loa_err api_page_begin(struct api_call *c, bool upward, struct api_page *p);
/* True while the row belongs to this page; `key` is its own. */
bool api_page_takes(struct api_page *p, int64_t key);
/* {"items":[...],"next":CURSOR or null} becomes the answer. */
void api_page_end(struct api_call *c, struct api_page *p);

/* The value of a query argument; NULL if absent or empty. */
const char *api_query(const struct api_call *c, const char *name);
/* A number among the query arguments; *out stays as it is if it was not given. */
enum loa_err api_query_int(struct api_call *c, const char *name, int64_t min, int64_t max,
                           int64_t *out);
/* A day ("2026-10-01", its first moment in the office's zone) or a moment in ISO 8601; the same. */
enum loa_err api_query_time(struct api_call *c, const char *name, int64_t *out);
/* A time, or null for 0. */
void api_add_time(cJSON *o, const char *key, int64_t ms);

#endif
