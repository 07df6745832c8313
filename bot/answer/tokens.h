/* SPDX-License-Identifier: Apache-2.0 */
/* tokens.h - a message cut into words. A Vietnamese word is written as syllables apart, so a token
 * is a syllable, a number, or a foreign word. */
#ifndef LOA_BOT_ANSWER_TOKENS_H
#define LOA_BOT_ANSWER_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bot/answer/fold.h"

enum { ANSWER_TOKENS_MAX = 120 };

/* How a token came to be what it is; for --explain. */
enum answer_how {
    ANSWER_TYPED,
    ANSWER_TELEX,
    ANSWER_STRETCHED, /* "alooo" */
    ANSWER_TYPO,
    ANSWER_REWRITTEN, /* teencode or English, by the word lists */
};

struct answer_token {
    struct answer_word word;
    int32_t fold;      /* id of the base in the vocabulary, -1 when it has none */
    uint32_t from, to; /* bytes of the message */
    char glue;         /* what stands between it and the token before: '\0' nothing at all,
                        * '/', '-', '.', ':' or ',' alone, ' ' white space, '|' a sentence's end */
    uint8_t how;       /* enum answer_how */
    bool number;       /* digits only */
    bool filler;       /* says nothing by itself */
    bool covered;      /* explained by a phrase that was recognised */
};

struct answer_tokens {
    struct answer_token t[ANSWER_TOKENS_MAX];
    size_t n;
    bool cut;      /* there were more than fit */
    bool question; /* holds a question mark */
    bool marked;   /* written with diacritics, so a word without them means itself */
};

/* Any bytes; bad UTF-8 separates. Fold ids are left at -1. */
void answer_tokenize(const char *text, struct answer_tokens *out);

/* The token's value when it is a number of at most 6 digits, else -1. */
int answer_token_number(const struct answer_token *t);

static inline bool answer_token_is(const struct answer_token *t, const char *base)
{
    const char *b = t->word.base;

    while (*b && *b == *base)
        b++, base++;
    return *b == *base;
}

#endif
