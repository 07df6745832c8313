/* SPDX-License-Identifier: Apache-2.0 */
/* features.h - what the program itself finds out about a message, for use in the rules ("@date"),
 * and the intents that the rules decide between. */
#ifndef LOA_BOT_ANSWER_FEATURES_H
#define LOA_BOT_ANSWER_FEATURES_H

#include <stddef.h>

/* X(name in C, name in the rules, meaning) */
#define ANSWER_FEATURES(X)                                                                         \
    X(DATE, "date", "a day or a range of days is named")                                           \
    X(TOD, "tod", "a time of day is named")                                                        \
    X(CLOCK, "clock", "a time of the clock is named")                                              \
    X(PLACE, "place", "an area, region or venue is named")                                         \
    X(VENUE, "venue", "the place named is a venue")                                                \
    X(ONLINE, "online", "online is asked for as a place")                                          \
    X(TOPIC, "topic", "a topic or keyword of the catalogue is named")                              \
    X(AUDIENCE, "audience", "an audience of the catalogue is named")                               \
    X(EVENT, "event", "the words name one event, clearly")                                         \
    X(EVENT_SURE, "event-sure", "the words are nearly those of one event")                         \
    X(EVENT_LIKELY, "event-likely", "one event fits better than the others")                       \
    X(SINGLE, "single", "topic, place and date leave a single event")                              \
    X(SINGLE_PLACE, "single-place", "place and date alone leave a single event")                   \
    X(FAQ_SURE, "faq-sure", "one question of the FAQ is nearly the same")                          \
    X(FAQ_FAIR, "faq-fair", "one question of the FAQ is alike")                                    \
    X(FAQ_WEAK, "faq-weak", "one question of the FAQ has words in common")                         \
    X(FAQ_BEST, "faq-best", "a question of the FAQ fits better than any event")                    \
    X(SHORT, "short", "at most four words")                                                        \
    X(LONE, "lone", "nothing but recognised words")                                                \
    X(STRANGE, "strange", "two or more words that nothing knows")                                  \
    X(UNKNOWN, "unknown", "a word that no event, question or list has")                            \
    X(GIBBERISH, "gibberish", "hardly a word that could be Vietnamese or English")                 \
    X(FOREIGN, "foreign", "another language or script")                                            \
    X(ENGLISH, "english", "written in English")                                                    \
    X(QUESTION, "question", "ends in a question mark")

enum answer_feature {
#define X(id, name, meaning) ANSWER_FEATURE_##id,
    ANSWER_FEATURES(X)
#undef X
        ANSWER_FEATURE_COUNT
};

/* X(name in C, name in rules and answers) */
#define ANSWER_INTENTS(X)                                                                          \
    X(OUT_OF_SCOPE, "out_of_scope")                                                                \
    X(GREETING, "greeting")                                                                        \
    X(THANKS, "thanks")                                                                            \
    X(HELP, "help")                                                                                \
    X(EVENT_BY_TOPIC, "event_by_topic")                                                            \
    X(EVENT_BY_PLACE, "event_by_place")                                                            \
    X(EVENT_BY_DATE, "event_by_date")                                                              \
    X(WHAT_IS_ON, "what_is_on")                                                                    \
    X(NEXT_EVENT, "next_event")                                                                    \
    X(EVENT_DETAIL, "event_detail")                                                                \
    X(REGISTRATION, "registration")                                                                \
    X(FAQ, "faq")                                                                                  \
    X(SUBSCRIBE, "subscribe")                                                                      \
    X(UNSUBSCRIBE, "unsubscribe")                                                                  \
    X(HUMAN, "human")

enum answer_intent {
#define X(id, name) ANSWER_##id,
    ANSWER_INTENTS(X)
#undef X
};

enum {
#define X(id, name) +1
    ANSWER_INTENT_COUNT = 0 ANSWER_INTENTS(X)
#undef X
};

#endif
