/* SPDX-License-Identifier: Apache-2.0 */
/* cli_handpost.h - between the files of `loa handpost`: the forms of a sheet. */
#ifndef LOA_BOT_CLI_CLI_HANDPOST_H
#define LOA_BOT_CLI_CLI_HANDPOST_H

#include <stdio.h>

#include "bot/ops/hand_sheet.h"

void cli_hand_text(const struct ops_hand_sheet *s);
/* One page that prints well and copies with a tap. */
void cli_hand_html(const struct ops_hand_sheet *s, FILE *f);

#endif
