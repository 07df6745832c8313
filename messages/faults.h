/* SPDX-License-Identifier: Apache-2.0 */
/* faults.h - what is wrong in a file that people made: every row at fault with its place, so that
 * the file is mended once and not once a row. Memory stays flat: the first ones are kept, the rest
 * is counted. Knows nothing of formats. */
#ifndef LOA_MESSAGES_FAULTS_H
#define LOA_MESSAGES_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/base/err.h"

enum { MSG_FAULTS_KEPT = 100 };

struct msg_fault {
    int64_t line;  /* of the file, from 1; 0: its format has none */
    int64_t entry; /* of its list, from 1; 0: it has lines */
    enum loa_err err;
    struct loa_problem why; /* the text begins with the place */
};

/* Starts as zeros, ends with msg_faults_release(). */
struct msg_faults {
    struct msg_fault *items; /* the first MSG_FAULTS_KEPT, in the file's order */
    size_t kept;
    int64_t n;  /* all of them */
    bool whole; /* the last one is of the file as a whole, which was not read to its end */
};

/* A row that cannot be used. `place` ("Dòng 12") is put before the text; "": it has it already. */
void msg_faults_row(struct msg_faults *f, int64_t line, int64_t entry, const char *place,
                    enum loa_err err, const struct loa_problem *why);
/* The file itself cannot be used (any further). Returns `err`. */
enum loa_err msg_faults_whole(struct msg_faults *f, enum loa_err err,
                              const struct loa_problem *why);
/* One more thing that is wrong in the same row: joined to what `why` says. `err` becomes `more`
 * unless it is one already. */
void msg_faults_join(enum loa_err *err, struct loa_problem *why, enum loa_err more,
                     const struct loa_problem *what);
/* What a caller that wants the first one only gets: LOA_OK if there is none. */
enum loa_err msg_faults_first(const struct msg_faults *f, struct loa_problem *why);
/* {"errors":[{"line"|"entry","field","text"}],"errors_total":n}; the caller's. */
cJSON *msg_faults_json(const struct msg_faults *f);
void msg_faults_release(struct msg_faults *f);

#endif
