/* SPDX-License-Identifier: Apache-2.0 */
/* relay.h - a TCP relay on a thread of its own, before a database that a node is to be cut from, or
 * before several nodes as a load balancer. While it holds, nothing passes in either direction and
 * nobody is told: a network that drops; when it passes again, what was held arrives late. */
#ifndef LOA_TESTS_CHAOS_RELAY_H
#define LOA_TESTS_CHAOS_RELAY_H

#include <stdbool.h>

struct relay;

/* Listens on 127.0.0.1:port (0: any, *port is set). Each connection goes to the next target that
 * takes one. Fails the test when it cannot listen. */
struct relay *relay_open(int *port);
void relay_to_port(struct relay *r, int port);           /* 127.0.0.1 */
void relay_to_socket(struct relay *r, const char *path); /* a unix socket */
void relay_hold(struct relay *r, bool on);               /* in force when it returns */
void relay_close(struct relay *r); /* ends all connections and the thread; NULL is fine */

#endif
