/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sandbox/switch.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int otherwise;
    const char *choices;
} table[] = {
#define SBX_SWITCH_ROW(symbol, name, otherwise, choices) {name, otherwise, choices},
    SBX_SWITCHES(SBX_SWITCH_ROW)
#undef SBX_SWITCH_ROW
};

void sbx_switch_defaults(int values[SBX_SWITCH_COUNT])
{
    for (size_t i = 0; i < SBX_SWITCH_COUNT; i++)
        values[i] = table[i].otherwise;
}

/* The position of `text` in "a|b|c", or -1. */
static int choice(const char *choices, const char *text)
{
    size_t want = strlen(text);
    int at = 0;

    for (const char *p = choices; *p; at++) {
        size_t n = strcspn(p, "|");

        if (n == want && !memcmp(p, text, n))
            return at;
        p += n + (p[n] == '|');
    }
    return -1;
}

bool sbx_switch_set(int values[SBX_SWITCH_COUNT], const char *name, const char *text)
{
    for (size_t i = 0; i < SBX_SWITCH_COUNT; i++) {
        char *end;
        long v;
        int at;

        if (strcmp(table[i].name, name) != 0)
            continue;
        at = table[i].choices ? choice(table[i].choices, text) : -1;
        if (at >= 0) {
            values[i] = at;
            return true;
        }
        if (table[i].choices)
            return false;
        if (!strcmp(text, "true") || !strcmp(text, "on"))
            text = "1";
        else if (!strcmp(text, "false") || !strcmp(text, "off"))
            text = "0";
        v = strtol(text, &end, 10);
        if (*end || end == text || v < -1000000000 || v > 1000000000)
            return false;
        values[i] = (int)v;
        return true;
    }
    return false;
}

void sbx_switch_list(const int values[SBX_SWITCH_COUNT], struct sbx_buf *out)
{
    sbx_buf_str(out, "{");
    for (size_t i = 0; i < SBX_SWITCH_COUNT; i++) {
        const char *p = table[i].choices;

        sbx_put(out, "%q:", table[i].name);
        if (!p) {
            sbx_put(out, "%d,", values[i]);
            continue;
        }
        for (int k = 0; k < values[i]; k++)
            p += strcspn(p, "|") + 1;
        sbx_buf_str(out, "\"");
        sbx_buf_add(out, p, strcspn(p, "|"));
        sbx_buf_str(out, "\",");
    }
    sbx_buf_uncomma(out);
    sbx_buf_str(out, "}");
}
