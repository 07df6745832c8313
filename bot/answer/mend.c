/* SPDX-License-Identifier: Apache-2.0 */
/* From what was typed to words that can be looked up: keyboards without Vietnamese, slips of the
 * finger, teencode, and English turned into Vietnamese word by word, so that all that follows has
 * one language to know. */
#include <string.h>

#include "bot/answer/parse.h"
#include "bot/answer/spell.h"

static void look_up(const struct answer_index *x, struct answer_token *t)
{
    t->fold = answer_vocab_fold(&x->vocab, t->word.base, t->word.len);
}

/* True if a known word could be meant by these letters and marks. */
static bool known(const struct answer_index *x, const struct answer_word *w)
{
    int32_t fold = answer_vocab_fold(&x->vocab, w->base, w->len);

    if (fold < 0)
        return false;
    for (int32_t id = x->vocab.folds[fold].first; id >= 0; id = x->vocab.words[id].next) {
        const struct answer_vocab_word *v = &x->vocab.words[id];

        if (answer_marks_fit(w->shape, w->tone, v->shape, v->tone))
            return true;
    }
    return false;
}

static bool is_exact(const struct answer_index *x, const struct answer_word *w)
{
    return answer_vocab_exact(&x->vocab, answer_vocab_fold(&x->vocab, w->base, w->len), w->shape,
                              w->tone);
}

/* Hỏi and ngã sound the same in the south and are often mixed up. */
static void mend_tone(const struct answer_index *x, struct answer_token *t)
{
    struct answer_word w = t->word;

    if (w.tone != TONE_HOI && w.tone != TONE_NGA)
        return;
    w.tone = w.tone == TONE_HOI ? TONE_NGA : TONE_HOI;
    if (!is_exact(x, &t->word) && is_exact(x, &w)) {
        t->word = w;
        t->how = ANSWER_TYPO;
    }
}

static bool adopt(const struct answer_index *x, struct answer_token *t, const struct answer_word *w,
                  enum answer_how how)
{
    t->word = *w;
    t->how = (uint8_t)how;
    look_up(x, t);
    return true;
}

static bool mend_keyboard(const struct answer_index *x, struct answer_token *t)
{
    struct answer_word w;

    if (answer_unvni(&t->word, &w) && known(x, &w))
        return adopt(x, t, &w, ANSWER_TELEX);
    return answer_untelex(&t->word, &w) && known(x, &w) && adopt(x, t, &w, ANSWER_TELEX);
}

/* "dzui", "zậy", "jờ", "fải", "kó": how the young spell the first sound. */
static bool mend_initial(const struct answer_index *x, struct answer_token *t)
{
    static const struct {
        const char *typed, *meant;
    } initials[] = {{"dz", "v"}, {"dz", "d"}, {"z", "v"},  {"z", "d"}, {"j", "gi"},
                    {"f", "ph"}, {"w", "qu"}, {"qw", "q"}, {"k", "c"}, {"c", "k"}};

    for (size_t i = 0; i < sizeof(initials) / sizeof(initials[0]); i++) {
        struct answer_word w;

        if (answer_respell(&t->word, initials[i].typed, initials[i].meant, &w) && known(x, &w))
            return adopt(x, t, &w, ANSWER_REWRITTEN);
    }
    return false;
}

static bool mend_stretched(const struct answer_index *x, struct answer_token *t)
{
    struct answer_word w;

    return answer_unstretch(&t->word, &w) && known(x, &w) && adopt(x, t, &w, ANSWER_STRETCHED);
}

static bool mend_slip(const struct answer_index *x, struct answer_token *t)
{
    struct answer_word w = {.upper = t->word.upper};
    int32_t fold;

    /* A good syllable is left alone: it is a word, only not one of ours. */
    if (t->word.foreign || answer_is_syllable(t->word.base, t->word.len))
        return false;
    fold = answer_vocab_guess(&x->vocab, &t->word);
    if (fold < 0)
        return false;
    w.len = x->vocab.folds[fold].len;
    memcpy(w.base, x->vocab.folds[fold].base, w.len);
    return adopt(x, t, &w, ANSWER_TYPO);
}

static void mend_token(const struct answer_index *x, struct answer_token *t)
{
    struct answer_word w;

    look_up(x, t);
    if (t->number)
        return;
    if (t->fold >= 0) {
        mend_tone(x, t);
        return;
    }
    if (mend_keyboard(x, t) || mend_stretched(x, t) || mend_initial(x, t) || mend_slip(x, t))
        return;
    /* A word that nothing knows, but a Vietnamese one. */
    if (!answer_is_syllable(t->word.base, t->word.len) && answer_untelex(&t->word, &w))
        adopt(x, t, &w, ANSWER_TELEX);
}

