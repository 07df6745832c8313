/* SPDX-License-Identifier: Apache-2.0 */
/* channel.h - the one interface to a platform. An adapter is a codec: it turns a message into
 * requests and reads replies and webhooks. It never sees libuv, libcurl, the clock or the store,
 * so a test needs only bytes. Loop thread only.
 *
 * A broadcast is composed once and addressed many times: compose() yields a body with slots for
 * the recipient, and channel_address() fills them in, without building JSON again. */
#ifndef LOA_CHANNELS_CHANNEL_H
#define LOA_CHANNELS_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channels/event.h"
#include "channels/http.h"
#include "channels/rules.h"
#include "channels/sheet.h"
#include "channels/splice.h"
#include "messages/account.h"
#include "messages/account_right.h"
#include "messages/account_template.h"
#include "messages/base/err.h"
#include "messages/base/secret.h"
#include "messages/content.h"
#include "messages/doubt.h"

/* ---- what an adapter declares ---------------------------------------------------------- */

enum {
    CHANNEL_CAP_SINGLE = 1 << 0,        /* one person a request */
    CHANNEL_CAP_BATCH = 1 << 1,         /* many people a request */
    CHANNEL_CAP_POST = 1 << 2,          /* one public post that the platform spreads */
    CHANNEL_CAP_ECHO = 1 << 3,          /* the platform tells us of every message we sent */
    CHANNEL_CAP_RECEIPT = 1 << 4,       /* it tells when a message was delivered */
    CHANNEL_CAP_REFRESH = 1 << 5,       /* its token expires and is renewed by us */
    CHANNEL_CAP_NAME = 1 << 6,          /* it gives people's names */
    CHANNEL_CAP_WEBHOOK_REPLY = 1 << 7, /* a welcome may be the answer to a webhook */
    CHANNEL_CAP_UTILITY = 1 << 8,       /* approved templates reach people outside the window */
    CHANNEL_CAP_UPLOAD = 1 << 9,        /* pictures can be uploaded, giving an attachment id */
    CHANNEL_CAP_TELLS_WAYS = 1 << 10,   /* its accounts differ in their ways; PROBE tells which */
    CHANNEL_CAP_TEMPLATES = 1 << 11,    /* its approved templates can be listed */
    CHANNEL_CAP_LOCAL = 1 << 12, /* a page of ours: a reply in the store is delivered, no request */
};

struct channel_limits {
    size_t text;         /* code points of a message's text */
    size_t caption;      /* code points of the text beside a picture */
    size_t buttons;      /* buttons under a message */
    size_t button_title; /* code points */
    size_t cards;        /* cards in a carousel; 0: none */
    size_t batch;        /* recipients of one batch request */
    size_t post_text;    /* code points of a public post */
    size_t post_title;   /* 0: a post has no title */
    int64_t window_ms;   /* how long after a person's last word singles may go; 0: always */
    /* How long a person of the staff may answer, where that is longer; 0: as window_ms. */
    int64_t human_window_ms;
    double singles_per_s; /* safe pace of each way, from the contract */
    double batches_per_s;
    double posts_per_s;
    double replies_burst; /* singles that may go at once before the pace holds */
};

/* ---- requests -------------------------------------------------------------------------- */

enum channel_way { CHANNEL_WAY_SINGLE, CHANNEL_WAY_BATCH, CHANNEL_WAY_POST };

enum channel_lane {
    CHANNEL_LANE_REPLY,   /* an answer to what the person just wrote */
    CHANNEL_LANE_UPDATE,  /* unasked, inside the window */
    CHANNEL_LANE_UTILITY, /* an approved template, outside the window */
    CHANNEL_LANE_HUMAN,   /* written by a person of the staff */
};

/* A request with slots. Owned by whoever composed it; channel_draft_release(). */
struct channel_draft {
    enum http_method method;
    struct loa_buf url;       /* whole, no slots */
    const char *content_type; /* static */
    struct splice body;
    int timeout_ms;
};

void channel_draft_release(struct channel_draft *d);

/* What the engine should do about a reply. */
enum channel_verdict {
    CHANNEL_OK,
    CHANNEL_RETRY,   /* transient, nothing was delivered: back off, then again */
    CHANNEL_DOUBT,   /* not known whether it was delivered: never repeat blindly */
    CHANNEL_REFRESH, /* the token is dead: renew it, then once more */
    CHANNEL_LATER,   /* this recipient or lane, not now: retry_after_ms, else its next window */
    CHANNEL_GIVE_UP, /* this recipient: do not try again */
    CHANNEL_DROP,    /* the message is wrong: stop this run, tell staff */
    CHANNEL_STOP,    /* the account: pause it, tell staff */
};

/* Why a recipient was given up, where the contact's state should learn from it. */
enum channel_gone {
    CHANNEL_GONE_NO,           /* nothing to learn */
    CHANNEL_GONE_WINDOW,       /* outside the reply window: until the person writes again */
    CHANNEL_GONE_UNSUBSCRIBED, /* no longer follows / never subscribed */
    CHANNEL_GONE_BLOCKED,      /* blocked us or restricts this kind */
    CHANNEL_GONE_INVALID,      /* no such person, dead account, no device */
};

