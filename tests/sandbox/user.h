/* SPDX-License-Identifier: Apache-2.0 */
/* user.h - the citizens of one account: a million of them in a few dozen megabytes.
 * Generated users have an id that can be computed from their number and back, so no table of ids
 * is needed; users with an id or a name of their own have a record in `extra`. */
#ifndef LOA_SANDBOX_USER_H
#define LOA_SANDBOX_USER_H

#include "tests/sandbox/buf.h"

enum sbx_platform { SBX_ZALO, SBX_VIBER, SBX_FB, SBX_PLATFORMS };
const char *sbx_platform_name(enum sbx_platform p);
/* SBX_PLATFORMS if unknown. "fb" is read as facebook. */
enum sbx_platform sbx_platform_of(const char *name);

enum sbx_user_flag {
    SBX_FOLLOWS = 1,     /* follows the OA, is subscribed to the bot */
    SBX_BLOCKED = 2,     /* has blocked the account */
    SBX_RESTRICTED = 4,  /* Zalo -244: refuses this kind of message */
    SBX_INACTIVE = 8,    /* Zalo -227; Viber: no suitable device */
    SBX_OLD_CLIENT = 16, /* Viber: client too old for what is sent; FB: cannot receive */
    SBX_OTHER_APP = 32,  /* FB: another app owns the thread */
    SBX_OPTED_OUT = 64,  /* FB: stopped the notifications */
    SBX_INTERACTED = 128 /* has written or tapped at least once (following alone does not count) */
};

#define SBX_ID_MAX 64

struct sbx_user {
    int64_t last_in;    /* sandbox ms of the last interaction that opens the window; 0 never */
    int64_t session;    /* Viber: start of the running session */
    uint32_t hour;      /* Viber: the clock hour that `hour_sent` counts */
    uint32_t extra;     /* index + 1 into extra[], 0 none */
    uint16_t hour_sent; /* messages without a reply in that hour */
    uint8_t flags;
    uint8_t sent; /* messages accepted for this user, stops at 255 */
};

struct sbx_extra {
    uint32_t user;
    char *id;            /* NULL for a generated id */
    char *name;          /* NULL for a generated name */
    char *tags;          /* Zalo: "a,b" */
    char *tracking;      /* Viber: last tracking_data sent to the user */
    char *notify_token;  /* FB: notification_messages_token */
    int64_t detail_from; /* Viber: start of the 12 h in which details were asked */
    int64_t promo_day;   /* Zalo: day and month that the promotions below count */
    int64_t promo_month;
    int64_t welcome_until; /* FB private reply, Viber welcome: not used otherwise */
    int detail_count, promo_sent_day, promo_sent_month, free_replies;
};

struct sbx_users {
    enum sbx_platform platform;
    unsigned account;
    struct sbx_user *u;
    size_t n, cap;
    struct sbx_extra *extra;
    size_t extra_n, extra_cap;
    uint32_t *table; /* hash of own ids -> extra index + 1 */
    size_t table_cap;
    size_t own_ids;
};

void sbx_users_init(struct sbx_users *us, enum sbx_platform platform, unsigned account);
void sbx_users_clear(struct sbx_users *us);
/* Adds one; id NULL generates it, name NULL likewise. Returns its number. An own id that exists
 * already returns the old number and *fresh = false. */
uint32_t sbx_users_add(struct sbx_users *us, const char *id, const char *name, bool *fresh);
void sbx_users_reserve(struct sbx_users *us, size_t more);
/* -1 if there is none. */
int64_t sbx_users_find(const struct sbx_users *us, const char *id);
void sbx_user_id(const struct sbx_users *us, uint32_t i, char out[SBX_ID_MAX]);
void sbx_user_name(const struct sbx_users *us, uint32_t i, char *out, size_t size);
struct sbx_extra *sbx_user_extra(struct sbx_users *us, uint32_t i);            /* creates it */
const struct sbx_extra *sbx_user_peek(const struct sbx_users *us, uint32_t i); /* or NULL */
/* True if `id` has the form that this platform gives to ids. */
bool sbx_id_shape_ok(enum sbx_platform p, const char *id);

#endif
