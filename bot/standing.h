/* SPDX-License-Identifier: Apache-2.0 */
/* standing.h - what people ask for that lasts: to be reminded of an event, to see or end that, to
 * hear of a topic, a place or for an audience only, and to hear no more. Read from their words and
 * from the buttons under our answers (loop thread); done and answered in the transaction that ends
 * their message (store thread). */
#ifndef LOA_BOT_STANDING_H
#define LOA_BOT_STANDING_H

#include <stdbool.h>
#include <stdint.h>

#include "bot/answer/answer.h"
#include "messages/base/err.h"
#include "messages/content.h"
#include "messages/store/db.h"
#include "scheduler/quiet.h"

enum bot_standing_kind {
    BOT_STANDING_NONE,
    BOT_STANDING_REMIND,       /* of `event`; "" asks which one */
    BOT_STANDING_UNREMIND,     /* of `event`; "" is all */
    BOT_STANDING_REMINDERS,    /* which ones are there */
    BOT_STANDING_FOLLOW,       /* tags */
    BOT_STANDING_UNFOLLOW,     /* tags; none is all */
    BOT_STANDING_SUBSCRIPTION, /* what do I get */
    BOT_STANDING_STOP,         /* hear no more; the caller says so and ends it */
};

enum { BOT_STANDING_TAGS = 6 };

struct bot_standing {
    enum bot_standing_kind kind;
    char event[ANSWER_NAME_SIZE];
    /* Topics by id, "audience:học sinh"; the place apart, as people have one. */
    char tags[BOT_STANDING_TAGS][ANSWER_NAME_SIZE + 16];
    size_t n_tags;
    char district[ANSWER_NAME_SIZE];
    /* For REMIND without an event: those that may be meant. */
    char choices[5][ANSWER_NAME_SIZE];
    size_t n_choices;
};

/* What stands before an audience's label where a contact's topics are. */
#define BOT_STANDING_AUDIENCE "audience:"

/* Any bytes. `ctx` (may be NULL): what was talked about before. False: none of these. */
bool bot_standing_read(struct answer_index *x, const struct msg_catalog *c, const char *text,
                       int64_t now, const struct answer_context *ctx, struct bot_standing *out);
/* The same from what the answerer made of other words: FOLLOW or UNFOLLOW of something. False: of
 * nothing in particular, or another intent. */
bool bot_standing_of(const struct msg_catalog *c, const struct answer_result *r,
                     struct bot_standing *out);
/* Only the word that ends it: "hủy", "STOP", "dừng", typed in any way. */
bool bot_standing_is_stop(const char *text);

struct bot_standing_scene {
    int64_t account, contact, now;
    const char *wording; /* the person's words, for the record */
    const struct sched_quiet *quiet;
    int64_t window_ms;      /* of the platform; 0: none */
    const char *platform;   /* for people: "Facebook" */
    const char *public_url; /* NULL: not known */
};
/* Does it and says so. Store thread, in a transaction; may run again after LOA_EIO. Caller ends
 * *out with msg_content_release(). */
LOA_MUST_USE enum loa_err bot_standing_do(struct db *db, const struct bot_standing *w,
                                          const struct bot_standing_scene *s,
                                          struct msg_content *out);

#endif
