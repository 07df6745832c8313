/* SPDX-License-Identifier: Apache-2.0 */
/* splice.h - a text with slots, cut once and filled many times. The slots are marks that no
 * checked content can hold (DEL is refused by loa_utf8_is_text() and not escaped by cJSON). */
#ifndef LOA_CHANNELS_SPLICE_H
#define LOA_CHANNELS_SPLICE_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/base/buf.h"
#include "messages/content.h"

/* What a slot for a name counts in a length, in characters; a longer name is not used. */
enum { SPLICE_NAME_ROOM = 40 };

#define SPLICE_RECIPIENT "\x7fR\x7f"  /* inside a JSON string: one recipient */
#define SPLICE_RECIPIENTS "\x7fL\x7f" /* as a whole JSON string: becomes "a","b","c" */
#define SPLICE_NAME MSG_NAME_SLOT     /* inside a JSON string: the person's name */
#define SPLICE_REF "\x7fI\x7f"        /* inside a JSON string: our id */

struct splice_piece {
    char slot;        /* 'R', 'L', 'N', 'I', or 0 at the last piece */
    size_t from, len; /* the text before the slot */
};

struct splice {
    char *text;
    struct splice_piece *pieces;
    size_t n;
    bool has_ref; /* some slot takes the ref; without one it need not be made */
};

struct splice_values {
    const char *const *recipients;
    size_t n_recipients;
    const char *name; /* may be NULL: MSG_NAME_NEUTRAL */
    const char *ref;  /* may be NULL: "" */
};

/* Takes `text` (from malloc, e.g. cJSON_PrintUnformatted) and cuts it. */
void splice_cut(char *text, struct splice *out);
/* Characters by which the slots for a name may lengthen `s` (NULL: 0): add it to a length that was
 * counted with the slots' own three. */
size_t splice_name_room(const char *s);
void splice_release(struct splice *s);
/* Appends to `out`; every value is escaped for JSON. */
void splice_fill(const struct splice *s, const struct splice_values *v, struct loa_buf *out);

#endif
