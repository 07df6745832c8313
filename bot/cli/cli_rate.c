/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/cli/cli_rate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli_message.h"
#include "bot/ops/watch.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/message.h"

enum { RATE_MAX = 1000000000 };

/* "120", "120/phút", "2/giây"; "default" is 0. */
static bool parse_rate(const char *text, int64_t *out)
{
    char *end;

    *out = 0;
    if (strcmp(text, "default") == 0)
        return true;
    errno = 0;
    *out = strtoimax(text, &end, 10);
    if (errno || end == text || *out < 1 || *out > RATE_MAX)
        return false;
    if (strcmp(end, "/giây") == 0 || strcmp(end, "/s") == 0)
        *out *= 60;
    else if (*end && strcmp(end, "/phút") != 0 && strcmp(end, "/min") != 0)
        return false;
    return true;
}

static int bad_rate(void)
{
    return cli_usage("tốc độ là số người nhận mỗi phút, ví dụ 600 hoặc 600/phút, hoặc “default”; "
                     "muốn ngừng hẳn thì dùng pause");
}

/* The fastest that any of these channels may go; a cap above it would cap nothing. */
static enum loa_err check_rate(struct cli *cli, const struct msg_rate *r, const char *channels,
                               struct loa_problem *why)
{
    int64_t most = 0;

    for (size_t i = 0; channel_all[i]; i++) {
        int64_t possible = watch_possible(&cli->cfg, channel_all[i]);
        const char *at = strstr(channels, channel_all[i]->name);

        if (at && possible > most)
            most = possible;
    }
    if (r->per_minute <= most)
        return LOA_OK;
    return loa_fail(why, LOA_ELIMIT, "rate",
                    "Nền tảng cho nhiều nhất %" PRId64 " người mỗi phút; chỉ đặt chậm hơn được. "
                    "Gói dịch vụ cho nhanh hơn thì đặt ZALO_RATE, VIBER_RATE hoặc FACEBOOK_RATE",
                    most);
}

static enum loa_err account_channel(struct cli *cli, const char *name, int64_t *id, char *channel,
                                    size_t size, struct loa_problem *why)
{
    struct db_stmt *st;
    enum loa_err err = msg_account_id(cli->db, name, id, why);

    if (!err)
        err = db_query(cli->db, &st, "SELECT channel FROM accounts WHERE id = $1", "i", *id);
    while (!err && db_next(st, &err))
        (void)snprintf(channel, size, "%s", db_text(st, 0));
    return err;
}

static enum loa_err act_message(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct msg_rate *r = arg;
    struct msg_message *m = NULL;
    char channels[256] = "";
    enum loa_err err = msg_message_get(cli->db, r->message_id, &m, why);

    if (!err && cli_has(cli, "account"))
        err = account_channel(cli, cli_get(cli, "account"), &r->account_id, channels,
                              sizeof(channels), why);
    for (size_t i = 0; !err && !r->account_id && i < m->spec.channels.n; i++) {
        size_t n = strlen(channels);

        (void)snprintf(channels + n, sizeof(channels) - n, "%s,", m->spec.channels.items[i]);
    }
    if (!err)
        err = check_rate(cli, r, channels, why);
    msg_message_free(m);
    return err ? err : msg_rate_set(cli->db, &cli->who, loa_clock_wall(), r);
}

static enum loa_err act_account(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct msg_rate *r = arg;
    char channel[64] = "";
    enum loa_err err =
        account_channel(cli, cli->words[1], &r->account_id, channel, sizeof(channel), why);

    if (!err)
        err = check_rate(cli, r, channel, why);
    return err ? err : msg_rate_set(cli->db, &cli->who, loa_clock_wall(), r);
}

static int finish(struct cli *cli, const struct msg_rate *r, int status)
{
    if (status)
        return status;
    if (cli->json) {
        cJSON *o = cJSON_CreateObject();

        loa_json_add_int(o, "rate_per_min", r->per_minute);
        cli_print_json(o);
    } else if (r->per_minute) {
        (void)printf("Nhiều nhất %" PRId64 " người nhận mỗi phút.\n", r->per_minute);
    } else {
        (void)puts("Theo nhịp của nền tảng.");
    }
    return CLI_OK;
}

int cli_message_rate(struct cli *cli, int64_t id)
{
    struct msg_rate r = {.message_id = id};

    if (!parse_rate(cli->words[2], &r.per_minute))
        return bad_rate();
    return finish(cli, &r, cli_act(cli, act_message, &r));
}

int cli_account_rate(struct cli *cli)
{
    struct msg_rate r = {0};

    if (!parse_rate(cli->words[2], &r.per_minute))
        return bad_rate();
    return finish(cli, &r, cli_act(cli, act_account, &r));
}
