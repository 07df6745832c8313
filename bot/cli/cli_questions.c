/* SPDX-License-Identifier: Apache-2.0 */
/* loa questions: what the bot could not answer or answered badly, and how staff teach it */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "bot/ops/questions.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"

enum { LIST_DEFAULT = 50, LIST_MAX = 20000 };

/* The printed form, in which numbers are plain again; takes `o`. */
static cJSON *plain(cJSON *o)
{
    char *text = loa_json_print(o);
    cJSON *again = cJSON_Parse(text);

    free(text);
    cJSON_Delete(o);
    return again;
}

static int failed(struct cli *cli)
{
    struct loa_problem why;

    (void)loa_fail(&why, LOA_EIO, "", "Không đọc được kho dữ liệu: %s", db_message(cli->db));
    return cli_complain(&why);
}

/* ---- list and show --------------------------------------------------------------------- */

static void print_group(const cJSON *g)
{
    const cJSON *first = cJSON_GetArrayItem(loa_json_get(g, "questions"), 0);
    int64_t wrong = loa_json_int(g, "wrong", 0), unsure = loa_json_int(g, "unsure", 0);

    (void)printf("%-7" PRId64 " %5" PRId64 " lần  %s", loa_json_int(g, "group", 0),
                 loa_json_int(g, "count", 0), first ? first->valuestring : "");
    if (wrong)
        (void)printf("  (%" PRId64 " lần bị chê)", wrong);
    if (unsure)
        (void)printf("  (%" PRId64 " lần không chắc)", unsure);
    (void)putchar('\n');
}

static int read_since(const struct cli *cli, int64_t *since)
{
    *since = 0;
    if (cli_has(cli, "since") && loa_iso_parse(cli_get(cli, "since"), since) != LOA_OK)
        return cli_usage("--since cần một ngày, ví dụ 2026-10-01");
    return CLI_OK;
}

static int list(struct cli *cli)
{
    cJSON *all, *g;
    int64_t since, limit = LIST_DEFAULT;
    int status = read_since(cli, &since);

    if (!status && cli_has(cli, "limit") &&
        (!cli_id(cli_get(cli, "limit"), &limit) || limit > LIST_MAX))
        status = CLI_USAGE;
    if (status)
        return status;
    all = cJSON_CreateArray();
    if (ops_questions_list(cli->db, since, limit, all) != LOA_OK) {
        cJSON_Delete(all);
        return failed(cli);
    }
    if (cli->json) {
        cli_print_json(all);
        return CLI_OK;
    }
    all = plain(all);
    cJSON_ArrayForEach(g, all) print_group(g);
    cJSON_Delete(all);
    return CLI_OK;
}

static int show(struct cli *cli, int64_t seq)
{
    struct loa_problem why = {"", ""};
    cJSON *g = NULL, *texts;

    if (ops_question_show(cli->db, seq, &g, &why) != LOA_OK)
        return why.text[0] ? cli_complain(&why) : failed(cli);
    if (cli->json) {
        cli_print_json(g);
        return CLI_OK;
    }
    g = plain(g);
    print_group(g);
    texts = cJSON_GetObjectItemCaseSensitive(g, "questions");
    for (int i = 1; i < cJSON_GetArraySize(texts); i++)
        (void)printf("               %s\n", cJSON_GetArrayItem(texts, i)->valuestring);
    cJSON_Delete(g);
    return CLI_OK;
}

/* ---- answer and drop ------------------------------------------------------------------- */

static enum loa_err settle_act(struct cli *cli, void *arg, struct loa_problem *why)
{
    return ops_question_settle(cli->db, &cli->who, loa_clock_wall(), arg, why);
}

static int act(struct cli *cli, int64_t seq, bool answers)
{
    struct ops_question_answer a = {
        .group = seq, .text = answers ? cli_get(cli, "text") : NULL, .id = cli_get(cli, "id")};
    int status = cli_act(cli, settle_act, &a);

    if (!status && cli->json) {
        cJSON *o = cJSON_CreateObject();

        loa_json_add_str(o, "faq", a.faq);
        loa_json_add_int(o, "questions", a.settled);
        cli_print_json(o);
    } else if (!status && answers) {
        (void)printf("Đã thêm câu trả lời “%s” cho %" PRId64 " câu hỏi; có hiệu lực ngay.\n", a.faq,
                     a.settled);
    }
    return status;
}

/* ---- feedback -------------------------------------------------------------------------- */

static int feedback(struct cli *cli)
{
    cJSON *all, *o;
    int64_t since;
    int status = read_since(cli, &since);

    if (status)
        return status;
    all = cJSON_CreateArray();
    if (ops_feedback_list(cli->db, since, all) != LOA_OK) {
        cJSON_Delete(all);
        return failed(cli);
    }
    if (cli->json) {
        cli_print_json(all);
        return CLI_OK;
    }
    all = plain(all);
    cJSON_ArrayForEach(o, all)(void)
        printf("%-24s hữu ích %" PRId64 ", chưa đúng %" PRId64 "\n", loa_json_str(o, "what"),
               loa_json_int(o, "useful", 0), loa_json_int(o, "wrong", 0));
    cJSON_Delete(all);
    return CLI_OK;
}

/* ---- the command ----------------------------------------------------------------------- */

int cli_questions(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {{"since", false, false},
                                                {"limit", false, false},
                                                {"text", false, false},
                                                {"id", false, false}};
    int64_t seq = 0;
    int status = cli_parse(cli, argc - 1, argv + 1, options, sizeof(options) / sizeof(options[0]));
    const char *verb = cli->n_words ? cli->words[0] : "list";
    bool answers = strcmp(verb, "answer") == 0, drops = strcmp(verb, "drop") == 0;
    bool shows = strcmp(verb, "show") == 0;
    bool lists = strcmp(verb, "list") == 0 || strcmp(verb, "feedback") == 0;

    if (!status && ((!answers && !drops && !shows && !lists) || cli->n_words > 2 ||
                    (cli->n_words == 2) == lists))
        status =
            cli_usage("cần: questions [list], show NHÓM, answer NHÓM, drop NHÓM hoặc feedback");
    if (!status && answers && !cli_has(cli, "text"))
        status = cli_usage("cần --text CHỮ");
    if (!status && !lists && !cli_id(cli->words[1], &seq))
        status = CLI_USAGE;
    if (!status && (answers || drops))
        status = cli_actor(cli);
    if (!status)
        status = answers || drops ? cli_open(cli) : cli_open_readonly(cli);
    if (status)
        return status;
    if (answers || drops)
        return act(cli, seq, answers);
    if (shows)
        return show(cli, seq);
    return strcmp(verb, "feedback") == 0 ? feedback(cli) : list(cli);
}
