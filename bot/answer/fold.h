/* SPDX-License-Identifier: Apache-2.0 */
/* fold.h - one written word taken apart: plain letters, and beside them the marks that were typed.
 * Folding is one-sided: a mark that was not typed may stand for any, a typed one must be there.
 * The tone belongs to the whole syllable, so "hoà" and "hòa" are the same word; composed and
 * decomposed text are as well. Loop thread only (the table is built on first use). */
#ifndef LOA_BOT_ANSWER_FOLD_H
#define LOA_BOT_ANSWER_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ANSWER_WORD_MAX = 24 }; /* letters kept of one word; more are read and dropped */

enum answer_tone { TONE_NONE, TONE_SAC, TONE_HUYEN, TONE_HOI, TONE_NGA, TONE_NANG };

/* Two bits a letter: the roof of â ê ô, and the breve, horn or stroke of ă ơ ư đ. */
enum answer_shape { SHAPE_ROOF = 1, SHAPE_HOOK = 2 };

struct answer_word {
    char base[ANSWER_WORD_MAX + 1]; /* a-z and 0-9 */
    uint8_t len;
    uint8_t tone;   /* enum answer_tone */
    bool upper;     /* every letter was a capital */
    bool foreign;   /* holds letters of another script; base is then incomplete */
    uint64_t shape; /* letter i at bits 2i, 2i+1 */
};

enum answer_class {
    ANSWER_SEPARATOR,
    ANSWER_LETTER,
    ANSWER_DIGIT,
    ANSWER_MARK,    /* combining: belongs to the letter before */
    ANSWER_FOREIGN, /* a letter that has no Latin base */
    ANSWER_IGNORED, /* joiners, variation selectors: as if not there */
};

struct answer_fold {
    enum answer_class cls;
    char base;
    uint8_t shape, tone;
    bool upper;
};

/* What one code point is. */
struct answer_fold answer_fold_point(int32_t cp);

/* Adds a folded code point (letter, digit, mark or foreign) to the word. */
void answer_word_push(struct answer_word *w, struct answer_fold f);

/* True if the marks typed in q all stand in w; the letters must have been compared. */
static inline bool answer_marks_fit(uint64_t q_shape, uint8_t q_tone, uint64_t w_shape,
                                    uint8_t w_tone)
{
    return (q_shape & w_shape) == q_shape && (q_tone == TONE_NONE || q_tone == w_tone);
}

#endif
