/* SPDX-License-Identifier: Apache-2.0 */
/* cli_html.h - for commands that write a page. */
#ifndef LOA_BOT_CLI_CLI_HTML_H
#define LOA_BOT_CLI_CLI_HTML_H

#include <stdio.h>

/* Text as HTML: what would be markup is escaped. NULL is nothing. */
void cli_html_text(FILE *f, const char *s);

#endif
