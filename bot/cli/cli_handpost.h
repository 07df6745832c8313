/* SPDX-License-Identifier: Apache-2.0 */
/* cli_handpost.h - between the files of `loa handpost`: what a sheet for posting by hand says, and
 * its forms. */
#ifndef LOA_BOT_CLI_CLI_HANDPOST_H
#define LOA_BOT_CLI_CLI_HANDPOST_H

#include <stdio.h>

#include "bot/cli/cli.h"
#include "bot/occurrence.h"
#include "channels/channel.h"
#include "messages/handpost.h"
#include "messages/message.h"

/* One public post on one account. */
struct hand_post {
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

struct hand_sheet {
    struct msg_message *m;
    struct bot_occurrence when;
    struct hand_post *posts;
    size_t n_posts;
    char **notes; /* what cannot be posted by hand, and why */
    size_t n_notes;
};

/* Everything about the occurrence of `day` (NULL: bot_occurrence_find()), for one channel or
 * account or all (NULL). Caller ends *out with cli_hand_release(), also after an error. */
enum loa_err cli_hand_collect(struct cli *cli, int64_t id, struct hand_sheet *out,
                              struct loa_problem *why);
void cli_hand_release(struct hand_sheet *s);

/* "chưa đăng", "đã đăng tay", ... */
const char *cli_hand_state(enum msg_post_state state);
void cli_hand_text(const struct hand_sheet *s);
cJSON *cli_hand_json(const struct hand_sheet *s); /* caller owns */
/* One page that prints well and copies with a tap. */
void cli_hand_html(const struct hand_sheet *s, FILE *f);

#endif
