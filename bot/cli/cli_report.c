/* SPDX-License-Identifier: Apache-2.0 */
/* loa report: what was sent in some days and what became of it, for people (a page to print), for a
 * spreadsheet, for programs. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <csv.h>

#include "bot/cli/cli.h"
#include "bot/cli/cli_html.h"
#include "channels/channel.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/report.h"

static const char *const ways[] = {"single", "batch", "post"};
static const char *const ways_vi[] = {"tin riêng", "tin riêng theo loạt", "bài công khai"};

static const char head[] =
    "<!doctype html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>Báo cáo kết quả truyền thông</title>\n<style>\n"
    "body{font:16px/1.5 'Times New Roman',serif;max-width:70em;margin:2em auto;padding:0 1em}\n"
    "table{border-collapse:collapse;width:100%;margin:1em 0;font-size:14px}\n"
    "th,td{border:1px solid #888;padding:.3em .5em;text-align:left;vertical-align:top}\n"
    "td.n{text-align:right;white-space:nowrap}\nh1{text-align:center;font-size:20px}\n"
    "caption{text-align:left;font-weight:bold;padding:.3em 0}\n"
    "@media print{body{margin:0;max-width:none}}\n</style></head><body>\n";

struct report {
    FILE *out;
    cJSON *runs, *accounts;
    int64_t from_ms, to_ms;
    int64_t total, sent, failed, skipped, in_doubt;
};

static const char *channel_title(const char *name)
{
    const struct channel_ops *ops = channel_find(name);

    return ops ? ops->title : name;
}

static void count(struct report *p, const struct msg_report_run *r)
{
    p->total += r->total;
    p->sent += r->sent;
    p->failed += r->failed;
    p->skipped += r->skipped;
    p->in_doubt += r->in_doubt;
}

/* ---- JSON ------------------------------------------------------------------------------ */

static void run_to_json(void *ctx, const struct msg_report_run *r)
{
    struct report *p = ctx;
    cJSON *o = cJSON_CreateObject();
    char iso[LOA_ISO_SIZE];

    loa_json_add_int(o, "run", r->run);
    loa_json_add_int(o, "message", r->message);
    cJSON_AddStringToObject(o, "title", r->title);
    cJSON_AddStringToObject(o, "due", loa_iso_format(r->due_ms, iso));
    cJSON_AddStringToObject(o, "account", r->account);
    cJSON_AddStringToObject(o, "channel", r->channel);
    cJSON_AddStringToObject(o, "way", ways[r->way % 3]);
    loa_json_add_int(o, "attempt", r->attempt);
    cJSON_AddBoolToObject(o, "by_hand", r->by_hand);
    cJSON_AddStringToObject(o, "state", r->state);
    loa_json_add_str(o, "error", r->error);
    loa_json_add_int(o, "total", r->total);
    loa_json_add_int(o, "sent", r->sent);
    loa_json_add_int(o, "delivered", r->delivered);
    loa_json_add_int(o, "seen", r->seen);
    loa_json_add_int(o, "failed", r->failed);
    loa_json_add_int(o, "skipped", r->skipped);
    loa_json_add_int(o, "in_doubt", r->in_doubt);
    loa_json_add_int(o, "charged", r->charged);
    cJSON_AddItemToArray(p->runs, o);
    count(p, r);
}

static void account_to_json(void *ctx, const struct msg_report_account *a)
{
    struct report *p = ctx;
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "account", a->account);
    cJSON_AddStringToObject(o, "channel", a->channel);
    loa_json_add_int(o, "followers", a->followers);
    loa_json_add_int(o, "opt_ins", a->opt_ins);
    loa_json_add_int(o, "opt_outs", a->opt_outs);
    loa_json_add_int(o, "replies", a->replies);
    cJSON_AddItemToArray(p->accounts, o);
}

static enum loa_err print_json(struct cli *cli, struct report *p)
{
    cJSON *o = cJSON_CreateObject(), *totals;
    char iso[LOA_ISO_SIZE];
    enum loa_err err;

