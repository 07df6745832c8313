/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/text_file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <iconv.h>

#include "messages/base/mem.h"
#include "messages/base/utf8.h"

static size_t line_of(const char *bytes, size_t at)
{
    size_t line = 1;

    for (size_t i = 0; i < at; i++)
        line += bytes[i] == '\n';
    return line;
}

/* UTF-8 takes at most three bytes for what UTF-16 has in two. */
static bool from_utf16(const char *bytes, size_t n, const char *code, struct msg_text_file *out)
{
    size_t left = n, room = n / 2 * 3 + 4, size = room;
    char *to = loa_xmalloc(size + 1), *at = to;
    char *from = loa_xmalloc(n + 1), *next = from; /* iconv() wants it writable */
    iconv_t cd = iconv_open("UTF-8", code);
    bool good;

    memcpy(from, bytes, n);
    good = cd != (iconv_t)-1 && iconv(cd, &next, &left, &at, &room) != (size_t)-1;
    if (cd != (iconv_t)-1)
        (void)iconv_close(cd);
    free(from);
    if (!good) {
        free(to);
        return false;
    }
    *at = '\0';
    out->own = to;
    out->bytes = to;
    out->n = (size_t)(at - to);
    return true;
}

enum loa_err msg_text_file_open(const char *bytes, size_t n, struct msg_text_file *out,
                                struct loa_problem *why)
{
    size_t good;
    const char *zero;

    *out = (struct msg_text_file){.bytes = bytes, .n = n};
    if (n >= 2 &&
        ((memcmp(bytes, "\xFF\xFE", 2) == 0 && !from_utf16(bytes + 2, n - 2, "UTF-16LE", out)) ||
         (memcmp(bytes, "\xFE\xFF", 2) == 0 && !from_utf16(bytes + 2, n - 2, "UTF-16BE", out))))
        return loa_fail(why, LOA_EINVAL, "",
                        "Tệp UTF-16 bị hỏng; hãy lưu lại ở dạng UTF-8 rồi nhập");
    if (out->n >= 3 && memcmp(out->bytes, "\xEF\xBB\xBF", 3) == 0) {
        out->bytes += 3;
        out->n -= 3;
    }
    good = loa_utf8_valid_prefix(out->bytes, out->n);
    zero = memchr(out->bytes, '\0', out->n);
    if (good == out->n && !zero)
        return LOA_OK;
    if (zero && (size_t)(zero - out->bytes) < good)
        good = (size_t)(zero - out->bytes);
    good = line_of(out->bytes, good);
    msg_text_file_close(out);
    return loa_fail(why, LOA_EINVAL, "",
                    "Dòng %zu: không phải UTF-8 (có thể là TCVN3, VNI hay Windows-1258); hãy mở "
                    "tệp và lưu lại với mã UTF-8",
                    good);
}

void msg_text_file_close(struct msg_text_file *t)
{
    free(t->own);
    *t = (struct msg_text_file){0};
}
