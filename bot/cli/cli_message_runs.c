/* SPDX-License-Identifier: Apache-2.0 */
/* A message's runs, for people. */
#include <stdio.h>
#include <string.h>

#include "bot/cli/cli_message.h"
#include "messages/base/json.h"
#include "messages/doubt.h"

/* Integers are kept as their digits. */
static const char *raw(const cJSON *o, const char *key)
{
    const cJSON *item = loa_json_get(o, key);

    return item && item->valuestring ? item->valuestring : "";
}

static void print_hold(const cJSON *message, const cJSON *run)
{
    const char *reason = loa_json_str(run, "account_paused");

    if (!reason)
        return;
    (void)printf("    Tài khoản %s đang tạm dừng%s%s; bật lại: loa account resume %s",
                 raw(run, "account"), *reason ? ": " : "", reason, raw(run, "account"));
    if (strcmp(raw(run, "way"), "post") == 0)
        (void)printf("; đăng tay: loa handpost %s", raw(message, "id"));
    (void)putchar('\n');
}

static void print_hand(const cJSON *hand)
{
    if (!hand)
        return;
    (void)printf("    Đã đăng tay: %s lúc %s", raw(hand, "user"), raw(hand, "at"));
    if (*raw(hand, "url"))
        (void)printf(", %s", raw(hand, "url"));
    if (*raw(hand, "note"))
        (void)printf(" (%s)", raw(hand, "note"));
    (void)putchar('\n');
}

static const char *way_title(const char *way)
{
    static const char *const titles[][2] = {
        {"single", "tin nhắn"}, {"batch", "tin nhắn theo lô"}, {"post", "bài đăng công khai"}};

    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
        if (strcmp(way, titles[i][0]) == 0)
            return titles[i][1];
    }
    return way;
}

static void print_doubts(const cJSON *run)
{
    const cJSON *doubts = loa_json_get(run, "doubts"), *one;

    if (!doubts)
        return;
    (void)printf("    Chưa rõ:");
    cJSON_ArrayForEach(one, doubts)
    {
        enum msg_doubt_cause cause = MSG_DOUBT_NONE;

        while (cause < MSG_DOUBT_CAUSES - 1 &&
               strcmp(msg_doubt_cause_name(cause), one->string) != 0)
            cause++;
        (void)printf(" %s (%s)%s", raw(doubts, one->string), msg_doubt_cause_text(cause),
                     one->next ? "," : "");
    }
    (void)printf("; xem: loa doubt list --run %s\n", raw(run, "id"));
}

void cli_message_print_run(const cJSON *message, const cJSON *run)
{
    (void)printf("%s %s (%s", raw(run, "due"), raw(run, "account"), way_title(raw(run, "way")));
    if (*raw(run, "attempt"))
        (void)printf(", lần %s", raw(run, "attempt"));
    (void)printf("): %s, tổng %s, đã gửi %s, lỗi %s, bỏ qua %s, chưa rõ %s, đã nhận %s, đã xem %s",
                 raw(run, "state"), raw(run, "total"), raw(run, "sent"), raw(run, "failed"),
                 raw(run, "skipped"), raw(run, "in_doubt"), raw(run, "delivered"),
                 raw(run, "seen"));
    if (*raw(run, "rate_per_min"))
        (void)printf(", nhiều nhất %s người/phút", raw(run, "rate_per_min"));
    (void)printf("%s%s\n", *raw(run, "error") ? ": " : "", raw(run, "error"));
    print_doubts(run);
    print_hold(message, run);
    print_hand(loa_json_get(run, "by_hand"));
}
