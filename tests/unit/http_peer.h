/* SPDX-License-Identifier: Apache-2.0 */
/* http_peer.h - a scripted HTTP/1.1 server for tests, on the test's own loop: what it does is
 * named by the request's path.
 *
 *   /ok         200 with "ok"                 /echo     200 with the request as it came
 *   /hold       no answer until released      /big      200 with 100,000 bytes
 *   /headers    200 with some headers         /interim  a 103 first, then 200
 *   /half       half a reply, then closes     /drop     reads the request, closes
 *   /reset      reads it, resets              /drop1    as /drop once, then as /ok
 *   /stale      200, then an unasked-for 408 and the end of the connection
 */
#ifndef LOA_TESTS_UNIT_HTTP_PEER_H
#define LOA_TESTS_UNIT_HTTP_PEER_H

#include <stdbool.h>

#include <uv.h>

struct http_peer_conn;

struct http_peer {
    uv_loop_t *loop;
    uv_tcp_t listener;
    int port;
    unsigned connections, requests, held;
    bool dropped;
    struct http_peer_conn *conns;
};

/* Listens on 127.0.0.1; `p` must not move. */
void http_peer_start(struct http_peer *p, uv_loop_t *loop);
void http_peer_release(struct http_peer *p); /* answers what is held */
void http_peer_hang_up(struct http_peer *p); /* closes all connections */
void http_peer_stop(struct http_peer *p);    /* the loop must run on to free the memory */

#endif
