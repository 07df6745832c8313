/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/agenda.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/agenda_impl.h"
#include "bot/occurrence.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/message.h"
#include "messages/template.h"
#include "scheduler/plan_message.h"
#include "scheduler/quiet.h"

enum { ITEMS_MAX = 2000, UPLOAD_DAYS = 7 };

void bot_agenda_release(struct bot_agenda *a)
{
    for (size_t i = 0; i < a->n; i++) {
        struct bot_agenda_item *item = &a->items[i];

        msg_list_release(&item->warnings);
        free(item->title);
        free(item->channels);
        free(item->daily);
        free(item->account);
    }
    free(a->items);
    *a = (struct bot_agenda){0};
}

struct bot_agenda_item *agenda_add(struct bot_agenda *a, enum bot_agenda_kind kind, int64_t at_ms)
{
    if (a->n == ITEMS_MAX) {
        a->cut = true;
        return NULL;
    }
    a->items = loa_xrealloc(a->items, (a->n + 1) * sizeof(*a->items));
    a->items[a->n] = (struct bot_agenda_item){.kind = kind, .at_ms = at_ms};
    return &a->items[a->n++];
}

void agenda_warn(struct bot_agenda_item *item, const char *fmt, ...)
{
    char text[640];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    for (size_t i = 0; i < item->warnings.n; i++) {
        if (strcmp(item->warnings.items[i], text) == 0)
            return;
    }
    msg_list_add(&item->warnings, text);
}

/* ---- one occurrence -------------------------------------------------------------------- */

/* The text of a series stands in the daily list: is there one for that day? */
static enum loa_err look_at_daily(struct agenda *g, const struct msg_message *m,
                                  struct bot_agenda_item *item)
{
    char day[LOA_ISO_SIZE];
    struct db_stmt *st;
    enum loa_err err;

    if (!strstr(m->content, "{daily."))
        return LOA_OK;
    item->daily = loa_xstrdup("");
    err = db_query(g->db, &st, "SELECT data FROM daily WHERE day = $1", "s",
                   loa_iso_date(item->at_ms, day));
    while (!err && db_next(st, &err)) {
        const char *data = db_text(st, 0), *title;
        cJSON *o = loa_json_parse(data, strlen(data));

        title = loa_json_str(o, "title");
        free(item->daily);
        item->daily = loa_xstrdup(title ? title : "");
        cJSON_Delete(o);
    }
    return err;
}

static enum loa_err look_at_text(struct agenda *g, const struct msg_message *m, const char *channel,
                                 struct bot_agenda_item *item)
{
    struct msg_content content;
    struct loa_problem why = {"", ""};
    enum loa_err err = bot_occurrence_content(g->db, m, channel, item->at_ms, &content, &why);
    bool lent = content.image_url && strncmp(content.image_url, "zalo-attachment:", 16) == 0;

    if (err && err != LOA_EIO) {
        agenda_warn(item, "%s", why.text);
        err = LOA_OK;
    }
    if (lent && item->at_ms - m->created_ms > (int64_t)UPLOAD_DAYS * LOA_DAY_MS)
        agenda_warn(item,
                    "ảnh tải lên Zalo chỉ dùng được %d ngày; hãy tải lại ảnh (loa account "
                    "upload) và sửa tin",
                    UPLOAD_DAYS);
    msg_content_release(&content);
    return err;
}

static void look_at_approval(const struct msg_message *m, bool sealed, struct bot_agenda_item *item)
{
    if (m->state == MSG_DRAFT || m->state == MSG_SUBMITTED || m->state == MSG_REJECTED)
        agenda_warn(item, "chưa được duyệt, sẽ không gửi");
    else if (m->state == MSG_PAUSED)
        agenda_warn(item, "đang tạm dừng, sẽ không gửi cho tới khi resume");
    else if (!sealed)
        agenda_warn(item,
                    "nội dung, tin hằng ngày hoặc sự kiện đã đổi sau khi duyệt: sẽ bị trả lại, "
                    "hãy trình và duyệt lại");
}

static char *join(const struct msg_list *l)
{
    struct loa_buf b = {0};

    for (size_t i = 0; i < l->n; i++)
        loa_buf_addf(&b, "%s%s", i ? "," : "", l->items[i]);
    return loa_buf_take(&b);
}

