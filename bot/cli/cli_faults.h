/* SPDX-License-Identifier: Apache-2.0 */
/* cli_faults.h - what is wrong in a file that is imported, row by row, and what became of it. */
#ifndef LOA_BOT_CLI_CLI_FAULTS_H
#define LOA_BOT_CLI_CLI_FAULTS_H

#include "bot/cli/cli.h"
#include "messages/faults.h"

/* Tells all of them on stderr, with --json also on stdout when the import ends here. CLI_OK: the
 * right rows are to be taken in (there are no others, or --skip-bad was given). */
int cli_faults(const struct cli *cli, const struct msg_faults *f);
/* For what is printed after an import that left rows out; nothing if it left none out. */
void cli_faults_left_out(const struct msg_faults *f);

#endif
