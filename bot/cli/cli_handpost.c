/* SPDX-License-Identifier: Apache-2.0 */
/* loa handpost: a sheet for posting by hand when a channel is down, and its tick-off */
#include "bot/cli/cli_handpost.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"
#include "messages/base/utf8.h"
#include "scheduler/plan_message.h"
#include "scheduler/recur.h"

enum { URL_MAX = 2048, NOTE_MAX = 500 };

/* ---- the sheet ------------------------------------------------------------------------- */

static int write_html(const struct hand_sheet *s, const char *path)
{
    FILE *f = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
    struct loa_problem why;
    bool failed;

    if (!f) {
        (void)loa_fail(&why, LOA_EIO, path, "Không ghi được tệp: %s", strerror(errno));
        return cli_complain(&why);
    }
    cli_hand_html(s, f);
    failed = fflush(f) != 0 || ferror(f);
    if (f != stdout && fclose(f) != 0)
        failed = true;
    if (!failed)
        return CLI_OK;
    (void)loa_fail(&why, LOA_EIO, path, "Không ghi được tệp: %s", strerror(errno));
    return cli_complain(&why);
}

static int sheet(struct cli *cli, int64_t id)
{
    struct loa_problem why = {"", ""};
    struct hand_sheet s;
    int status = CLI_OK;

    if (cli_hand_collect(cli, id, &s, &why) != LOA_OK)
        status = cli_complain(&why);
    else if (cli_has(cli, "html"))
        status = write_html(&s, cli_get(cli, "html"));
    else if (cli->json)
        cli_print_json(cli_hand_json(&s));
    else
        cli_hand_text(&s);
    cli_hand_release(&s);
    return status;
}

/* ---- the tick -------------------------------------------------------------------------- */

struct tick {
    int64_t id, now;
    bool undo;
    struct msg_message *m;
    struct bot_occurrence when;
};

/* The channel of the account; LOA_EPERM unless the message has a public post there. */
static enum loa_err find_post(struct cli *cli, struct tick *t, int64_t *account, char channel[32],
                              struct loa_problem *why)
{
    struct db_stmt *st;
    bool wanted = false;
    enum loa_err err = msg_account_id(cli->db, cli_get(cli, "account"), account, why);

    if (!err)
        err = db_query(cli->db, &st, "SELECT channel FROM accounts WHERE id = $1", "i", *account);
    while (!err && db_next(st, &err))
        (void)snprintf(channel, 32, "%s", db_text(st, 0));
    for (size_t i = 0; !err && i < t->m->spec.channels.n; i++)
        wanted = wanted || strcmp(t->m->spec.channels.items[i], channel) == 0;
    if (!err && !(wanted && msg_spec_deliver(&t->m->spec, channel) & MSG_DELIVER_POST))
        return loa_fail(why, LOA_EPERM, "account",
                        "Thông điệp %" PRId64 " không có bài đăng công khai trên “%s”", t->id,
                        cli_get(cli, "account"));
    return err;
}

/* What the server would have posted, in case it does so after all. Caller frees *text. */
static enum loa_err render(struct cli *cli, const struct tick *t, const char *channel, char **text,
                           struct loa_problem *why)
{
    struct msg_content content;
    enum loa_err err =
        bot_occurrence_content(cli->db, t->m, channel, t->when.due_ms, &content, why);
    cJSON *json = msg_content_to_json(&content);

    *text = loa_json_print(json);
    cJSON_Delete(json);
    msg_content_release(&content);
    return err;
}

static enum loa_err put_tick(struct cli *cli, const struct tick *t, int64_t account,
                             const char *channel, struct loa_problem *why)
{
    char *content = NULL;
    struct msg_handpost h = {.account_id = account,
                             .due_ms = t->when.due_ms,
                             .deadline_ms = t->when.expires_ms ? t->when.expires_ms
                                                               : t->when.due_ms + SCHED_DEADLINE_MS,
                             .url = cli_get(cli, "url"),
                             .note = cli_get(cli, "note")};
    enum loa_err err = render(cli, t, channel, &content, why);

    h.content = err ? NULL : content; /* a run that is there has its own */
    err = msg_handpost_done(cli->db, &cli->who, t->now, t->m, cli->cfg.approvals, &h, why);
    free(content);
    return err;
}

