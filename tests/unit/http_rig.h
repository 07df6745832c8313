/* SPDX-License-Identifier: Apache-2.0 */
/* http_rig.h - a server on a loop of its own and raw clients beside it, all in one thread: whoever
 * waits for something turns the loop until it is there (or fails the test after five seconds). */
#ifndef LOA_TESTS_UNIT_HTTP_RIG_H
#define LOA_TESTS_UNIT_HTTP_RIG_H

#include <stdbool.h>
#include <stddef.h>

#include "bot/http_server.h"

extern struct http_server *rig_server;
extern uv_loop_t rig_loop;
extern struct http_exchange *rig_held[16]; /* exchanges that the handler `rig_hold` has */
extern size_t rig_n_held;
extern unsigned rig_handled; /* calls of rig_echo() and rig_hold() */
extern bool rig_stopped;

/* Handlers. */
void rig_echo(void *ctx, struct http_exchange *x); /* tells what it got, a line a part */
void rig_hold(void *ctx, struct http_exchange *x); /* answers never; see rig_held */

void rig_start(const struct http_server_options *o, const struct http_route *routes, size_t n);
/* Stops the server and checks that the loop closes clean. */
void rig_end(void);
void rig_stop(int64_t grace_ms); /* sets rig_stopped when done */

void rig_turn(void);
typedef bool (*rig_cond_cb)(void);
void rig_until(rig_cond_cb cond);
bool rig_holds_one(void);
bool rig_is_stopped(void);

int rig_dial(void);
void rig_say(int fd, const char *text);
void rig_say_bytes(int fd, const void *bytes, size_t n);
/* What the server said, when `part` has come; or when it has closed the connection. Static
 * buffer, NUL-terminated, starts anew with each call. */
const char *rig_hear(int fd, const char *part);
const char *rig_hear_end(int fd);
/* Dials, says, hears all until the server closes. */
const char *rig_ask(const char *text);
unsigned rig_count(const char *text, const char *part);

#endif
