/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/inbox.h"

#include <stdlib.h>
#include <string.h>

#include "bot/answer/answer.h"
#include "bot/event_json.h"
#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/conversation.h"
#include "messages/inbound.h"
#include "messages/privacy.h"
#include "messages/receipt.h"
#include "scheduler/ref.h"

/* Receipts come by the million and are worked on as they come: a digest of their key is enough.
 * What staff wrote in the platform's own inbox belongs to the conversation. */
static bool keeps_words(const struct channel_event *ev)
{
    return (ev->kind != CHANNEL_EVENT_ECHO || (ev->by_other && ev->user)) &&
           ev->kind != CHANNEL_EVENT_DELIVERED && ev->kind != CHANNEL_EVENT_SEEN;
}

void bot_inbound_init(struct bot_inbound *in, int64_t account, const struct channel_event *ev)
{
    *in = (struct bot_inbound){.account = account};
    if (keeps_words(ev))
        in->text = bot_event_to_json(ev);
    in->block = bot_event_copy(ev, &in->ev);
}

void bot_inbound_release(struct bot_inbound *in)
{
    cJSON_Delete(in->json);
    free(in->block);
    free(in->text);
    free(in->context);
    *in = (struct bot_inbound){0};
}

bool bot_inbound_wants_answer(const struct channel_event *ev)
{
    if (!ev->user || ev->standby || ev->in_group || ev->anonymous)
        return false;
    switch (ev->kind) {
    case CHANNEL_EVENT_TEXT:
    case CHANNEL_EVENT_MEDIA:
    case CHANNEL_EVENT_OPENED:
    case CHANNEL_EVENT_FOLLOW:
        return true;
    default:
        return false;
    }
}

/* Kinds that come from the person himself, so that a contact may be made of him. */
static bool is_from_person(const struct channel_event *ev)
{
    switch (ev->kind) {
    case CHANNEL_EVENT_TEXT:
    case CHANNEL_EVENT_MEDIA:
    case CHANNEL_EVENT_OPENED:
    case CHANNEL_EVENT_FOLLOW:
    case CHANNEL_EVENT_OPT_IN:
    case CHANNEL_EVENT_OPT_OUT:
    case CHANNEL_EVENT_REACTION:
    case CHANNEL_EVENT_PROFILE:
        return !ev->in_group && !ev->anonymous;
    default:
        return false;
    }
}

static enum loa_err find_contact(struct db *db, struct bot_inbound *in, int64_t now)
{
    const struct channel_event *ev = &in->ev;
    enum loa_err err;

    if (!ev->user || !*ev->user)
        return LOA_OK;
    if (is_from_person(ev)) {
        /* Not later than now: a platform's clock must not hold a window open. */
        int64_t at = ev->at_ms > 0 && ev->at_ms < now ? ev->at_ms : now;

        return msg_contact_touch(db, in->account, ev->user, ev->user_name, ev->interaction ? at : 0,
                                 &in->contact);
    }
    err = msg_contact_find(db, in->account, ev->user, &in->contact);
    return err == LOA_ENOENT ? LOA_OK : err;
}

/* ---- receipts -------------------------------------------------------------------------- */

static enum loa_err none_is_fine(enum loa_err err)
{
    return err == LOA_ENOENT ? LOA_OK : err;
}

static enum loa_err receipt(struct db *db, const struct bot_inbound *in,
                            enum msg_delivery_state state, int64_t now)
{
    const struct channel_event *ev = &in->ev;
    struct sched_ref ref = sched_ref_parse(ev->ref);
    enum loa_err err = LOA_ENOENT;

    if (!in->contact)
        return LOA_OK;
    if (ev->remote_id || ref.kind) {
        if (ref.kind != 'r')
            err = msg_run_receipt(db, in->account, in->contact, ref.kind == 'd' ? ref.id : 0,
                                  ev->remote_id, state, now);
        if (err == LOA_ENOENT && state != MSG_DELIVERY_FAILED && (!ref.kind || ref.kind == 'r'))
            err = msg_reply_receipt(db, in->account, in->contact, ref.kind == 'r' ? ref.id : 0,
                                    ev->remote_id, now);
    }
    if (err == LOA_ENOENT && ev->remote_id && state != MSG_DELIVERY_FAILED)
        err = msg_run_receipt_early(db, in->account, in->contact,
                                    ref.kind == 'd'   ? ref.id
                                    : ref.kind == 'r' ? -ref.id
                                                      : 0,
                                    ev->remote_id, now);
    if (none_is_fine(err) == LOA_OK && ev->watermark_ms)
        err = msg_run_watermark(db, in->account, in->contact, ev->watermark_ms, state, now);
    return none_is_fine(err);
}

/* Staff answered in the platform's own inbox: the bot keeps quiet there. Of somebody unknown
 * nothing is kept. */
static enum loa_err echo_of_staff(struct db *db, const struct bot_inbound *in, int64_t now)
{
    int64_t at = in->ev.at_ms > 0 && in->ev.at_ms < now ? in->ev.at_ms : now;

    if (!in->contact)
        return in->text ? msg_inbound_wipe(db, in->seq) : LOA_OK;
    return msg_handover_spoke(db, in->account, in->contact, NULL, at);
}

