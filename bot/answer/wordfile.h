/* SPDX-License-Identifier: Apache-2.0 */
/* wordfile.h - the reader of the word-list format that words.h describes. */
#ifndef LOA_BOT_ANSWER_WORDFILE_H
#define LOA_BOT_ANSWER_WORDFILE_H

#include "bot/answer/words.h"

/* Rules name concepts that a later file may define, so they are kept as text until the end. */
struct answer_wordfile {
    struct answer_words *words;
    struct answer_rule_text {
        char *where, *text; /* "file:line"; the line */
        size_t file;        /* number of the file */
        bool derive;
    } * rules;
    size_t n_rules, n_files;
};

void answer_wordfile_init(struct answer_wordfile *f);
void answer_wordfile_release(struct answer_wordfile *f);
/* LOA_EINVAL: a line that cannot be read, why->field is "name:line". */
LOA_MUST_USE enum loa_err answer_wordfile_read(struct answer_wordfile *f, const char *name,
                                               const char *text, struct loa_problem *why);
/* Compiles the rules and hands the words to the caller, who owns *out. */
LOA_MUST_USE enum loa_err answer_wordfile_finish(struct answer_wordfile *f,
                                                 struct answer_words **out,
                                                 struct loa_problem *why);

#endif
