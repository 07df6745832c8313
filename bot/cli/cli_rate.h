/* SPDX-License-Identifier: Apache-2.0 */
/* cli_rate.h - caps on how fast broadcasts go, for `loa message rate` and `loa account rate`. */
#ifndef LOA_BOT_CLI_CLI_RATE_H
#define LOA_BOT_CLI_CLI_RATE_H

#include "bot/cli/cli.h"
#include "messages/rate.h"

/* account rate NAME N|default; words are checked, the store is open. */
int cli_account_rate(struct cli *cli);

#endif
