/* SPDX-License-Identifier: Apache-2.0 */
/* fb_event.c - the webhook events of section 10.4. Bodies are built raw; hook.c escapes them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/citizen.h"
#include "tests/sandbox/fb.h"
#include "tests/sandbox/hook.h"
#include "tests/sandbox/live.h"

static bool subscribed(const struct sbx_account *a, const char *field)
{
    size_t n = strlen(field);

    if (!a->fb_fields[0])
        return true;
    for (const char *p = a->fb_fields; *p;) {
        size_t k = strcspn(p, ",");

        if (k == n && !memcmp(p, field, n))
            return true;
        p += k + (p[k] == ',');
    }
    return false;
}

static void push(struct sbx *s, struct sbx_account *a, const char *field, const char *slot,
                 struct sbx_buf *b)
{
    struct sbx_event e = {.account = a, .kind = field, .json = b->p, .len = b->len, .slot = slot};

    if (subscribed(a, field))
        sbx_hook_push(s, &e);
    sbx_buf_free(b);
}

static int64_t stamp(struct sbx *s)
{
    int64_t now = sbx_now(s);
    int how = s->sw[SW_FB_SECONDS];

    return how == 2 || (how == 1 && sbx_random(&s->random) % 4 == 0) ? now / 1000 : now;
}

/* {"sender":..,"recipient":..,"timestamp":..,  ready for the event's own member. */
static void begin(struct sbx *s, const struct sbx_account *a, int64_t user, bool from_page,
                  struct sbx_buf *b)
{
    char id[SBX_ID_MAX];

    sbx_user_id(&a->users, (uint32_t)user, id);
    sbx_put(b, "{'sender':{'id':%q},'recipient':{'id':%q},'timestamp':%l,", from_page ? a->id : id,
            from_page ? id : a->id, stamp(s));
}

/* Events of a thread that another app owns come in standby[]. */
static void push_inbound(struct sbx *s, struct sbx_account *a, int64_t user, const char *field,
                         struct sbx_buf *b)
{
    bool standby = a->users.u[user].flags & SBX_OTHER_APP;

    push(s, a, standby ? "standby" : field, standby ? "standby" : "messaging", b);
}

static void record(struct sbx *s, struct sbx_account *a, int64_t user, const char *kind,
                   const char *text, const char *image, const char *mid)
{
    struct sbx_entry e = {.at_ms = sbx_now(s), .platform = SBX_FB, .user = user, .dir = SBX_IN};

    e.account = a->number;
    e.kind = kind;
    e.text = sbx_strdup(text);
    e.image = sbx_strdup(image);
    e.id = sbx_strdup(mid);
    e.status = SBX_DELIVERED;
    sbx_ledger_add(s, &e, NULL);
    free(e.text);
    free(e.image);
    free(e.id);
}

void fb_say(struct sbx *s, struct sbx_account *a, int64_t user, const char *text,
            const char *quick_payload, const char *attachments, const char *image)
{
    struct sbx_buf b = {0};
    char mid[80];

    sbx_touch(s, a, user);
    sbx_id_mid(s, mid);
    record(s, a, user,
           quick_payload ? "quick_reply"
           : attachments ? "attachment"
                         : "text",
           text, image, mid);
    begin(s, a, user, false, &b);
    sbx_put(&b, "'message':{'mid':%q", mid);
    if (text)
        sbx_put(&b, ",'text':%q", text);
    if (quick_payload)
        sbx_put(&b, ",'quick_reply':{'payload':%q}", quick_payload);
    if (attachments)
        sbx_put(&b, ",'attachments':%s", attachments);
    sbx_buf_str(&b, "}}");
    push_inbound(s, a, user, "messages", &b);
}

void fb_postback(struct sbx *s, struct sbx_account *a, int64_t user, const char *title,
                 const char *payload, const char *ref)
{
    struct sbx_buf b = {0};
    char mid[80];
    bool standby = a->users.u[user].flags & SBX_OTHER_APP;

    sbx_touch(s, a, user);
    sbx_id_mid(s, mid);
    record(s, a, user, "postback", title, NULL, mid);
    begin(s, a, user, false, &b);
    sbx_put(&b, "'postback':{'title':%q", title);
    if (!standby) /* there the payload is lost */
        sbx_put(&b, ",'payload':%q", payload);
    sbx_put(&b, ",'mid':%q", mid);
    if (ref)
        sbx_put(&b, ",'referral':{'ref':%q,'source':'SHORTLINK','type':'OPEN_THREAD'}", ref);
    sbx_buf_str(&b, "}}");
    push_inbound(s, a, user, "messaging_postbacks", &b);
}

