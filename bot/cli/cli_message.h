/* SPDX-License-Identifier: Apache-2.0 */
/* cli_message.h - between the files of `loa message`. */
#ifndef LOA_BOT_CLI_CLI_MESSAGE_H
#define LOA_BOT_CLI_CLI_MESSAGE_H

#include "bot/cli/cli.h"
#include "messages/spec.h"

/* The spec that the options (and --file) describe, on top of `base` (NULL: none). Caller owns the
 * JSON; NULL after filling `why`. */
cJSON *cli_message_spec(const struct cli *cli, const cJSON *base, struct loa_problem *why);
/* For people. */
void cli_message_print(const cJSON *json);
/* One of its runs, for people; `message` is what ops_message_json() gave. */
void cli_message_print_run(const cJSON *message, const cJSON *run);

/* Verbs with a file of their own; the words are checked, the store is open. */
int cli_message_test(struct cli *cli, int64_t id);
int cli_message_rate(struct cli *cli, int64_t id);
int cli_message_retry(struct cli *cli, int64_t id);
int cli_message_watch(struct cli *cli, int64_t id);
int cli_message_forecast(struct cli *cli, int64_t id);

/* cli_forecast.c: what staff should know before a step: printed on stderr, or put into `json`. The
 * forecast is kept when `stage` (see messages/forecast_store.h) is given, after the step. A
 * forecast that cannot be made holds nothing up. */
struct sched_forecast;
struct sched_forecast *cli_forecast_warn(struct cli *cli, int64_t id);
void cli_forecast_keep(struct cli *cli, struct sched_forecast *f, const char *stage);
void cli_forecast_add(cJSON *json, const struct sched_forecast *f);
/* Adds "forecast": what was foreseen for each run and what became of it; and prints that. */
enum loa_err cli_forecast_beside(struct cli *cli, int64_t id, cJSON *json);
void cli_forecast_print_beside(const cJSON *json);

#endif
