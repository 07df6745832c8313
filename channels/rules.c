/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/channel.h"
#include "messages/base/tz.h"

enum { NUMBER_MAX = 1000000000 };

const struct channel_rules *channel_rules_at(const struct channel_ops *ops, int64_t ms)
{
    const struct channel_rules *found = &ops->rules[0];
    char day[LOA_ISO_SIZE];

    (void)loa_iso_date(ms, day);
    for (size_t i = 1; ops->rules[i].valid_from; i++) {
        if (strcmp(ops->rules[i].valid_from, day) <= 0)
            found = &ops->rules[i];
    }
    return found;
}

const struct channel_package *channel_package_find(const struct channel_rules *rules,
                                                   const char *name)
{
    for (size_t i = 0; name && i < rules->n_packages; i++) {
        if (strcmp(rules->packages[i].name, name) == 0)
            return &rules->packages[i];
    }
    return NULL;
}

void channel_package_names(const struct channel_rules *rules, char *out, size_t size)
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; i < rules->n_packages && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%s", i ? ", " : "", rules->packages[i].name);
}

/* A whole number from 0 on; -1 for anything else. */
static int64_t number(const char *text)
{
    char *end;
    long long v = strtoll(text, &end, 10);

    return *text >= '0' && *text <= '9' && !*end && v <= NUMBER_MAX ? v : -1;
}

static int64_t choose(const char *own, int64_t general)
{
    int64_t v = own ? number(own) : -1;

    return v >= 0 ? v : general;
}

struct channel_deal channel_deal_of(const struct channel_rules *rules,
                                    const struct channel_terms *terms, const struct msg_account *a)
{
    static const struct channel_terms nothing = {0};
    const struct channel_terms *t = terms ? terms : &nothing;
    const char *name = a && a->package ? a->package : t->package;
    const struct channel_package *named = channel_package_find(rules, name);
    const struct channel_package *usual = channel_package_find(rules, rules->usual_package);
    const struct channel_package *p = named ? named : usual;
    int64_t posts = choose(a ? a->posts_month : NULL, t->posts_month);
    int64_t free_month = choose(a ? a->free_month : NULL, t->free_month);
    struct channel_deal d = {.package = p,
                             .posts_day = rules->posts_day,
                             .price = choose(a ? a->price : NULL, t->price),
                             .utility_price = choose(a ? a->utility_price : NULL, t->utility_price),
                             .calls_minute = named ? named->calls_minute : 0};

    d.sure = posts > 0 || (named && named->posts_month != CHANNEL_UNSTATED);
    if (posts > 0)
        d.posts_month = (int)posts;
    else if (p) /* a package whose cap no source states counts as the usual one */
        d.posts_month = p->posts_month == CHANNEL_UNSTATED ? usual->posts_month : p->posts_month;
    d.free_month = free_month > 0 ? free_month : named ? named->free_month : 0;
    return d;
}

enum loa_err channel_terms_check(const struct channel_ops *ops, const struct msg_account *a,
                                 int64_t now, struct loa_problem *why)
{
    const struct channel_rules *rules = channel_rules_at(ops, now);
    const struct {
        const char *field, *text;
    } numbers[] = {{"posts-month", a->posts_month},
                   {"free-month", a->free_month},
                   {"price", a->price},
                   {"utility-price", a->utility_price}};
    char names[160];

    channel_package_names(rules, names, sizeof(names));
    if (a->package && !rules->n_packages)
        return loa_fail(why, LOA_EINVAL, "package", "Kênh %s không có gói dịch vụ", ops->title);
    if (a->package && !channel_package_find(rules, a->package))
        return loa_fail(why, LOA_EINVAL, "package", "%s không có gói “%s”; các gói: %s", ops->title,
                        a->package, names);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (numbers[i].text && number(numbers[i].text) < 0)
            return loa_fail(why, LOA_EINVAL, numbers[i].field,
                            "“%s” không hợp lệ: cần số nguyên từ 0", numbers[i].text);
    }
    return LOA_OK;
}
