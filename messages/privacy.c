/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/privacy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/buf.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/contact.h"

void msg_person_release(struct msg_person *p)
{
    free(p->remote_id);
    free(p->name);
    free(p->topics);
    free(p->district);
    *p = (struct msg_person){0};
}

/* The store keeps ";a;b;", for people it is "a, b". */
static char *topics_text(const char *stored)
{
    struct loa_buf b = {0};

    while (stored && *stored) {
        size_t n = strcspn(stored, ";");

        if (n && b.len)
            loa_buf_adds(&b, ", ");
        loa_buf_add(&b, stored, n);
        stored += n + (stored[n] == ';');
    }
    if (!b.len) {
        loa_buf_release(&b);
        return NULL;
    }
    return loa_buf_take(&b);
}

static enum loa_err read_contact(struct db *db, int64_t account, int64_t contact,
                                 struct msg_person *out)
{
    struct db_stmt *st;
    enum loa_err err = db_query(
        db, &st,
        "SELECT remote_id, name, topics, district, status, opted_out, last_seen_ms FROM contacts "
        "WHERE account_id = $1 AND id = $2 AND status <> 4",
        "ii", account, contact);

    while (!err && db_next(st, &err)) {
        msg_person_release(out);
        out->remote_id = loa_xstrdup(db_text(st, 0));
        out->name = db_is_null(st, 1) ? NULL : loa_xstrdup(db_text(st, 1));
        out->topics = topics_text(db_text(st, 2));
        out->district = db_is_null(st, 3) ? NULL : loa_xstrdup(db_text(st, 3));
        out->follows = db_int(st, 4) == MSG_CONTACT_OK;
        out->opted_out = db_int(st, 5) != 0;
        out->last_seen_ms = db_int(st, 6);
    }
    return !err && !out->remote_id ? LOA_ENOENT : err;
}

static enum loa_err count_rows(struct db *db, int64_t account, int64_t contact,
                               struct msg_person *out)
{
    int64_t n = 0;
    enum loa_err err =
        db_get_int(db, &out->wrote,
                   "SELECT COUNT(*) FROM inbound WHERE account_id = $1 AND contact_id = $2 AND "
                   "contact_id > 0 AND event <> '{}'",
                   "ii", account, contact);

    if (!err)
        err = db_get_int(db, &out->replies,
                         "SELECT COUNT(*) FROM replies WHERE account_id = $1 AND contact_id = $2",
                         "ii", account, contact);
    if (!err)
        err = db_get_int(db, &out->consents,
                         "SELECT COUNT(*) FROM consents WHERE account_id = $1 AND contact_id = $2",
                         "ii", account, contact);
    if (!err)
        err = db_get_int(db, &out->reminders,
                         "SELECT COUNT(*) FROM reminders WHERE account_id = $1 AND "
                         "contact_id = $2 AND wanted = 1",
                         "ii", account, contact);
    if (!err) /* one row a run, found by both numbers */
        err = db_get_int(db, &out->broadcasts,
                         "SELECT COUNT(*) FROM runs r JOIN deliveries d ON d.run_id = r.id AND "
                         "d.contact_id = $2 WHERE r.account_id = $1",
                         "ii", account, contact);
    if (!err)
        err = db_get_int(db, &n,
                         "SELECT COUNT(*) FROM testers WHERE account_id = $1 AND contact_id = $2",
                         "ii", account, contact);
    out->tester = n > 0;
    if (!err)
        err = db_get_int(db, &n,
                         "SELECT COUNT(*) FROM conversations WHERE account_id = $1 AND "
                         "contact_id = $2 AND wants_person = 1",
                         "ii", account, contact);
    out->waits = n > 0;
    return err;
}

enum loa_err msg_person_read(struct db *db, int64_t account, int64_t contact,
                             struct msg_person *out)
{
    enum loa_err err;

    *out = (struct msg_person){0};
    err = read_contact(db, account, contact, out);
    if (!err)
        err = count_rows(db, account, contact, out);
    if (err)
        msg_person_release(out);
    return err;
}

