/* SPDX-License-Identifier: Apache-2.0 */
/* loa conversation: citizens who wait for a person, what was said, and the answers of the staff */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "bot/cli/cli_transcript.h"
#include "bot/ops/conversation.h"
#include "messages/account.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/conversation.h"

enum { LIST_DEFAULT = 100, SHOW_DEFAULT = 50, COUNT_MAX = 10000 };

static const char *reason_text(const char *reason)
{
    static const struct {
        const char *reason, *text;
    } all[] = {{MSG_HANDOVER_ASKED, "xin gặp cán bộ"},
               {MSG_HANDOVER_MATTER, "việc cần cán bộ"},
               {MSG_HANDOVER_MISSES, "bot không trả lời được"},
               {MSG_HANDOVER_STAFF, "cán bộ đang trả lời"}};

    for (size_t i = 0; reason && i < sizeof(all) / sizeof(all[0]); i++) {
        if (strcmp(reason, all[i].reason) == 0)
            return all[i].text;
    }
    return "";
}

static void print_line(const struct cli *cli, const struct msg_conversation *c, int64_t now)
{
    const struct msg_handover *h = &c->handover;
    const char *state = ops_conversation_state(&cli->cfg, c, now);
    char iso[LOA_ISO_SIZE];

    (void)printf("%-6" PRId64 " %s%-10s %s%s%s, %s%s%s, từ %s%s%s\n", c->id,
                 h->urgent ? "KHẨN " : "", c->account,
                 strcmp(state, "waiting") == 0  ? "chờ cán bộ"
                 : strcmp(state, "closed") == 0 ? "đã xong"
                                                : "đã trả lời",
                 c->name ? ": " : "", c->name ? c->name : "", reason_text(c->reason),
                 c->matter ? ": " : "", c->matter ? c->matter : "",
                 loa_iso_format(h->since_ms, iso), c->assignee ? ", phụ trách " : "",
                 c->assignee ? c->assignee : "");
}

/* ---- list and show --------------------------------------------------------------------- */

static int number_option(const struct cli *cli, const char *name, size_t fallback, size_t *out)
{
    int64_t n;

    *out = fallback;
    if (!cli_has(cli, name))
        return CLI_OK;
    if (!cli_id(cli_get(cli, name), &n) || n > COUNT_MAX)
        return CLI_USAGE;
    *out = (size_t)n;
    return CLI_OK;
}

static int list(struct cli *cli)
{
    struct msg_conversation *all = NULL;
    cJSON *json = cJSON_CreateArray();
    struct loa_problem why = {"", ""};
    int64_t account = 0, now = loa_clock_wall();
    size_t n = 0, max;
    enum loa_err err = LOA_OK;
    int status = number_option(cli, "limit", LIST_DEFAULT, &max);

    if (!status && cli_has(cli, "account"))
        err = msg_account_id(cli->db, cli_get(cli, "account"), &account, &why);
    if (!status && !err)
        err = msg_conversation_list(cli->db, account, cli_has(cli, "urgent"), max, &all, &n);
    for (size_t i = 0; i < n; i++) {
        if (cli->json)
            cJSON_AddItemToArray(json, ops_conversation_json(&cli->cfg, &all[i], now));
        else
            print_line(cli, &all[i], now);
        msg_conversation_release(&all[i]);
    }
    free(all);
    if (cli->json && !err && !status)
        cli_print_json(json);
    else
        cJSON_Delete(json);
    if (err)
        return why.text[0] ? cli_complain(&why) : CLI_FAILED;
    return status;
}

static int show(struct cli *cli, const struct msg_conversation *c)
{
    struct ops_transcript t = {0};
    size_t max;
    int64_t now = loa_clock_wall();
    int status = number_option(cli, "limit", SHOW_DEFAULT, &max);

    if (status)
        return status;
    if (ops_transcript_read(cli->db, c, max, &t) != LOA_OK)
        return CLI_FAILED;
    if (cli->json) {
        cJSON *o = ops_conversation_json(&cli->cfg, c, now);

        cJSON_AddItemToObject(o, "messages", ops_transcript_json(&t));
        cli_print_json(o);
    } else {
        print_line(cli, c, now);
        cli_transcript_print(&t);
    }
    ops_transcript_release(&t);
    return CLI_OK;
}