void fb_referral(struct sbx *s, struct sbx_account *a, int64_t user, const char *ref)
{
    struct sbx_buf b = {0};

    sbx_touch(s, a, user);
    begin(s, a, user, false, &b);
    sbx_put(&b, "'referral':{'ref':%q,'source':'SHORTLINK','type':'OPEN_THREAD'}}", ref);
    push_inbound(s, a, user, "messaging_referrals", &b);
}

void fb_reaction(struct sbx *s, struct sbx_account *a, int64_t user, const char *mid,
                 const char *reaction, const char *emoji, bool on)
{
    struct sbx_buf b = {0};

    sbx_touch(s, a, user);
    begin(s, a, user, false, &b);
    sbx_put(&b, "'reaction':{'reaction':%q,'emoji':%q,'action':'%s','mid':%q}}", reaction, emoji,
            on ? "react" : "unreact", mid);
    push_inbound(s, a, user, "message_reactions", &b);
}

void fb_edit(struct sbx *s, struct sbx_account *a, int64_t user, const char *mid, const char *text)
{
    struct sbx_buf b = {0};

    begin(s, a, user, false, &b);
    sbx_put(&b, "'message_edit':{'mid':%q,'text':%q,'num_edit':1}}", mid, text);
    push_inbound(s, a, user, "message_edits", &b);
}

void fb_optin(struct sbx *s, struct sbx_account *a, int64_t user, int state)
{
    struct sbx_extra *x = sbx_user_extra(&a->users, (uint32_t)user);
    struct sbx_user *u = &a->users.u[user];
    struct sbx_buf b = {0};
    char token[24];

    if (!x->notify_token) {
        snprintf(token, sizeof(token), "81%017llu",
                 (unsigned long long)(sbx_random(&s->random) % 100000000000000000ull));
        x->notify_token = sbx_strdup(token);
    }
    if (state == 1)
        u->flags |= SBX_OPTED_OUT;
    else
        u->flags = (uint8_t)(u->flags & ~SBX_OPTED_OUT);
    sbx_live_user(s, a, user);
    begin(s, a, user, false, &b);
    sbx_put(&b,
            "'optin':{'type':'notification_messages','payload':'SUB:ban_tin_tuan',"
            "'notification_messages_token':%q,'notification_messages_timezone':"
            "'Asia/Ho_Chi_Minh','token_expiry_timestamp':%l,'user_token_status':"
            "'NOT_REFRESHED'",
            x->notify_token, sbx_now(s) + 180 * SBX_DAY_MS);
    if (state)
        sbx_put(&b, ",'notification_messages_status':'%s'",
                state == 1 ? "STOP_NOTIFICATIONS" : "RESUME_NOTIFICATIONS");
    sbx_buf_str(&b, ",\"title\":\"Bản tin tuần của phường\"}}");
    push_inbound(s, a, user, "messaging_optins", &b);
}

void fb_policy(struct sbx *s, struct sbx_account *a, const char *action, const char *reason)
{
    struct sbx_buf b = {0};

    sbx_put(&b,
            "{'sender':{'id':%q},'recipient':{'id':%q},'timestamp':%l,'%s':{'action':%q,"
            "'reason':%q}}",
            a->id, a->id, stamp(s),
            s->sw[SW_FB_POLICY_KEY] ? "policy-enforcement" : "policy_enforcement", action,
            reason ? reason : "The bot violated our Platform Policies.");
    push(s, a, "messaging_policy_enforcement", "messaging", &b);
}

void fb_feed(struct sbx *s, struct sbx_account *a, const char *item, const char *verb,
             const char *post_id, const char *text)
{
    struct sbx_buf b = {0};

    sbx_put(&b,
            "{'value':{'from':{'id':%q,'name':%q},'message':%q,'post_id':%q,"
            "'created_time':%l,'item':%q,'published':1,'verb':%q},'field':'feed'}",
            a->id, a->name, text, post_id, sbx_now(s) / 1000, item, verb);
    push(s, a, "feed", "changes", &b);
}

void fb_template_reviewed(struct sbx *s, struct sbx_account *a, const char *name, const char *state)
{
    struct sbx_buf b = {0};

    sbx_put(&b,
            "{'value':{'event':%q,'message_template_name':%q},"
            "'field':'message_template_status_update'}",
            state, name);
    push(s, a, "message_template_status_update", "changes", &b);
}

