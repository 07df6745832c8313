/* SPDX-License-Identifier: Apache-2.0 */
/* offer.h - what makes an answer about events richer where the platform can show it: a carousel of
 * cards in place of a numbered list, a button to be reminded. What an adapter cannot show it writes
 * out as text, so nothing is lost. Pure. */
#ifndef LOA_BOT_OFFER_H
#define LOA_BOT_OFFER_H

#include "bot/answer/answer.h"
#include "channels/channel.h"

/* Changes the answer to `r` in place. `ops` NULL: a channel without riches. */
void bot_offer(struct msg_content *c, const struct answer_result *r, const struct msg_catalog *all,
               const struct channel_ops *ops, int64_t now);

#endif
