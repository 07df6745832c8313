/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h - times of the clock in a message: "19h", "7h30", "8 rưỡi", "sau 18h", "trước 9h sáng",
 * "từ 8h đến 10h", "after 6pm". What the words do is said by the concepts "i.clock.*" of the word
 * lists; a concept named by its hours ("clock.0500-0830") is a time by itself. */
#ifndef LOA_BOT_ANSWER_CLOCK_H
#define LOA_BOT_ANSWER_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct answer_finder;

enum answer_clock_role {
    ANSWER_CLOCK_NONE,
    ANSWER_CLOCK_HOUR,     /* "giờ", after a number */
    ANSWER_CLOCK_MINUTE,   /* "phút" */
    ANSWER_CLOCK_HALF,     /* "rưỡi" */
    ANSWER_CLOCK_LESS,     /* "kém" */
    ANSWER_CLOCK_AM,       /* "am" */
    ANSWER_CLOCK_PM,       /* "pm" */
    ANSWER_CLOCK_AFTER,    /* "sau", before a time; with another after it: between the two */
    ANSWER_CLOCK_BEFORE,   /* "trước" */
    ANSWER_CLOCK_UNTIL,    /* "đến", between two times */
    ANSWER_CLOCK_AND,      /* "và", after "giữa" */
    ANSWER_CLOCK_AT,       /* "lúc" */
    ANSWER_CLOCK_ABOUT,    /* "khoảng" */
    ANSWER_CLOCK_BETWEEN,  /* "giữa" */
    ANSWER_CLOCK_ONWARD,   /* "trở đi", after a time */
    ANSWER_CLOCK_BACK,     /* "trở về trước" */
    ANSWER_CLOCK_DURATION, /* "kéo dài", before a number that is no time */
    ANSWER_CLOCK_NOT,      /* "giờ nào": its number is no time */
};

/* Of a concept's name, "i.clock.hour". */
enum answer_clock_role answer_clock_named(const char *concept);
/* "clock.0500-0830": minutes of the day; false for other names. */
bool answer_clock_hours(const char *concept, int16_t *from, int16_t *to);

/* One time as it was read; which half of the day is settled when the days are known. */
struct answer_moment {
    int hour, minute;
    uint8_t tod; /* said with it, enum answer_tod */
    bool sure;   /* written so that it has one meaning: "19h", "07:30" */
    bool timed;  /* there is more than a number */
};

struct answer_hours {
    enum answer_clock_role how; /* NONE: a point; AFTER, BEFORE, ABOUT, BETWEEN */
    bool has;
    struct answer_moment a, b; /* b: of BETWEEN */
    size_t said;               /* times of day that were said with the times */
};

/* Reads them and covers their tokens. */
void answer_find_hours(const struct answer_finder *f, struct answer_hours *out);
/* To minutes of the day, once day and time of day are known. */
void answer_set_hours(const struct answer_finder *f, const struct answer_hours *h);

struct answer_query;
/* A guessed hour that follows an answer about the other half of the day: after one about the
 * evening "còn sau 8 giờ?" means that half. */
void answer_clock_lean(const struct answer_query *before, struct answer_query *q);

#endif
