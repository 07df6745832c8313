/* SPDX-License-Identifier: Apache-2.0 */
/* loa answer, loa chat */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/answer/answer.h"
#include "bot/cli/cli.h"
#include "bot/ops/answer_view.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/catalog_store.h"

enum { LINE_MAX_BYTES = 65536 };

/* The answerer with what it stands on. */
struct brain {
    struct answer_words *words;
    struct msg_catalog *catalog;
    struct answer_index *index;
};

static void brain_free(struct brain *b)
{
    answer_index_free(b->index);
    msg_catalog_free(b->catalog);
    answer_words_free(b->words);
}

static int brain_open(struct cli *cli, struct brain *b)
{
    struct loa_problem why = {"", ""};
    enum loa_err err = LOA_OK;

    *b = (struct brain){0};
    if (cli->cfg.words_dir)
        err = answer_words_load_dir(cli->cfg.words_dir, &b->words, &why);
    else
        b->words = answer_words_load_builtin();
    if (!err && msg_catalog_load(cli->db, &b->catalog) != LOA_OK)
        err = loa_fail(&why, LOA_EIO, "LOA_STORE", "Không đọc được kho dữ liệu: %s",
                       db_message(cli->db));
    if (!err && !b->catalog->n_events && !b->catalog->n_faqs)
        err = loa_fail(&why, LOA_ENOENT, "events",
                       "Kho chưa có nội dung; hãy nhập: loa events import TỆP, loa faq import TỆP");
    if (err) {
        brain_free(b);
        return cli_complain(&why);
    }
    b->index = answer_index_new(b->catalog, b->words);
    return CLI_OK;
}

static struct answer_options options(const struct cli *cli)
{
    return (struct answer_options){.office = cli->cfg.office};
}

/* ---- one answer ------------------------------------------------------------------------ */

/* One line out: the reply's own line breaks become " / ". */
static void print_line(const char *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            (void)fputs(text[1] && text[1] != '\n' ? " / " : "", stdout);
        else
            (void)putchar(*text);
    }
    (void)putchar('\n');
}

static void answer_one(struct cli *cli, struct brain *b, const char *text, const cJSON *id,
                       int64_t now)
{
    struct answer_options opt = options(cli);
    struct answer_result r;

    if (cli_has(cli, "explain")) {
        char *why = answer_explain(b->index, text, now, NULL);

        (void)puts(why);
        free(why);
    }
    answer_ask(b->index, text, now, NULL, &r);
    if (cli->json) {
        cli_print_json(ops_answer_json(&r, id));
    } else {
        struct msg_content c;

        answer_reply(b->index, &r, now, &opt, &c);
        print_line(c.text ? c.text : "");
        msg_content_release(&c);
    }
    answer_result_release(&r);
}

/* Reads a line without its end into `buf` of LINE_MAX_BYTES + 1; what is longer is passed over.
 * False at the end. */
static bool read_line(char *buf, size_t *n)
{
    int c = getc_unlocked(stdin);

    *n = 0;
    if (c == EOF)
        return false;
    for (; c != EOF && c != '\n'; c = getc_unlocked(stdin)) {
        if (*n < LINE_MAX_BYTES)
            buf[(*n)++] = (char)c;
    }
    if (*n && buf[*n - 1] == '\r')
        --*n;
    buf[*n] = '\0';
    return true;
}

/* A line is a question, or a JSON object with "text" and, if it likes, "id" and "now". */
static int answer_line(struct cli *cli, struct brain *b, const char *line, size_t n, size_t number,
                       int64_t now)
{
    size_t blank = strspn(line, " \t");
    cJSON *o = line[blank] == '{' ? loa_json_parse(line, n) : NULL;
    const char *text = loa_json_str(o, "text"), *at = loa_json_str(o, "now");
    struct loa_problem why;
    int status = CLI_OK;

    if (at && loa_iso_parse(at, &now) != LOA_OK) {
        (void)loa_fail(&why, LOA_EINVAL, "now", "Dòng %zu: “now” phải là thời điểm ISO 8601",
                       number);
        status = cli_complain(&why);
    } else {
        answer_one(cli, b, text ? text : line, loa_json_get(o, "id"), now);
    }
    cJSON_Delete(o);
    return status;
}

