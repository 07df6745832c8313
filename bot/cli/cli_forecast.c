/* SPDX-License-Identifier: Apache-2.0 */
/* loa message forecast: who will receive it, when and at what cost, and afterwards who did. Tables
 * are printed from the JSON, so that people and scripts see the same. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli_message.h"
#include "bot/forecast.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"
#include "messages/forecast_store.h"

enum { NUMBER_SIZE = 32, TIME_SIZE = 32, HOURS_FIRST = 24, HOURS_STEP = 3 };

/* ---- words ----------------------------------------------------------------------------- */

/* "1.234.567", of a member; "" if there is none. */
static const char *number(const cJSON *o, const char *key, char out[NUMBER_SIZE])
{
    char digits[NUMBER_SIZE];
    size_t n, at = 0;

    out[0] = '\0';
    if (!loa_json_get(o, key))
        return out;
    (void)snprintf(digits, sizeof(digits), "%" PRId64, loa_json_int(o, key, 0));
    n = strlen(digits);
    for (size_t i = 0; i < n && at + 2 < NUMBER_SIZE; i++) {
        if (i && (n - i) % 3 == 0)
            out[at++] = '.';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

/* "07:30 05/10" */
static const char *moment(const cJSON *o, const char *key, char out[TIME_SIZE])
{
    const char *iso = loa_json_str(o, key);
    struct loa_civil c;
    int64_t ms;

    if (!iso || loa_iso_parse(iso, &ms) != LOA_OK)
        return "-";
    c = loa_tz_civil(ms);
    (void)snprintf(out, TIME_SIZE, "%02d:%02d %02d/%02d", c.hour, c.minute, c.day, c.month);
    return out;
}

/* From "start" to "end": "41 giây", "3 phút", "2 giờ 5 phút". */
static const char *duration(const cJSON *o, char out[TIME_SIZE])
{
    const char *start = loa_json_str(o, "start"), *end = loa_json_str(o, "end");
    int64_t from, to, s;

    out[0] = '\0';
    if (!start || !end || loa_iso_parse(start, &from) != LOA_OK ||
        loa_iso_parse(end, &to) != LOA_OK)
        return out;
    s = (to - from) / LOA_SECOND_MS;
    if (s < 1)
        return "ngay";
    if (s < 60)
        (void)snprintf(out, TIME_SIZE, "%" PRId64 " giây", s);
    else if (s < 3600)
        (void)snprintf(out, TIME_SIZE, "%" PRId64 " phút", (s + 59) / 60);
    else
        (void)snprintf(out, TIME_SIZE, "%" PRId64 " giờ %" PRId64 " phút", s / 3600, s % 3600 / 60);
    return out;
}

/* A cell of a table, set to the right. */
static void cell(const char *s, int width)
{
    int n = (int)loa_utf8_length(s);

    (void)printf("%*s%s", width > n ? width - n : 0, "", s);
}

static const char *text(const cJSON *o, const char *key)
{
    const char *v = loa_json_str(o, key);

    return v ? v : "";
}

static const char *way_title(const cJSON *o)
{
    const char *way = text(o, "way");

    if (strcmp(way, "post") == 0)
        return "bài đăng";
    return strcmp(way, "batch") == 0 ? "theo lô" : "từng người";
}

static const char *fate_title(const char *name)
{
    for (int i = 0; i < SCHED_FATES; i++) {
        if (strcmp(sched_fate_name((enum sched_fate)i), name) == 0)
            return sched_fate_title((enum sched_fate)i);
    }
    return strcmp(name, "cancelled") == 0 ? "bị hủy" : "không rõ lý do";
}

/* Exact integers are kept as their digits until they are printed; here they are numbers again. */
static cJSON *plain(cJSON *json)
{
    char *printed = loa_json_print(json);
    cJSON *again = loa_json_parse(printed, strlen(printed));

    free(printed);
    cJSON_Delete(json);
    return again;
}

/* ---- before ---------------------------------------------------------------------------- */

static void print_warnings(FILE *out, const cJSON *forecast)
{
    const cJSON *w;

    cJSON_ArrayForEach(w, loa_json_get(forecast, "warnings"))
    {
        const char *account = text(w, "account");

        (void)fprintf(out, "%s %s%s%s [%s]\n", strcmp(text(w, "level"), "note") == 0 ? "·" : "!",
                      account, *account ? ": " : "", text(w, "text"), text(w, "code"));
    }
}

static void print_lost(const cJSON *o)
{
    const cJSON *fate;
    char n[NUMBER_SIZE];
    bool any = false;

    cJSON_ArrayForEach(fate, loa_json_get(o, "not_reached"))
    {
        (void)printf("%s%s %s", any ? ", " : "    không tới: ",
                     number(loa_json_get(o, "not_reached"), fate->string, n),
                     fate_title(fate->string));
        any = true;
    }
    if (any)
        (void)putchar('\n');
}

static void print_people(const cJSON *o)
{
    char people[NUMBER_SIZE], reach[NUMBER_SIZE], n[NUMBER_SIZE];

    if (loa_json_bool(o, "public", false)) {
        (void)printf("công khai, không đếm trước được người xem");
        return;
    }
    (void)printf("tới %s/%s người", number(o, "reach", reach), number(o, "people", people));
    if (loa_json_int(o, "paid", 0))
        (void)printf(", %s tính tiền", number(o, "paid", n));
    if (loa_json_int(o, "template", 0))
        (void)printf(", %s bằng mẫu được duyệt", number(o, "template", n));
}

static void print_item(const cJSON *o)
{
    char start[TIME_SIZE], end[TIME_SIZE], took[TIME_SIZE], n[NUMBER_SIZE];
    const char *from = loa_json_get(o, "start") ? moment(o, "start", start) : NULL;
    const char *to = moment(o, "end", end);

    (void)printf("  %s, %s%s: ", text(o, "account"), way_title(o),
                 loa_json_bool(o, "under_way", false) ? " (đang gửi, phần còn lại)" : "");
    print_people(o);
    if (!from)
        (void)printf("; không gửi");
    else if (strcmp(from, to) == 0)
        (void)printf("; gửi lúc %s (%s)", from, duration(o, took));
    else
        (void)printf("; gửi từ %s đến %s (%s)", from, to, duration(o, took));
    if (loa_json_int(o, "cost", 0))
        (void)printf("; %s đồng", number(o, "cost", n));
    (void)putchar('\n');
    print_lost(o);
}

static void print_items(const cJSON *forecast)
{
    const cJSON *first, *o;

    /* They stand by account; people read by time. */
    cJSON_ArrayForEach(first, loa_json_get(forecast, "occurrences"))
    {
        bool seen = false;
        char at[TIME_SIZE];

        for (o = loa_json_get(forecast, "occurrences")->child; o != first && !seen; o = o->next)
            seen = strcmp(text(o, "due"), text(first, "due")) == 0;
        if (seen)
            continue;
        (void)printf("Kỳ %s\n", moment(first, "due", at));
        for (o = first; o; o = o->next) {
            if (strcmp(text(o, "due"), text(first, "due")) == 0)
                print_item(o);
        }
    }
}

static void print_hours(const cJSON *account, bool all)
{
    static const char *const columns[] = {"free", "paid", "template", "closed"};
    static const char *const titles[] = {"miễn phí", "tính tiền", "bằng mẫu", "không được"};
    const cJSON *hours = loa_json_get(account, "hours"), *h;
    char at[TIME_SIZE], n[NUMBER_SIZE];
    int i = 0;

    if (!hours || !hours->child)
        return;
    (void)printf("Từng giờ trên %s, nếu không ai nhắn thêm\n", text(account, "account"));
    cell("giờ", 13);
    for (int k = 0; k < 4; k++)
        cell(titles[k], 12);
    (void)putchar('\n');
    cJSON_ArrayForEach(h, hours)
    {
        bool show = all || (i < HOURS_FIRST ? i % HOURS_STEP == 0 : i % HOURS_FIRST == 0);

        i++;
        if (!show)
            continue;
        cell(moment(h, "at", at), 13);
        for (int k = 0; k < 4; k++)
            cell(number(h, columns[k], n), 12);
        (void)puts(loa_json_bool(h, "quiet", false) ? "  giờ yên tĩnh" : "");
    }
}

static void print_posts(const cJSON *forecast)
{
    const cJSON *m, *d;

    cJSON_ArrayForEach(m, loa_json_get(forecast, "posts"))
    {
        if (!loa_json_get(m, "cap"))
            continue;
        (void)printf("Bài đăng của %s, tháng %s: đã dùng %" PRId64 "/%" PRId64 "; kế hoạch:",
                     text(m, "account"), text(m, "month"), loa_json_int(m, "used", 0),
                     loa_json_int(m, "cap", 0));
        cJSON_ArrayForEach(d, loa_json_get(m, "days"))(void)
            printf(" %s%s", text(d, "date") + 8,
                   loa_json_bool(d, "reached", false) ? "" : "(không tới ai)");
        if (loa_json_get(m, "proposed"))
            (void)printf("; đề xuất:");
        cJSON_ArrayForEach(d, loa_json_get(m, "proposed"))(void) printf(" %s", d->valuestring + 8);
        (void)putchar('\n');
    }
}

/* ---- after ----------------------------------------------------------------------------- */

static void print_column(const char *title, const cJSON *o)
{
    char reach[NUMBER_SIZE], people[NUMBER_SIZE], start[TIME_SIZE], end[TIME_SIZE], n[NUMBER_SIZE];

    if (!o)
        return;
    (void)printf("  %s: ", title);
    if (loa_json_bool(o, "public", false))
        (void)printf("công khai");
    else
        (void)printf("tới %s/%s", number(o, "reach", reach), number(o, "people", people));
    if (loa_json_int(o, "failed", 0))
        (void)printf(", lỗi %s", number(o, "failed", n));
    if (loa_json_int(o, "in_doubt", 0))
        (void)printf(", chưa rõ %s", number(o, "in_doubt", n));
    (void)printf("; %s - %s; %s đồng\n", moment(o, "start", start), moment(o, "end", end),
                 number(o, "cost", n));
    print_lost(o);
}

static void print_runs(const cJSON *runs)
{
    const cJSON *r;
    char due[TIME_SIZE];

    if (runs && runs->child)
        (void)printf("Dự báo và thực tế\n");
    cJSON_ArrayForEach(r, runs)
    {
        (void)printf("%s %s, %s\n", moment(r, "due", due), text(r, "account"), way_title(r));
        print_column("lúc trình", loa_json_get(r, MSG_FORECAST_SUBMIT));
        print_column("lúc duyệt", loa_json_get(r, MSG_FORECAST_APPROVE));
        print_column("lúc bắt đầu", loa_json_get(r, MSG_FORECAST_RUN));
        print_column("thực tế", loa_json_get(r, "happened"));
    }
}

enum loa_err cli_forecast_beside(struct cli *cli, int64_t id, cJSON *json)
{
    return bot_forecast_beside(cli->db, &cli->cfg, id, true,
                               cJSON_AddArrayToObject(json, "forecast"));
}

void cli_forecast_print_beside(const cJSON *json)
{
    cJSON *all = plain(cJSON_Duplicate(loa_json_get(json, "forecast"), true));

    print_runs(all);
    cJSON_Delete(all);
}

/* ---- the command ----------------------------------------------------------------------- */

static void print(const cJSON *o, bool all_hours)
{
    const cJSON *a;
    char at[TIME_SIZE], cost[NUMBER_SIZE];

    (void)printf("Dự báo thông điệp %" PRId64 ": %s (%s), tính lúc %s\n",
                 loa_json_int(o, "message", 0), text(o, "title"), text(o, "state"),
                 moment(o, "at", at));
    print_warnings(stdout, o);
    print_items(o);
    print_posts(o);
    if (loa_json_get(o, "occurrences")->child)
        (void)printf("Chi phí dự kiến đến %s: %s đồng\n", moment(o, "until", at),
                     number(o, "cost", cost));
    cJSON_ArrayForEach(a, loa_json_get(o, "accounts"))
    {
        if (loa_json_get(o, "occurrences")->child)
            print_hours(a, all_hours);
    }
    print_runs(loa_json_get(o, "runs"));
}

int cli_message_forecast(struct cli *cli, int64_t id)
{
    struct sched_forecast_options opt = bot_forecast_options(&cli->cfg);
    const char *when = cli_get(cli, "now");
    struct sched_forecast *f = NULL;
    struct loa_problem why = {"", ""};
    int64_t now = loa_clock_wall();
    cJSON *json;

    if (when && loa_iso_parse(when, &now) != LOA_OK)
        return cli_usage("--now nhận thời điểm ISO 8601, ví dụ 2026-10-01T07:30:00+07:00");
    if (sched_forecast_make(cli->db, &opt, id, now, &f, &why) != LOA_OK)
        return cli_complain(&why);
    json = sched_forecast_json(f, true);
    sched_forecast_free(f);
    if (bot_forecast_beside(cli->db, &cli->cfg, id, false, cJSON_AddArrayToObject(json, "runs")) !=
        LOA_OK) {
        cJSON_Delete(json);
        (void)loa_fail(&why, LOA_EIO, "", "Không đọc được kho dữ liệu: %s", db_message(cli->db));
        return cli_complain(&why);
    }
    if (cli->json) {
        cli_print_json(json);
        return CLI_OK;
    }
    json = plain(json);
    print(json, cli_has(cli, "hours"));
    cJSON_Delete(json);
    return CLI_OK;
}

/* ---- beside the steps ------------------------------------------------------------------ */

struct sched_forecast *cli_forecast_warn(struct cli *cli, int64_t id)
{
    struct sched_forecast_options opt = bot_forecast_options(&cli->cfg);
    struct sched_forecast *f = NULL;
    struct loa_problem why = {"", ""};
    cJSON *json;

    if (sched_forecast_make(cli->db, &opt, id, loa_clock_wall(), &f, &why) != LOA_OK)
        return NULL; /* what is wrong with the message, the step itself tells */
    if (!cli->json && f->n_warnings) {
        json = plain(sched_forecast_json(f, false));
        (void)fprintf(stderr, "loa: dự báo của thông điệp %" PRId64 ":\n", id);
        print_warnings(stderr, json);
        cJSON_Delete(json);
    }
    return f;
}

void cli_forecast_add(cJSON *json, const struct sched_forecast *f)
{
    cJSON *all = f ? sched_forecast_json(f, false) : NULL;

    if (all)
        cJSON_AddItemToObject(json, "warnings", cJSON_DetachItemFromObject(all, "warnings"));
    cJSON_Delete(all);
}

struct keep {
    const struct sched_forecast *f;
    const char *stage;
};

static enum loa_err keep(struct cli *cli, void *arg, struct loa_problem *why)
{
    const struct keep *k = arg;

    (void)why;
    return bot_forecast_save(cli->db, k->f, k->stage);
}

void cli_forecast_keep(struct cli *cli, struct sched_forecast *f, const char *stage)
{
    struct keep k = {f, stage};

    if (f)
        (void)cli_act(cli, keep, &k);
}
