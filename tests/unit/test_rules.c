/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of the platforms: the row in force by day, packages, what an account agreed for itself. */
#include <string.h>

#include <criterion/criterion.h>

#include "channels/channel.h"
#include "tests/unit/store_help.h"

static void hanoi(void)
{
    struct db *db = help_open(); /* sets the zone */

    help_close(db);
}

TestSuite(rules, .timeout = 10, .init = hanoi);

static const struct channel_rules *zalo_on(const char *iso)
{
    return channel_rules_at(&channel_zalo, help_at(iso));
}

Test(rules, every_channel_has_rules_with_a_source_in_order_of_their_days)
{
    for (size_t i = 0; channel_all[i]; i++) {
        const struct channel_rules *r = channel_all[i]->rules;

        cr_assert_not_null(r);
        cr_assert_not_null(r->valid_from);
        for (; r->valid_from; r++) {
            cr_expect_gt(strlen(r->source), 10);
            cr_expect_eq(strlen(r->valid_from), 10);
            cr_expect(!r[1].valid_from || strcmp(r->valid_from, r[1].valid_from) < 0);
            cr_expect(!r->n_packages || channel_package_find(r, r->usual_package));
        }
    }
}

Test(rules, new_row_holds_from_the_first_moment_of_its_day)
{
    cr_expect_null(channel_package_find(zalo_on("2026-05-31T23:59:59+07:00"), "growth"));
    cr_expect_not_null(channel_package_find(zalo_on("2026-06-01T00:00:00+07:00"), "growth"));
    cr_expect_str_eq(zalo_on("2020-01-01T00:00:00+07:00")->valid_from, "2026-01-01");
}

Test(rules, package_says_how_many_posts_a_follower_can_get)
{
    const struct channel_rules *r = zalo_on("2026-10-01T00:00:00+07:00");
    static const struct {
        const char *name;
        int posts;
    } known[] = {{"basic", 1}, {"advanced", 4}, {"premium", 6}};

    for (size_t i = 0; i < 3; i++) {
        struct channel_terms t = {.package = known[i].name};
        struct channel_deal d = channel_deal_of(r, &t, NULL);

        cr_expect_eq(d.posts_month, known[i].posts, "%s", known[i].name);
        cr_expect_eq(d.posts_day, 1);
        cr_expect(d.sure);
    }
}

Test(rules, without_a_package_the_usual_cap_is_assumed_and_not_sure)
{
    struct channel_deal d = channel_deal_of(zalo_on("2026-10-01"), NULL, NULL);

    cr_expect_eq(d.posts_month, 4);
    cr_expect_not(d.sure);
}

Test(rules, cap_that_no_source_states_is_assumed_until_staff_say_it)
{
    struct channel_terms t = {.package = "growth"};
    struct channel_deal d = channel_deal_of(zalo_on("2026-10-01"), &t, NULL);

    cr_expect_eq(d.posts_month, 4);
    cr_expect_not(d.sure);
    cr_expect_eq(d.free_month, 500);
    cr_expect_eq(d.calls_minute, 100);
    t.posts_month = 8;
    d = channel_deal_of(zalo_on("2026-10-01"), &t, NULL);
    cr_expect_eq(d.posts_month, 8);
    cr_expect(d.sure);
}

Test(rules, account_wins_over_the_general_settings)
{
    struct channel_terms t = {.package = "basic", .price = 55};
    char package[] = "premium", price[] = "0", free_month[] = "30";
    struct msg_account a = {.package = package, .price = price, .free_month = free_month};
    struct channel_deal d = channel_deal_of(zalo_on("2026-10-01"), &t, &a);

    cr_expect_eq(d.posts_month, 6);
    cr_expect_eq(d.price, 0);
    cr_expect_eq(d.free_month, 30);
    cr_expect_eq(channel_deal_of(zalo_on("2026-10-01"), &t, NULL).price, 55);
}

Test(rules, old_viber_bots_have_their_free_messages)
{
    struct channel_terms t = {.package = "legacy", .price = 400};
    struct channel_deal d =
        channel_deal_of(channel_rules_at(&channel_viber, help_at("2026-10-01")), &t, NULL);

    cr_expect_eq(d.free_month, 10000);
    cr_expect_eq(d.posts_month, 0, "no cap");
}

Test(rules, wrong_terms_are_told_with_what_is_sold)
{
    struct loa_problem why = {"", ""};
    char package[] = "gold", price[] = "free";
    struct msg_account a = {.package = package};

    cr_expect_eq(channel_terms_check(&channel_zalo, &a, help_at("2026-10-01"), &why), LOA_EINVAL);
    cr_expect_not_null(strstr(why.text, "premium"));
    cr_expect_eq(channel_terms_check(&channel_facebook, &a, help_at("2026-10-01"), &why),
                 LOA_EINVAL);
    a = (struct msg_account){.price = price};
    cr_expect_eq(channel_terms_check(&channel_zalo, &a, help_at("2026-10-01"), &why), LOA_EINVAL);
    cr_expect_str_eq(why.field, "price");
}
