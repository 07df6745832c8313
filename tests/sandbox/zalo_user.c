/* SPDX-License-Identifier: Apache-2.0 */
/* zalo_user.c - followers, tags, the account, quotas, recent chats (section 6). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/zalo.h"

static bool has_tag(const struct sbx_users *us, uint32_t i, const char *tag)
{
    const struct sbx_extra *x = sbx_user_peek(us, i);
    size_t n = strlen(tag);

    for (const char *p = x && x->tags ? x->tags : ""; *p;) {
        size_t len = strcspn(p, "\n");

        if (len == n && !memcmp(p, tag, n))
            return true;
        p += len + (p[len] == '\n');
    }
    return false;
}

/* TODAY, YESTERDAY, L7D, L30D or YYYY_MM_DD:YYYY_MM_DD as day numbers; false if unreadable. */
static bool read_period(const char *p, int64_t now, int64_t *from, int64_t *to)
{
    int64_t today = sbx_vn_day(now);
    int y1, m1, d1, y2, m2, d2;
    char iso[40];

    *from = *to = today;
    if (!strcmp(p, "TODAY"))
        return true;
    if (!strcmp(p, "YESTERDAY")) {
        *from = *to = today - 1;
        return true;
    }
    if (!strcmp(p, "L7D") || !strcmp(p, "L30D")) {
        *from = today - (p[1] == '7' ? 7 : 30);
        return true;
    }
    if (sscanf(p, "%4d_%2d_%2d:%4d_%2d_%2d", &y1, &m1, &d1, &y2, &m2, &d2) != 6)
        return false;
    snprintf(iso, sizeof(iso), "%04d-%02d-%02dT00:00", y1, m1, d1);
    *from = sbx_vn_day(sbx_parse_time(iso));
    snprintf(iso, sizeof(iso), "%04d-%02d-%02dT00:00", y2, m2, d2);
    *to = sbx_vn_day(sbx_parse_time(iso));
    return true;
}

static void getlist(struct zalo_call *c)
{
    int64_t offset = sbx_int(c->json, "offset", 0), count = sbx_int(c->json, "count", 0);
    const char *tag = sbx_str(c->json, "tag_name");
    const char *period = sbx_str(c->json, "last_interaction_period");
    const cJSON *follows = sbx_get(c->json, "is_follower");
    const struct sbx_users *us = &c->a->users;
    int64_t total = 0, from = 0, to = 0, listed = 0;
    struct sbx_buf list = {0}, data = {0};
    char id[SBX_ID_MAX];

    if (count < 1 || count > 50 || offset < 0 || offset > 9951) {
        zalo_invalid(c->res, count < 1 || count > 50 ? "count" : "offset");
        return;
    }
    if (period && !read_period(period, c->r->now, &from, &to)) {
        zalo_invalid(c->res, "last_interaction_period");
        return;
    }
    sbx_buf_str(&list, "");
    for (uint32_t i = 0; i < us->n; i++) {
        const struct sbx_user *u = &us->u[i];
        int64_t day = sbx_vn_day(u->last_in);
        bool is = follows ? (cJSON_IsTrue(follows) ? 1 : 0) == ((u->flags & SBX_FOLLOWS) != 0)
                          : (u->flags & (SBX_FOLLOWS | SBX_INTERACTED)) != 0;

        if (!is || (tag && !has_tag(us, i, tag)) || (period && (day < from || day > to)))
            continue;
        if (total >= offset && total < offset + count) {
            sbx_user_id(us, i, id);
            sbx_put(&list, "{'user_id':%q},", id);
            listed++;
        }
        total++;
    }
    sbx_buf_uncomma(&list);
    sbx_put(&data, "{'total':%l,'count':%l,'offset':%l,'users':[%s]}", total, listed, offset,
            list.p);
    zalo_ok(c->res, data.p);
    sbx_buf_free(&list);
    sbx_buf_free(&data);
}

static int64_t named_user(struct zalo_call *c)
{
    int64_t user = sbx_users_find(&c->a->users, sbx_str(c->json, "user_id"));

    if (user < 0)
        zalo_invalid(c->res, "user_id");
    return user;
}

