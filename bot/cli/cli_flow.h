/* SPDX-License-Identifier: Apache-2.0 */
/* cli_flow.h - runs one flow of a channel (channel.h) to its end from the command line, on a loop
 * of its own. Never renews a token: the running server does, and a refresh token works once. */
#ifndef LOA_BOT_CLI_CLI_FLOW_H
#define LOA_BOT_CLI_CLI_FLOW_H

#include "bot/cli/cli.h"
#include "channels/channel.h"

/* LOA_OK: the flow ran, see f->res. LOA_EPERM: the account has no token in force, LOA_EINVAL: its
 * settings are wrong, LOA_ENOENT: the channel has no such flow; `why` says so. */
LOA_MUST_USE enum loa_err cli_flow_run(const struct cli *cli, const struct msg_account *a,
                                       struct channel_flow *f, struct loa_problem *why);

#endif
