/* SPDX-License-Identifier: Apache-2.0 */
/* online.h - links to meetings on the network, known by their host: what people join an event by.
 * Pure, any thread. */
#ifndef LOA_MESSAGES_ONLINE_H
#define LOA_MESSAGES_ONLINE_H

#include <stddef.h>

/* "Zoom", "Google Meet", "K12Online", "Microsoft Teams"; NULL for any other address. Static. */
const char *msg_online_service(const char *url);
/* The first such link in a text (its description, its place); caller owns, free(). NULL: none. */
char *msg_online_find(const char *text);
/* True if the text is one http(s) address and nothing else. */
int msg_online_is_url(const char *text);

#endif
