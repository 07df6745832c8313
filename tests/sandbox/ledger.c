/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sandbox/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/live.h"

#define BLOCK 4096u
#define RAW_MAX 200000u /* entries with their raw request; later ones go without */
#define TEXTS 256u      /* different texts that the statistics tell apart */

struct pair {
    uint64_t key;
    uint32_t times;
};

struct pairs {
    struct pair *slot;
    size_t cap, n;
};

struct text_stat {
    enum sbx_platform platform;
    uint64_t hash;
    char head[64];
    int64_t accepted, unique;
};

struct sbx_ledger {
    struct sbx_entry **block; /* BLOCK entries each; entry `seq` is at first_seq + offset */
    size_t blocks, n;
    int64_t first_seq, next_seq;
    struct pairs by_text[SBX_PLATFORMS], by_ref[SBX_PLATFORMS];
    int64_t accepted[SBX_PLATFORMS], dup_text[SBX_PLATFORMS], dup_ref[SBX_PLATFORMS],
        posts[SBX_PLATFORMS];
    struct text_stat text[TEXTS];
    size_t text_n;
};

struct sbx_ledger *sbx_ledger_new(void)
{
    struct sbx_ledger *l = sbx_alloc(sizeof(*l));

    l->first_seq = l->next_seq = 1;
    return l;
}

static struct sbx_entry *at(const struct sbx_ledger *l, size_t i)
{
    return &l->block[i / BLOCK][i % BLOCK];
}

static void forget(struct sbx_ledger *l)
{
    for (size_t i = 0; i < l->n; i++) {
        struct sbx_entry *e = at(l, i);

        free(e->text);
        free(e->image);
        free(e->buttons);
        free(e->cards);
        free(e->ref);
        free(e->id);
        free(e->raw);
        free(e->file);
    }
    for (size_t i = 0; i < l->blocks; i++)
        free(l->block[i]);
    free(l->block);
    for (int p = 0; p < SBX_PLATFORMS; p++) {
        free(l->by_text[p].slot);
        free(l->by_ref[p].slot);
    }
}

void sbx_ledger_free(struct sbx_ledger *l)
{
    if (l)
        forget(l);
    free(l);
}

void sbx_ledger_clear(struct sbx *s)
{
    struct sbx_ledger *l = s->ledger;
    int64_t next = l->next_seq;

    forget(l);
    memset(l, 0, sizeof(*l));
    l->first_seq = l->next_seq = next;
    for (size_t i = 0; i < s->account_n; i++)
        for (size_t k = 0; k < s->account[i]->users.n; k++)
            s->account[i]->users.u[k].sent = 0;
}

/* How often the key was there before. */
static uint32_t count_pair(struct pairs *t, uint64_t key)
{
    size_t i;

    if (t->n * 2 >= t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 1024;
        struct pair *bigger = sbx_alloc(cap * sizeof(*bigger));

        for (size_t k = 0; k < t->cap; k++) {
            if (!t->slot[k].times)
                continue;
            for (i = t->slot[k].key & (cap - 1); bigger[i].times;)
                i = (i + 1) & (cap - 1);
            bigger[i] = t->slot[k];
        }
        free(t->slot);
        t->slot = bigger;
        t->cap = cap;
    }
    for (i = key & (t->cap - 1); t->slot[i].times && t->slot[i].key != key;)
        i = (i + 1) & (t->cap - 1);
    if (!t->slot[i].times)
        t->n++;
    t->slot[i].key = key;
    return t->slot[i].times++;
}

static uint64_t content_hash(const struct sbx_entry *e)
{
    uint64_t h = 7;
    const char *part[] = {e->text, e->image, e->buttons, e->cards, e->file};

    for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
        if (part[i])
            h = sbx_hash(part[i], strlen(part[i]), h + i);
    return h;
}

static void count_text(struct sbx_ledger *l, const struct sbx_entry *e, uint64_t hash, bool again)
{
    size_t i = 0, n;

    while (i < l->text_n && (l->text[i].hash != hash || l->text[i].platform != e->platform))
        i++;
    if (i == TEXTS)
        return;
    if (i == l->text_n) {
        struct text_stat *t = &l->text[l->text_n++];

        t->hash = hash;
        t->platform = e->platform;
        n = e->text ? strlen(e->text) : 0;
        if (n >= sizeof(t->head))
            n = sizeof(t->head) - 1;
        while (n && e->text[n] && ((unsigned char)e->text[n] & 0xc0u) == 0x80u)
            n--;
        if (n)
            memcpy(t->head, e->text, n);
        t->head[n] = '\0';
    }
    l->text[i].accepted++;
    l->text[i].unique += !again;
}

