/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/tokens.h"

#include <string.h>

#include <utf8proc.h>

/* What stood between two tokens, told by the strongest character in it. */
static char glue_of(const char *s, size_t n)
{
    char g = '\0';

    for (size_t i = 0; i < n; i++) {
        switch (s[i]) {
        case '!':
        case '?':
        case ';':
        case '\n':
            return '|';
        case '.':
            if (i + 1 < n) /* "a. b" ends a sentence, "n.trang" does not */
                return '|';
            g = '.';
            break;
        case '/':
        case '-':
        case ':':
        case ',':
            g = (g == '\0' || g == ' ') ? s[i] : g;
            break;
        default:
            if (g == '\0')
                g = ' ';
            break;
        }
    }
    return g;
}

static struct answer_token *open_token(struct answer_tokens *out, const char *text, size_t at)
{
    struct answer_token *t;
    size_t end = out->n ? out->t[out->n - 1].to : 0;

    if (out->n == ANSWER_TOKENS_MAX) {
        out->cut = true;
        return NULL;
    }
    t = &out->t[out->n++];
    *t = (struct answer_token){.fold = -1, .from = (uint32_t)at, .to = (uint32_t)at};
    t->glue = out->n == 1 ? '|' : glue_of(text + end, at - end);
    return t;
}

static bool joins(const struct answer_token *t, enum answer_class cls)
{
    if (!t)
        return false;
    if (cls == ANSWER_MARK || cls == ANSWER_IGNORED)
        return true;
    /* "7h30" is three tokens, "t7" and "k12online" are one each. */
    return cls == ANSWER_DIGIT ? t->number || t->glue != '\0' : !t->number;
}

static void find_marked(struct answer_tokens *out)
{
    size_t words = 0, with = 0;

    for (size_t i = 0; i < out->n; i++) {
        const struct answer_token *t = &out->t[i];

        if (t->number || t->word.foreign)
            continue;
        words++;
        with += t->word.shape != 0 || t->word.tone != TONE_NONE;
    }
    /* About seven in ten syllables of Vietnamese carry a mark. */
    out->marked = words > 0 && with * 10 >= words * 4;
}

void answer_tokenize(const char *text, struct answer_tokens *out)
{
    size_t len = strlen(text);
    struct answer_token *t = NULL;

    out->n = 0;
    out->cut = out->question = out->marked = false;
    for (size_t at = 0; at < len && !out->cut;) {
        utf8proc_int32_t cp = (unsigned char)text[at];
        utf8proc_ssize_t step = 1;
        struct answer_fold f;

        if (cp >= 0x80) {
            step = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
                                    (utf8proc_ssize_t)(len - at), &cp);
            if (step <= 0) {
                step = 1;
                cp = ' ';
            }
        }
        f = answer_fold_point(cp);
        out->question |= cp == '?' || cp == 0xFF1F;
        if (f.cls == ANSWER_SEPARATOR || (f.cls == ANSWER_IGNORED && !t)) {
            t = NULL;
        } else {
            if (!joins(t, f.cls))
                t = f.cls == ANSWER_MARK ? NULL : open_token(out, text, at);
            if (t) {
                answer_word_push(&t->word, f);
                t->number =
                    t->from == t->to ? f.cls == ANSWER_DIGIT : t->number && f.cls != ANSWER_LETTER;
                t->to = (uint32_t)(at + (size_t)step);
            }
        }
        at += (size_t)step;
    }
    find_marked(out);
}

int answer_token_number(const struct answer_token *t)
{
    int v = 0;

    if (!t->number || t->word.len == 0 || t->word.len > 6)
        return -1;
    for (size_t i = 0; i < t->word.len; i++)
        v = v * 10 + (t->word.base[i] - '0');
    return v;
}