static enum loa_err act(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct tick *t = arg;
    char channel[32] = "";
    int64_t account = 0;
    enum loa_err err = msg_message_hold(cli->db, t->id, &t->m, why);

    if (!err)
        err = find_post(cli, t, &account, channel, why);
    if (!err)
        err = bot_occurrence_find(t->m, cli_get(cli, "day"), t->now, &t->when, why);
    if (err)
        return err;
    if (t->undo)
        return msg_handpost_undo(cli->db, &cli->who, t->now, t->m, account, t->when.due_ms,
                                 sched_key(t->when.due_ms) <= t->m->last_key, why);
    return put_tick(cli, t, account, channel, why);
}

static void tell(const struct cli *cli, const struct tick *t)
{
    char iso[LOA_ISO_SIZE];

    (void)loa_iso_format(t->when.due_ms, iso);
    if (cli->json) {
        cJSON *o = cJSON_CreateObject();

        loa_json_add_int(o, "id", t->id);
        cJSON_AddStringToObject(o, "account", cli_get(cli, "account"));
        cJSON_AddStringToObject(o, "due", iso);
        cJSON_AddBoolToObject(o, "by_hand", !t->undo);
        cli_print_json(o);
    } else if (t->undo) {
        (void)printf("Đã bỏ dấu: bài kỳ %s trên %s lại do máy đăng.\n", iso,
                     cli_get(cli, "account"));
    } else {
        (void)printf("Đã đánh dấu đăng tay: kỳ %s trên %s. Máy sẽ không đăng bài này nữa.\n", iso,
                     cli_get(cli, "account"));
    }
}

static int done(struct cli *cli, int64_t id)
{
    struct tick t = {.id = id, .now = loa_clock_wall(), .undo = cli_has(cli, "undo")};
    int status = cli_act(cli, act, &t);

    if (!status)
        tell(cli, &t);
    msg_message_free(t.m);
    return status;
}

/* ---- the command ----------------------------------------------------------------------- */

static int check_options(const struct cli *cli, bool tick)
{
    const char *way = cli_get(cli, "way"), *url = cli_get(cli, "url"), *note = cli_get(cli, "note");

    if (!tick)
        return CLI_OK;
    if (!cli_has(cli, "account"))
        return cli_usage("handpost done cần --account TÊN");
    if (way && strcmp(way, "direct") == 0)
        return cli_usage("tin riêng cho từng người không đăng tay được; chỉ bài công khai (--way "
                         "post). Tin riêng thì máy gửi tiếp khi kênh trở lại");
    if (way && strcmp(way, "post") != 0)
        return cli_usage("--way chỉ nhận post");
    if (url && (strncmp(url, "https://", 8) != 0 || strlen(url) > URL_MAX))
        return cli_usage("--url là liên kết tới bài đã đăng, bắt đầu bằng https://");
    if (note && loa_utf8_length(note) > NOTE_MAX)
        return cli_usage("--note dài nhất 500 ký tự");
    return CLI_OK;
}

int cli_handpost(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {
        {"channel", false, false}, {"account", false, false}, {"day", false, false},
        {"html", false, false},    {"way", false, false},     {"url", false, false},
        {"note", false, false},    {"undo", true, false},
    };
    int status = cli_parse(cli, argc - 1, argv + 1, options, sizeof(options) / sizeof(options[0]));
    bool tick = cli->n_words && strcmp(cli->words[0], "done") == 0;
    int64_t id = 0;

    if (!status && cli->n_words != (tick ? 2 : 1))
        status = cli_usage("cần: handpost ID hoặc handpost done ID --account TÊN");
    if (!status && !cli_id(cli->words[tick ? 1 : 0], &id))
        status = CLI_USAGE;
    if (!status)
        status = check_options(cli, tick);
    if (!status && tick)
        status = cli_actor(cli);
    if (!status)
        status = cli_open(cli);
    if (status)
        return status;
    return tick ? done(cli, id) : sheet(cli, id);
}