/* "thu7", "ngay3": letters with a number that VNI does not explain are two tokens. */
static void split_number(const struct answer_index *x, struct answer_tokens *t, size_t at)
{
    struct answer_token *a = &t->t[at], tail;
    size_t letters = strspn(a->word.base, "abcdefghijklmnopqrstuvwxyz");
    struct answer_word w;

    if (letters == 0 || letters == a->word.len || t->n == ANSWER_TOKENS_MAX || a->word.foreign ||
        strspn(a->word.base + letters, "0123456789") != a->word.len - letters ||
        answer_vocab_fold(&x->vocab, a->word.base, a->word.len) >= 0 ||
        answer_vocab_fold(&x->vocab, a->word.base, letters) < 0)
        return;
    if (answer_unvni(&a->word, &w) && known(x, &w))
        return;
    tail = (struct answer_token){.fold = -1, .to = a->to, .number = true};
    tail.from = a->to - (uint32_t)(a->word.len - letters);
    tail.word.len = (uint8_t)(a->word.len - letters);
    memcpy(tail.word.base, a->word.base + letters, tail.word.len);
    memmove(a + 2, a + 1, (t->n - at - 1) * sizeof(*a));
    a[1] = tail;
    t->n++;
    a->to = tail.from;
    a->word.len = (uint8_t)letters;
    a->word.base[letters] = '\0';
}

/* "S T O P", "h ủ y": a word that is spelled out, where it is one that is known. */
static void join_letters(const struct answer_index *x, struct answer_tokens *t, size_t at)
{
    struct answer_word w = {.upper = true};
    size_t n = 0;

    while (at + n < t->n && !t->t[at + n].number && t->t[at + n].word.len == 1 && w.len < 8) {
        const struct answer_word *letter = &t->t[at + n].word;

        w.shape |= letter->shape << (2 * w.len);
        w.tone = letter->tone ? letter->tone : w.tone;
        w.base[w.len++] = letter->base[0];
        n++;
    }
    if (n < 3 || !known(x, &w))
        return;
    t->t[at].word = w;
    t->t[at].to = t->t[at + n - 1].to;
    memmove(&t->t[at + 1], &t->t[at + n], (t->n - at - n) * sizeof(*t->t));
    t->n -= n - 1;
}

static bool is_english_word(const struct answer_index *x, const struct answer_tokens *t, size_t at)
{
    struct answer_spans spans = {.n = 0};
    bool english = false, longer = false;

    answer_phrases_at(&x->spots, &x->vocab, t, at, &spans);
    for (size_t k = 0; k < spans.n; k++) {
        english |= spans.s[k].kind == ANSWER_SPAN_CONCEPT && spans.s[k].n == 1 &&
                   (int)spans.s[k].ref == x->english_word;
        longer |= spans.s[k].n > 1;
    }
    return english && !longer;
}

/* True for a word of English grammar that is no part of a phrase the lists know. */
static bool is_grammar(const struct answer_index *x, const struct answer_tokens *t, size_t at)
{
    struct answer_spans spans = {.n = 0};
    bool grammar = false;

    for (size_t back = 0; back < 6 && back <= at; back++)
        answer_phrases_at(&x->spots, &x->vocab, t, at - back, &spans);
    for (size_t k = 0; k < spans.n; k++) {
        const struct answer_span *s = &spans.s[k];

        if (s->kind != ANSWER_SPAN_CONCEPT || s->at + s->n <= at)
            continue;
        if (s->n > 1)
            return false;
        grammar |= (int)s->ref == x->grammar;
    }
    return grammar;
}

/* English words weigh for English, marks and Vietnamese syllables against it. */
static bool is_english(const struct answer_index *x, const struct answer_tokens *t)
{
    int weight = 0, words = 0;

    for (size_t i = 0; i < t->n; i++) {
        const struct answer_token *a = &t->t[i];
        bool english;

        if (a->number)
            continue;
        english = is_english_word(x, t, i);
        if (a->word.shape || a->word.tone)
            weight -= 3;
        else if (answer_is_syllable(a->word.base, a->word.len))
            weight += english ? 1 : -1;
        else if (english)
            weight += 2;
        words++;
    }
    return words >= 2 && weight >= 2;
}

static const struct answer_span *longest(const struct answer_spans *s)
{
    const struct answer_span *best = NULL;

    for (size_t i = 0; i < s->n; i++) {
        if (!best || s->s[i].n > best->n || (s->s[i].n == best->n && s->s[i].exact > best->exact))
            best = &s->s[i];
    }
    return best;
}

