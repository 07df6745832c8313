/* SPDX-License-Identifier: Apache-2.0 */
/* vocab.h - every word that the catalogue and the word lists use. A *fold* is the word without
 * its marks ("duong"); under it hang the *words* ("dương", "đường", "dưỡng"). */
#ifndef LOA_BOT_ANSWER_VOCAB_H
#define LOA_BOT_ANSWER_VOCAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bot/answer/fold.h"
#include "bot/answer/map.h"

struct answer_vocab_word {
    uint64_t shape;
    int32_t fold;
    int32_t next; /* the next word of the same fold, -1 at the end */
    uint8_t tone;
};

struct answer_vocab_fold {
    char base[ANSWER_WORD_MAX + 1];
    uint8_t len;
    int32_t first;  /* its first word */
    uint32_t count; /* how often it was added: the better known word wins a guess */
};

struct answer_vocab {
    struct answer_vocab_fold *folds;
    struct answer_vocab_word *words;
    size_t n_folds, n_words;
    struct answer_map by_base; /* hash of base -> fold */
    struct answer_map near;    /* hash of base less one letter -> index in `nears` */
    struct answer_vocab_near {
        int32_t fold;
        uint32_t next;
    } * nears;
    size_t n_nears;
};

void answer_vocab_release(struct answer_vocab *v);
/* The word's id, the same for the same letters and marks. */
int32_t answer_vocab_add(struct answer_vocab *v, const struct answer_word *w);
/* -1 when no word has these letters. */
int32_t answer_vocab_fold(const struct answer_vocab *v, const char *base, size_t len);
/* Makes answer_vocab_guess() work; call once after the last add. */
void answer_vocab_seal(struct answer_vocab *v);
/* The fold one edit away (a letter changed, missing, too many, or two swapped) from a word that
 * has none of its own, -1 when there is none or the word is too short to tell. */
int32_t answer_vocab_guess(const struct answer_vocab *v, const struct answer_word *w);
/* True if some word of the fold has exactly these marks. */
bool answer_vocab_exact(const struct answer_vocab *v, int32_t fold, uint64_t shape, uint8_t tone);

#endif
