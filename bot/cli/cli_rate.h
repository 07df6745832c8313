/* SPDX-License-Identifier: Apache-2.0 */
/* cli_rate.h - caps on how fast broadcasts go, for `loa message rate` and `loa account rate`. */
#ifndef LOA_BOT_CLI_CLI_RATE_H
#define LOA_BOT_CLI_CLI_RATE_H

#include "bot/cli/cli.h"
#include "channels/channel.h"
#include "messages/rate.h"

/* Recipients a minute that the platform's pace (or the operator's setting) lets through when a
 * message goes to each contact. */
int64_t cli_rate_possible(const struct bot_config *cfg, const struct channel_ops *ops);
/* account rate NAME N|default; words are checked, the store is open. */
int cli_account_rate(struct cli *cli);

#endif
