/* SPDX-License-Identifier: Apache-2.0 */
/* people.h - what a citizen writes that is for people and not for the answerer: matters that go to
 * the staff at once (emergencies, sensitive ones), and words about his own data or the last answer.
 * Named in a data file (bot/data/people.txt, extended by LOA_PEOPLE_FILE). Pure; loop thread only.
 */
#ifndef LOA_BOT_PEOPLE_H
#define LOA_BOT_PEOPLE_H

#include <stdbool.h>

#include "bot/answer/answer.h"
#include "messages/base/err.h"
#include "messages/store/embedded.h"

extern const struct store_embedded bot_data_files[]; /* made by the Makefile */

enum bot_wish {
    BOT_WISH_NONE,
    BOT_WISH_ABOUT_ME, /* what do you know about me */
    BOT_WISH_ERASE,    /* erase what you know */
    BOT_WISH_YES,
    BOT_WISH_NO,
    BOT_WISH_USEFUL, /* about the last answer */
    BOT_WISH_WRONG,
};
enum { BOT_WISHES = BOT_WISH_WRONG + 1 };

/* Strings live as long as the struct bot_people. */
struct bot_matter {
    const char *name;
    const char *say, *say_en; /* what the citizen reads at once */
    bool urgent;
};

struct bot_people;

/* The built-in file and, over it, `path` (NULL: none). LOA_EINVAL: a line that cannot be read,
 * why->field is "FILE:LINE". Caller owns *out, bot_people_free(). */
LOA_MUST_USE enum loa_err bot_people_load(const char *path, struct bot_people **out,
                                          struct loa_problem *why);
/* The same with text instead of a file; `name` stands in front of the line numbers. */
LOA_MUST_USE enum loa_err bot_people_load_text(const char *name, const char *text,
                                               struct bot_people **out, struct loa_problem *why);
/* One more holder, who lets go with bot_people_free(): what is in force may be replaced meanwhile.
 */
struct bot_people *bot_people_hold(struct bot_people *p);
void bot_people_free(struct bot_people *p); /* NULL is fine */

/* The matter that a message is about: by its words or by the trouble that the answerer found. NULL:
 * none. */
const struct bot_matter *bot_people_matter(const struct bot_people *p, const char *text,
                                           enum answer_trouble trouble);
/* What is wished for. YES and NO only mean something after a question. */
enum bot_wish bot_people_wish(const struct bot_people *p, const char *text);

#endif