static void put_tags(const struct sbx_extra *x, struct sbx_buf *out)
{
    sbx_buf_str(out, "[");
    for (const char *p = x && x->tags ? x->tags : ""; *p;) {
        size_t n = strcspn(p, "\n");
        char tag[128];

        snprintf(tag, sizeof(tag), "%.*s", (int)(n < 120 ? n : 120), p);
        sbx_put(out, "%q,", tag);
        p += n + (p[n] == '\n');
    }
    sbx_buf_uncomma(out);
    sbx_buf_str(out, "]");
}

static void detail(struct zalo_call *c)
{
    int64_t user = named_user(c);
    struct sbx_buf data = {0};
    char id[SBX_ID_MAX], name[160], day[32];
    const struct sbx_user *u;
    struct sbx_when w;

    if (user < 0)
        return;
    u = &c->a->users.u[user];
    w = sbx_vn(u->last_in);
    sbx_user_id(&c->a->users, (uint32_t)user, id);
    sbx_user_name(&c->a->users, (uint32_t)user, name, sizeof(name));
    snprintf(day, sizeof(day), "%02d/%02d/%04d", w.day, w.month, w.year);
    sbx_put(&data, "{'user_id':%q,'user_id_by_app':'16%s','user_external_id':'','display_name':%q",
            id, id + (strlen(id) > 17 ? strlen(id) - 17 : 0), name);
    sbx_put(&data, ",'user_alias':%q,'is_sensitive':false,'user_last_interaction_date':%q", name,
            u->last_in ? day : "");
    sbx_put(&data, ",'user_is_follower':%b,'avatar':'https://s120.avatar.example/%s'",
            (u->flags & SBX_FOLLOWS) != 0, id);
    sbx_put(&data,
            ",'avatars':{'120':'https://s120.avatar.example/%s',"
            "'240':'https://s240.avatar.example/%s'},'dynamic_param':''",
            id, id);
    sbx_buf_str(&data, ",\"tags_and_notes_info\":{\"notes\":[],\"tag_names\":");
    put_tags(sbx_user_peek(&c->a->users, (uint32_t)user), &data);
    sbx_put(&data, "},'shared_info':{'address':'','city':'','district':'','phone':0,'name':''}}");
    zalo_ok(c->res, data.p);
    sbx_buf_free(&data);
}

/* Takes `tag` out of the newline-joined list, and puts it at the end if `on`. */
static void set_tag(struct sbx_extra *x, const char *tag, bool on)
{
    struct sbx_buf b = {0};
    size_t n = strlen(tag);

    sbx_buf_str(&b, "");
    for (const char *p = x->tags ? x->tags : ""; *p;) {
        size_t len = strcspn(p, "\n");

        if (len != n || memcmp(p, tag, n) != 0) {
            sbx_buf_add(&b, p, len);
            sbx_buf_str(&b, "\n");
        }
        p += len + (p[len] == '\n');
    }
    if (on)
        sbx_put(&b, "%s\n", tag);
    free(x->tags);
    x->tags = b.p;
}

static void tag_user(struct zalo_call *c, bool on)
{
    const char *tag = sbx_str(c->json, "tag_name");
    int64_t user;

    if (!tag || !*tag || strchr(tag, '\n')) {
        zalo_invalid(c->res, "tag_name");
        return;
    }
    user = named_user(c);
    if (user < 0)
        return;
    set_tag(sbx_user_extra(&c->a->users, (uint32_t)user), tag, on);
    zalo_ok(c->res, NULL);
}

static void tagfollower(struct zalo_call *c)
{
    tag_user(c, true);
}

static void untag(struct zalo_call *c)
{
    tag_user(c, false);
}

static void rmtag(struct zalo_call *c)
{
    const char *tag = sbx_str(c->json, "tag_name");

    if (!tag || !*tag) {
        zalo_invalid(c->res, "tag_name");
        return;
    }
    for (size_t i = 0; i < c->a->users.extra_n; i++)
        if (c->a->users.extra[i].tags)
            set_tag(&c->a->users.extra[i], tag, false);
    zalo_ok(c->res, NULL);
}

