/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/cli/cli_html.h"

void cli_html_text(FILE *f, const char *s)
{
    for (; s && *s; s++) {
        if (*s == '<')
            (void)fputs("&lt;", f);
        else if (*s == '>')
            (void)fputs("&gt;", f);
        else if (*s == '&')
            (void)fputs("&amp;", f);
        else if (*s == '"')
            (void)fputs("&quot;", f);
        else
            (void)fputc(*s, f);
    }
}
