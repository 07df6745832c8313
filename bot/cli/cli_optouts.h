/* SPDX-License-Identifier: Apache-2.0 */
/* cli_optouts.h - the subcommands of loa contacts about who said stop. */
#ifndef LOA_BOT_CLI_CLI_OPTOUTS_H
#define LOA_BOT_CLI_CLI_OPTOUTS_H

#include "bot/cli/cli.h"

/* loa contacts optouts ...; the words are in `cli`. Returns the exit code. */
int cli_optouts(struct cli *cli);

#endif
