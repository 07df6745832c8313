/* SPDX-License-Identifier: Apache-2.0 */
/* forecast.h - the forecast (scheduler/forecast.h) with this installation's settings, kept at
 * submission and approval, and laid beside what happened. Database thread or command line. */
#ifndef LOA_BOT_FORECAST_H
#define LOA_BOT_FORECAST_H

#include <cjson/cJSON.h>

#include "bot/config.h"
#include "scheduler/forecast.h"

/* Borrows `cfg`. */
struct sched_forecast_options bot_forecast_options(const struct bot_config *cfg);
/* Keeps it in the store, without the hours; `stage` is one of MSG_FORECAST_*. In a transaction. */
LOA_MUST_USE enum loa_err bot_forecast_save(struct db *db, const struct sched_forecast *f,
                                            const char *stage);
/* What was foreseen for each run of the message, and what became of it, docs/forecast.md; `runs` is
 * an array, to which they are added by due time. `newest`: only the last forecast of each. */
LOA_MUST_USE enum loa_err bot_forecast_beside(struct db *db, const struct bot_config *cfg,
                                              int64_t message_id, bool newest, cJSON *runs);

#endif
