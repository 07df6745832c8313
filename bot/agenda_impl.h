/* SPDX-License-Identifier: Apache-2.0 */
/* agenda_impl.h - between agenda.c, which lists what is due, and agenda_accounts.c, which knows
 * what the accounts lack. Not for others. */
#ifndef LOA_BOT_AGENDA_IMPL_H
#define LOA_BOT_AGENDA_IMPL_H

#include "bot/agenda.h"
#include "messages/account.h"
#include "messages/message.h"

struct agenda {
    struct db *db;
    const struct bot_config *cfg;
    int64_t now, until;
    struct bot_agenda *out;
    struct msg_account *accounts;
    size_t n_accounts;
    struct msg_right *rights;
    size_t n_rights;
};

/* Appends; NULL when there are too many. Moves the others. */
struct bot_agenda_item *agenda_add(struct bot_agenda *a, enum bot_agenda_kind kind, int64_t at_ms);
/* The same words only once. */
void agenda_warn(struct bot_agenda_item *item, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

enum loa_err agenda_load_accounts(struct agenda *g, struct loa_problem *why);
void agenda_drop_accounts(struct agenda *g);
/* What of the accounts keeps this occurrence from going out. */
enum loa_err agenda_look_at_accounts(struct agenda *g, const struct msg_message *m,
                                     struct bot_agenda_item *item);
/* What was put to staff and is not decided. */
enum loa_err agenda_add_held(struct agenda *g);
/* Items of the accounts themselves. */
void agenda_add_accounts(struct agenda *g);
/* Posts beyond what the platform gives to one follower in a day and a month. Items by time. */
enum loa_err agenda_look_at_posts(struct agenda *g);

#endif
