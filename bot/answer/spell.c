/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/answer/spell.h"

#include <stdlib.h>
#include <string.h>

static const char *const initials[] = {"b",  "c", "ch", "d", "g",  "gh",  "gi", "h", "k",
                                       "kh", "l", "m",  "n", "ng", "ngh", "nh", "p", "ph",
                                       "qu", "r", "s",  "t", "th", "tr",  "v",  "x"};

/* Sorted, for bsearch. Marks are folded away. */
static const char *const rhymes[] = {
    "a",    "ac",   "ach",  "ai",   "am",   "an",  "ang", "anh",  "ao",   "ap",  "at",   "au",
    "ay",   "e",    "ec",   "ech",  "em",   "en",  "eng", "enh",  "eo",   "ep",  "et",   "eu",
    "i",    "ia",   "ic",   "ich",  "iec",  "iem", "ien", "ieng", "iep",  "iet", "ieu",  "im",
    "in",   "inh",  "ip",   "it",   "iu",   "o",   "oa",  "oac",  "oach", "oai", "oam",  "oan",
    "oang", "oanh", "oao",  "oap",  "oat",  "oay", "oc",  "oe",   "oen",  "oeo", "oet",  "oi",
    "om",   "on",   "ong",  "ooc",  "oong", "op",  "ot",  "u",    "ua",   "uan", "uang", "uat",
    "uay",  "uc",   "ue",   "uech", "uenh", "ui",  "um",  "un",   "ung",  "uo",  "uoc",  "uoi",
    "uom",  "uon",  "uong", "uop",  "uot",  "uou", "up",  "ut",   "uu",   "uy",  "uya",  "uych",
    "uyen", "uyet", "uynh", "uyt",  "uyu",  "y",   "yem", "yen",  "yeng", "yet", "yeu"};

struct key {
    const char *s;
    size_t n;
};

static int cmp_rhyme(const void *a, const void *b)
{
    const struct key *k = a;
    const char *r = *(const char *const *)b;
    int c = strncmp(k->s, r, k->n);

    return c ? c : (r[k->n] ? -1 : 0);
}

static bool is_rhyme(const char *s, size_t n)
{
    struct key k = {s, n};

    return n > 0 && bsearch(&k, rhymes, sizeof(rhymes) / sizeof(rhymes[0]), sizeof(rhymes[0]),
                            cmp_rhyme) != NULL;
}

bool answer_is_syllable(const char *base, size_t len)
{
    if (is_rhyme(base, len) || (len == 2 && memcmp(base, "gi", 2) == 0))
        return true;
    for (size_t i = 0; i < sizeof(initials) / sizeof(initials[0]); i++) {
        size_t n = strlen(initials[i]);

        if (len > n && memcmp(base, initials[i], n) == 0 && is_rhyme(base + n, len - n))
            return true;
    }
    return false;
}

static void put(struct answer_word *w, char c, uint64_t shape)
{
    if (w->len >= ANSWER_WORD_MAX)
        return;
    w->shape |= shape << (2 * w->len);
    w->base[w->len++] = c;
    w->base[w->len] = '\0';
}

static uint64_t shape_at(const struct answer_word *w, size_t i)
{
    return (w->shape >> (2 * i)) & 3;
}

/* Marks the last of the letters in `set` that bears no mark yet. */
static bool mark_last(struct answer_word *w, const char *set, uint64_t shape)
{
    for (size_t i = w->len; i-- > 0;) {
        if (strchr(set, w->base[i]) && shape_at(w, i) == 0) {
            w->shape |= shape << (2 * i);
            /* "uow" is "ươ": one key for both. */
            if (shape == SHAPE_HOOK && w->base[i] == 'o' && i > 0 && w->base[i - 1] == 'u')
                w->shape |= shape << (2 * (i - 1));
            return true;
        }
    }
    return false;
}

static uint8_t telex_tone(char c)
{
    static const char keys[] = "sfrxj"; /* in the order of enum answer_tone */
    const char *p = strchr(keys, c);

    return p ? (uint8_t)(p - keys + TONE_SAC) : TONE_NONE;
}

static bool has_vowel(const struct answer_word *w)
{
    return strpbrk(w->base, "aeiouy") != NULL;
}

