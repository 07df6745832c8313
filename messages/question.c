/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/question.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/buf.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"

enum { DIGITS_MIN = 6, TEXT_MAX = 2000 };

/* ---- without who asked ------------------------------------------------------------------ */

static size_t word_length(const char *s)
{
    return strcspn(s, " \t\r\n");
}

static bool is_address(const char *word, size_t n)
{
    static const char *const starts[] = {"http://", "https://", "www."};

    if (memchr(word, '@', n))
        return true;
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (n > strlen(starts[i]) && strncasecmp(word, starts[i], strlen(starts[i])) == 0)
            return true;
    }
    return false;
}

/* How far a number goes: digits with single spaces, dots and dashes between, "0905 123.456"; a date
 * has slashes and stays. 0: too short to tell who somebody is. */
static size_t number_length(const char *s)
{
    size_t n = *s == '+', digits = 0, end = 0;

    if (!isdigit((unsigned char)s[n]))
        return 0;
    while (s[n] && (isdigit((unsigned char)s[n]) || (strchr(" .-", s[n]) && end == n))) {
        if (isdigit((unsigned char)s[n])) {
            digits++;
            end = n + 1;
        }
        n++;
    }
    return digits >= DIGITS_MIN ? end : 0;
}

char *msg_question_redact(const char *text)
{
    struct loa_buf b = {.max = TEXT_MAX};
    bool begins = true; /* a word */

    while (*text) {
        size_t n = begins && is_address(text, word_length(text)) ? word_length(text) : 0;

        if (!n && (begins || !isdigit((unsigned char)text[-1])))
            n = number_length(text);
        if (n) {
            loa_buf_adds(&b, "[…]");
            text += n;
        } else {
            loa_buf_addc(&b, *text++);
        }
        begins = strchr(" \t\r\n", text[-1]) != NULL;
    }
    return loa_buf_take(&b);
}

/* ---- the list --------------------------------------------------------------------------- */

enum loa_err msg_question_add(struct db *db, const char *channel, const char *question,
                              enum msg_question_reason reason, int64_t now)
{
    char *text = msg_question_redact(question);
    int64_t seq;
    enum loa_err err = db_next_id(db, "unanswered", &seq);

    if (!err)
        err = db_run(db,
                     "INSERT INTO unanswered (seq, channel, question, at_ms, reason) VALUES "
                     "($1, $2, $3, $4, $5)",
                     "issii", seq, channel, text, now, (int64_t)reason);
    free(text);
    return err;
}

static int by_seq(const void *a, const void *b)
{
    int64_t x = ((const struct msg_question *)a)->seq, y = ((const struct msg_question *)b)->seq;

    return (x > y) - (x < y);
}

enum loa_err msg_questions_read(struct db *db, size_t max, struct msg_question **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT seq, at_ms, reason, question FROM unanswered "
                                "ORDER BY seq DESC LIMIT $1",
                                "i", (int64_t)max);

    *out = NULL;
    *n = 0;
    while (!err && db_next(st, &err)) {
        if ((*n & (*n - 1)) == 0)
            *out = loa_xrealloc(*out, (*n ? 2 * *n : 1) * sizeof(**out));
        (*out)[(*n)++] = (struct msg_question){.seq = db_int(st, 0),
                                               .at_ms = db_int(st, 1),
                                               .reason = (enum msg_question_reason)db_int(st, 2),
                                               .text = loa_xstrdup(db_text(st, 3))};
    }
    if (*n)
        qsort(*out, *n, sizeof(**out), by_seq);
    return err;
}

void msg_questions_free(struct msg_question *q, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(q[i].text);
    free(q);
}

static int64_t day_of(int64_t ms)
{
    struct loa_civil c = loa_tz_civil(ms);

    return (int64_t)c.year * 10000 + c.month * 100 + c.day;
}

static enum loa_err settle(struct db *db, int64_t seq)
{
    struct db_stmt *st;
    int64_t day = 0;
    char *channel = NULL;
    enum loa_err err = db_query(
        db, &st, "SELECT at_ms, channel FROM unanswered WHERE seq = $1 /*postgres FOR UPDATE*/",
        "i", seq);

