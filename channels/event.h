/* SPDX-License-Identifier: Apache-2.0 */
/* event.h - what a platform told us through a webhook, in one form for all platforms. */
#ifndef LOA_CHANNELS_EVENT_H
#define LOA_CHANNELS_EVENT_H

#include <stdbool.h>
#include <stdint.h>

enum channel_event_kind {
    CHANNEL_EVENT_TEXT,      /* a person wrote: text; or tapped a button: text and/or payload */
    CHANNEL_EVENT_MEDIA,     /* a person sent a picture, sticker, place, file...: detail = type */
    CHANNEL_EVENT_OPENED,    /* a chat was opened (Get Started, deep link, chat button): context */
    CHANNEL_EVENT_FOLLOW,    /* now a follower / subscriber */
    CHANNEL_EVENT_UNFOLLOW,  /* no longer one: nothing may be sent any more */
    CHANNEL_EVENT_OPT_IN,    /* asked for notices of one topic: payload; detail = token */
    CHANNEL_EVENT_OPT_OUT,   /* stopped them */
    CHANNEL_EVENT_ECHO,      /* something our account sent: remote_id, ref, by_other */
    CHANNEL_EVENT_DELIVERED, /* reached the device: remote_id, or all up to watermark_ms */
    CHANNEL_EVENT_SEEN,      /* read: remote_id, or all up to watermark_ms */
    CHANNEL_EVENT_FAILED,    /* accepted before, failed on the device: remote_id, detail */
    CHANNEL_EVENT_REACTION,  /* payload = emoji or icon */
    CHANNEL_EVENT_EDITED,    /* a person changed a message: remote_id, text */
    CHANNEL_EVENT_ERASE,     /* a data subject asks to be forgotten */
    CHANNEL_EVENT_PROFILE,   /* a person gave data about himself (form): text = JSON of it */
    CHANNEL_EVENT_COMMENT,   /* a comment under a public post: remote_id, text */
    CHANNEL_EVENT_PUBLISHED, /* one of our public posts went live: remote_id */
    CHANNEL_EVENT_STOP,      /* the platform blocked or warned the account: detail says why */
    CHANNEL_EVENT_RESUME,    /* ... and lifted it */
    CHANNEL_EVENT_NOTICE,    /* about the account, worth showing to staff: detail */
    CHANNEL_EVENT_SETUP,     /* the platform checks that the webhook answers */
    CHANNEL_EVENT_OTHER,     /* known or unknown, nothing to do; it is kept raw */
};

/* All strings are borrowed from the parser and end with the callback; NULL means absent. */
struct channel_event {
    enum channel_event_kind kind;
    const char *name; /* the platform's own event name */
    const char *key;  /* the same for every delivery of the same event; never NULL or "" */
    const char *user; /* the platform's id of the person, as we would address them */
    const char *user_name;
    const char *account;   /* the platform's id of our account, where the event carries one */
    const char *text;      /* NFC not assured */
    const char *payload;   /* of a button */
    const char *context;   /* of a deep link (ref, context) */
    const char *remote_id; /* of the message that this is about, or of the inbound message */
    const char *ref;       /* our own id that came back (metadata) */
    const char *detail;
    int64_t at_ms;        /* platform's time, epoch ms; 0: unknown */
    int64_t watermark_ms; /* 0: none */
    bool interaction;     /* opens or renews the reply window */
    /* OPENED: the person is a subscriber already. TEXT, MEDIA: writing made them one (Viber, which
     * then sends no FOLLOW). */
    bool subscribed;
    bool standby;   /* another app owns the thread: do not answer */
    bool by_other;  /* ECHO only: a person or another app sent it, not loa */
    bool silent;    /* a button tap that the person does not see as a message */
    bool in_group;  /* from a group chat: never answered as a private message */
    bool anonymous; /* a visitor who cannot be written to later */
};

/* One call per event, in the order of the payload. */
typedef void (*channel_event_cb)(void *ctx, const struct channel_event *ev);

#endif