static void gettags(struct zalo_call *c)
{
    struct sbx_extra all = {0};
    struct sbx_buf data = {0};

    for (size_t i = 0; i < c->a->users.extra_n; i++) {
        for (const char *p = c->a->users.extra[i].tags; p && *p;) {
            size_t n = strcspn(p, "\n");
            char tag[128];

            snprintf(tag, sizeof(tag), "%.*s", (int)(n < 120 ? n : 120), p);
            set_tag(&all, tag, true);
            p += n + (p[n] == '\n');
        }
    }
    put_tags(&all, &data);
    zalo_ok(c->res, data.p);
    free(all.tags);
    sbx_buf_free(&data);
}

static void getoa(struct zalo_call *c)
{
    struct sbx_buf data = {0};
    int64_t followers = 0;

    for (size_t i = 0; i < c->a->users.n; i++)
        followers += (c->a->users.u[i].flags & SBX_FOLLOWS) != 0;
    sbx_put(&data, "{'%s':%q,'name':%q,'description':'','oa_alias':'','is_verified':true",
            c->r->s->sw[SW_ZALO_GETOA_KEY] ? "oa_id" : "oaid", c->a->id, c->a->name);
    sbx_put(&data, ",'oa_type':2,'cate_name':'Cơ quan nhà nước','num_follower':%l,'avatar':''",
            followers);
    sbx_put(&data, ",'cover':'','package_name':'Toàn diện','package_valid_through_date':"
                   "'31/12/2027','package_auto_renew_date':'','linked_ZCA':''}");
    zalo_ok(c->res, data.p);
    sbx_buf_free(&data);
}

/* ---- recent chats ---- */

static void put_id(struct sbx_buf *out, const char *name, const char *id, bool number)
{
    sbx_put(out, number ? ",'%s':%s" : ",'%s':'%s'", name, id);
}

static void put_chat(struct zalo_call *c, const struct sbx_entry *e, struct sbx_buf *out)
{
    bool n = c->r->s->sw[SW_ZALO_CHAT_ID_NUMBERS], from_user = e->dir == SBX_IN;
    char id[SBX_ID_MAX], name[160];

    sbx_user_id(&c->a->users, (uint32_t)e->user, id);
    sbx_user_name(&c->a->users, (uint32_t)e->user, name, sizeof(name));
    sbx_put(out, "{'src':%d,'time':%l,'type':%q,'message':%q,'message_id':%q", from_user ? 1 : 0,
            e->at_ms, e->image ? "photo" : "text", e->text ? e->text : "", e->id);
    put_id(out, "from_id", from_user ? id : c->a->id, n);
    put_id(out, "to_id", from_user ? c->a->id : id, n);
    sbx_put(out, ",'from_display_name':%q,'to_display_name':%q},", from_user ? name : c->a->name,
            from_user ? c->a->name : name);
}

static void chats(struct zalo_call *c)
{
    int64_t offset = sbx_int(c->json, "offset", 0), count = sbx_int(c->json, "count", 0), at = 0;
    bool one = strstr(c->r->path, "/conversation") != NULL;
    int64_t user = -1;
    struct sbx_buf data = {0};

    if (count < 1 || count > 10 || offset < 0) {
        zalo_invalid(c->res, "count");
        return;
    }
    if (one && (user = named_user(c)) < 0)
        return;
    sbx_buf_str(&data, "[");
    for (int64_t seq = (int64_t)sbx_ledger_size(c->r->s); seq > 0; seq--) {
        const struct sbx_entry *e = sbx_ledger_nth(c->r->s, (size_t)seq - 1);

        if (e->platform != SBX_ZALO || e->account != c->a->number || e->user < 0 ||
            (one && e->user != user))
            continue;
        if (at >= offset && at < offset + count)
            put_chat(c, e, &data);
        if (++at >= offset + count)
            break;
    }
    sbx_buf_uncomma(&data);
    sbx_buf_str(&data, "]");
    zalo_ok(c->res, data.p);
    sbx_buf_free(&data);
}

/* ---- quotas ---- */