enum { CHANNEL_ID_SIZE = 160, CHANNEL_DETAIL_SIZE = 256 };

struct channel_result {
    enum channel_verdict verdict;
    enum channel_gone gone;
    enum msg_doubt_cause doubt;       /* DOUBT: why */
    int code, subcode;                /* the platform's; 0: none */
    int64_t retry_after_ms;           /* 0: no hint */
    int tries_max;                    /* RETRY: hopeless after so many; 0: the engine's limit */
    char remote_id[CHANNEL_ID_SIZE];  /* of the accepted message or post; "" if none */
    char detail[CHANNEL_DETAIL_SIZE]; /* the platform's words, for staff; no secrets */
    /* Load that the platform reports, 0..100; -1 unknown. And what is left in its window. */
    int usage_percent;
    int64_t remaining; /* -1 unknown */
    /* STOP only: just this way or lane is closed (batches, posts, messages outside a session);
     * the rest of the account works on. */
    bool partial;
    /* No connection, no answer, a bare server error: it says nothing of the recipient, the message
     * or the account. */
    bool outage;
};

/* One recipient of a batch that was accepted as a whole, but not for this one. */
typedef void (*channel_failed_cb)(void *ctx, const char *recipient,
                                  const struct channel_result *res);

/* ---- flows: several requests that make one act ----------------------------------------- */

enum channel_flow_kind {
    CHANNEL_FLOW_POST,      /* publish content (article: create, verify, broadcast; feed; photo) */
    CHANNEL_FLOW_REFRESH,   /* renew the access token */
    CHANNEL_FLOW_SETUP,     /* set webhook, profile, menu: idempotent */
    CHANNEL_FLOW_PROBE,     /* try the credentials, read-only (loa doctor) */
    CHANNEL_FLOW_TEMPLATES, /* CAP_TEMPLATES: lists the account's approved templates, read-only */
    CHANNEL_FLOW_UPLOAD,    /* CAP_UPLOAD: lend the platform a picture, see upload_id */
};

enum channel_step {
    CHANNEL_STEP_SEND, /* `req` is filled: send it (after wait_ms) and call again with the reply */
    CHANNEL_STEP_DONE, /* finished, see `res` */
};

/* A right of the account and its end, as the platform told. */
enum { CHANNEL_RIGHTS_MAX = 2 };
struct channel_right {
    enum msg_right_kind kind;
    int64_t expires_ms; /* wall clock; 0: never */
};

/* `state` is all that the flow remembers: small text that the engine stores before each request,
 * so that after a crash the flow goes on and does not start anew. Starts as "". */
struct channel_flow {
    enum channel_flow_kind kind;
    const struct msg_content *content; /* POST only, borrowed */
    const char *webhook_url;           /* SETUP only: where the platform shall call */
    const char *ref;                   /* POST only: our id */
    /* POST only: when our clock began with it; and whether staff looked, and want it made again
     * even if the platform cannot be asked (they do so for one request). */
    int64_t since_ms;
    bool again;
    char state[512];
    int64_t wait_ms; /* out: before sending req */
    bool effect;     /* out: req changes something that must not happen twice */
    struct channel_result res;
    /* REFRESH: the new pair, to be stored before the channel takes it by set_tokens(). */
    struct loa_secret *access_token, *refresh_token; /* out; caller owns */
    int64_t expires_in_ms;
    /* SETUP, PROBE: ends that the platform told of. */
    struct channel_right rights[CHANNEL_RIGHTS_MAX]; /* out */
    size_t n_rights;
    char summary[512]; /* PROBE: what was found, one line */
    /* Out, CAP_TELLS_WAYS: what this account has and what it has not, as bits 1 << channel_way; a
     * way in neither is not known. `ways_why` says for staff why some are closed; static. */
    unsigned ways_open, ways_closed;
    const char *ways_why;
    /* TEMPLATES, out: caller frees. */
    struct msg_listed_template *templates;
    size_t n_templates;
    /* UPLOAD: the picture (borrowed, until the flow is done) and its media type, "image/png";
     * out: what to write into image_url so that compose() uses it ("zalo-attachment:..."). */
    const void *file_data;
    size_t file_len;
    const char *file_type;
    char upload_id[CHANNEL_ID_SIZE];
};

/* ---- the adapter ----------------------------------------------------------------------- */

struct channel; /* an open account; adapters embed it first */

/* Settings of one account. Strings are borrowed during open() only. */
struct channel_config {
    const char *account;   /* loa's name of the account */
    const char *remote_id; /* OA id, Page id; NULL for Viber */
    const char *api_base;  /* scheme, host, port; NULL: the platform's own */
    const char *oauth_base;
    const char *app_id;                     /* Zalo app, Facebook app (may be NULL) */
    const char *sender_name;                /* Viber */
    const struct loa_secret *access_token;  /* Viber auth token, Page token, Zalo access token */
    const struct loa_secret *refresh_token; /* Zalo */
    const struct loa_secret *app_secret;
    const struct loa_secret *webhook_secret; /* Zalo OA secret key */
    const struct loa_secret *verify_token;   /* Facebook */
    bool allow_retired; /* use what the contract marks as retired; default off */
};