static void count_out(struct sbx *s, const struct sbx_entry *e, struct sbx_user *u)
{
    struct sbx_ledger *l = s->ledger;
    uint64_t who[2] = {(uint64_t)e->user, e->account}, hash;
    bool again;

    l->accepted[e->platform]++;
    s->by_door[s->door]++;
    s->count[e->platform].accepted++;
    if (e->user < 0)
        l->posts[e->platform]++;
    if (u && u->sent < 255)
        u->sent++;
    if (s->quiet)
        return;
    hash = content_hash(e);
    again = count_pair(&l->by_text[e->platform], sbx_hash(who, sizeof(who), hash)) > 0;
    l->dup_text[e->platform] += again;
    count_text(l, e, hash, again);
    if (e->ref && e->ref[0])
        l->dup_ref[e->platform] +=
            count_pair(&l->by_ref[e->platform],
                       sbx_hash(e->ref, strlen(e->ref), sbx_hash(who, sizeof(who), 3))) > 0;
}

int64_t sbx_ledger_add(struct sbx *s, const struct sbx_entry *e, struct sbx_user *u)
{
    struct sbx_ledger *l = s->ledger;
    int64_t seq = l->next_seq++;
    struct sbx_entry *copy;

    if (e->dir == SBX_OUT)
        count_out(s, e, u);
    if (s->quiet) {
        l->first_seq = l->next_seq;
        return seq;
    }
    if (l->n == l->blocks * BLOCK) {
        l->block = sbx_grow(l->block, (l->blocks + 1) * sizeof(struct sbx_entry *));
        l->block[l->blocks++] = sbx_alloc(BLOCK * sizeof(struct sbx_entry));
    }
    copy = at(l, l->n++);
    *copy = *e;
    copy->seq = seq;
    copy->door = s->door;
    copy->text = sbx_strdup(e->text);
    copy->image = sbx_strdup(e->image);
    copy->buttons = sbx_strdup(e->buttons);
    copy->cards = sbx_strdup(e->cards);
    copy->ref = sbx_strdup(e->ref);
    copy->id = sbx_strdup(e->id);
    copy->raw = l->n <= RAW_MAX ? sbx_strdup(e->raw) : NULL;
    copy->file = sbx_strdup(e->file);
    sbx_live_entry(s, copy);
    return seq;
}

struct sbx_entry *sbx_ledger_get(const struct sbx *s, int64_t seq)
{
    const struct sbx_ledger *l = s->ledger;

    if (seq < l->first_seq || (size_t)(seq - l->first_seq) >= l->n)
        return NULL;
    return at(l, (size_t)(seq - l->first_seq));
}

struct sbx_entry *sbx_ledger_by_id(const struct sbx *s, enum sbx_platform p, const char *id)
{
    for (size_t i = s->ledger->n; id && i-- > 0;) {
        struct sbx_entry *e = at(s->ledger, i);

        if (e->platform == p && e->id && !strcmp(e->id, id))
            return e;
    }
    return NULL;
}

const struct sbx_entry *sbx_ledger_buttons(const struct sbx *s, const struct sbx_account *a,
                                           int64_t user)
{
    int seen = 0;

    for (size_t i = s->ledger->n; i-- > 0 && seen < 50;) {
        const struct sbx_entry *e = at(s->ledger, i);

        if (e->platform != a->platform || e->account != a->number || e->user != user ||
            e->dir != SBX_OUT)
            continue;
        seen++;
        if (e->buttons || e->cards)
            return e;
    }
    return NULL;
}

void sbx_ledger_status(struct sbx *s, int64_t seq, enum sbx_status st)
{
    struct sbx_entry *e = sbx_ledger_get(s, seq);

    if (!e || e->status >= st)
        return;
    e->status = st;
    sbx_live_status(s, e);
}

size_t sbx_ledger_size(const struct sbx *s)
{
    return s->ledger->n;
}

struct sbx_entry *sbx_ledger_nth(const struct sbx *s, size_t i)
{
    return at(s->ledger, i);
}

