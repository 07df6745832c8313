/* SPDX-License-Identifier: Apache-2.0 */
/* token.h - bearer tokens: what a program may do for the person whose token it has. Only digests
 * are stored. A token never does more than its owner may at that moment. Store thread. */
#ifndef LOA_MESSAGES_TOKEN_H
#define LOA_MESSAGES_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "messages/audit.h"
#include "messages/base/crypto.h"
#include "messages/base/err.h"
#include "messages/base/secret.h"
#include "messages/store/db.h"
#include "messages/user.h"

enum {
    MSG_SCOPE_READ = 1 << 0,     /* see messages, runs, content, numbers */
    MSG_SCOPE_MESSAGES = 1 << 1, /* write, submit, schedule, pause, resume, cancel */
    MSG_SCOPE_APPROVE = 1 << 2,  /* approve and reject */
    MSG_SCOPE_CONTENT = 1 << 3,  /* events, FAQ, daily entries */
    MSG_SCOPE_PEOPLE = 1 << 4,   /* conversations and contacts: what citizens wrote */
    MSG_SCOPE_ADMIN = 1 << 5,    /* users, accounts, audit */
    MSG_SCOPES_ALL = (1 << 6) - 1,
};
enum { MSG_SCOPES_SIZE = 64, MSG_TOKEN_LABEL_MAX = 80 };

/* The word of one scope bit; NULL for anything else. */
const char *msg_scope_name(unsigned bit);
/* Words with spaces between; '*' is all. LOA_EINVAL: an unknown word, or none. */
LOA_MUST_USE enum loa_err msg_scopes_parse(const char *words, unsigned *out);
/* Returns out. */
const char *msg_scopes_format(unsigned scopes, char out[MSG_SCOPES_SIZE]);
/* What a person of that role may. */
unsigned msg_scopes_of_role(enum msg_role role);

/* Who is at the door. */
struct msg_identity {
    char user[72];
    enum msg_role role;
    unsigned scopes; /* of the token and of the role */
};

struct msg_token_wish {
    const char *user, *label; /* label: what it is for; NULL: nothing said */
    unsigned scopes;
    int64_t expires_ms; /* 0: never */
};
/* The token, shown this once; caller owns *out. LOA_EINVAL: a scope that the user's role does not
 * have, a label that is too long, an end that is past. */
LOA_MUST_USE enum loa_err msg_token_new(struct db *db, const struct msg_actor *who, int64_t now,
                                        const struct msg_token_wish *wish, int64_t *id,
                                        struct loa_secret **out, struct loa_problem *why);
/* The digest under which a token is stored. */
void msg_token_digest(const char *token, size_t len, char out[LOA_SHA256_HEX]);
/* LOA_ENOENT: no such token, revoked, expired, or its owner is disabled. */
LOA_MUST_USE enum loa_err msg_token_check(struct db *db, const char *digest, int64_t now,
                                          struct msg_identity *out);
/* `user` (NULL: whoever) must own it. LOA_ENOENT: there is none that could be revoked. */
LOA_MUST_USE enum loa_err msg_token_revoke(struct db *db, const struct msg_actor *who, int64_t now,
                                           int64_t id, const char *user, struct loa_problem *why);
/* Adds those of `user` (NULL: all) that are in force to `list`, by number. */
LOA_MUST_USE enum loa_err msg_tokens_list(struct db *db, const char *user, int64_t now,
                                          cJSON *list);

#endif
