/* SPDX-License-Identifier: Apache-2.0 */
/* buf.h - a growing byte buffer and a tiny template writer for JSON answers.
 * Knows nothing of platforms. Memory running out aborts: a test server has no better answer. */
#ifndef LOA_SANDBOX_BUF_H
#define LOA_SANDBOX_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sbx_buf {
    char *p; /* always followed by a NUL once something was added */
    size_t len, cap;
};

void *sbx_alloc(size_t n); /* zeroed; never NULL */
void *sbx_grow(void *p, size_t n);
char *sbx_strdup(const char *s); /* NULL gives NULL */

void sbx_buf_add(struct sbx_buf *b, const void *p, size_t n);
void sbx_buf_str(struct sbx_buf *b, const char *s);
void sbx_buf_int(struct sbx_buf *b, int64_t v);
/* A JSON string with its quotes, raw UTF-8. NULL is written as null. */
void sbx_buf_json(struct sbx_buf *b, const char *s);
void sbx_buf_reset(struct sbx_buf *b);
void sbx_buf_free(struct sbx_buf *b);
/* Removes one trailing comma, if there is one: lists are written with a comma after each item. */
void sbx_buf_uncomma(struct sbx_buf *b);

/* Writes `tpl` with ' turned into ". Directives: %q JSON string (char*), %s text as it is (char*),
 * %l int64_t, %d int, %b bool (int), %% percent. An int64_t must really be passed for %l. */
void sbx_put(struct sbx_buf *b, const char *tpl, ...);

enum sbx_escape {
    SBX_ESC_NONE,      /* raw UTF-8 */
    SBX_ESC_UPPER,     /* \u00E4 as Viber logs show */
    SBX_ESC_LOWER,     /* \u00e4 and \/ as Facebook signs */
    SBX_ESC_LOWER_MORE /* the older Facebook text: also % @ < */
};
/* Rewrites finished JSON text in the wanted escape form; slashes and the like stand only inside
 * strings, so the whole text can be treated alike. */
void sbx_buf_escape(struct sbx_buf *out, const char *json, size_t len, enum sbx_escape how);

#endif
