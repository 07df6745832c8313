/* SPDX-License-Identifier: Apache-2.0 */
/* phrases.h - finds phrases of several words in a message, all in one pass: a trie over folds, with
 * the marks compared at the end. */
#ifndef LOA_BOT_ANSWER_PHRASES_H
#define LOA_BOT_ANSWER_PHRASES_H

#include "bot/answer/map.h"
#include "bot/answer/tokens.h"
#include "bot/answer/vocab.h"

enum answer_span_kind {
    ANSWER_SPAN_CONCEPT,  /* ref: concept of the word lists */
    ANSWER_SPAN_PLACE,    /* ref: place of the catalogue */
    ANSWER_SPAN_SUBJECT,  /* ref: subject of the index (topic or keyword) */
    ANSWER_SPAN_AUDIENCE, /* ref: audience of the catalogue */
    ANSWER_SPAN_REWRITE,  /* ref: rewrite of the word lists */
};

struct answer_span {
    uint8_t kind;
    bool exact; /* no mark had to be supplied */
    bool loose; /* filler was skipped */
    uint16_t at, n;
    uint32_t ref;
};

enum { ANSWER_SPANS_MAX = 400 };

struct answer_spans {
    struct answer_span s[ANSWER_SPANS_MAX];
    size_t n;
};

struct answer_phrases {
    struct answer_map next; /* node and fold -> node */
    uint32_t *roots;        /* fold -> the node of a phrase's first word; 0: none */
    size_t n_roots;
    uint32_t *heads; /* node -> its first entry */
    size_t n_nodes;
    struct answer_entry {
        uint8_t kind;
        bool exact; /* matches only with exactly these marks */
        uint16_t n;
        uint32_t ref, marks, next;
    } * entries;
    size_t n_entries;
    struct answer_marks {
        uint64_t shape;
        uint8_t tone;
    } * marks;
    size_t n_marks;
};

void answer_phrases_release(struct answer_phrases *p);
/* Tokenises `text` and adds it, and its words to the vocabulary. Empty text adds nothing. */
void answer_phrases_add(struct answer_phrases *p, struct answer_vocab *v, const char *text,
                        enum answer_span_kind kind, uint32_t ref, bool exact);
/* Adds every phrase that starts at token `at`. The folds of the tokens must be set. */
void answer_phrases_at(const struct answer_phrases *p, const struct answer_vocab *v,
                       const struct answer_tokens *t, size_t at, struct answer_spans *out);
/* The same for concepts of two words and more with one or two `filler` tokens in between, as
 * "tắt giùm cái thông báo"; without those that answer_phrases_at() finds. */
void answer_phrases_loose(const struct answer_phrases *p, const struct answer_vocab *v,
                          const struct answer_tokens *t, size_t at, struct answer_spans *out);

#endif
