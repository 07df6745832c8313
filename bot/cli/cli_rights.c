/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/cli/cli_rights.h"

#include <inttypes.h>
#include <stdio.h>

#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"

const char *cli_rights_alarm(enum msg_right_alarm alarm)
{
    static const char *const words[] = {"ok", "failing", "soon", "expired"};

    return words[alarm];
}

static void print_end(const struct msg_right *r, int64_t now)
{
    int64_t left = r->expires_ms - now;
    char iso[LOA_ISO_SIZE];

    if (!r->expires_ms)
        return;
    (void)printf(" hết hạn %s", loa_iso_format(r->expires_ms, iso));
    if (left >= LOA_DAY_MS)
        (void)printf(", còn %" PRId64 " ngày", left / LOA_DAY_MS);
    else if (left > 0)
        (void)printf(", còn %" PRId64 " giờ", left / LOA_HOUR_MS);
}

bool cli_rights_print(const struct msg_right *rights, size_t n, int64_t account, int64_t now,
                      bool alarms)
{
    static const char *const calls[] = {"", "; làm mới không được", "; SẮP HẾT HẠN",
                                        "; ĐÃ HẾT HẠN"};
    bool over = false;

    for (size_t i = 0; i < n; i++) {
        const struct msg_right *r = &rights[i];
        enum msg_right_alarm alarm = msg_right_alarm(r, now);
        bool told =
            alarm != MSG_RIGHT_WELL || (!alarms && r->expires_ms && r->kind != MSG_RIGHT_ACCESS);

        if (r->account_id != account || !told)
            continue;
        (void)printf("    %s", msg_right_title(r->kind));
        print_end(r, now);
        (void)printf("%s", calls[alarm]);
        if (r->failure[0])
            (void)printf(" (%s)", r->failure);
        if (alarm != MSG_RIGHT_WELL)
            (void)printf(": %s", msg_right_advice(r->kind));
        (void)putchar('\n');
        over = over || alarm == MSG_RIGHT_OVER;
    }
    return over;
}

void cli_rights_json(const struct msg_right *rights, size_t n, int64_t account, int64_t now,
                     cJSON *o)
{
    cJSON *list = NULL;
    char iso[LOA_ISO_SIZE];

    for (size_t i = 0; i < n; i++) {
        const struct msg_right *r = &rights[i];
        cJSON *item;

        if (r->account_id != account)
            continue;
        if (!list)
            list = cJSON_AddArrayToObject(o, "rights");
        cJSON_AddItemToArray(list, item = cJSON_CreateObject());
        cJSON_AddStringToObject(item, "kind", msg_right_name(r->kind));
        if (r->expires_ms)
            cJSON_AddStringToObject(item, "expires", loa_iso_format(r->expires_ms, iso));
        cJSON_AddStringToObject(item, "state", cli_rights_alarm(msg_right_alarm(r, now)));
        loa_json_add_str(item, "failure", r->failure);
    }
}

enum loa_err cli_rights_keep(struct cli *cli, int64_t account, const struct channel_flow *f)
{
    enum loa_err err = LOA_OK;

    for (size_t i = 0; i < f->n_rights && !err; i++)
        err = msg_right_holds(cli->db, account, f->rights[i].kind, f->rights[i].expires_ms,
                              loa_clock_wall());
    return err;
}
