/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/splice.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/base/utf8.h"

enum { MARK = 0x7f };

/* The next mark "\x7fX\x7f" at or after s, NULL if none. */
static const char *next_mark(const char *s)
{
    while ((s = strchr(s, MARK)) != NULL) {
        if (s[1] && strchr("RLNI", s[1]) && s[2] == MARK)
            return s;
        s++;
    }
    return NULL;
}

void splice_cut(char *text, struct splice *out)
{
    const char *at = text, *mark;

    *out = (struct splice){.text = text};
    do {
        size_t skip = 0, len;
        struct splice_piece *p;

        mark = next_mark(at);
        len = mark ? (size_t)(mark - at) : strlen(at);
        out->pieces = loa_xrealloc(out->pieces, (out->n + 1) * sizeof(*out->pieces));
        p = &out->pieces[out->n++];
        *p = (struct splice_piece){.from = (size_t)(at - text), .len = len};
        if (!mark)
            break;
        p->slot = mark[1];
        out->has_ref = out->has_ref || p->slot == 'I';
        if (p->slot == 'L') { /* the list brings its own quotes */
            p->len -= len > 0;
            skip = 1;
        }
        at = mark + 3 + skip;
    } while (mark);
}

void splice_release(struct splice *s)
{
    free(s->text);
    free(s->pieces);
    *s = (struct splice){0};
}

size_t splice_name_room(const char *s)
{
    const size_t mark = sizeof(SPLICE_NAME) - 1;
    size_t room = 0;

    for (; s && (s = strstr(s, SPLICE_NAME)); s += mark)
        room += SPLICE_NAME_ROOM - mark;
    return room;
}

static void add_value(struct loa_buf *out, const char *v)
{
    loa_buf_add_json(out, v, strlen(v));
}

static bool fits(const char *name)
{
    return name && name[0] && loa_utf8_length_utf16(name) <= SPLICE_NAME_ROOM;
}

void splice_fill(const struct splice *s, const struct splice_values *v, struct loa_buf *out)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct splice_piece *p = &s->pieces[i];

        loa_buf_add(out, s->text + p->from, p->len);
        switch (p->slot) {
        case 'R':
            add_value(out, v->n_recipients ? v->recipients[0] : "");
            break;
        case 'L':
            for (size_t k = 0; k < v->n_recipients; k++) {
                loa_buf_adds(out, k ? ",\"" : "\"");
                add_value(out, v->recipients[k]);
                loa_buf_addc(out, '"');
            }
            break;
        case 'N':
            add_value(out, fits(v->name) ? v->name : MSG_NAME_NEUTRAL);
            break;
        case 'I':
            add_value(out, v->ref ? v->ref : "");
            break;
        default:
            break;
        }
    }
}