/* One answer a line, at once: who asks may wait for it before the next question. */
static int answer_all(struct cli *cli, struct brain *b, int64_t now)
{
    char *line = loa_xmalloc(LINE_MAX_BYTES + 1);
    int status = CLI_OK;
    size_t n;

    for (size_t number = 1; !status && read_line(line, &n); number++) {
        if (!n || strspn(line, " \t") == n)
            continue;
        status = answer_line(cli, b, line, n, number, now);
        if (fflush(stdout) != 0 && !status)
            status = CLI_FAILED;
    }
    free(line);
    return status;
}

static int read_now(const struct cli *cli, int64_t *now)
{
    const char *at = cli_get(cli, "now");

    *now = loa_clock_wall();
    if (at && loa_iso_parse(at, now) != LOA_OK)
        return cli_usage("--now phải là thời điểm ISO 8601, ví dụ 2026-10-02T09:00:00+07:00");
    return CLI_OK;
}

int cli_answer(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option opts[] = {{"now", false, false}, {"explain", true, false}};
    struct brain b;
    int64_t now = 0;
    int status = cli_parse(cli, argc - 1, argv + 1, opts, 2);

    if (!status && cli->n_words)
        status = cli_usage("answer đọc câu hỏi từ đầu vào chuẩn");
    if (!status)
        status = cli_open(cli);
    if (!status)
        status = read_now(cli, &now);
    if (status)
        return status;
    status = brain_open(cli, &b);
    if (status)
        return status;
    status = answer_all(cli, &b, now);
    brain_free(&b);
    return status;
}

/* ---- chat ------------------------------------------------------------------------------ */

static void print_content(const struct msg_content *c)
{
    (void)printf("\n%s\n", c->text ? c->text : "");
    for (size_t i = 0; i < c->n_cards; i++)
        (void)printf("  - %s%s%s\n", c->cards[i].title, c->cards[i].subtitle ? ": " : "",
                     c->cards[i].subtitle ? c->cards[i].subtitle : "");
    for (size_t i = 0; i < c->n_buttons; i++)
        (void)printf("  [%zu] %s%s%s\n", i + 1, c->buttons[i].title,
                     c->buttons[i].kind == MSG_BUTTON_REPLY ? "" : ": ",
                     c->buttons[i].kind == MSG_BUTTON_REPLY ? "" : c->buttons[i].value);
    (void)printf("\n> ");
    (void)fflush(stdout);
}

/* A number taps a button of the last reply. */
static const char *tapped(const struct msg_content *last, const char *line)
{
    size_t k = isdigit((unsigned char)line[0]) && !line[1] ? (size_t)(line[0] - '0') : 0;

    if (k < 1 || k > last->n_buttons || last->buttons[k - 1].kind != MSG_BUTTON_REPLY)
        return line;
    return last->buttons[k - 1].value;
}

static void talk(struct cli *cli, struct brain *b, int64_t shift)
{
    struct answer_options opt = options(cli);
    struct answer_context ctx = {0};
    struct msg_content last = {0}, next;
    char *line = loa_xstrdup("xin chào");
    size_t cap = strlen(line) + 1;

    do {
        int64_t now = loa_clock_wall() + shift;
        struct answer_result r;

        line[strcspn(line, "\r\n")] = '\0';
        answer_ask(b->index, tapped(&last, line), now, &ctx, &r);
        answer_reply(b->index, &r, now, &opt, &next);
        answer_result_release(&r);
        msg_content_release(&last);
        last = next;
        print_content(&last);
    } while (getline(&line, &cap, stdin) > 0);
    (void)putchar('\n');
    msg_content_release(&last);
    free(line);
}

int cli_chat(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option opts[] = {{"now", false, false}};
    struct brain b;
    int64_t now = 0;
    int status = cli_parse(cli, argc - 1, argv + 1, opts, 1);

    if (!status && cli->n_words)
        status = cli_usage("chat không nhận đối số");
    if (!status)
        status = cli_open(cli);
    if (!status)
        status = read_now(cli, &now);
    if (!status)
        status = brain_open(cli, &b);
    if (status)
        return status;
    (void)puts("Trò chuyện với bot. Gõ số để chọn nút, Ctrl-D để kết thúc.");
    talk(cli, &b, now - loa_clock_wall());
    brain_free(&b);
    return CLI_OK;
}