    while (!err && db_next(st, &err)) {
        free(channel);
        day = day_of(db_int(st, 0));
        channel = loa_xstrdup(db_text(st, 1));
    }
    if (!err && channel)
        err = db_run(db, "DELETE FROM unanswered WHERE seq = $1", "i", seq);
    if (!err && channel)
        err = db_run(db,
                     "INSERT INTO question_stats (day, channel, n) VALUES ($1, $2, 1) "
                     "ON CONFLICT (day, channel) DO UPDATE SET n = question_stats.n + 1",
                     "is", day, channel);
    free(channel);
    return err;
}

enum loa_err msg_questions_settle(struct db *db, const int64_t *seqs, size_t n)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < n && !err; i++)
        err = settle(db, seqs[i]);
    return err;
}

/* ---- what people thought of an answer --------------------------------------------------- */

enum loa_err msg_open_question_get(struct db *db, int64_t account, int64_t contact,
                                   struct msg_open_question *out)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT judge_seq, erase_ms FROM conversations WHERE "
                                "account_id = $1 AND contact_id = $2",
                                "ii", account, contact);

    *out = (struct msg_open_question){0};
    while (!err && db_next(st, &err))
        *out = (struct msg_open_question){db_int(st, 0), db_int(st, 1)};
    return err;
}

enum loa_err msg_judge_open(struct db *db, int64_t account, int64_t contact, int64_t seq,
                            const char *what)
{
    return db_run(db,
                  "UPDATE conversations SET judge_seq = $1, judge_what = $2 WHERE "
                  "account_id = $3 AND contact_id = $4",
                  "isii", seq, what, account, contact);
}

/* The words of the event that asked; they may be gone by now. Caller owns *out. */
static enum loa_err words_of(struct db *db, int64_t account, int64_t contact, int64_t seq,
                             char **out)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT event FROM inbound WHERE seq = $1 AND account_id = $2 AND "
                                "contact_id = $3",
                                "iii", seq, account, contact);

    *out = NULL;
    while (!err && db_next(st, &err)) {
        const char *event = db_text(st, 0), *text;
        cJSON *json = loa_json_parse(event, strlen(event));

        text = loa_json_str(json, "text");
        free(*out);
        *out = text ? loa_xstrdup(text) : NULL;
        cJSON_Delete(json);
    }
    return err;
}

static enum loa_err count(struct db *db, const char *channel, const char *what, bool useful,
                          int64_t now)
{
    return db_run(db,
                  "INSERT INTO feedback_stats (day, channel, what, useful, n) VALUES "
                  "($1, $2, $3, $4, 1) ON CONFLICT (day, channel, what, useful) DO UPDATE SET "
                  "n = feedback_stats.n + 1",
                  "issi", day_of(now), channel, what, (int64_t)useful);
}

enum loa_err msg_judge(struct db *db, int64_t account, int64_t contact, int64_t seq,
                       const char *channel, bool useful, int64_t now, bool *counted)
{
    char *what = NULL, *question = NULL;
    int64_t open = 0;
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT judge_seq, judge_what FROM conversations WHERE "
                                "account_id = $1 AND contact_id = $2 /*postgres FOR UPDATE*/",
                                "ii", account, contact);

    while (!err && db_next(st, &err)) {
        free(what);
        open = db_int(st, 0);
        what = loa_xstrdup(db_is_null(st, 1) ? "" : db_text(st, 1));
    }
    *counted = !err && open && (!seq || seq == open);
    if (*counted)
        err = msg_judge_open(db, account, contact, 0, NULL);
    if (!err && *counted)
        err = count(db, channel, what, useful, now);
    if (!err && *counted && !useful)
        err = words_of(db, account, contact, open, &question);
    if (!err && question)
        err = msg_question_add(db, channel, question, MSG_QUESTION_WRONG, now);
    free(question);
    free(what);
    return err;
}

enum loa_err msg_erase_asked(struct db *db, int64_t account, int64_t contact, int64_t ms)
{
    return db_run(db,
                  "INSERT INTO conversations (account_id, contact_id, context, at_ms, erase_ms) "
                  "VALUES ($1, $2, '{}', $3, $3) ON CONFLICT (account_id, contact_id) DO UPDATE "
                  "SET erase_ms = $3",
                  "iii", account, contact, ms);
}
