/* SPDX-License-Identifier: Apache-2.0 */
/* people_watch.h - keeps bot->people in line with its file: read anew, on a worker, when the file
 * changes or when told to. One with a mistake is logged with its line and changes nothing. Loop
 * thread only. */
#ifndef LOA_BOT_PEOPLE_WATCH_H
#define LOA_BOT_PEOPLE_WATCH_H

#include "bot/bot.h"

struct bot_people_watch;

/* NULL: there is no file to watch. Caller ends it with bot_people_watch_stop(). */
struct bot_people_watch *bot_people_watch_start(struct bot *bot);
/* Reads the file now. NULL is fine. */
void bot_people_watch_now(struct bot_people_watch *w);
/* NULL is fine. What is under way ends by itself. */
void bot_people_watch_stop(struct bot_people_watch *w);

#endif