const char *fb_comment(struct sbx *s, struct sbx_account *a, int64_t user, const char *post_id,
                       const char *text)
{
    struct sbx_buf b = {0};
    struct sbx_thing *t;
    const char *n = strchr(post_id, '_');
    char id[96], tail[40], number[24], name[160], from[SBX_ID_MAX];

    sbx_id_digits(s, tail, sizeof(tail), "118000000");
    snprintf(id, sizeof(id), "%.50s_%s", n ? n + 1 : post_id, tail);
    t = sbx_thing_add(a, SBX_COMMENT, id, sbx_now(s));
    snprintf(number, sizeof(number), "%lld", (long long)user);
    t->type = sbx_strdup(number);
    sbx_user_id(&a->users, (uint32_t)user, from);
    sbx_user_name(&a->users, (uint32_t)user, name, sizeof(name));
    sbx_put(&b,
            "{'value':{'from':{'id':'6%s','name':%q},'post':{'status_type':"
            "'mobile_status_update','is_published':true,'permalink_url':"
            "'https://www.facebook.com/%s/posts/%s','promotion_status':'inactive','id':%q},",
            from, name, a->id, n ? n + 1 : post_id, post_id);
    sbx_put(&b,
            "'message':%q,'post_id':%q,'comment_id':%q,'created_time':%l,'item':'comment',"
            "'parent_id':%q,'verb':'add'},'field':'feed'}",
            text, post_id, id, sbx_now(s) / 1000, post_id);
    push(s, a, "feed", "changes", &b);
    return t->id;
}

/* A person in the Page's inbox answers: an echo with another app's id. */
void fb_human(struct sbx *s, struct sbx_account *a, int64_t user, const char *text)
{
    struct sbx_buf b = {0};
    char mid[80];

    sbx_id_mid(s, mid);
    begin(s, a, user, true, &b);
    sbx_put(&b, "'message':{'mid':%q,'is_echo':true,'app_id':263902037430900,'text':%q}}", mid,
            text);
    push(s, a, "message_echoes", "messaging", &b);
}

static void echo(struct sbx *s, struct sbx_account *a, int64_t user, const struct sbx_entry *e)
{
    struct sbx_buf b = {0};
    char other[80];

    sbx_id_mid(s, other);
    begin(s, a, user, true, &b);
    sbx_put(&b, "'message':{'mid':%q,'is_echo':true,'app_id':%s",
            s->sw[SW_FB_ID_IS_MID] ? e->id : other, a->app_id);
    if (e->ref)
        sbx_put(&b, ",'metadata':%q", e->ref);
    if (e->text)
        sbx_put(&b, ",'text':%q", e->text);
    if (e->image)
        sbx_put(&b, ",'attachments':[{'type':'image','payload':{'url':%q}}]", e->image);
    else if (e->cards || (e->buttons && strcmp(e->kind, "text") != 0))
        sbx_buf_str(&b, ",\"attachments\":[{\"type\":\"template\",\"payload\":{}}]");
    sbx_buf_str(&b, "}}");
    push(s, a, "message_echoes", "messaging", &b);
}

void fb_receipt(struct sbx *s, struct sbx_account *a, int64_t user, const struct sbx_entry *e,
                int step)
{
    struct sbx_buf b = {0};
    char id[SBX_ID_MAX];
    int how = s->sw[SW_FB_DELIVERY_MIDS];
    bool mids = how == 1 || (how == 0 && sbx_random(&s->random) % 3 != 0);

    if (step == 0) {
        echo(s, a, user, e);
    } else if (step == 1) {
        if (mids) {
            begin(s, a, user, false, &b);
            sbx_put(&b, "'delivery':{'mids':[%q],'watermark':%l}}", e->id, sbx_now(s));
        } else { /* then the timestamp is missing too */
            sbx_user_id(&a->users, (uint32_t)user, id);
            sbx_put(&b, "{'sender':{'id':%q},'recipient':{'id':%q},'delivery':{'watermark':%l}}",
                    id, a->id, sbx_now(s));
        }
        push(s, a, "message_deliveries", "messaging", &b);
    } else {
        begin(s, a, user, false, &b);
        sbx_put(&b, "'read':{'watermark':%l}}", sbx_now(s));
        push(s, a, "message_reads", "messaging", &b);
    }
}
