/* SPDX-License-Identifier: Apache-2.0 */
/* cli_transcript.h - what was said in a conversation, for the terminal. */
#ifndef LOA_BOT_CLI_CLI_TRANSCRIPT_H
#define LOA_BOT_CLI_CLI_TRANSCRIPT_H

#include "bot/ops/transcript.h"

void cli_transcript_print(const struct ops_transcript *t);

#endif
