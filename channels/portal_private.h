/* SPDX-License-Identifier: Apache-2.0 */
/* portal_private.h - what the parts of the portal adapter share. Nobody else includes it. */
#ifndef LOA_CHANNELS_PORTAL_PRIVATE_H
#define LOA_CHANNELS_PORTAL_PRIVATE_H

#include "channels/channel.h"
#include "channels/portal.h"

bool portal_verify_webhook(struct channel *c, const struct http_in *in);
enum loa_err portal_parse_webhook(struct channel *c, const char *body, size_t len,
                                  channel_event_cb on, void *ctx);

#endif