/* The key marks a letter before it: "w", a vowel again, "d" again. */
static bool telex_mark(struct answer_word *w, char c, bool bare)
{
    if (c == 'w')
        return mark_last(w, "aou", SHAPE_HOOK);
    if (c == 'd')
        return w->len > 0 && w->base[0] == 'd' && mark_last(w, "d", SHAPE_HOOK);
    return strchr("aeo", c) && bare && memchr(w->base, c, w->len) &&
           mark_last(w, (char[]){c, '\0'}, SHAPE_ROOF);
}

bool answer_untelex(const struct answer_word *typed, struct answer_word *out)
{
    struct answer_word w = {.tone = typed->tone, .upper = typed->upper};
    bool changed = false;

    if (typed->len < 2 || typed->foreign)
        return false;
    for (size_t i = 0; i < typed->len; i++) {
        char c = typed->base[i];
        uint8_t tone = telex_tone(c);

        if (tone && i > 0 && has_vowel(&w) && w.tone == TONE_NONE) {
            w.tone = tone;
            changed = true;
        } else if (i > 0 && telex_mark(&w, c, shape_at(typed, i) == 0)) {
            changed = true;
        } else {
            put(&w, c, shape_at(typed, i));
        }
    }
    if (!changed || !answer_is_syllable(w.base, w.len))
        return false;
    *out = w;
    return true;
}

static bool vni_mark(struct answer_word *w, char c)
{
    static const char *const letters[] = {"aeo", "ou", "a", "d"}; /* of the keys 6 to 9 */

    return c >= '6' && c <= '9' &&
           mark_last(w, letters[c - '6'], c == '6' ? SHAPE_ROOF : SHAPE_HOOK);
}

bool answer_unvni(const struct answer_word *typed, struct answer_word *out)
{
    struct answer_word w = {.tone = typed->tone, .upper = typed->upper};
    bool changed = false;

    if (typed->len < 2 || typed->foreign)
        return false;
    for (size_t i = 0; i < typed->len; i++) {
        char c = typed->base[i];

        if (c < '0' || c > '9') {
            put(&w, c, shape_at(typed, i));
            continue;
        }
        if (c >= '1' && c <= '5' && has_vowel(&w) && w.tone == TONE_NONE)
            w.tone = (uint8_t)(c - '1' + TONE_SAC);
        else if (!vni_mark(&w, c))
            return false;
        changed = true;
    }
    if (!changed || !answer_is_syllable(w.base, w.len))
        return false;
    *out = w;
    return true;
}

bool answer_respell(const struct answer_word *typed, const char *head, const char *with,
                    struct answer_word *out)
{
    struct answer_word w = {.tone = typed->tone, .upper = typed->upper};
    size_t n = strlen(head);

    if (typed->foreign || typed->len <= n || memcmp(typed->base, head, n) != 0 ||
        (typed->shape & ((UINT64_C(1) << (2 * n)) - 1)))
        return false;
    for (const char *c = with; *c; c++)
        put(&w, *c, 0);
    for (size_t i = n; i < typed->len; i++)
        put(&w, typed->base[i], shape_at(typed, i));
    /* "gi" before an i is one letter less. */
    if (w.len > 2 && memcmp(w.base, "gii", 3) == 0)
        return false;
    *out = w;
    return true;
}

bool answer_unstretch(const struct answer_word *typed, struct answer_word *out)
{
    struct answer_word w = {.tone = typed->tone, .upper = typed->upper};

    for (size_t i = 0; i < typed->len;) {
        size_t run = 1;

        while (i + run < typed->len && typed->base[i + run] == typed->base[i])
            run++;
        if (run >= 2 && typed->len > 2)
            put(&w, typed->base[i], shape_at(typed, i));
        else
            for (size_t k = 0; k < run; k++)
                put(&w, typed->base[i], shape_at(typed, i + k));
        i += run;
    }
    if (w.len == typed->len)
        return false;
    *out = w;
    return true;
}

bool answer_keys_adjacent(char a, char b)
{
    static const char *const rows[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};
    int ra = -1, rb = -1, ca = 0, cb = 0;

    for (int r = 0; r < 3; r++) {
        const char *p = strchr(rows[r], a), *q = strchr(rows[r], b);

        if (a && p) {
            ra = r;
            ca = (int)(p - rows[r]);
        }
        if (b && q) {
            rb = r;
            cb = (int)(q - rows[r]);
        }
    }
    return ra >= 0 && rb >= 0 && abs(ra - rb) <= 1 && abs(ca - cb) <= 1 && a != b;
}
