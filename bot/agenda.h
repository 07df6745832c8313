/* SPDX-License-Identifier: Apache-2.0 */
/* agenda.h - what is coming: messages and daily occurrences, and what of the accounts ends, with
 * everything that is missing for it to go well. Database thread or command line. */
#ifndef LOA_BOT_AGENDA_H
#define LOA_BOT_AGENDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bot/config.h"
#include "messages/account_right.h"
#include "messages/base/err.h"
#include "messages/catalog.h"
#include "messages/store/db.h"

enum bot_agenda_kind {
    BOT_AGENDA_MESSAGE, /* an occurrence that is due */
    BOT_AGENDA_RIGHT,   /* a right of an account ends, or has ended */
    BOT_AGENDA_FAILING, /* the last try to renew one failed */
    BOT_AGENDA_PAUSED,  /* an account sends nothing */
    BOT_AGENDA_SILENT,  /* no webhook of an account came for days */
    BOT_AGENDA_HELD,    /* something waits for staff to decide */
};

struct bot_agenda_item {
    int64_t at_ms; /* what it is sorted by */
    enum bot_agenda_kind kind;
    struct msg_list warnings; /* for staff, in Vietnamese */
    /* BOT_AGENDA_MESSAGE */
    int64_t message_id;
    char *title, *channels, *daily; /* daily: the title of the day's entry; NULL: uses none */
    const char *state;              /* static */
    int64_t goes_ms;                /* after quiet hours */
    bool series, urgent, post;
    /* the others */
    char *account;
    enum msg_right_kind right;
    bool over;
};

struct bot_agenda {
    struct bot_agenda_item *items; /* by time */
    size_t n;
    size_t n_warnings;
    bool cut; /* there is more than was looked at */
};

/* From `now` (what is over and not mended included) until `until`. Caller ends *out with
 * bot_agenda_release(), also after an error. */
LOA_MUST_USE enum loa_err bot_agenda_make(struct db *db, const struct bot_config *cfg, int64_t now,
                                          int64_t until, struct bot_agenda *out,
                                          struct loa_problem *why);
void bot_agenda_release(struct bot_agenda *a);

#endif
