/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/doubt_case.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/mem.h"
#include "messages/doubt_parts.h"

/* ---- ids -------------------------------------------------------------------------------- */

const char *msg_doubt_id_format(const struct msg_doubt_id *id, char out[MSG_DOUBT_ID_SIZE])
{
    if (id->kind == MSG_DOUBT_REPLY)
        (void)snprintf(out, MSG_DOUBT_ID_SIZE, "r%" PRId64, id->item);
    else if (!id->contact)
        (void)snprintf(out, MSG_DOUBT_ID_SIZE, "p%" PRId64, id->item);
    else
        (void)snprintf(out, MSG_DOUBT_ID_SIZE, "d%" PRId64 "-%" PRId64, id->item, id->contact);
    return out;
}

/* A positive number up to `end`; NULL if there is none. */
static const char *number(const char *s, int64_t *out)
{
    int64_t v = 0;
    const char *from = s;

    while (*s >= '0' && *s <= '9' && v < INT64_MAX / 10 - 9)
        v = v * 10 + (*s++ - '0');
    *out = v;
    return s > from && v > 0 ? s : NULL;
}

enum loa_err msg_doubt_id_parse(const char *text, struct msg_doubt_id *out)
{
    const char kind = text[0];
    const char *at = kind ? number(text + 1, &out->item) : NULL;

    out->kind = kind == 'r' ? MSG_DOUBT_REPLY : MSG_DOUBT_DELIVERY;
    out->contact = 0;
    if (at && kind == 'd')
        at = *at == '-' ? number(at + 1, &out->contact) : NULL;
    return at && !*at && (kind == 'd' || kind == 'p' || kind == 'r') ? LOA_OK : LOA_EINVAL;
}

/* ---- may it go again? ------------------------------------------------------------------- */

const char *msg_doubt_hindrance(const struct msg_doubt_facts *f, int64_t now)
{
    if (f->sending)
        return "đang được gửi lại; hãy chờ kết quả";
    if (f->ends_ms && now >= f->ends_ms)
        return f->kind == MSG_DOUBT_REPLY ? "câu hỏi đã quá một ngày, trả lời nữa không còn ích gì"
                                          : "đã quá hạn gửi của lượt này";
    if (f->cancelled)
        return "lượt gửi hoặc thông điệp đã bị hủy";
    if (f->gone)
        return "người nhận đã yêu cầu xóa dữ liệu";
    if (f->opted_out)
        return "người nhận đã hủy nhận tin";
    if (f->unreachable)
        return "người nhận không còn quan tâm, đã chặn hoặc không còn liên lạc được";
    return NULL;
}

/* ---- the list --------------------------------------------------------------------------- */

void msg_doubt_cases_release(struct msg_doubt_cases *c)
{
    for (size_t i = 0; i < c->n; i++) {
        free(c->items[i].account);
        free(c->items[i].channel);
        free(c->items[i].title);
        free(c->items[i].remote);
        free(c->items[i].name);
    }
    free(c->items);
    *c = (struct msg_doubt_cases){0};
}

static void add_row(const struct db_stmt *st, int64_t now, struct msg_doubt_cases *out)
{
    struct msg_doubt_facts f = {.kind = (enum msg_doubt_kind)db_int(st, 0),
                                .ends_ms = db_int(st, 17),
                                .cancelled = db_int(st, 18) != 0,
                                .gone = db_int(st, 19) == 4,
                                .unreachable = db_int(st, 19) != 0,
                                .opted_out = db_int(st, 20) != 0,
                                .sending = db_int(st, 11) != 0};

    if (f.kind == MSG_DOUBT_REPLY && db_int(st, 21) == 0) /* an answer to what the person wrote */
        f.opted_out = f.unreachable = false;
    out->items = loa_xrealloc(out->items, (out->n + 1) * sizeof(*out->items));
    out->items[out->n++] =
        (struct msg_doubt_case){.id = {f.kind, db_int(st, 1), db_int(st, 2)},
                                .account_id = db_int(st, 3),
                                .since_ms = db_int(st, 4),
                                .noted_ms = db_int(st, 5),
                                .cause = (enum msg_doubt_cause)db_int(st, 6),
                                .code = (int)db_int(st, 7),
                                .looked = (enum msg_doubt_look)db_int(st, 8),
                                .tries = (int)db_int(st, 9),
                                .again = db_int(st, 10) != 0,
                                .sending = f.sending,
                                .account = loa_xstrdup(db_text(st, 12)),
                                .channel = loa_xstrdup(db_text(st, 13)),
                                .message = db_int(st, 14),
                                .title = loa_xstrdup(db_text(st, 15)),
                                .last_echo_ms = db_int(st, 16),
                                .remote = loa_xstrdup(db_text(st, 22)),
                                .name = loa_xstrdup(db_text(st, 23)),
                                .wrote_ms = db_int(st, 24) > db_int(st, 4) ? db_int(st, 24) : 0,
                                .hindrance = msg_doubt_hindrance(&f, now)};
}

