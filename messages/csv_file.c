/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/csv_file.h"

void msg_csv_field_read(struct msg_csv_place *p, const char *bytes, size_t n)
{
    p->fields++;
    for (size_t i = 0; i < n; i++)
        p->inside += bytes[i] == '\n' || (bytes[i] == '\r' && (i + 1 == n || bytes[i + 1] != '\n'));
}

void msg_csv_row_read(struct msg_csv_place *p, int end)
{
    bool second_half = end == '\n' && p->after_cr && !p->fields;

    if (!second_half)
        p->line += 1 + p->inside;
    p->inside = 0;
    p->fields = 0;
    p->after_cr = end == '\r';
}

unsigned char msg_csv_separator(const char *bytes, size_t n)
{
    unsigned char other = ',';
    size_t i = 0;

    while (i < n && (bytes[i] == '\n' || bytes[i] == '\r'))
        i++;
    for (; i < n && bytes[i] != '\n' && bytes[i] != '\r'; i++) {
        if (bytes[i] == ',')
            return ',';
        if (other == ',' && (bytes[i] == ';' || bytes[i] == '\t'))
            other = (unsigned char)bytes[i];
    }
    return other;
}

size_t msg_csv_line_ends(char *bytes, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\r' && i + 1 < n && bytes[i + 1] == '\n')
            continue;
        bytes[kept++] = bytes[i] == '\r' ? '\n' : bytes[i];
    }
    return kept;
}
