/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz: the normaliser. A message is cut into words, and each is read as Telex, VNI and drawn out.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bot/answer/spell.h"
#include "bot/answer/tokens.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_word(const struct answer_word *w)
{
    if (w->len > ANSWER_WORD_MAX || strlen(w->base) != w->len || w->tone > TONE_NANG ||
        (w->len < ANSWER_WORD_MAX && w->shape >> (2 * w->len)))
        abort();
}

static void mend(const struct answer_word *w)
{
    struct answer_word out;

    check_word(w);
    if (answer_untelex(w, &out))
        check_word(&out);
    if (answer_unvni(w, &out))
        check_word(&out);
    if (answer_unstretch(w, &out))
        check_word(&out);
    (void)answer_is_syllable(w->base, w->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct answer_tokens t;
    char text[1024];
    uint32_t end = 0;

    if (size >= sizeof(text))
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    answer_tokenize(text, &t);
    for (size_t i = 0; i < t.n; i++) {
        if (t.t[i].from < end || t.t[i].to < t.t[i].from || t.t[i].to > size)
            abort();
        end = t.t[i].to;
        (void)answer_token_number(&t.t[i]);
        mend(&t.t[i].word);
    }
    return 0;
}