    cJSON_AddStringToObject(o, "from", loa_iso_date(p->from_ms, iso));
    cJSON_AddStringToObject(o, "to", loa_iso_date(p->to_ms - 1, iso));
    p->runs = cJSON_AddArrayToObject(o, "runs");
    p->accounts = cJSON_AddArrayToObject(o, "accounts");
    err = msg_report_runs(cli->db, p->from_ms, p->to_ms, run_to_json, p);
    if (!err)
        err = msg_report_accounts(cli->db, p->from_ms, p->to_ms, account_to_json, p);
    totals = cJSON_AddObjectToObject(o, "totals");
    loa_json_add_int(totals, "total", p->total);
    loa_json_add_int(totals, "sent", p->sent);
    loa_json_add_int(totals, "failed", p->failed);
    loa_json_add_int(totals, "skipped", p->skipped);
    loa_json_add_int(totals, "in_doubt", p->in_doubt);
    if (err)
        cJSON_Delete(o);
    else
        cli_print_json(o);
    return err;
}

/* ---- CSV ------------------------------------------------------------------------------- */

static void field(FILE *f, const char *text, bool last)
{
    (void)csv_fwrite(f, text, strlen(text));
    (void)fputs(last ? "\r\n" : ",", f);
}

static void number(FILE *f, int64_t n, bool last)
{
    (void)fprintf(f, "%" PRId64 "%s", n, last ? "\r\n" : ",");
}

static void run_to_csv(void *ctx, const struct msg_report_run *r)
{
    struct report *p = ctx;
    char iso[LOA_ISO_SIZE];

    number(p->out, r->message, false);
    field(p->out, r->title, false);
    field(p->out, loa_iso_format(r->due_ms, iso), false);
    field(p->out, r->account, false);
    field(p->out, r->channel, false);
    field(p->out, ways[r->way % 3], false);
    number(p->out, r->attempt, false);
    field(p->out, r->by_hand ? "by hand" : r->state, false);
    number(p->out, r->total, false);
    number(p->out, r->sent, false);
    number(p->out, r->delivered, false);
    number(p->out, r->seen, false);
    number(p->out, r->failed, false);
    number(p->out, r->skipped, false);
    number(p->out, r->in_doubt, false);
    number(p->out, r->charged, true);
}

static enum loa_err print_csv(struct cli *cli, struct report *p)
{
    (void)fputs("message,title,due,account,channel,way,attempt,state,total,sent,delivered,seen,"
                "failed,skipped,in_doubt,charged\r\n",
                p->out);
    return msg_report_runs(cli->db, p->from_ms, p->to_ms, run_to_csv, p);
}

/* ---- a page ---------------------------------------------------------------------------- */

static void cell(FILE *f, int64_t n)
{
    (void)fprintf(f, "<td class=\"n\">%" PRId64 "</td>", n);
}

static void text_cell(FILE *f, const char *text)
{
    (void)fputs("<td>", f);
    cli_html_text(f, text);
    (void)fputs("</td>", f);
}

static void run_to_html(void *ctx, const struct msg_report_run *r)
{
    struct report *p = ctx;
    char iso[LOA_ISO_SIZE], due[LOA_ISO_SIZE], note[64] = "";

    (void)snprintf(due, sizeof(due), "%.10s %.5s", loa_iso_format(r->due_ms, iso), iso + 11);
    if (r->by_hand)
        (void)snprintf(note, sizeof(note), "đăng tay");
    else if (r->attempt > 1)
        (void)snprintf(note, sizeof(note), "gửi lại lần %d", r->attempt);
    (void)fputs("<tr>", p->out);
    text_cell(p->out, due);
    text_cell(p->out, r->title);
    text_cell(p->out, channel_title(r->channel));
    text_cell(p->out, r->account);
    text_cell(p->out, ways_vi[r->way % 3]);
    cell(p->out, r->total);
    cell(p->out, r->sent);
    cell(p->out, r->delivered);
    cell(p->out, r->seen);
    cell(p->out, r->failed);
    cell(p->out, r->skipped);
    cell(p->out, r->in_doubt);
    text_cell(p->out, r->finished_ms ? note : "đang gửi");
    (void)fputs("</tr>\n", p->out);
    count(p, r);
}

static void account_to_html(void *ctx, const struct msg_report_account *a)
{
    struct report *p = ctx;

    (void)fputs("<tr>", p->out);
    text_cell(p->out, channel_title(a->channel));
    text_cell(p->out, a->account);
    cell(p->out, a->followers);
    cell(p->out, a->opt_ins);
    cell(p->out, a->opt_outs);
    cell(p->out, a->replies);
    (void)fputs("</tr>\n", p->out);
}

