/* SPDX-License-Identifier: Apache-2.0 */
/* csv_file.h - what a CSV file made by people needs beyond libcsv: the line as an editor shows it,
 * and the separator, which a Vietnamese Excel writes as a semicolon. */
#ifndef LOA_MESSAGES_CSV_FILE_H
#define LOA_MESSAGES_CSV_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the reader is. Feed it from libcsv's callbacks with CSV_REPALL_NL. Starts with line 1 and
 * zeros. */
struct msg_csv_place {
    int64_t line;   /* of the row that is being read; rows may span lines */
    int64_t inside; /* line ends within its fields */
    size_t fields;  /* of the row so far; 0 when a row ends: the line is blank */
    bool after_cr;
};

void msg_csv_field_read(struct msg_csv_place *p, const char *bytes, size_t n);
/* After the row was dealt with; `end` as libcsv gives it. */
void msg_csv_row_read(struct msg_csv_place *p, int end);
/* ',' unless the first line that is not blank has none and a semicolon or tab instead. */
unsigned char msg_csv_separator(const char *bytes, size_t n);
/* "\r\n" and "\r" become "\n", in place; the new length. */
size_t msg_csv_line_ends(char *bytes, size_t n);

#endif
