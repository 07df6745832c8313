/* SPDX-License-Identifier: Apache-2.0 */
/* loa nodes: who is at work, on what. */
#include <inttypes.h>
#include <stdio.h>

#include "bot/cli/cli.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/lease.h"

static cJSON *to_json(const struct msg_node *n)
{
    cJSON *o = cJSON_CreateObject();
    char iso[LOA_ISO_SIZE];

    cJSON_AddStringToObject(o, "name", n->name);
    cJSON_AddStringToObject(o, "address", n->address);
    cJSON_AddStringToObject(o, "started", loa_iso_format(n->started_ms, iso));
    cJSON_AddStringToObject(o, "seen", loa_iso_format(n->seen_ms, iso));
    cJSON_AddBoolToObject(o, "alive", n->alive);
    cJSON_AddBoolToObject(o, "plans", n->plans);
    loa_json_add_int(o, "clock_off_ms", n->skew_ms);
    cJSON_AddStringToObject(o, "accounts", n->accounts);
    return o;
}

static void print(const struct msg_node *n)
{
    char seen[LOA_ISO_SIZE];

    (void)printf("%-20s %-10s %-28s thấy lúc %s  đồng hồ lệch %+.1f giây\n", n->name,
                 n->alive ? "đang chạy" : "im lặng", n->address, loa_iso_format(n->seen_ms, seen),
                 (double)n->skew_ms / 1000);
    (void)printf("    phụ trách: %s%s\n", n->n_accounts ? n->accounts : "chưa có tài khoản nào",
                 n->plans ? "; lập lịch" : "");
}

int cli_nodes(struct cli *cli, int argc, char **argv)
{
    struct msg_node *nodes;
    size_t n;
    int status = cli_parse(cli, argc - 1, argv + 1, NULL, 0);
    cJSON *all;

    if (!status && cli->n_words)
        status = cli_usage("nodes không nhận đối số");
    if (!status)
        status = cli_open(cli);
    if (status)
        return status;
    if (msg_nodes(cli->db, &nodes, &n) != LOA_OK)
        return CLI_FAILED;
    all = cJSON_CreateArray();
    for (size_t i = 0; i < n; i++) {
        if (cli->json)
            cJSON_AddItemToArray(all, to_json(&nodes[i]));
        else
            print(&nodes[i]);
    }
    if (cli->json)
        cli_print_json(all);
    else
        cJSON_Delete(all);
    if (!n && !cli->json)
        (void)puts("Không có “loa serve” nào đang chạy trên kho dữ liệu này.");
    msg_nodes_release(nodes, n);
    return CLI_OK;
}