static enum loa_err add_occurrence(struct agenda *g, const struct msg_message *m, bool sealed,
                                   int64_t due_ms)
{
    struct bot_agenda_item *item = agenda_add(g->out, BOT_AGENDA_MESSAGE, due_ms);
    enum loa_err err = LOA_OK;

    if (!item)
        return LOA_OK;
    item->message_id = m->id;
    item->title = loa_xstrdup(m->spec.title);
    item->state = msg_state_name(m->state);
    item->channels = join(&m->spec.channels);
    item->series = m->spec.rrule != NULL;
    item->urgent = m->spec.urgent;
    item->goes_ms = m->spec.urgent ? due_ms : sched_quiet_next(&g->cfg->quiet, due_ms);
    look_at_approval(m, sealed, item);
    err = look_at_daily(g, m, item);
    for (size_t i = 0; i < m->spec.channels.n && !err; i++) {
        item->post =
            item->post || msg_spec_deliver(&m->spec, m->spec.channels.items[i]) & MSG_DELIVER_POST;
        err = look_at_text(g, m, m->spec.channels.items[i], item);
    }
    if (!err)
        err = agenda_look_at_accounts(g, m, item);
    return err;
}

/* ---- one message ----------------------------------------------------------------------- */

/* What was dealt with already is not coming. */
static bool is_ahead(const struct agenda *g, const struct msg_message *m,
                     const struct sched_occurrence *o)
{
    return o->ms >= g->now || (o->key > m->last_key && m->state != MSG_DRAFT &&
                               sched_quiet_next(&g->cfg->quiet, o->ms) >= g->now);
}

static enum loa_err add_message(struct agenda *g, const struct msg_message *m)
{
    struct sched_plan *plan = NULL;
    struct sched_occurrence o = {0};
    bool sealed = true;
    enum loa_err err = LOA_OK;

    /* A message without a time goes when somebody says so. */
    if (!msg_spec_has_schedule(&m->spec) && !m->scheduled_ms)
        return LOA_OK;
    if (sched_message_plan(&m->spec, m->scheduled_ms ? m->scheduled_ms : g->now, &plan, NULL))
        return LOA_OK; /* told when it is submitted */
    if (m->state != MSG_DRAFT && m->state != MSG_SUBMITTED && m->state != MSG_REJECTED)
        err = msg_message_sealed(g->db, m, g->cfg->approvals, &sealed);
    while (!err && !g->out->cut && sched_plan_next(plan, o.key, &o) && o.ms < g->until) {
        if (is_ahead(g, m, &o))
            err = add_occurrence(g, m, sealed, o.ms);
    }
    sched_plan_free(plan);
    return err;
}

static enum loa_err message_ids(struct agenda *g, int64_t **out, size_t *n)
{
    struct db_stmt *st;
    enum loa_err err = db_query(g->db, &st,
                                "SELECT id FROM messages WHERE state IN ('draft', 'submitted', "
                                "'approved', 'scheduled', 'sending', 'paused') ORDER BY id",
                                "");

    while (!err && db_next(st, &err)) {
        *out = loa_xrealloc(*out, (*n + 1) * sizeof(**out));
        (*out)[(*n)++] = db_int(st, 0);
    }
    return err;
}

static enum loa_err add_messages(struct agenda *g, struct loa_problem *why)
{
    int64_t *ids = NULL;
    size_t n = 0;
    enum loa_err err = message_ids(g, &ids, &n);

    for (size_t i = 0; i < n && !err; i++) {
        struct msg_message *m = NULL;

        err = msg_message_get(g->db, ids[i], &m, why);
        if (!err)
            err = add_message(g, m);
        msg_message_free(m);
    }
    free(ids);
    return err;
}

/* ---- all ------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    const struct bot_agenda_item *x = a, *y = b;

    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind > y->kind ? -1 : 1; /* what is amiss before what it spoils */
    return x->message_id < y->message_id ? -1 : x->message_id > y->message_id;
}

enum loa_err bot_agenda_make(struct db *db, const struct bot_config *cfg, int64_t now,
                             int64_t until, struct bot_agenda *out, struct loa_problem *why)
{
    struct agenda g = {.db = db, .cfg = cfg, .now = now, .until = until, .out = out};
    enum loa_err err;

    *out = (struct bot_agenda){0};
    err = agenda_load_accounts(&g, why);
    if (!err)
        err = add_messages(&g, why);
    if (!err)
        agenda_add_accounts(&g);
    if (!err)
        err = agenda_add_held(&g);
    if (out->n)
        qsort(out->items, out->n, sizeof(*out->items), by_time);
    if (!err)
        err = agenda_look_at_posts(&g);
    for (size_t i = 0; i < out->n; i++)
        out->n_warnings += out->items[i].warnings.n;
    agenda_drop_accounts(&g);
    return err;
}