static enum loa_err echo(struct db *db, const struct bot_inbound *in, int64_t now)
{
    enum loa_err err;

    if (in->ev.by_other) /* whether ours are told of is another question */
        return echo_of_staff(db, in, now);
    err = msg_echo_note(db, in->account, in->ev.at_ms, now);
    return err ? err : receipt(db, in, MSG_DELIVERY_SENT, now);
}

/* ---- who may be written to ------------------------------------------------------------- */

static enum loa_err follows(struct db *db, struct bot_inbound *in, int64_t now)
{
    return msg_contact_consent(db, in->account, in->contact, true, in->ev.text, in->ev.name, now);
}

static enum loa_err leaves(struct db *db, struct bot_inbound *in, int64_t now)
{
    enum loa_err err;

    if (!in->contact)
        return LOA_OK;
    in->opted_out = true;
    err = msg_contact_consent(db, in->account, in->contact, false, NULL, in->ev.name, now);
    if (!err)
        err = msg_contact_status_set(db, in->account, in->contact, MSG_CONTACT_UNSUBSCRIBED);
    return err;
}

static enum loa_err erase(struct db *db, struct bot_inbound *in, int64_t now)
{
    static const struct msg_actor platform = {"loa", "webhook"};

    if (!in->contact)
        return LOA_OK;
    in->opted_out = true;
    return msg_person_erase(db, &platform, now, in->account, in->contact);
}

static enum loa_err apply(struct db *db, struct bot_inbound *in, int64_t now)
{
    switch (in->ev.kind) {
    case CHANNEL_EVENT_TEXT:
    case CHANNEL_EVENT_MEDIA:
    case CHANNEL_EVENT_OPENED:
        return in->ev.subscribed && in->contact ? msg_contact_follows(db, in->account, in->contact)
                                                : LOA_OK;
    case CHANNEL_EVENT_FOLLOW:
    case CHANNEL_EVENT_OPT_IN:
        return in->contact ? follows(db, in, now) : LOA_OK;
    case CHANNEL_EVENT_UNFOLLOW:
    case CHANNEL_EVENT_OPT_OUT:
        return leaves(db, in, now);
    case CHANNEL_EVENT_ERASE:
        return erase(db, in, now);
    case CHANNEL_EVENT_ECHO:
        return echo(db, in, now);
    case CHANNEL_EVENT_DELIVERED:
        return receipt(db, in, MSG_DELIVERY_DELIVERED, now);
    case CHANNEL_EVENT_SEEN:
        return receipt(db, in, MSG_DELIVERY_SEEN, now);
    case CHANNEL_EVENT_FAILED:
        return receipt(db, in, MSG_DELIVERY_FAILED, now);
    case CHANNEL_EVENT_REACTION:
    case CHANNEL_EVENT_EDITED:
    case CHANNEL_EVENT_PROFILE:
    case CHANNEL_EVENT_COMMENT:
    case CHANNEL_EVENT_PUBLISHED:
    case CHANNEL_EVENT_STOP:
    case CHANNEL_EVENT_RESUME:
    case CHANNEL_EVENT_NOTICE:
    case CHANNEL_EVENT_SETUP:
    case CHANNEL_EVENT_OTHER:
        break;
    }
    return LOA_OK;
}

static enum loa_err load_context(struct db *db, struct bot_inbound *in, int64_t now)
{
    enum loa_err err;

    if (!in->open || !in->contact)
        return LOA_OK;
    err = msg_open_question_get(db, in->account, in->contact, &in->asked);
    if (err)
        return err;
    return msg_conversation_get(db, in->account, in->contact, now, ANSWER_CONTEXT_LIFE_MS,
                                &in->context);
}

/* What an earlier try left, which was undone with its transaction. */
static void forget_try(struct bot_inbound *in)
{
    free(in->context);
    in->context = NULL;
    in->contact = 0;
    in->asked = (struct msg_open_question){0};
    in->duplicate = in->opted_out = false;
}

static enum loa_err keep(struct db *db, const struct bot_inbound *in, int64_t now)
{
    if (!in->text)
        return msg_receipt_new(db, in->account, in->ev.key, in->ev.at_ms, now);
    return msg_inbound_put(db, in->seq, in->account, in->ev.key, in->text, in->open, in->fence,
                           now);
}

enum loa_err bot_inbound_store(struct db *db, struct bot_inbound *in, int64_t now)
{
    enum loa_err err;

    forget_try(in);
    in->open = bot_inbound_wants_answer(&in->ev) && !in->answered;
    err = keep(db, in, now);
    if (err == LOA_EEXIST) {
        in->duplicate = true;
        in->open = false;
        return LOA_OK;
    }
    if (!err)
        err = find_contact(db, in, now);
    if (!err && in->contact && in->text)
        err = msg_inbound_of(db, in->seq, in->contact);
    if (!err)
        err = apply(db, in, now);
    return err ? err : load_context(db, in, now);
}

enum loa_err bot_inbound_reload(struct db *db, struct bot_inbound *in, int64_t now)
{
    enum loa_err err = msg_contact_find(db, in->account, in->ev.user, &in->contact);

    in->open = true;
    return err ? none_is_fine(err) : load_context(db, in, now);
}
