/* SPDX-License-Identifier: Apache-2.0 */
/* loa doubt: what is not known to have gone out, why, what speaks for and against; and the two
 * things that staff can say of it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "bot/ops/doubt_view.h"
#include "messages/account.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/doubt_case.h"

enum { LIST_DEFAULT = 100, LIST_MAX = 100000 };

/* ---- list ------------------------------------------------------------------------------- */

/* What speaks for and against, in words. */
static void print_evidence(const struct msg_doubt_case *c)
{
    char iso[LOA_ISO_SIZE];

    if (c->last_echo_ms > c->noted_ms)
        (void)printf("    từ đó nền tảng vẫn báo lại tin khác của tài khoản (lần cuối %s)\n",
                     loa_iso_format(c->last_echo_ms, iso));
    if (c->later)
        (void)printf("    từ đó đã gửi người này %" PRId64 " tin khác, %" PRId64 " tin đã tới\n",
                     c->later, c->arrived);
    if (c->unclaimed)
        (void)printf("    có %" PRId64 " báo nhận tới người này không khớp tin nào đã biết\n",
                     c->unclaimed);
    if (c->wrote_ms)
        (void)printf("    người này có nhắn lại lúc %s\n", loa_iso_format(c->wrote_ms, iso));
    if (c->looked == MSG_DOUBT_UNSURE)
        (void)puts("    đã xem trên nền tảng mà không kết luận được");
    if (c->looked == MSG_DOUBT_ABSENT)
        (void)puts("    đã xem trên nền tảng: không có tin này");
}

static void print_case(const struct msg_doubt_case *c)
{
    char id[MSG_DOUBT_ID_SIZE], iso[LOA_ISO_SIZE];

    (void)printf("%-14s %-10s ", msg_doubt_id_format(&c->id, id), c->account);
    if (c->message)
        (void)printf("thông điệp %" PRId64 " “%s”", c->message, c->title);
    else
        (void)printf("trả lời");
    if (c->id.contact)
        (void)printf(", tới %s%s%s%s", c->remote ? c->remote : "(đã xóa)", c->name ? " (" : "",
                     c->name ? c->name : "", c->name ? ")" : "");
    else
        (void)printf(", bài đăng công khai");
    (void)printf("\n    gửi lúc %s, %s", loa_iso_format(c->since_ms, iso),
                 msg_doubt_cause_text(c->cause));
    if (c->code)
        (void)printf(" (mã %d)", c->code);
    (void)puts("");
    print_evidence(c);
    if (c->again || c->sending)
        (void)puts(c->sending ? "    đang được gửi lại" : "    sẽ được gửi lại");
    else if (c->hindrance)
        (void)printf("    không gửi lại được: %s\n", c->hindrance);
}

/* An optional number among the options. False after a complaint. */
static bool get_id(const struct cli *cli, const char *name, int64_t *out)
{
    *out = 0;
    return !cli_has(cli, name) || cli_id(cli_get(cli, name), out);
}

static int print_list(const struct cli *cli, const struct msg_doubt_cases *all)
{
    cJSON *list;

    if (!cli->json) {
        for (size_t i = 0; i < all->n; i++)
            print_case(&all->items[i]);
        if ((int64_t)all->n < all->total)
            (void)printf("... và %" PRId64 " mục nữa (--limit N để xem thêm)\n",
                         all->total - (int64_t)all->n);
        else if (!all->n)
            (void)puts("Không có gì chưa rõ.");
        return CLI_OK;
    }
    list = cJSON_CreateArray();
    for (size_t i = 0; i < all->n; i++)
        cJSON_AddItemToArray(list, ops_doubt_json(&all->items[i]));
    cli_print_json(list);
    return CLI_OK;
}