/* ---- reply ----------------------------------------------------------------------------- */

struct answer_act {
    const struct msg_conversation *c;
    int64_t reply_id;
};

static enum loa_err reply_act(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct answer_act *a = arg;

    return ops_conversation_reply(cli->db, &cli->who, loa_clock_wall(), a->c, cli_get(cli, "text"),
                                  &a->reply_id, why);
}

static enum loa_err close_act(struct cli *cli, void *arg, struct loa_problem *why)
{
    return msg_conversation_close(cli->db, &cli->who, loa_clock_wall(), arg, why);
}

static enum loa_err assign_act(struct cli *cli, void *arg, struct loa_problem *why)
{
    const char *to = cli_get(cli, "to");

    return msg_conversation_assign(cli->db, &cli->who, loa_clock_wall(), arg,
                                   strcmp(to, "-") == 0 ? NULL : to, why);
}

static int done(const struct cli *cli, const struct msg_conversation *c, int64_t reply)
{
    cJSON *o;

    if (!cli->json) {
        if (reply)
            (void)printf("Đã giao tin cho máy chủ gửi; bot im lặng %" PRId64 " phút.\n",
                         cli->cfg.person_minutes);
        return CLI_OK;
    }
    o = cJSON_CreateObject();
    loa_json_add_int(o, "id", c->id);
    if (reply)
        loa_json_add_int(o, "reply", reply);
    cli_print_json(o);
    return CLI_OK;
}

/* ---- the command ----------------------------------------------------------------------- */

enum verb { NONE, LIST, SHOW, REPLY, CLOSE, ASSIGN };

static enum verb verb_of(const struct cli *cli)
{
    static const char *const verbs[] = {"", "list", "show", "reply", "close", "assign"};

    for (int i = LIST; cli->n_words && i <= ASSIGN; i++) {
        if (strcmp(cli->words[0], verbs[i]) == 0 && cli->n_words == (i == LIST ? 1U : 2U))
            return (enum verb)i;
    }
    return NONE;
}

static int work(struct cli *cli, enum verb verb, struct msg_conversation *c)
{
    struct answer_act a = {.c = c};
    int status = CLI_USAGE;

    switch (verb) {
    case SHOW:
        return show(cli, c);
    case REPLY:
        status = cli_act(cli, reply_act, &a);
        break;
    case CLOSE:
        status = cli_act(cli, close_act, c);
        break;
    case ASSIGN:
        status = cli_act(cli, assign_act, c);
        break;
    case NONE:
    case LIST:
        return status;
    }
    return status ? status : done(cli, c, a.reply_id);
}

int cli_conversation(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {
        {"account", false, false}, {"urgent", true, false}, {"limit", false, false},
        {"text", false, false},    {"to", false, false},
    };
    struct msg_conversation c = {0};
    struct loa_problem why = {"", ""};
    int64_t id = 0;
    int status = cli_parse(cli, argc - 1, argv + 1, options, sizeof(options) / sizeof(options[0]));
    enum verb verb = status ? NONE : verb_of(cli);

    if (!status && verb == NONE)
        status = cli_usage("cần: conversation list, show SỐ, reply SỐ, close SỐ hoặc assign SỐ");
    if (!status && verb == REPLY && !cli_has(cli, "text"))
        status = cli_usage("cần --text CHỮ");
    if (!status && verb == ASSIGN && !cli_has(cli, "to"))
        status = cli_usage("cần --to TÊN (hoặc - để bỏ)");
    if (!status && verb > LIST && !cli_id(cli->words[1], &id))
        status = CLI_USAGE;
    if (!status && verb > SHOW)
        status = cli_actor(cli);
    if (!status)
        status = verb > SHOW ? cli_open(cli) : cli_open_readonly(cli);
    if (status)
        return status;
    if (verb == LIST)
        return list(cli);
    if (msg_conversation_find(cli->db, id, &c, &why) != LOA_OK)
        return cli_complain(&why);
    status = work(cli, verb, &c);
    msg_conversation_release(&c);
    return status;
}