/* ---- for himself ------------------------------------------------------------------------ */

static void add_item(struct loa_buf *b, const char *label, const char *value)
{
    if (value)
        loa_buf_addf(b, "\n• %s: %s", label, value);
}

static const char *consent_text(const struct msg_person *p, bool english)
{
    if (p->opted_out)
        return english ? "no, you stopped it" : "không, bạn đã từ chối";
    if (p->follows)
        return english ? "yes" : "có";
    return english ? "no" : "không";
}

char *msg_person_text(const struct msg_person *p, const struct msg_keep_days *keep, bool english)
{
    struct loa_buf b = {0};
    struct loa_civil c = loa_tz_civil(p->last_seen_ms);
    char seen[32];

    (void)snprintf(seen, sizeof(seen), "%02d/%02d/%d", c.day, c.month, c.year);
    loa_buf_adds(&b, english ? "This is what I keep about you:" : "Những gì tôi lưu về bạn:");
    add_item(&b, english ? "your number on this platform" : "mã của bạn trên nền tảng này",
             p->remote_id);
    add_item(&b, english ? "name shown here" : "tên hiển thị", p->name);
    add_item(&b, english ? "topics" : "chủ đề quan tâm", p->topics);
    add_item(&b, english ? "place" : "nơi quan tâm", p->district);
    add_item(&b, english ? "gets our messages" : "nhận tin", consent_text(p, english));
    if (p->last_seen_ms)
        add_item(&b, english ? "you last wrote on" : "lần cuối bạn nhắn", seen);
    if (english)
        loa_buf_addf(&b,
                     "\n• your messages: %" PRId64 " (kept %" PRId64 " days at most), our answers: "
                     "%" PRId64 " (%" PRId64 " days)\n• broadcasts that were sent to you: %" PRId64
                     " (a note that it was sent, %" PRId64 " days)"
                     "\n• notes of your yes and no to our messages: %" PRId64,
                     p->wrote, keep->inbound, p->replies, keep->replies, p->broadcasts,
                     keep->deliveries, p->consents);
    else
        loa_buf_addf(&b,
                     "\n• tin nhắn của bạn: %" PRId64 " (giữ nhiều nhất %" PRId64
                     " ngày), câu trả lời: %" PRId64 " (%" PRId64 " ngày)"
                     "\n• tin thông báo đã gửi bạn: %" PRId64 " (chỉ ghi là đã gửi, %" PRId64
                     " ngày)\n• những lần bạn đồng ý hoặc từ chối nhận tin: %" PRId64,
                     p->wrote, keep->inbound, p->replies, keep->replies, p->broadcasts,
                     keep->deliveries, p->consents);
    if (p->reminders)
        loa_buf_addf(&b,
                     english ? "\n• events that you are reminded of: %" PRId64
                             : "\n• sự kiện bạn nhờ nhắc: %" PRId64,
                     p->reminders);
    if (p->waits)
        loa_buf_adds(&b, english ? "\n• you are waiting for a person of our staff"
                                 : "\n• bạn đang chờ cán bộ trả lời");
    if (p->tester)
        loa_buf_adds(&b, english ? "\n• you are among those who see drafts"
                                 : "\n• bạn là người nhận tin thử");
    loa_buf_adds(&b, english ? "\nWrite “delete my data” and it is erased."
                             : "\nMuốn xóa, hãy gõ: xóa dữ liệu của tôi.");
    return loa_buf_take(&b);
}

/* ---- for staff -------------------------------------------------------------------------- */

static void add_time(cJSON *o, const char *key, int64_t ms)
{
    char iso[LOA_ISO_SIZE];

    if (ms)
        cJSON_AddStringToObject(o, key, loa_iso_format(ms, iso));
}

