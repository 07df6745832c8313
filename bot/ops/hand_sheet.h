/* SPDX-License-Identifier: Apache-2.0 */
/* hand_sheet.h - what a sheet for posting by hand says when a channel is down: the posts of one
 * occurrence, each as its platform takes it, and where each stands. Reads only. */
#ifndef LOA_BOT_OPS_HAND_SHEET_H
#define LOA_BOT_OPS_HAND_SHEET_H

#include <cjson/cJSON.h>

#include "bot/occurrence.h"
#include "channels/channel.h"
#include "messages/handpost.h"
#include "messages/message.h"

/* One public post on one account. */
struct ops_hand_post {
    char *account, *channel; /* names */
    const char *title;       /* of the channel, for people */
    bool paused;
    char *pause_reason;
    enum msg_post_state state;
    struct channel_sheet sheet;
    struct loa_problem limit; /* what the platform would refuse; "" when nothing */
    size_t length, max;       /* of the text, in code points */
    char *command;            /* that ticks it off */
};

/* Which occurrence, for one channel or account or all (NULL). */
struct ops_hand_wish {
    int64_t id, now;
    const char *channel, *account, *day; /* day as bot_occurrence_find() */
    bool approvals;
};

struct ops_hand_sheet {
    struct ops_hand_wish wish;
    struct msg_message *m;
    struct bot_occurrence when;
    struct ops_hand_post *posts;
    size_t n_posts;
    char **notes; /* what cannot be posted by hand, and why */
    size_t n_notes;
};

/* Caller ends *out with ops_hand_release(), also after an error. LOA_EPERM: not approved.
 * LOA_ENOENT: nothing to post by hand. */
LOA_MUST_USE enum loa_err ops_hand_collect(struct db *db, const struct ops_hand_wish *w,
                                           struct ops_hand_sheet *out, struct loa_problem *why);
void ops_hand_release(struct ops_hand_sheet *s);

/* "chưa đăng", "đã đăng tay", ... */
const char *ops_hand_state(enum msg_post_state state);
cJSON *ops_hand_json(const struct ops_hand_sheet *s); /* caller owns */

#endif
