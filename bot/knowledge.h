/* SPDX-License-Identifier: Apache-2.0 */
/* knowledge.h - what the bot answers from: the catalogue in the store and the index over it, built
 * anew on a worker thread when the content or the folder of word lists changes. The old one serves
 * until the new one is there; lists with a mistake are logged with file and line and change
 * nothing. */
#ifndef LOA_BOT_KNOWLEDGE_H
#define LOA_BOT_KNOWLEDGE_H

#include <stdbool.h>

#include <uv.h>

#include "bot/answer/answer.h"
#include "messages/base/err.h"
#include "messages/store/store.h"

struct bot_knowledge;

/* `words_dir` (NULL: none) extends the word lists; LOA_EINVAL names the file and line at fault.
 * Caller owns *out, bot_knowledge_close(). Watches the store from then on; `ready` runs once, when
 * the first index is there. */
LOA_MUST_USE enum loa_err bot_knowledge_open(uv_loop_t *loop, struct store *store,
                                             const char *words_dir, void (*ready)(void *ctx),
                                             void *ctx, struct bot_knowledge **out,
                                             struct loa_problem *why);
/* After the store's last job has run. */
void bot_knowledge_close(struct bot_knowledge *k);
/* Reads the word lists anew, changed or not. */
void bot_knowledge_reload(struct bot_knowledge *k);
/* The index in force; borrowed until the loop turns. NULL before the first one is built. */
struct answer_index *bot_knowledge_index(struct bot_knowledge *k);
/* What the index is over; borrowed likewise. */
const struct msg_catalog *bot_knowledge_catalog(const struct bot_knowledge *k);
/* Changes with the content. */
int64_t bot_knowledge_version(const struct bot_knowledge *k);

#endif