/* What else went to this person since, and whether it arrived. */
static enum loa_err add_later(struct db *db, struct msg_doubt_case *c)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st,
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN y.state >= 5 THEN 1 ELSE 0 END), 0), "
        "COALESCE(MAX(CASE WHEN y.state >= 5 THEN y.at_ms END), 0) FROM ("
        "SELECT d.state, d.at_ms FROM runs q JOIN deliveries d ON d.run_id = q.id AND "
        "d.contact_id = $1 WHERE q.account_id = $2 AND q.created_ms >= $3 AND "
        "d.state IN (1, 5, 6) AND NOT (q.id = $4 AND $5 = 1) UNION ALL "
        "SELECT 1 AS state, p.at_ms FROM replies p WHERE p.account_id = $2 AND "
        "p.contact_id = $1 AND p.created_ms >= $3 AND p.state = 2) y",
        "iiiii", c->id.contact, c->account_id, c->since_ms, c->id.item, (int64_t)c->id.kind);

    while (!err && db_next(st, &err)) {
        c->later = db_int(st, 0);
        c->arrived = db_int(st, 1);
        c->last_arrived_ms = db_int(st, 2);
    }
    if (err)
        return err;
    return db_get_int(db, &c->unclaimed,
                      "SELECT COUNT(*) FROM early_receipts WHERE account_id = $1 AND "
                      "contact_id = $2 AND at_ms >= $3",
                      "iii", c->account_id, c->id.contact, c->since_ms);
}

static enum loa_err count_all(struct db *db, const struct msg_doubt_filter *f, int64_t *out)
{
    return db_get_int(db, out,
                      "SELECT COUNT(*) FROM doubts x LEFT JOIN runs q ON x.kind = 1 AND "
                      "q.id = x.item WHERE ($1 = 0 OR q.message_id = $1) AND "
                      "($2 = 0 OR (x.kind = 1 AND x.item = $2)) AND "
                      "($3 = 0 OR x.account_id = $3)",
                      "iii", f->message, f->run, f->account);
}

enum loa_err msg_doubt_list(struct db *db, const struct msg_doubt_filter *f, int64_t now,
                            struct msg_doubt_cases *out)
{
    struct db_stmt *st;
    enum loa_err err;

    *out = (struct msg_doubt_cases){0};
    err = count_all(db, f, &out->total);
    if (!err)
        err = db_query(
            db, &st,
            "SELECT x.kind, x.item, x.contact_id, x.account_id, x.since_ms, x.noted_ms, x.cause, "
            "x.code, x.looked, x.tries, x.again, x.sending, a.name, a.channel, q.message_id, "
            "m.title, a.last_echo_ms, COALESCE(q.deadline_ms, p.created_ms + $1), "
            "CASE WHEN q.state = 'cancelled' OR m.state = 'cancelled' THEN 1 ELSE 0 END, "
            "c.status, c.opted_out, p.lane, c.remote_id, c.name, c.last_seen_ms FROM doubts x "
            "JOIN accounts a ON a.id = x.account_id "
            "LEFT JOIN runs q ON x.kind = 1 AND q.id = x.item "
            "LEFT JOIN messages m ON m.id = q.message_id "
            "LEFT JOIN replies p ON x.kind = 2 AND p.id = x.item "
            "LEFT JOIN contacts c ON c.account_id = x.account_id AND c.id = x.contact_id "
            "WHERE ($2 = 0 OR q.message_id = $2) AND ($3 = 0 OR (x.kind = 1 AND x.item = $3)) AND "
            "($4 = 0 OR x.account_id = $4) ORDER BY x.noted_ms, x.kind, x.item, x.contact_id "
            "LIMIT $5",
            "iiiii", (int64_t)MSG_DOUBT_REPLY_LIFE_MS, f->message, f->run, f->account,
            (int64_t)f->max);
    while (!err && db_next(st, &err))
        add_row(st, now, out);
    for (size_t i = 0; i < out->n && !err; i++) {
        if (out->items[i].id.contact)
            err = add_later(db, &out->items[i]);
    }
    if (err)
        msg_doubt_cases_release(out);
    return err;
}
