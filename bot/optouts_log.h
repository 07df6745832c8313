/* SPDX-License-Identifier: Apache-2.0 */
/* optouts_log.h - who says stop or asks to be forgotten, appended to a file (LOA_OPTOUTS_FILE)
 * within a second of being stored, so that a restore knows them even when nothing is left of the
 * lost store. The lines are those of `loa contacts optouts export`; after a restart those of the
 * last day come again, which does no harm. Every node writes all of them into its own file. Loop
 * thread only. */
#ifndef LOA_BOT_OPTOUTS_LOG_H
#define LOA_BOT_OPTOUTS_LOG_H

#include "bot/bot.h"

struct bot_optouts_log;

/* NULL: no file is set. Caller ends it with bot_optouts_log_stop(). */
struct bot_optouts_log *bot_optouts_log_start(struct bot *bot);
/* NULL is fine. After the store's last job has run. */
void bot_optouts_log_stop(struct bot_optouts_log *l);

#endif
