/* SPDX-License-Identifier: Apache-2.0 */
/* contact.h - the people who follow an account, as far as we know them: the platform's id, a name
 * where it gives one, their topics and place, when they last wrote. Store thread. */
#ifndef LOA_MESSAGES_CONTACT_H
#define LOA_MESSAGES_CONTACT_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/base/crypto.h"
#include "messages/base/err.h"
#include "messages/catalog.h"
#include "messages/store/db.h"

enum msg_contact_status {
    MSG_CONTACT_OK = 0,
    MSG_CONTACT_UNSUBSCRIBED = 1, /* does not follow (any more) */
    MSG_CONTACT_BLOCKED = 2,
    MSG_CONTACT_INVALID = 3,
    MSG_CONTACT_ERASED = 4,
};

/* The contact's id, made if needed: whoever only wrote to us is no follower, so a new one is
 * UNSUBSCRIBED until msg_contact_follows() or an opt-in. A name replaces the old one
 * unless it has control characters or more than 100 code points;
 * `interaction_ms` > 0 renews last_seen and, as the person evidently reaches us, clears BLOCKED. */
LOA_MUST_USE enum loa_err msg_contact_touch(struct db *db, int64_t account, const char *remote_id,
                                            const char *name, int64_t interaction_ms, int64_t *id);
/* LOA_EPERM: the person does not want to be written to, or asked to be forgotten. */
LOA_MUST_USE enum loa_err msg_contact_may_write(struct db *db, int64_t account, int64_t id);
/* LOA_ENOENT if unknown. */
LOA_MUST_USE enum loa_err msg_contact_find(struct db *db, int64_t account, const char *remote_id,
                                           int64_t *id);
LOA_MUST_USE enum loa_err msg_contact_status_set(struct db *db, int64_t account, int64_t id,
                                                 enum msg_contact_status status);
/* Opts in (`in` true) or out, lasting, with the person's wording and where it came from. */
LOA_MUST_USE enum loa_err msg_contact_consent(struct db *db, int64_t account, int64_t id, bool in,
                                              const char *wording, const char *source, int64_t now);
/* Keeps one more act of consent ("opt-in", "remind-in", "topic-out", ...) with its wording.
 * Holds the contact's row until the transaction ends. */
LOA_MUST_USE enum loa_err msg_consent_note(struct db *db, int64_t account, int64_t id,
                                           const char *kind, const char *wording,
                                           const char *source, int64_t now);
/* The platform says that the person follows us: makes UNSUBSCRIBED reachable, unless the person
 * opted out. */
LOA_MUST_USE enum loa_err msg_contact_follows(struct db *db, int64_t account, int64_t id);
/* Adds or removes one topic. */
LOA_MUST_USE enum loa_err msg_contact_topic(struct db *db, int64_t account, int64_t id,
                                            const char *topic, bool add);
/* NULL: none. */
LOA_MUST_USE enum loa_err msg_contact_district(struct db *db, int64_t account, int64_t id,
                                               const char *district);
/* No topics and no place of his own any more. */
LOA_MUST_USE enum loa_err msg_contact_tags_clear(struct db *db, int64_t account, int64_t id);
struct msg_contact_tags {
    struct msg_list topics;
    char *district; /* NULL: none */
    bool follows, opted_out;
};
/* Caller ends *out with msg_contact_tags_release(). */
LOA_MUST_USE enum loa_err msg_contact_tags(struct db *db, int64_t account, int64_t id,
                                           struct msg_contact_tags *out);
void msg_contact_tags_release(struct msg_contact_tags *t);
/* What is read of the contact from here on stays so until the transaction ends. LOA_ENOENT. */
LOA_MUST_USE enum loa_err msg_contact_hold(struct db *db, int64_t account, int64_t id);
/* Forgets the person: name, topics, place, conversation and questions go, the opt-out stays, the
 * platform's id is replaced by a digest so that nothing more is sent. */
LOA_MUST_USE enum loa_err msg_contact_erase(struct db *db, int64_t account, int64_t id,
                                            int64_t now);
/* The same for one who has been idle for too long and said nothing now: of who had said stop the
 * digest stays as the proof of that, of anybody else not even that. Who waits for a person of the
 * staff, or is one of the testers, is left alone (*done false). */
LOA_MUST_USE enum loa_err msg_contact_forget(struct db *db, int64_t account, int64_t id,
                                             int64_t now, bool *done);
/* What stands for an erased person, "erased:DIGEST" (more may follow it): it cannot be written to,
 * but an import can be told by it. The digest is keyed by a key of the store, so that the id cannot
 * be guessed from a list of such; inside a writing transaction, as it may have to be made. */
enum { MSG_CONTACT_STUB = LOA_SHA256_HEX + 40 };
LOA_MUST_USE enum loa_err msg_contact_stub(struct db *db, const char *remote_id,
                                           char out[MSG_CONTACT_STUB]);
/* One from a time when digests had no key, as it is now; others stay as they are. */
LOA_MUST_USE enum loa_err msg_contact_stub_keyed(struct db *db, const char *stub,
                                                 char out[MSG_CONTACT_STUB]);
/* A store that has no such key yet takes over that of another state of it, which may be of an older
 * program and have none either. */
LOA_MUST_USE enum loa_err msg_contact_key_adopt(struct db *db, struct db *from);
/* The platform's id; caller owns *out, free(). */
LOA_MUST_USE enum loa_err msg_contact_remote(struct db *db, int64_t account, int64_t id,
                                             char **out);

/* One row of an import; NULL or -1 members are left as they are. */
struct msg_contact_row {
    const char *remote_id, *name, *topics, *district; /* topics "a;b" */
    int subscribed;                                   /* 0, 1, -1 */
    int64_t last_seen_ms;                             /* -1 */
};
/* Never undoes an opt-out. */
LOA_MUST_USE enum loa_err msg_contact_import(struct db *db, int64_t account,
                                             const struct msg_contact_row *row, int64_t now);

#endif