static enum loa_err add_consents(struct db *db, int64_t account, int64_t contact, cJSON *list)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT at_ms, kind, wording, source FROM consents WHERE "
                                "account_id = $1 AND contact_id = $2 ORDER BY seq",
                                "ii", account, contact);

    while (!err && db_next(st, &err)) {
        cJSON *o = cJSON_CreateObject();

        add_time(o, "at", db_int(st, 0));
        cJSON_AddStringToObject(o, "kind", db_text(st, 1));
        loa_json_add_str(o, "wording", db_text(st, 2));
        loa_json_add_str(o, "source", db_text(st, 3));
        cJSON_AddItemToArray(list, o);
    }
    return err;
}

/* Rows of time and JSON, as they are kept. */
static enum loa_err add_rows(struct db_stmt *st, enum loa_err err, cJSON *list)
{
    while (!err && db_next(st, &err)) {
        const char *text = db_text(st, 1);
        cJSON *o = cJSON_CreateObject(), *json = loa_json_parse(text, strlen(text));

        add_time(o, "at", db_int(st, 0));
        if (loa_json_str(json, "text"))
            cJSON_AddStringToObject(o, "text", loa_json_str(json, "text"));
        cJSON_Delete(json);
        cJSON_AddItemToArray(list, o);
    }
    return err;
}

static enum loa_err add_words(struct db *db, int64_t account, int64_t contact, cJSON *o)
{
    struct db_stmt *st;
    enum loa_err err = db_query(db, &st,
                                "SELECT received_ms, event FROM inbound WHERE account_id = $1 AND "
                                "contact_id = $2 AND contact_id > 0 AND event <> '{}' ORDER BY seq",
                                "ii", account, contact);

    err = add_rows(st, err, cJSON_AddArrayToObject(o, "events"));
    if (!err)
        err = db_query(db, &st,
                       "SELECT created_ms, content FROM replies WHERE account_id = $1 AND "
                       "contact_id = $2 ORDER BY id",
                       "ii", account, contact);
    return add_rows(st, err, cJSON_AddArrayToObject(o, "replies"));
}

static enum loa_err audit(struct db *db, const struct msg_actor *who, int64_t now,
                          const char *action, int64_t account, int64_t contact)
{
    char target[48], detail[48];

    (void)snprintf(target, sizeof(target), "contact %" PRId64, contact);
    (void)snprintf(detail, sizeof(detail), "account %" PRId64, account);
    return msg_audit(db, who, now, action, target, detail);
}

enum loa_err msg_person_export(struct db *db, const struct msg_actor *who, int64_t now,
                               int64_t account, int64_t contact, cJSON **out)
{
    struct msg_person p;
    cJSON *o;
    enum loa_err err = msg_person_read(db, account, contact, &p);

    if (err)
        return err;
    o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "id", p.remote_id);
    loa_json_add_str(o, "name", p.name);
    loa_json_add_str(o, "topics", p.topics);
    loa_json_add_str(o, "district", p.district);
    cJSON_AddBoolToObject(o, "follows", p.follows);
    cJSON_AddBoolToObject(o, "opted_out", p.opted_out);
    cJSON_AddBoolToObject(o, "waits_for_person", p.waits);
    cJSON_AddBoolToObject(o, "tester", p.tester);
    add_time(o, "last_seen", p.last_seen_ms);
    loa_json_add_int(o, "broadcasts", p.broadcasts);
    loa_json_add_int(o, "reminders", p.reminders);
    msg_person_release(&p);
    err = add_consents(db, account, contact, cJSON_AddArrayToObject(o, "consents"));
    if (!err)
        err = add_words(db, account, contact, o);
    if (!err)
        err = audit(db, who, now, "contact.export", account, contact);
    if (err)
        cJSON_Delete(o);
    else
        *out = o;
    return err;
}

enum loa_err msg_person_erase(struct db *db, const struct msg_actor *who, int64_t now,
                              int64_t account, int64_t contact)
{
    enum loa_err err = msg_contact_erase(db, account, contact, now);

    return err ? err : audit(db, who, now, "contact.erase", account, contact);
}