static int list(struct cli *cli)
{
    struct msg_doubt_filter filter = {0};
    struct msg_doubt_cases all;
    struct loa_problem why;
    int64_t limit;
    enum loa_err err;
    int status;

    if (!get_id(cli, "message", &filter.message) || !get_id(cli, "run", &filter.run) ||
        !get_id(cli, "limit", &limit))
        return CLI_USAGE;
    filter.max = !limit ? LIST_DEFAULT : limit < LIST_MAX ? (size_t)limit : LIST_MAX;
    status = cli_open(cli);
    if (status)
        return status;
    if (cli_has(cli, "account") &&
        msg_account_id(cli->db, cli_get(cli, "account"), &filter.account, &why) != LOA_OK)
        return cli_complain(&why);
    err = msg_doubt_list(cli->db, &filter, loa_clock_wall(), &all);
    if (err) {
        (void)loa_fail(&why, err, "", "Không đọc được kho dữ liệu: %s", db_message(cli->db));
        return cli_complain(&why);
    }
    status = print_list(cli, &all);
    msg_doubt_cases_release(&all);
    return status;
}

/* ---- sent, resend ----------------------------------------------------------------------- */

struct said {
    enum msg_doubt_said what;
    struct msg_doubt_id ids[8];
    size_t n_ids;
    int64_t run; /* all of it, if no ids are given */
    int64_t changed, left;
};

static enum loa_err say(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct said *s = arg;
    int64_t now = loa_clock_wall();
    enum loa_err err = LOA_OK;

    if (!s->n_ids)
        return msg_doubt_say_all(cli->db, &cli->who, now, s->run, s->what, &s->changed, &s->left,
                                 why);
    for (size_t i = 0; i < s->n_ids && !err; i++) {
        bool fresh = false;

        err = msg_doubt_say(cli->db, &cli->who, now, &s->ids[i], s->what, &fresh, why);
        s->changed += fresh;
    }
    return err;
}

/* By id, or by run and contact. False after a complaint. */
static bool read_what(const struct cli *cli, struct said *s)
{
    int64_t contact = 0;

    for (size_t i = 1; i < cli->n_words; i++) {
        if (msg_doubt_id_parse(cli->words[i], &s->ids[s->n_ids++]) != LOA_OK) {
            (void)fprintf(stderr, "loa: “%s” không phải mã của loa doubt list\n", cli->words[i]);
            return false;
        }
    }
    if (!get_id(cli, "run", &s->run) || !get_id(cli, "contact", &contact))
        return false;
    if (s->n_ids ? s->run || contact || cli_has(cli, "all")
                 : !s->run || (contact != 0) == cli_has(cli, "all")) {
        (void)cli_usage("cần MÃ..., hoặc --run SỐ với --contact SỐ hay --all");
        return false;
    }
    if (contact)
        s->ids[s->n_ids++] = (struct msg_doubt_id){MSG_DOUBT_DELIVERY, s->run, contact};
    return true;
}

static int act(struct cli *cli, enum msg_doubt_said what)
{
    struct said s = {.what = what};
    int status;

    if (!read_what(cli, &s))
        return CLI_USAGE;
    status = cli_actor(cli);
    if (!status)
        status = cli_open(cli);
    if (!status)
        status = cli_act(cli, say, &s);
    if (status)
        return status;
    if (what == MSG_DOUBT_SENT)
        (void)printf("Đã ghi là đã tới: %" PRId64 "\n", s.changed);
    else
        (void)printf("Sẽ gửi lại: %" PRId64 "\n", s.changed);
    if (!s.changed)
        (void)puts("Không có gì thay đổi: đã làm từ trước.");
    if (s.left)
        (void)printf("Vẫn chưa rõ: %" PRId64 " (xem loa doubt list --run %" PRId64 ")\n", s.left,
                     s.run);
    return CLI_OK;
}

int cli_doubt(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {
        {"message", false, false}, {"run", false, false}, {"account", false, false},
        {"contact", false, false}, {"all", true, false},  {"limit", false, false},
    };
    int status = cli_parse(cli, argc - 1, argv + 1, options, sizeof(options) / sizeof(options[0]));
    const char *verb = cli->n_words ? cli->words[0] : "";

    if (status)
        return status;
    if (strcmp(verb, "list") == 0 && cli->n_words == 1)
        return list(cli);
    if (strcmp(verb, "sent") == 0)
        return act(cli, MSG_DOUBT_SENT);
    if (strcmp(verb, "resend") == 0)
        return act(cli, MSG_DOUBT_AGAIN);
    return cli_usage("cần: doubt list|sent|resend");
}
