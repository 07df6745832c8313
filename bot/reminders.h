/* SPDX-License-Identifier: Apache-2.0 */
/* reminders.h - sends what people asked to be reminded of when it is due, and tells them once when
 * the event is cancelled or moved. What goes out is a row of the replies like any other unasked
 * message: opt-outs, leases, the pace and doubts are the engine's. Loop thread. */
#ifndef LOA_BOT_REMINDERS_H
#define LOA_BOT_REMINDERS_H

#include "bot/bot.h"

struct bot_reminders;

/* Works while this node plans. Caller owns it. */
struct bot_reminders *bot_reminders_start(struct bot *bot);
void bot_reminders_stop(
    struct bot_reminders *r); /* NULL is fine; frees it when its handle closed */

#endif
