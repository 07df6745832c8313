/* SPDX-License-Identifier: Apache-2.0 */
/* cli_rights.h - when the rights of accounts end and what to do about it, for those commands that
 * show accounts. */
#ifndef LOA_BOT_CLI_CLI_RIGHTS_H
#define LOA_BOT_CLI_CLI_RIGHTS_H

#include "bot/cli/cli.h"
#include "channels/channel.h"
#include "messages/account_right.h"

/* A line below the account for each of its rights that has an end or a failure; with `alarms` only
 * where staff must do something. True if one is over. */
bool cli_rights_print(const struct msg_right *rights, size_t n, int64_t account, int64_t now,
                      bool alarms);
/* The same as an array "rights" in `o`, if there are any. */
void cli_rights_json(const struct msg_right *rights, size_t n, int64_t account, int64_t now,
                     cJSON *o);
/* "ok", "failing", "soon", "expired" */
const char *cli_rights_alarm(enum msg_right_alarm alarm);
/* Keeps what a flow was told; inside a transaction. */
enum loa_err cli_rights_keep(struct cli *cli, int64_t account, const struct channel_flow *f);

#endif
