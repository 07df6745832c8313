/* SPDX-License-Identifier: Apache-2.0 */
/* http_wire.h - libcurl's multi handle wired to a libuv loop: sockets, timer, and one "turn" a
 * loop iteration. Private to the HTTP client. Loop thread only.
 *
 * What makes it fast and where it could hang is told in http_wire.c. */
#ifndef LOA_CHANNELS_HTTP_WIRE_H
#define LOA_CHANNELS_HTTP_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>
#include <uv.h>

#include "messages/base/err.h"

struct http_socket;

/* Called before and after the loop polls: collect what finished, start what waits. True if it
 * started a transfer. */
typedef bool (*http_turn_cb)(void *ctx);
typedef void (*http_wire_closed_cb)(void *ctx);

struct http_wire {
    uv_loop_t *loop; /* borrowed */
    CURLM *multi;
    uv_timer_t timer;             /* libcurl's next deadline */
    uv_prepare_t prepare;         /* a turn before polling ... */
    uv_check_t check;             /* ... and one after */
    uv_idle_t idle;               /* runs while there is work that no event would announce */
    struct http_socket **sockets; /* by descriptor */
    size_t n_sockets;
    bool kick;    /* libcurl asked to be called at once */
    bool turning; /* inside a turn */
    bool closing;
    size_t handles; /* libuv handles not yet closed */
    http_turn_cb turn;
    http_wire_closed_cb closed;
    void *ctx;
};

/* Wires a new multi handle to `loop`. `max_connections` are kept alive at most. `w` must not move.
 * On LOA_EIO nothing is left behind. */
LOA_MUST_USE enum loa_err http_wire_init(struct http_wire *w, uv_loop_t *loop, long max_connections,
                                         http_turn_cb turn, void *ctx);
/* Makes an easy handle open and close its sockets through `w`. Each handle needs it once. */
void http_wire_adopt(struct http_wire *w, CURL *easy);
/* Makes sure that a turn comes without waiting for an event. */
void http_wire_wake(struct http_wire *w);
/* All easy handles are removed by now. Closes the connections and handles; `closed` runs with the
 * init's ctx from the loop when the last one is gone. */
void http_wire_close(struct http_wire *w, http_wire_closed_cb closed);

#endif
