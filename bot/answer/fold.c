/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/fold.h"

#include <pthread.h>

#include <utf8proc.h>

enum { TABLE_END = 0x1F00 }; /* Latin with all Vietnamese letters, combining marks, Cyrillic */

static struct answer_fold table[TABLE_END];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static bool apply_mark(int32_t cp, struct answer_fold *f)
{
    switch (cp) {
    case 0x0300: /* also U+0340 after decomposition */
        f->tone = TONE_HUYEN;
        return true;
    case 0x0301:
        f->tone = TONE_SAC;
        return true;
    case 0x0303:
        f->tone = TONE_NGA;
        return true;
    case 0x0309:
        f->tone = TONE_HOI;
        return true;
    case 0x0323:
        f->tone = TONE_NANG;
        return true;
    case 0x0302:
        f->shape |= SHAPE_ROOF;
        return true;
    case 0x0306:
    case 0x031B:
        f->shape |= SHAPE_HOOK;
        return true;
    default:
        return false;
    }
}

static bool is_ignored(int32_t cp)
{
    return cp == 0xAD || (cp >= 0x200B && cp <= 0x200D) || cp == 0x2060 || cp == 0xFEFF ||
           (cp >= 0xFE00 && cp <= 0xFE0F);
}

static bool is_letter(int32_t cp)
{
    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return true;
    default:
        return false;
    }
}

static bool is_mark(int32_t cp)
{
    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return true;
    default:
        return false;
    }
}

static void fold_first(int32_t cp, struct answer_fold *f)
{
    if (cp >= 'A' && cp <= 'Z') {
        f->cls = ANSWER_LETTER;
        f->base = (char)(cp - 'A' + 'a');
        f->upper = true;
    } else if (cp >= 'a' && cp <= 'z') {
        f->cls = ANSWER_LETTER;
        f->base = (char)cp;
    } else if (cp >= '0' && cp <= '9') {
        f->cls = ANSWER_DIGIT;
        f->base = (char)cp;
    } else if (cp == 0x110 || cp == 0x111 || cp == 0xD0 || cp == 0xF0) {
        /* Eth looks like Đ and is what some old keyboards send. */
        f->cls = ANSWER_LETTER;
        f->base = 'd';
        f->shape = SHAPE_HOOK;
        f->upper = cp == 0x110 || cp == 0xD0;
    } else if (apply_mark(cp, f)) {
        f->cls = ANSWER_MARK;
    } else if (is_ignored(cp) || is_mark(cp)) {
        f->cls = ANSWER_IGNORED;
    } else {
        f->cls = is_letter(cp) ? ANSWER_FOREIGN : ANSWER_SEPARATOR;
    }
}

static struct answer_fold fold_slow(int32_t cp)
{
    struct answer_fold f = {.cls = ANSWER_SEPARATOR};
    utf8proc_int32_t parts[32];
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char(
        cp, parts, 32, (utf8proc_option_t)(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE), &boundary);

    if (n <= 0)
        return f;
    fold_first(n > 1 && n <= 32 ? parts[0] : cp, &f);
    if (n == 1 && parts[0] != cp)
        fold_first(parts[0], &f);
    for (utf8proc_ssize_t i = 1; i < n && i < 32; i++)
        apply_mark(parts[i], &f);
    return f;
}

static void build_table(void)
{
    for (int32_t cp = 0; cp < TABLE_END; cp++)
        table[cp] = fold_slow(cp);
}

struct answer_fold answer_fold_point(int32_t cp)
{
    (void)pthread_once(&table_once, build_table);
    if (cp >= 0 && cp < TABLE_END)
        return table[cp];
    return fold_slow(cp);
}

void answer_word_push(struct answer_word *w, struct answer_fold f)
{
    switch (f.cls) {
    case ANSWER_LETTER:
    case ANSWER_DIGIT:
        if (f.tone)
            w->tone = f.tone;
        if (f.cls == ANSWER_LETTER)
            w->upper = f.upper && (w->len == 0 || w->upper);
        if (w->len >= ANSWER_WORD_MAX)
            return;
        w->shape |= (uint64_t)f.shape << (2 * w->len);
        w->base[w->len++] = f.base;
        w->base[w->len] = '\0';
        return;
    case ANSWER_MARK:
        if (f.tone)
            w->tone = f.tone;
        if (f.shape && w->len > 0)
            w->shape |= (uint64_t)f.shape << (2 * (w->len - 1));
        return;
    case ANSWER_FOREIGN:
        w->foreign = true;
        return;
    case ANSWER_SEPARATOR:
    case ANSWER_IGNORED:
        return;
    }
}
