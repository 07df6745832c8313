/* SPDX-License-Identifier: Apache-2.0 */
/* cli_account_ways.h - the part of `loa account` that tells, and takes, by which ways an account
 * delivers. The store is open. */
#ifndef LOA_BOT_CLI_ACCOUNT_WAYS_H
#define LOA_BOT_CLI_ACCOUNT_WAYS_H

#include "bot/cli/cli.h"

int cli_account_ways_list(struct cli *cli);
/* --set LIST: what staff say holds until they say otherwise; without it all is forgotten. */
int cli_account_ways_change(struct cli *cli);

#endif
