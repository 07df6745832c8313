/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.h - what was accepted, by recipient, and what citizens wrote. In quiet mode only counters
 * and one byte a recipient are kept, so that memory stays flat under a bench. */
#ifndef LOA_SANDBOX_LEDGER_H
#define LOA_SANDBOX_LEDGER_H

#include "tests/sandbox/sbx.h"

enum sbx_dir { SBX_OUT, SBX_IN };
enum sbx_status { SBX_SENT, SBX_DELIVERED, SBX_SEEN, SBX_FAILED };

struct sbx_entry {
    int64_t seq, at_ms;
    enum sbx_platform platform;
    unsigned account;
    int64_t user; /* number in the account's users; -1: a public post */
    enum sbx_dir dir;
    enum sbx_status status;
    int door;         /* which way the call came; given by sbx_ledger_add() */
    const char *kind; /* a constant: cs, text, picture, broadcast, post, welcome ... */
    /* Any of these may be NULL. `buttons` and `cards` are JSON arrays, `raw` a JSON object. */
    char *text, *image, *buttons, *cards, *ref, *id, *raw, *file;
};

struct sbx_ledger *sbx_ledger_new(void);
void sbx_ledger_free(struct sbx_ledger *l);
void sbx_ledger_clear(struct sbx *s); /* entries and statistics; message numbers go on */
/* Copies `e` (seq is given here) and tells the page. Returns its seq. `u` is the recipient's
 * record or NULL. */
int64_t sbx_ledger_add(struct sbx *s, const struct sbx_entry *e, struct sbx_user *u);
struct sbx_entry *sbx_ledger_get(const struct sbx *s, int64_t seq); /* NULL if gone */
/* Newest entry of that platform and message id; NULL if none. */
struct sbx_entry *sbx_ledger_by_id(const struct sbx *s, enum sbx_platform p, const char *id);
/* Newest outgoing entry for the user that has buttons or cards, among the last few. */
const struct sbx_entry *sbx_ledger_buttons(const struct sbx *s, const struct sbx_account *a,
                                           int64_t user);
/* Raises the status (it never falls) and tells the page. */
void sbx_ledger_status(struct sbx *s, int64_t seq, enum sbx_status st);
void sbx_entry_json(const struct sbx *s, const struct sbx_entry *e, bool raw, struct sbx_buf *out);
size_t sbx_ledger_size(const struct sbx *s);
struct sbx_entry *sbx_ledger_nth(const struct sbx *s, size_t i); /* i < size, oldest first */

struct sbx_ledger_query {
    enum sbx_platform platform; /* SBX_PLATFORMS: all */
    unsigned account;           /* 0: all */
    const char *user, *kind;    /* NULL: all; user "" means public posts */
    int dir;                    /* SBX_OUT, SBX_IN, -1 both */
    int64_t since;              /* seq above this */
    int64_t limit;
    bool lines, raw, last; /* lines: one JSON object a line; last: the newest `limit` */
};
void sbx_ledger_list(const struct sbx *s, const struct sbx_ledger_query *q, struct sbx_buf *out);
void sbx_ledger_stats(const struct sbx *s, struct sbx_buf *out);

#endif
