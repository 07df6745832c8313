/* SPDX-License-Identifier: Apache-2.0 */
/* spell.h - how Vietnamese syllables are built, and typing methods that were left off: what Telex
 * and VNI write when the keyboard does not turn it into letters ("suwj kieenj", "chu7o7ng").
 * Pure. */
#ifndef LOA_BOT_ANSWER_SPELL_H
#define LOA_BOT_ANSWER_SPELL_H

#include "bot/answer/fold.h"

/* True if the letters alone (marks aside) can be a Vietnamese syllable. */
bool answer_is_syllable(const char *base, size_t len);

/* The word that the Telex or VNI keys of `typed` were meant to give. False, *out untouched, when
 * no key of the methods is in it or the result is no syllable. */
bool answer_untelex(const struct answer_word *typed, struct answer_word *out);
bool answer_unvni(const struct answer_word *typed, struct answer_word *out);

/* The word that begins with `with` where the typed one begins with `head`, both without marks.
 * False when it does not begin so. */
bool answer_respell(const struct answer_word *typed, const char *head, const char *with,
                    struct answer_word *out);
/* "alooo" -> "alo": every run of a letter to one. False when there is none. */
bool answer_unstretch(const struct answer_word *typed, struct answer_word *out);

/* True if both keys lie side by side on a QWERTY keyboard. */
bool answer_keys_adjacent(char a, char b);

#endif
