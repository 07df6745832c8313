/* SPDX-License-Identifier: Apache-2.0 */
/* answer.h - understands a citizen's question about the events and writes the reply. Pure: no I/O,
 * no clock, the same answer for the same question, catalogue and `now`. Loop thread only (an index
 * keeps scratch space); the zone is the one set by loa_tz_set(). */
#ifndef LOA_BOT_ANSWER_ANSWER_H
#define LOA_BOT_ANSWER_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bot/answer/features.h"
#include "bot/answer/words.h"
#include "messages/base/err.h"
#include "messages/catalog.h"
#include "messages/content.h"

struct answer_index;
/* Both are borrowed and must outlive the index. */
struct answer_index *answer_index_new(const struct msg_catalog *c, const struct answer_words *w);
void answer_index_free(struct answer_index *x); /* NULL is fine */

const char *answer_intent_name(enum answer_intent intent); /* as in answers, "event_by_date" */

enum answer_tod {
    ANSWER_TOD_NONE,
    ANSWER_TOD_MORNING,
    ANSWER_TOD_NOON,
    ANSWER_TOD_AFTERNOON,
    ANSWER_TOD_EVENING,
};
const char *answer_tod_name(enum answer_tod tod); /* "sáng"; "" for none */

enum { ANSWER_SUBJECTS_MAX = 4, ANSWER_NAME_SIZE = 64, ANSWER_PAGE = 5 };

/* What was asked for, apart from the words: enough to ask again for the next page or with
 * another day. Names are those of the catalogue; "" is not asked. */
struct answer_query {
    enum answer_intent intent;
    bool has_date, running;
    int32_t day_from, day_to; /* days from 1970-01-01 */
    enum answer_tod tod;
    bool has_clock;                 /* overlapping these minutes of the day, half open */
    int16_t minute_from, minute_to; /* "lúc 19h" is one minute; to 1440: the end of the day */
    char place[ANSWER_NAME_SIZE];
    char audience[ANSWER_NAME_SIZE];
    char subjects[ANSWER_SUBJECTS_MAX][ANSWER_NAME_SIZE]; /* topic ids or keywords */
    bool narrow; /* an event must have all of the subjects, not one of them */
    char event[ANSWER_NAME_SIZE];
};

/* The last thing talked about with one citizen; leans on nothing, may be copied. Zeroed: none. */
struct answer_context {
    int64_t at_ms; /* 0: nothing yet */
    bool english;
    uint8_t misses; /* questions in a row that got no answer */
    struct answer_query query;
};

enum { ANSWER_CONTEXT_LIFE_MS = 30 * 60 * 1000, ANSWER_CONTEXT_JSON_MAX = 1600 };

/* One line of JSON; "{}" for an empty one. Caller owns, free(). */
char *answer_context_to_json(const struct answer_context *ctx);
/* LOA_EINVAL: not such JSON; *out is then an empty context. */
LOA_MUST_USE enum loa_err answer_context_from_json(const char *json, struct answer_context *out);

/* Kinds of trouble, for the numbers to call. */
enum answer_trouble {
    ANSWER_TROUBLE_NONE,
    ANSWER_TROUBLE_POLICE,
    ANSWER_TROUBLE_FIRE,
    ANSWER_TROUBLE_MEDICAL,
    ANSWER_TROUBLE_CHILD,
    ANSWER_TROUBLE_DISTRESS, /* tired of life, beaten at home */
    ANSWER_TROUBLE_FRAUD,
};

struct answer_result {
    enum answer_intent intent;
    double confidence; /* 0..1; under 0.4 staff should see the question */
    bool english;
    bool follow_up;              /* leaned on the context */
    enum answer_trouble trouble; /* with ANSWER_HUMAN: urgent for staff */
    const struct msg_event *
        *events; /* the full set, in order of start; the array is the result's */
    size_t n_events;
    const struct msg_faq *faq;     /* with another intent: the answer to a second wish */
    const struct msg_place *place; /* NULL: none named */
    bool has_date;
    int64_t from_ms, to_ms; /* 00:00 of the first and of the last day */
    enum answer_tod tod;
    struct answer_query query;
    size_t offset;                          /* of the page asked for */
    const struct msg_event *suggestions[3]; /* the nearest, when there is no answer */
    size_t n_suggestions;
};

/* Understands `text` (any bytes; also what a button of ours sends back). `ctx` may be NULL; else
 * it is used if younger than ANSWER_CONTEXT_LIFE_MS and brought up to date. Pointers in *out
 * live as long as the catalogue; end it with answer_result_release(). */
void answer_ask(struct answer_index *x, const char *text, int64_t now_ms,
                struct answer_context *ctx, struct answer_result *out);
void answer_result_release(struct answer_result *r);

struct answer_options {
    const char *office; /* whose bot this is, "Sở Giáo dục và Đào tạo Khánh Hòa"; borrowed */
    const char *page_url; /* the portal's page about the events, or NULL */
    bool subscribed;      /* for greeting and help */
};

/* Writes the reply, which suits every channel: short text, at most a page of events and a few
 * buttons. Caller ends *out with msg_content_release(). */
void answer_reply(const struct answer_index *x, const struct answer_result *r, int64_t now_ms,
                  const struct answer_options *opt, struct msg_content *out);

/* How the answer came about: words, entities, candidates and their scores, the rule. Caller owns,
 * free(). */
char *answer_explain(struct answer_index *x, const char *text, int64_t now_ms,
                     const struct answer_context *ctx);

#endif