/* The settings of an account as the store has them; borrows its strings. */
struct channel_config channel_config_of(const struct msg_account *a);

struct channel_ops {
    const char *name;  /* key in settings and store: "zalo"; never changes */
    const char *title; /* for people: "Zalo OA" */
    unsigned caps;     /* CHANNEL_CAP_*: ask these, never compare names */
    struct channel_limits limits;
    const struct channel_rules *rules; /* by day, see rules.h; at least one row */

    /* Required. LOA_EINVAL with the setting at fault in `why`. Caller owns *out, close(). */
    enum loa_err (*open)(const struct channel_config *cfg, struct channel **out,
                         struct loa_problem *why);
    void (*close)(struct channel *c); /* required; NULL is fine */

    /* Required. Checks content against the platform's limits for one way, so that staff are told
     * before they submit. LOA_EINVAL / LOA_ELIMIT with the member and what to do in `why`
     * (Vietnamese). */
    enum loa_err (*check)(const struct msg_content *content, enum channel_way way,
                          struct loa_problem *why);

    /* Required for SINGLE and BATCH. Builds the request once, recipients as slots. Content is
     * assumed checked; what the platform lacks (a button, a card) becomes readable text. `ref` is
     * a slot as well: it goes where the platform brings it back. */
    enum loa_err (*compose)(struct channel *c, const struct msg_content *content,
                            enum channel_way way, enum channel_lane lane,
                            struct channel_draft *out);
    /* CAP_POST: the post's parts for a person who puts it out by hand, name slots filled before.
     * Pure; needs no open account. Caller ends *out with channel_sheet_release(). */
    void (*sheet)(const struct msg_content *content, const char *remote_id,
                  struct channel_sheet *out);
    /* Required. Adds the account's headers (token, proof); called for every request. */
    void (*authorize)(struct channel *c, struct http_req *req);
    /* Required. Survives any bytes. Fills all of *res. `failed` (may be NULL) hears of each
     * refused recipient of a batch. */
    void (*parse_reply)(struct channel *c, enum channel_way way, const struct http_reply *r,
                        struct channel_result *res, channel_failed_cb failed, void *ctx);

    /* Optional (NULL: the channel has no such flow). prev is NULL for the first step. */
    enum channel_step (*flow)(struct channel *c, struct channel_flow *f,
                              const struct http_reply *prev, struct http_req *req);
    /* CAP_REFRESH: takes a new pair (copied). refresh_token NULL keeps the old one. */
    void (*set_tokens)(struct channel *c, const struct loa_secret *access_token,
                       const struct loa_secret *refresh_token);

    /* Required. Signature over the raw bytes, compared in constant time. */
    bool (*verify_webhook)(struct channel *c, const struct http_in *in);
    /* Required. LOA_EPROTO: not this platform's JSON at all. Unknown events are
     * CHANNEL_EVENT_OTHER, never an error. */
    enum loa_err (*parse_webhook)(struct channel *c, const char *body, size_t len,
                                  channel_event_cb on, void *ctx);
    /* Optional: answers a GET on the webhook address. Returns the HTTP status and fills `body`
     * with plain text. NULL: 200 with nothing. */
    int (*handshake)(struct channel *c, const struct http_in *in, struct loa_buf *body);
    /* CAP_WEBHOOK_REPLY: the message as the body of a webhook's answer. */
    enum loa_err (*webhook_reply)(struct channel *c, const struct msg_content *content,
                                  struct loa_buf *body);
};

struct channel {
    const struct channel_ops *ops;
};

/* Fills the slots. `recipients` as many as the way takes (POST: none). `name` may be NULL or
 * longer than SPLICE_NAME_ROOM, then the slot takes MSG_NAME_NEUTRAL. Replaces *req; headers are
 * the channel's. */
void channel_address(struct channel *c, const struct channel_draft *d,
                     const char *const *recipients, size_t n, const char *name, const char *ref,
                     struct http_req *req);

/* A result of an exchange that brought no platform answer: maps the outcome (NOT_SENT -> RETRY,
 * UNKNOWN -> DOUBT) or an HTTP status without a readable body: RETRY for 408, 425, 429, 5xx, but
 * DOUBT for 502, 504, 520 and 524, by which a gateway says that it lost the platform's answer.
 * False when the body must decide. */
bool channel_result_of_transport(const struct http_reply *r, struct channel_result *res);
void channel_result_init(struct channel_result *res); /* verdict RETRY, unknown numbers -1 */

/* ---- registry -------------------------------------------------------------------------- */

extern const struct channel_ops channel_facebook, channel_portal, channel_viber, channel_zalo;
/* All adapters in alphabetical order, NULL at the end. */
extern const struct channel_ops *const channel_all[];
const struct channel_ops *channel_find(const char *name); /* NULL if there is none */

#endif
