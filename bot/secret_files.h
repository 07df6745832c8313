/* SPDX-License-Identifier: Apache-2.0 */
/* secret_files.h - can others on the machine read what only the office should: the settings, the
 * key, the store? */
#ifndef LOA_BOT_SECRET_FILES_H
#define LOA_BOT_SECRET_FILES_H

#include <stddef.h>

#include "bot/config.h"
#include "messages/base/err.h"

enum { BOT_SECRET_FILES = 3 };

/* One problem for each such file that exists and that its group or everybody may read or write;
 * returns how many. `env_file` as bot_config_load() has it. No reason not to run: a warning to the
 * public that does not go out does more harm. */
size_t bot_secret_files_check(const struct bot_config *c, const char *env_file,
                              struct loa_problem out[BOT_SECRET_FILES]);

#endif
