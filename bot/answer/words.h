/* SPDX-License-Identifier: Apache-2.0 */
/* words.h - the word lists and rules behind the understanding, read from text files that staff can
 * extend. A file is made of sections:
 *
 *   [concept parking]     phrases, separated by commas, that mean one thing; "=mưa" only with
 *   gửi xe, bãi giữ xe    exactly these marks, "-gửi xe" takes an earlier phrase out again
 *   [rewrite]             what people type = what it stands for; with exactly these marks, as
 *   ko, hông, hok = không  "chừ" is "bây giờ" and "chu" is not
 *   [english]             the same for messages written in English
 *   [alias]               other names of a topic, keyword, audience or place of the catalogue
 *   bơi lội = đuối nước
 *   [derive]              a concept that several others make together, in any order
 *   about.library-hours <- i.library ask.time|i.open
 *   [rules]               which intent a message has: the first rule whose conditions all hold
 *   faq <- parking|fee !@event
 *   [thresholds]          how alike is alike enough; a later file's value counts
 *   faq.sure = 0.70
 *
 * "#" starts a comment. A condition names a concept, or a feature that the program finds ("@date",
 * listed in features.h); "a|b" is either, "!a" is not, "a.*" is any concept with that beginning.
 * Rules of a later file are asked before those of an earlier one. Concepts named "i.*" are
 * ingredients of others: a phrase of theirs explains nothing by itself. */
#ifndef LOA_BOT_ANSWER_WORDS_H
#define LOA_BOT_ANSWER_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"

enum { ANSWER_CONCEPTS_MAX = 400, ANSWER_CLAUSES_MAX = 12, ANSWER_CHOICES_MAX = 64 };

struct answer_phrase {
    uint16_t concept;
    bool exact;
    char *text;
};

struct answer_rewrite {
    char *from, *to; /* marks in `from` must be typed; `to` is "" for words that get in the way */
    bool english;
};

struct answer_alias {
    char *alias, *name;
    bool exact;
};

struct answer_rule {
    uint8_t intent;   /* enum answer_intent; of a rule */
    uint16_t concept; /* of a derivation */
    struct answer_clause {
        bool negated;
        uint8_t n;
        uint16_t any[ANSWER_CHOICES_MAX]; /* concepts, then features from ANSWER_CONCEPTS_MAX on */
    } clauses[ANSWER_CLAUSES_MAX];
    size_t n;
    char *source; /* "intents.txt:12: the line", for --explain */
};

/* X(name in C, name in the file): how far texts must be alike, and what unlikeness costs. Chosen
 * on labelled questions by `make answer-tune`, which writes bot/answer/data/thresholds.txt. */
#define ANSWER_THRESHOLDS(X)                                                                       \
    X(EVENT_SURE, "event.sure")       /* its very name */                                          \
    X(EVENT_CLEAR, "event.clear")     /* one event is meant ... */                                 \
    X(EVENT_LIKELY, "event.likely")   /* ... or fits better than the others */                     \
    X(EVENT_LEAD, "event.lead")       /* times the likeness of the second */                       \
    X(EVENT_NEAR, "event.near")       /* listed when no subject is named ... */                    \
    X(EVENT_SHARE, "event.share")     /* ... with those that have this share of the best */        \
    X(EVENT_SUGGEST, "event.suggest") /* offered when there is no answer */                        \
    X(EVENT_SPARE, "event.spare")     /* cost of words of the text that were not said */           \
    X(EVENT_EXCESS, "event.excess")   /* cost of words said that are not in the text */            \
    X(FAQ_SURE, "faq.sure")                                                                        \
    X(FAQ_FAIR, "faq.fair")                                                                        \
    X(FAQ_WEAK, "faq.weak")                                                                        \
    X(FAQ_SPARE, "faq.spare")                                                                      \
    X(FAQ_EXCESS, "faq.excess")                                                                    \
    X(UNKNOWN_WORD, "word.unknown") /* weight of a word that no text has */

enum answer_threshold {
#define X(id, name) ANSWER_T_##id,
    ANSWER_THRESHOLDS(X)
#undef X
        ANSWER_THRESHOLD_COUNT
};

struct answer_words {
    float thresholds[ANSWER_THRESHOLD_COUNT];
    char **concepts;
    size_t n_concepts;
    struct answer_phrase *phrases;
    size_t n_phrases;
    struct answer_rewrite *rewrites;
    size_t n_rewrites;
    struct answer_alias *aliases;
    size_t n_aliases;
    struct answer_rule *rules; /* in the order they are asked */
    size_t n_rules;
    struct answer_rule *derived;
    size_t n_derived;
};

/* A text that was compiled into the program. */
struct answer_file {
    const char *name, *text;
};
/* The files of bot/answer/data/, generated at build time; the last one has no name. */
extern const struct answer_file answer_files[];

/* The lists that come with the program. Caller owns, ends with
 * answer_words_free(). */
struct answer_words *answer_words_load_builtin(void);
/* The same plus every *.txt of a folder, by name. LOA_EINVAL with "file:line" in why->field;
 * LOA_EIO: the folder or a file cannot be read. *out is untouched then. */
LOA_MUST_USE enum loa_err answer_words_load_dir(const char *path, struct answer_words **out,
                                                struct loa_problem *why);
/* Only the *.txt of a folder, in place of those of the program; for whoever works on them. */
LOA_MUST_USE enum loa_err answer_words_load_only(const char *path, struct answer_words **out,
                                                 struct loa_problem *why);
/* The same as the first plus one text; for tests and the fuzzer. */
LOA_MUST_USE enum loa_err answer_words_load_text(const char *name, const char *text,
                                                 struct answer_words **out,
                                                 struct loa_problem *why);
void answer_words_free(struct answer_words *w); /* NULL is fine */
const char *answer_threshold_name(enum answer_threshold t);
/* The concept's number, -1 when there is none of that name. */
int answer_words_concept(const struct answer_words *w, const char *name);

#endif