/* "dk" is "đăng ký", but "ở dk" is Diên Khánh. */
static bool is_place_here(const struct answer_index *x, const struct answer_tokens *t, size_t at)
{
    struct answer_spans spans = {.n = 0};
    bool place = false, near = at == 0;

    answer_phrases_at(&x->spots, &x->vocab, t, at, &spans);
    for (size_t i = 0; i < spans.n; i++)
        place |= spans.s[i].kind == ANSWER_SPAN_PLACE && spans.s[i].n == 1;
    if (!place)
        return false;
    spans.n = 0;
    if (at > 0)
        answer_phrases_at(&x->spots, &x->vocab, t, at - 1, &spans);
    for (size_t i = 0; i < spans.n; i++)
        near |= spans.s[i].kind == ANSWER_SPAN_CONCEPT && (int)spans.s[i].ref == x->near;
    if (at == 0)
        return t->n > 1 && answer_token_is(&t->t[1], "co");
    return near;
}

/* "good afternoon" is a greeting, and not a good afternoon. */
static bool is_known_longer(const struct answer_index *x, const struct answer_tokens *t, size_t at,
                            size_t n)
{
    struct answer_spans spans = {.n = 0};

    for (size_t back = 0; back < 3 && back <= at; back++)
        answer_phrases_at(&x->spots, &x->vocab, t, at - back, &spans);
    for (size_t i = 0; i < spans.n; i++) {
        const struct answer_span *s = &spans.s[i];

        if (s->kind == ANSWER_SPAN_CONCEPT && s->n > n && s->at <= at && s->at + s->n >= at + n &&
            !x->traits[s->ref].about && !x->traits[s->ref].frame && !x->traits[s->ref].when)
            return true;
    }
    return false;
}

static const struct answer_span *rewrite_at(const struct answer_index *x,
                                            const struct answer_parse *p,
                                            const struct answer_tokens *t, size_t at,
                                            struct answer_spans *spans)
{
    const struct answer_span *s = NULL;

    spans->n = 0;
    if (p->english)
        answer_phrases_at(&x->english, &x->vocab, t, at, spans);
    if (spans->n == 0)
        answer_phrases_at(&x->rewrites, &x->vocab, t, at, spans);
    s = longest(spans);
    if (s && p->english && is_known_longer(x, t, at, s->n))
        return NULL;
    return s && s->n == 1 && is_place_here(x, t, at) ? NULL : s;
}

static void push_rewritten(const struct answer_index *x, const struct answer_token *first,
                           const struct answer_token *last, uint32_t rewrite,
                           struct answer_tokens *out)
{
    const struct answer_rewritten *r = &x->rewritten[rewrite];

    for (size_t k = 0; k < r->n && out->n < ANSWER_TOKENS_MAX; k++) {
        struct answer_token *t = &out->t[out->n++];

        *t = (struct answer_token){.word = x->rewritten_words[r->first + k],
                                   .from = first->from,
                                   .to = last->to,
                                   .glue = k ? ' ' : first->glue,
                                   .how = ANSWER_REWRITTEN};
        t->number = t->word.base[0] >= '0' && t->word.base[0] <= '9';
        look_up(x, t);
    }
}

/* "from 8 to 10", "after 6": beside a number they say when. */
static bool tells_time(const struct answer_index *x, const struct answer_tokens *t, size_t at)
{
    struct answer_spans spans = {.n = 0};

    if (!(at > 0 && t->t[at - 1].number) && !(at + 1 < t->n && t->t[at + 1].number))
        return false;
    answer_phrases_at(&x->spots, &x->vocab, t, at, &spans);
    for (size_t k = 0; k < spans.n; k++) {
        if (spans.s[k].kind == ANSWER_SPAN_CONCEPT && x->traits[spans.s[k].ref].clock)
            return true;
    }
    return false;
}

static void rewrite(const struct answer_index *x, struct answer_parse *p)
{
    struct answer_tokens in = p->t;
    struct answer_spans spans;

    p->t.n = 0;
    for (size_t at = 0; at < in.n;) {
        const struct answer_span *s = rewrite_at(x, p, &in, at, &spans);

        if (s) {
            push_rewritten(x, &in.t[at], &in.t[at + s->n - 1], s->ref, &p->t);
            at += s->n;
        } else {
            /* What is left of English grammar would be read as Vietnamese: "the" as "thẻ". */
            if (p->t.n < ANSWER_TOKENS_MAX &&
                !(p->english && is_grammar(x, &in, at) && !tells_time(x, &in, at)))
                p->t.t[p->t.n++] = in.t[at];
            at++;
        }
    }
}

void answer_mend(const struct answer_index *x, const char *text, struct answer_parse *p)
{
    size_t foreign = 0;

    answer_tokenize(text, &p->t);
    for (size_t i = 0; i < p->t.n; i++) {
        split_number(x, &p->t, i);
        join_letters(x, &p->t, i);
    }
    for (size_t i = 0; i < p->t.n; i++) {
        mend_token(x, &p->t.t[i]);
        foreign += p->t.t[i].word.foreign;
    }
    p->foreign = foreign * 2 >= p->t.n && foreign > 0;
    p->english = is_english(x, &p->t);
    rewrite(x, p);
}