static void quota_v2(struct zalo_call *c)
{
    const char *type = sbx_str(c->json, "type");

    if (sbx_get(c->json, "user_id") && (!type || strcmp(type, "promotion") != 0))
        zalo_invalid(c->res, "type");
    else if (sbx_get(c->json, "user_id") && named_user(c) < 0)
        return;
    else if (sbx_get(c->json, "message_id") &&
             !sbx_ledger_by_id(c->r->s, SBX_ZALO, sbx_str(c->json, "message_id")))
        zalo_invalid(c->res, "message_id");
    else if (sbx_get(c->json, "message_id"))
        zalo_ok(c->res, "{\"type\":\"reply\",\"remain\":8,\"total\":8}");
    else if (sbx_get(c->json, "user_id"))
        zalo_ok(c->res, "{\"type\":\"promotion\",\"remain\":6,\"total\":6}");
    else
        zalo_ok(c->res, "{\"type\":\"active\",\"remain\":500,\"total\":500}");
}

static void quota_v3(struct zalo_call *c)
{
    struct sbx_buf data = {0};
    const struct sbx_extra *x;
    int64_t user;

    if (sbx_str(c->json, "quota_owner")) {
        sbx_put(&data,
                "[{'asset_id':'0a1b2c3d4e5f','product_type':%q,'quota_type':'sub_quota',"
                "'valid_through':'31/12/2027','total':500,'remain':%d}]",
                sbx_str(c->json, "product_type"), c->a->sub_quota);
    } else {
        user = named_user(c);
        if (user < 0)
            return;
        x = sbx_user_peek(&c->a->users, (uint32_t)user);
        sbx_put(&data, "{'last_interaction':'%l','cs_reply':{'remain':8,'total':8}",
                c->a->users.u[user].last_in);
        sbx_put(&data,
                ",'promotion':{'daily_remain':%d,'daily_total':1,'monthly_remain':%d,"
                "'monthly_total':6}}",
                x && x->promo_day == sbx_vn_day(c->r->now) ? 1 - x->promo_sent_day : 1,
                x ? 6 - x->promo_sent_month : 6);
    }
    zalo_ok(c->res, data.p);
    sbx_buf_free(&data);
}

static void empty_groups(struct zalo_call *c)
{
    zalo_ok(c->res, "{\"total\":0,\"count\":0,\"offset\":0,\"groups\":[]}");
}

static void phone_quota(struct zalo_call *c)
{
    zalo_ok(c->res, "{\"dailyQuota\":\"500\",\"remainingQuota\":\"500\"}");
}

static void phone_status(struct zalo_call *c)
{
    const struct sbx_entry *e = sbx_ledger_by_id(c->r->s, SBX_ZALO, sbx_query(c->r, "message_id"));

    zalo_ok(c->res, e ? "{\"delivery_time\":\"\",\"status\":1,\"message\":\"The message is sent to "
                        "user\"}"
                      : "{\"delivery_time\":\"\",\"status\":-1,\"message\":\"The message does not "
                        "exist\"}");
}

bool zalo_user_route(struct zalo_call *c)
{
    static const struct {
        const char *method, *path;
        void (*run)(struct zalo_call *c);
    } table[] = {
        {"GET", "/v3.0/oa/user/getlist", getlist},
        {"GET", "/v3.0/oa/user/detail", detail},
        {"POST", "/v2.0/oa/tag/tagfollower", tagfollower},
        {"POST", "/v2.0/oa/tag/rmfollowerfromtag", untag},
        {"POST", "/v2.0/oa/tag/rmtag", rmtag},
        {"GET", "/v2.0/oa/tag/gettagsofoa", gettags},
        {"GET", "/v2.0/oa/getoa", getoa},
        {"GET", "/v2.0/oa/listrecentchat", chats},
        {"GET", "/v2.0/oa/conversation", chats},
        {"POST", "/v2.0/oa/quota/message", quota_v2},
        {"POST", "/v3.0/oa/quota/message", quota_v3},
        {"GET", "/v3.0/oa/group/getgroupsofoa", empty_groups},
        {"GET", "/message/quota", phone_quota},
        {"GET", "/message/status", phone_status},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (!strcmp(table[i].path, c->r->path) && !strcmp(table[i].method, c->r->method)) {
            table[i].run(c);
            return true;
        }
    }
    return false;
}