void sbx_entry_json(const struct sbx *s, const struct sbx_entry *e, bool raw, struct sbx_buf *out)
{
    static const char *const status[] = {"sent", "delivered", "seen", "failed"};
    const struct sbx_account *a = sbx_account_get(s, e->platform, e->account);
    char user[SBX_ID_MAX] = "";

    if (e->user >= 0 && a && (size_t)e->user < a->users.n)
        sbx_user_id(&a->users, (uint32_t)e->user, user);
    sbx_put(out, "{'seq':%l,'platform':%q,'account':%d,'user':%q,'at':%l,'dir':%q,'kind':%q",
            e->seq, sbx_platform_name(e->platform), (int)e->account, user, e->at_ms,
            e->dir == SBX_OUT ? "out" : "in", e->kind);
    sbx_put(out, ",'status':%q,'text':%q,'image':%q,'file':%q,'buttons':%s,'cards':%s",
            status[e->status], e->text, e->image, e->file, e->buttons ? e->buttons : "null",
            e->cards ? e->cards : "null");
    sbx_put(out, ",'ref':%q,'message_id':%q", e->ref, e->id);
    if (e->door)
        sbx_put(out, ",'door':%d", e->door);
    if (raw && e->raw)
        sbx_put(out, ",'raw':%s", e->raw);
    sbx_buf_str(out, "}");
}

static bool wanted(const struct sbx_entry *e, const struct sbx_ledger_query *q, int64_t user)
{
    return (q->platform == SBX_PLATFORMS || e->platform == q->platform) &&
           (!q->account || e->account == q->account) && (q->dir < 0 || (int)e->dir == q->dir) &&
           (!q->kind || !strcmp(e->kind, q->kind)) &&
           (!q->user || (q->user[0] ? e->user == user : e->user < 0));
}

void sbx_ledger_list(const struct sbx *s, const struct sbx_ledger_query *q, struct sbx_buf *out)
{
    const struct sbx_ledger *l = s->ledger;
    const struct sbx_account *a = NULL;
    size_t from = q->since >= l->first_seq ? (size_t)(q->since - l->first_seq + 1) : 0;
    int64_t user = -2, left = q->limit;

    if (q->user && q->user[0]) {
        a = sbx_account_get(s, q->platform, q->account ? q->account : 1);
        user = a ? sbx_users_find(&a->users, q->user) : -2;
        if (user < 0)
            user = -2;
    }
    if (q->last) { /* walk back to where the newest `limit` begin */
        size_t i = l->n;

        for (int64_t found = 0; i > from && found < left; i--)
            found += wanted(at(l, i - 1), q, user);
        from = i;
    }
    for (size_t i = from; i < l->n && left > 0; i++) {
        if (!wanted(at(l, i), q, user))
            continue;
        sbx_entry_json(s, at(l, i), q->raw, out);
        sbx_buf_str(out, q->lines ? "\n" : ",");
        left--;
    }
}

static void recipients(const struct sbx *s, int p, int64_t *reached, int64_t *again)
{
    *reached = *again = 0;
    for (size_t i = 0; i < s->account_n; i++) {
        const struct sbx_users *us = &s->account[i]->users;

        if ((int)s->account[i]->platform != p)
            continue;
        for (size_t k = 0; k < us->n; k++) {
            *reached += us->u[k].sent > 0;
            *again += us->u[k].sent > 1 ? us->u[k].sent - 1 : 0;
        }
    }
}

void sbx_ledger_stats(const struct sbx *s, struct sbx_buf *out)
{
    const struct sbx_ledger *l = s->ledger;

    sbx_put(out, "{'entries':%l", (int64_t)l->n);
    for (int p = 0; p < SBX_PLATFORMS; p++) {
        int64_t reached, again;

        recipients(s, p, &reached, &again);
        sbx_put(out, ",%q:{'accepted':%l,'posts':%l,'recipients':%l,'repeats':%l",
                sbx_platform_name((enum sbx_platform)p), l->accepted[p], l->posts[p], reached,
                again);
        sbx_put(out, ",'unique':%l,'duplicates':%l,'ref_duplicates':%l,'texts':[",
                s->quiet ? reached : (int64_t)l->by_text[p].n,
                s->quiet ? l->accepted[p] - l->posts[p] - reached : l->dup_text[p], l->dup_ref[p]);
        for (size_t i = 0; i < l->text_n; i++) {
            const struct text_stat *t = &l->text[i];
            char hash[17];

            if ((int)t->platform != p)
                continue;
            for (int k = 0; k < 16; k++)
                hash[k] = "0123456789abcdef"[(t->hash >> (60 - 4 * k)) & 15];
            hash[16] = '\0';
            sbx_put(out, "{'hash':%q,'text':%q,'accepted':%l,'unique':%l,'duplicates':%l},", hash,
                    t->head, t->accepted, t->unique, t->accepted - t->unique);
        }
        sbx_buf_uncomma(out);
        sbx_buf_str(out, "]}");
    }
    sbx_buf_str(out, "}");
}
