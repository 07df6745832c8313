/* SPDX-License-Identifier: Apache-2.0 */
/* loa held: what is not sent until staff decide */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "bot/ops/held_view.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/held.h"

static void print(const struct msg_held *h)
{
    static const char *const ways[] = {"từng người", "theo lô", "bài công khai"};
    char key[MSG_HELD_KEY], iso[LOA_ISO_SIZE];

    (void)printf("%s  “%s”%s\n", msg_held_key(h, key), h->title,
                 strcmp(h->message_state, "paused") == 0 ? " (tin đang tạm dừng)" : "");
    if (h->run_id)
        (void)printf("    kỳ %s, %s (%s): đã gửi %" PRId64 ", chưa rõ %" PRId64
                     ", sau mốc còn tối đa %" PRId64 " người\n",
                     loa_iso_format(h->due_ms, iso), h->account, ways[h->way % 3], h->sent,
                     h->doubt, h->rest);
}

static int list(struct cli *cli)
{
    struct msg_held *items;
    struct loa_problem why;
    size_t n;

    if (msg_held_list(cli->db, &items, &n) != LOA_OK) {
        (void)loa_fail(&why, LOA_EIO, "", "Không đọc được kho dữ liệu: %s", db_message(cli->db));
        return cli_complain(&why);
    }
    if (cli->json) {
        cJSON *all = cJSON_CreateArray();

        for (size_t i = 0; i < n; i++)
            cJSON_AddItemToArray(all, ops_held_json(&items[i]));
        cli_print_json(all);
    } else {
        for (size_t i = 0; i < n; i++)
            print(&items[i]);
        (void)puts(n ? "\nGửi: loa held send KHÓA --user AI    Thôi: loa held skip KHÓA --user AI"
                     : "Không có gì đang chờ quyết định.");
    }
    msg_held_release(items, n);
    return CLI_OK;
}

struct decision {
    const char *key;
    bool send;
};

static enum loa_err decide(struct cli *cli, void *arg, struct loa_problem *why)
{
    const struct decision *d = arg;

    return msg_held_decide(cli->db, &cli->who, loa_clock_wall(), d->key, d->send, why);
}

int cli_held(struct cli *cli, int argc, char **argv)
{
    struct decision d = {0};
    int status = cli_parse(cli, argc - 1, argv + 1, NULL, 0);
    const char *verb = cli->n_words ? cli->words[0] : "";
    bool lists = cli->n_words == 1 && strcmp(verb, "list") == 0;

    if (status)
        return status;
    d.send = strcmp(verb, "send") == 0;
    if (!lists && (cli->n_words != 2 || (!d.send && strcmp(verb, "skip") != 0)))
        return cli_usage("cần: held list, held send KHÓA hoặc held skip KHÓA");
    if (!lists)
        status = cli_actor(cli);
    if (!status)
        status = cli_open(cli);
    if (status)
        return status;
    if (lists)
        return list(cli);
    d.key = cli->words[1];
    status = cli_act(cli, decide, &d);
    if (!status)
        (void)printf("%s: %s.\n", d.key, d.send ? "sẽ gửi" : "không gửi");
    return status;
}