static enum loa_err print_html(struct cli *cli, struct report *p)
{
    char from[LOA_ISO_SIZE], to[LOA_ISO_SIZE];
    enum loa_err err;

    (void)fputs(head, p->out);
    (void)fputs("<p><strong>", p->out);
    cli_html_text(p->out, cli->cfg.office);
    (void)fprintf(p->out,
                  "</strong></p>\n<h1>BÁO CÁO KẾT QUẢ TRUYỀN THÔNG</h1>\n"
                  "<p>Từ ngày %s đến hết ngày %s.</p>\n",
                  loa_iso_date(p->from_ms, from), loa_iso_date(p->to_ms - 1, to));
    (void)fputs("<table><caption>1. Thông điệp đã gửi</caption>\n<tr><th>Giờ</th><th>Thông điệp"
                "</th><th>Kênh</th><th>Tài khoản</th><th>Cách gửi</th><th>Người nhận</th>"
                "<th>Đã gửi</th><th>Đã tới</th><th>Đã xem</th><th>Không được</th><th>Bỏ qua</th>"
                "<th>Nghi vấn</th><th>Ghi chú</th></tr>\n",
                p->out);
    err = msg_report_runs(cli->db, p->from_ms, p->to_ms, run_to_html, p);
    (void)fputs("<tr><td colspan=\"5\"><strong>Cộng</strong></td>", p->out);
    cell(p->out, p->total);
    cell(p->out, p->sent);
    (void)fputs("<td></td><td></td>", p->out);
    cell(p->out, p->failed);
    cell(p->out, p->skipped);
    cell(p->out, p->in_doubt);
    (void)fputs("<td></td></tr></table>\n"
                "<p>“Nghi vấn”: nền tảng không cho biết tin đã tới hay chưa; danh sách xem bằng "
                "lệnh <code>loa doubt list</code>.</p>\n"
                "<table><caption>2. Người theo dõi và hỏi đáp</caption>\n<tr><th>Kênh</th>"
                "<th>Tài khoản</th><th>Đang nhận tin</th><th>Đăng ký mới</th><th>Hủy nhận tin</th>"
                "<th>Câu trả lời đã gửi</th></tr>\n",
                p->out);
    if (!err)
        err = msg_report_accounts(cli->db, p->from_ms, p->to_ms, account_to_html, p);
    (void)fputs("</table></body></html>\n", p->out);
    return err;
}

/* ---- the command ----------------------------------------------------------------------- */

/* Both days are part of the report. False after a complaint. */
static bool read_days(const struct cli *cli, struct report *p)
{
    const char *from = cli_get(cli, "from"), *to = cli_get(cli, "to");
    int64_t last;

    if (!from || !to || loa_iso_parse(from, &p->from_ms) != LOA_OK ||
        loa_iso_parse(to, &last) != LOA_OK) {
        (void)cli_usage("cần --from NGÀY --to NGÀY, ví dụ --from 2026-10-01 --to 2026-10-07");
        return false;
    }
    p->from_ms = loa_tz_day_start(p->from_ms);
    p->to_ms = loa_tz_add_days(loa_tz_day_start(last), 1);
    if (p->to_ms > p->from_ms)
        return true;
    (void)cli_usage("--to phải từ ngày --from trở đi");
    return false;
}

int cli_report(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {
        {"from", false, false}, {"to", false, false}, {"format", false, false}};
    int status = cli_parse(cli, argc - 1, argv + 1, options, 3);
    const char *format = cli_get(cli, "format");
    struct report p = {.out = stdout};
    enum loa_err err;

    if (!format)
        format = cli->json ? "json" : "html";
    if (!status && cli->n_words)
        status = cli_usage("report không nhận đối số");
    if (!status && strcmp(format, "html") != 0 && strcmp(format, "csv") != 0 &&
        strcmp(format, "json") != 0)
        status = cli_usage("--format nhận html, csv hoặc json");
    if (!status)
        status = cli_open_readonly(cli);
    if (!status && !read_days(cli, &p))
        status = CLI_USAGE;
    if (status)
        return status;
    err = strcmp(format, "json") == 0  ? print_json(cli, &p)
          : strcmp(format, "csv") == 0 ? print_csv(cli, &p)
                                       : print_html(cli, &p);
    return err ? CLI_FAILED : CLI_OK;
}
