/* SPDX-License-Identifier: Apache-2.0 */
/* inbox.h - what an event means for the store: the contact it is about, receipts, opt-outs. Runs
 * on the store thread, in the transaction that keeps the event. */
#ifndef LOA_BOT_INBOX_H
#define LOA_BOT_INBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "channels/event.h"
#include "messages/base/err.h"
#include "messages/question.h"
#include "messages/store/db.h"

/* An event on its way through the store, with what came out. Owns its strings. */
struct bot_inbound {
    int64_t account;
    struct channel_event ev; /* strings borrowed from `block` or `json` */
    char *text;  /* the event as the store keeps it; NULL: a receipt, of which it keeps no words */
    void *block; /* what `ev` borrows from; or, after a crash, ... */
    void *json;  /* ... the cJSON that it was read from */
    int64_t seq; /* its number, from msg_inbound_reserve() */
    int64_t fence; /* of the lease under which it is worked on; 0: by another node */
    bool answered; /* the answer goes back in the response: nobody waits any more */
    /* out */
    int64_t contact; /* 0: nobody */
    bool duplicate;
    bool open;                      /* somebody waits for an answer */
    bool opted_out;                 /* nothing may be sent to the contact any more */
    struct msg_open_question asked; /* what the citizen may still say something about */
    char *context;                  /* the conversation's memory; NULL: none */
};

/* Copies the event. */
void bot_inbound_init(struct bot_inbound *in, int64_t account, const struct channel_event *ev);
void bot_inbound_release(struct bot_inbound *in);
/* Does an event of this kind want an answer? */
bool bot_inbound_wants_answer(const struct channel_event *ev);
/* Keeps the event under in->seq and does what it means for the store. A replay changes nothing.
 * May be called again for the same event after its transaction was undone. */
LOA_MUST_USE enum loa_err bot_inbound_store(struct db *db, struct bot_inbound *in, int64_t now);
/* For an event that a crash left open: finds its contact and memory again. */
LOA_MUST_USE enum loa_err bot_inbound_reload(struct db *db, struct bot_inbound *in, int64_t now);

#endif
