/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/ops/rate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/ops/watch.h"
#include "messages/message.h"

enum { RATE_MAX = 1000000000 };

bool ops_rate_parse(const char *text, int64_t *per_minute)
{
    char *end;

    *per_minute = 0;
    if (strcmp(text, "default") == 0)
        return true;
    errno = 0;
    *per_minute = strtoimax(text, &end, 10);
    if (errno || end == text || *per_minute < 1 || *per_minute > RATE_MAX)
        return false;
    if (strcmp(end, "/giây") == 0 || strcmp(end, "/s") == 0)
        *per_minute *= 60;
    else if (*end && strcmp(end, "/phút") != 0 && strcmp(end, "/min") != 0)
        return false;
    return true;
}

/* The fastest that any of these channels may go; a cap above it would cap nothing. */
static enum loa_err check(const struct bot_config *cfg, int64_t per_minute, const char *channels,
                          struct loa_problem *why)
{
    int64_t most = 0;

    for (size_t i = 0; channel_all[i]; i++) {
        int64_t possible = watch_possible(cfg, channel_all[i]);

        if (strstr(channels, channel_all[i]->name) && possible > most)
            most = possible;
    }
    if (per_minute <= most)
        return LOA_OK;
    return loa_fail(why, LOA_ELIMIT, "rate",
                    "Nền tảng cho nhiều nhất %" PRId64 " người mỗi phút; chỉ đặt chậm hơn được. "
                    "Gói dịch vụ cho nhanh hơn thì đặt ZALO_RATE, VIBER_RATE hoặc FACEBOOK_RATE",
                    most);
}

static enum loa_err account_channel(struct db *db, const char *name, int64_t *id, char *channel,
                                    size_t size, struct loa_problem *why)
{
    struct db_stmt *st;
    enum loa_err err = msg_account_id(db, name, id, why);

    if (!err)
        err = db_query(db, &st, "SELECT channel FROM accounts WHERE id = $1", "i", *id);
    while (!err && db_next(st, &err))
        (void)snprintf(channel, size, "%s", db_text(st, 0));
    return err;
}

static enum loa_err message_channels(struct db *db, int64_t id, bool all, char *channels,
                                     size_t size, struct loa_problem *why)
{
    struct msg_message *m = NULL;
    enum loa_err err = msg_message_get(db, id, &m, why);

    for (size_t i = 0; !err && all && i < m->spec.channels.n; i++) {
        size_t n = strlen(channels);

        (void)snprintf(channels + n, size - n, "%s,", m->spec.channels.items[i]);
    }
    msg_message_free(m);
    return err;
}

enum loa_err ops_rate_set(struct db *db, const struct bot_config *cfg, const struct msg_actor *who,
                          int64_t now, const struct ops_rate *r, struct loa_problem *why)
{
    struct msg_rate set = {.message_id = r->message, .per_minute = r->per_minute};
    char channels[256] = "";
    enum loa_err err = LOA_OK;

    if (r->message)
        err = message_channels(db, r->message, !r->account, channels, sizeof(channels), why);
    if (!err && r->account)
        err = account_channel(db, r->account, &set.account_id, channels, sizeof(channels), why);
    if (!err)
        err = check(cfg, r->per_minute, channels, why);
    return err ? err : msg_rate_set(db, who, now, &set);
}
