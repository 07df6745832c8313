/* SPDX-License-Identifier: Apache-2.0 */
/* http.h - requests and answers as the platform code sees them, and the server below (h2o: HTTP/1.1
 * and HTTP/2, plain and TLS). Strings of a request live as long as its answer is not sent. */
#ifndef LOA_SANDBOX_HTTP_H
#define LOA_SANDBOX_HTTP_H

#include "tests/sandbox/sbx.h"

struct st_h2o_req_t;
struct sbx_hold;
struct sbx_fault;

struct sbx_req {
    struct sbx *s;
    struct st_h2o_req_t *h2o;
    const char *method, *path, *query; /* path without the query; query "" if none */
    const char *body;                  /* followed by a NUL */
    size_t body_len;
    int64_t now;                   /* sandbox ms */
    const struct sbx_fault *fault; /* what was ordered to go wrong with it, or NULL */
};

#define SBX_HEADERS 8

struct sbx_res {
    int status;
    const char *type; /* content type */
    struct sbx_buf body;
    const char *name[SBX_HEADERS];
    char value[SBX_HEADERS][400];
    int header_n;
    bool held; /* the handler keeps the request; it answers later through its hold */
};

/* NULL if missing. The name is compared without regard to case. */
const char *sbx_header(const struct sbx_req *r, const char *name);
/* Percent-decoded member of the query or of a form body; NULL if missing. */
const char *sbx_query(const struct sbx_req *r, const char *name);
const char *sbx_form(const struct sbx_req *r, const char *name);
const char *sbx_pairs(const struct sbx_req *r, const char *text, size_t len, const char *name);
/* Decodes %XX and + ; lives as long as the request. */
const char *sbx_decode(const struct sbx_req *r, const char *s, size_t n);
char *sbx_keep(const struct sbx_req *r, const char *s, size_t n); /* NUL-terminated copy */

/* Part of a multipart/form-data body. False if there is none of that name. */
struct sbx_part {
    const char *data;
    size_t len;
    const char *filename, *type; /* may be NULL */
};
bool sbx_multipart(const struct sbx_req *r, const char *name, struct sbx_part *out);
bool sbx_is_type(const struct sbx_req *r, const char *type); /* Content-Type begins so */

void sbx_res_header(struct sbx_res *res, const char *name, const char *value);

/* Keeps the request open. The caller later ends it with one of the next two, exactly once; both
 * are safe when the peer has gone in the meantime. */
struct sbx_hold *sbx_hold(struct sbx_req *r, struct sbx_res *res);
void sbx_hold_send(struct sbx_hold *h, const struct sbx_res *res);
void sbx_hold_drop(struct sbx_hold *h); /* closes the connection without an answer */
/* Sends as it is, but first waits. */
void sbx_hold_send_later(struct sbx *s, struct sbx_hold *h, const struct sbx_res *res,
                         int64_t after_ms);

/* `listen` is HOST:PORT; port 0 picks one and writes it to *port. False with a message on stderr.
 */
struct sbx_http *sbx_http_open(struct sbx *s);
bool sbx_http_listen(struct sbx_http *h, const char *listen, bool tls, const char *ca_out,
                     int *port);
/* One more plain listener, whose calls the ledger tells by their number s->doors; its port, or -1.
 */
int sbx_http_door(struct sbx_http *h);
void sbx_http_turn(struct sbx *s, int64_t max_wait_ms); /* one turn of the loop */
struct st_h2o_evloop_t *sbx_http_loop(struct sbx_http *h);
void sbx_http_close(struct sbx_http *h);

/* What serves a request: route.c */
void sbx_route(struct sbx_req *r, struct sbx_res *res);

void sbx_log_call(const struct sbx_req *r, const struct sbx_res *res); /* log.c */

/* tls.c: an SSL_CTX with a certificate made just now for 127.0.0.1, ::1 and localhost, signed by a
 * CA made just now, whose certificate is written to `ca_out` unless NULL. NULL on failure. */
void *sbx_tls_context(const char *ca_out);

#endif
