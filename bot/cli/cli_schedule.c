/* SPDX-License-Identifier: Apache-2.0 */
/* loa schedule: what is coming, and what is missing for it */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/agenda.h"
#include "bot/cli/cli.h"
#include "bot/ops/agenda_view.h"
#include "messages/base/clock.h"
#include "messages/base/tz.h"

enum { DAYS_DEFAULT = 7, DAYS_MAX = 366 };

/* ---- for people ------------------------------------------------------------------------ */

static void print_day(int64_t ms)
{
    static const char *const names[] = {"Thứ Hai", "Thứ Ba",  "Thứ Tư",  "Thứ Năm",
                                        "Thứ Sáu", "Thứ Bảy", "Chủ nhật"};
    struct loa_civil c = loa_tz_civil(ms);

    (void)printf("%s %d/%d/%d\n", names[c.weekday], c.day, c.month, c.year);
}

static void print_message(const struct bot_agenda_item *item)
{
    struct loa_civil goes = loa_tz_civil(item->goes_ms);

    (void)printf("thông điệp %" PRId64 ", %s [%s] %s%s%s", item->message_id, item->title,
                 item->channels, item->state, item->series ? ", theo lịch" : "",
                 item->urgent ? ", KHẨN" : "");
    if (item->daily && *item->daily)
        (void)printf(", tin ngày: %s", item->daily);
    if (item->goes_ms != item->at_ms)
        (void)printf(", chờ hết giờ yên lặng tới %02d:%02d", goes.hour, goes.minute);
}

static void print_item(const struct bot_agenda_item *item)
{
    struct loa_civil c = loa_tz_civil(item->at_ms);

    (void)printf("  %02d:%02d  ", c.hour, c.minute);
    switch (item->kind) {
    case BOT_AGENDA_MESSAGE:
        print_message(item);
        break;
    case BOT_AGENDA_RIGHT:
        (void)printf("tài khoản %s: %s %s", item->account, msg_right_title(item->right),
                     item->over ? "ĐÃ HẾT HẠN" : "hết hạn");
        break;
    case BOT_AGENDA_FAILING:
        (void)printf("tài khoản %s: %s", item->account, msg_right_title(item->right));
        break;
    case BOT_AGENDA_PAUSED:
        (void)printf("tài khoản %s: đang tạm dừng", item->account);
        break;
    case BOT_AGENDA_SILENT:
        (void)printf("tài khoản %s: nền tảng im lặng", item->account);
        break;
    case BOT_AGENDA_HELD:
        (void)printf("chờ quyết định");
        break;
    }
    (void)putchar('\n');
    for (size_t i = 0; i < item->warnings.n; i++)
        (void)printf("         ! %s\n", item->warnings.items[i]);
}

static void print(const struct bot_agenda *a)
{
    int64_t day = 0;

    for (size_t i = 0; i < a->n; i++) {
        int64_t of = loa_tz_day_start(a->items[i].at_ms);

        if (of != day)
            print_day(of);
        day = of;
        print_item(&a->items[i]);
    }
    if (!a->n)
        (void)puts("Không có gì sắp tới.");
    if (a->cut)
        (void)puts("Còn nữa; hãy xem ít ngày hơn (--days).");
    if (a->n_warnings)
        (void)printf("%zu điều cần lo (dấu !).\n", a->n_warnings);
}

/* ---- the command ----------------------------------------------------------------------- */

static bool parse_days(const char *text, int *days)
{
    char *end;
    long n;

    errno = 0;
    n = text ? strtol(text, &end, 10) : DAYS_DEFAULT;
    if (text && (errno || end == text || *end || n < 1 || n > DAYS_MAX))
        return false;
    *days = (int)n;
    return true;
}

int cli_schedule(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {{"days", false, false}, {"now", false, false}};
    int status = cli_parse(cli, argc - 1, argv + 1, options, sizeof(options) / sizeof(options[0]));
    int64_t now = loa_clock_wall(), until;
    struct loa_problem why = {"", ""};
    struct bot_agenda agenda;
    int days = 0;

    if (!status && (cli->n_words || !parse_days(cli_get(cli, "days"), &days)))
        status = cli_usage("cần: schedule [--days 1-366]");
    if (!status)
        status = cli_open_readonly(cli);
    if (status) /* the zone of --now is known from here on */
        return status;
    if (cli_has(cli, "now") && loa_iso_parse(cli_get(cli, "now"), &now) != LOA_OK)
        return cli_usage("--now phải là thời điểm ISO 8601, ví dụ 2026-10-01T07:00:00+07:00");
    until = loa_tz_add_days(now, days);
    if (bot_agenda_make(cli->db, &cli->cfg, now, until, &agenda, &why) != LOA_OK)
        status = cli_complain(&why);
    else if (cli->json)
        cli_print_json(ops_agenda_json(&agenda, now, until));
    else
        print(&agenda);
    bot_agenda_release(&agenda);
    return status;
}
