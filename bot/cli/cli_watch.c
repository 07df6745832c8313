/* SPDX-License-Identifier: Apache-2.0 */
/* loa message watch: the runs of a message as they go on, until they end. Reads beside the server
 * and touches nothing. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "bot/cli/cli_message.h"
#include "bot/ops/watch.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"

static volatile sig_atomic_t told_to_stop;

struct watch {
    struct cli *cli;
    int64_t message, interval_ms;
    bool tty;
    size_t lines; /* on the screen, to be written over */
    struct watch_run *runs;
    size_t n;
    bool waits; /* it was said that there is nothing to see yet */
    bool lost;  /* it was said that the store does not answer */
};

/* ---- reading --------------------------------------------------------------------------- */

static struct watch_run *find(struct watch *w, int64_t run)
{
    for (size_t i = 0; i < w->n; i++) {
        if (w->runs[i].now.run_id == run)
            return &w->runs[i];
    }
    w->runs = loa_xrealloc(w->runs, (w->n + 1) * sizeof(*w->runs));
    w->runs[w->n] = (struct watch_run){.total = -1, .per_s = -1};
    return &w->runs[w->n++];
}

static int64_t possible(const struct watch *w, const char *channel)
{
    const struct channel_ops *ops = channel_find(channel);

    return ops ? watch_possible(&w->cli->cfg, ops) : 0;
}

static enum loa_err take(struct watch *w, const struct msg_progress *p, bool held)
{
    struct watch_run *r = find(w, p->run_id);
    enum loa_err err = LOA_OK;

    if (r->total < 0)
        err = msg_progress_total(w->cli->db, p, &r->total);
    if (!err)
        watch_take(r, p, held, loa_clock_wall(), loa_clock_mono(), &w->cli->cfg.quiet,
                   possible(w, p->channel));
    return err;
}

/* A server that fails over takes its time: the watch goes on when it is back. */
static bool reopen(struct watch *w)
{
    if (w->cli->db)
        return true;
    return db_open(w->cli->cfg.store, DB_READONLY, &w->cli->db, NULL) == LOA_OK;
}

/* Runs have rising numbers. */
static int64_t first_run(const struct watch *w)
{
    int64_t first = 0;

    for (size_t i = 0; i < w->n; i++) {
        if (!first || w->runs[i].now.run_id < first)
            first = w->runs[i].now.run_id;
    }
    return first;
}

static enum loa_err look(struct watch *w, struct msg_progress_of_message *p)
{
    enum loa_err err;

    *p = (struct msg_progress_of_message){0};
    if (!reopen(w))
        return LOA_EIO;
    err = msg_progress_load(w->cli->db, w->message, first_run(w), p);
    for (size_t i = 0; i < p->n && !err; i++)
        err = take(w, &p->runs[i], strcmp(p->state, "paused") == 0);
    if (err == LOA_EIO) {
        db_close(w->cli->db);
        w->cli->db = NULL;
    }
    return err;
}

/* ---- showing --------------------------------------------------------------------------- */

static size_t columns(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* On a terminal the lines from before are written over; elsewhere each is a new one. */
static void show(struct watch *w)
{
    struct loa_buf b = {0};
    int64_t now = loa_clock_wall();

    if (w->tty && w->lines)
        loa_buf_addf(&b, "\x1b[%zuA", w->lines);
    for (size_t i = 0; i < w->n; i++) {
        if (w->tty)
            loa_buf_adds(&b, "\r\x1b[2K");
        watch_line(&w->runs[i], w->message, now, w->tty ? columns() : 0, &b);
        loa_buf_addc(&b, '\n');
    }
    w->lines = w->n;
    (void)fputs(loa_buf_str(&b), stdout);
    (void)fflush(stdout);
    loa_buf_release(&b);
}

static void show_json(struct watch *w)
{
    for (size_t i = 0; i < w->n; i++)
        cli_print_json(watch_json(&w->runs[i], loa_clock_wall()));
    (void)fflush(stdout);
}

static void say_waiting(struct watch *w, const struct msg_progress_of_message *p)
{
    char iso[LOA_ISO_SIZE];

    if (w->waits)
        return;
    w->waits = true;
    (void)fprintf(stderr, "loa: thông điệp %" PRId64 " (%s) chưa tới giờ gửi%s%s; Ctrl-C để thôi\n",
                  w->message, p->state, p->next_ms > 1 ? ", lần tới lúc " : "",
                  p->next_ms > 1 ? loa_iso_format(p->next_ms, iso) : "");
}

static void say_lost(struct watch *w)
{
    if (!w->lost)
        (void)fprintf(stderr, "loa: kho dữ liệu chưa trả lời, đang thử lại\n");
    w->lost = true;
    w->lines = 0; /* the words above moved the screen */
}

/* ---- the loop -------------------------------------------------------------------------- */

static bool all_over(const struct watch *w)
{
    for (size_t i = 0; i < w->n; i++) {
        if (!w->runs[i].now.over)
            return false;
    }
    return w->n > 0;
}

static bool may_come(const char *state)
{
    static const char *const words[] = {"approved", "scheduled", "sending", "paused", NULL};

    for (size_t i = 0; words[i]; i++) {
        if (strcmp(state, words[i]) == 0)
            return true;
    }
    return false;
}

static int verdict(const struct watch *w)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct msg_progress *p = &w->runs[i].now;

        if (p->state == MSG_RUN_CANCELLED || p->failed || p->in_doubt)
            return CLI_FAILED;
    }
    return CLI_OK;
}

static int nothing(const struct watch *w, enum loa_err err, const char *state)
{
    struct loa_problem why;

    if (err == LOA_ENOENT)
        (void)loa_fail(&why, err, "id", "Không có thông điệp số %" PRId64, w->message);
    else if (err)
        (void)loa_fail(&why, err, "", "Không đọc được kho dữ liệu: %s", loa_strerror(err));
    else
        (void)loa_fail(&why, LOA_ENOENT, "state",
                       "Thông điệp %" PRId64 " (%s) không có lượt gửi nào để theo dõi", w->message,
                       state);
    return cli_complain(&why);
}

/* One look. -1: go on. */
static int turn(struct watch *w)
{
    struct msg_progress_of_message p;
    enum loa_err err = look(w, &p);
    int status = -1;

    if (err == LOA_EIO) {
        say_lost(w);
    } else if (err || (!p.n && !may_come(p.state))) {
        status = nothing(w, err, p.state);
    } else if (!p.n) {
        say_waiting(w, &p);
    } else {
        w->lost = false;
        if (w->cli->json)
            show_json(w);
        else
            show(w);
        if (all_over(w))
            status = verdict(w);
    }
    msg_progress_release(&p);
    return status;
}

static void on_signal(int number)
{
    told_to_stop = number;
}

/* A signal cuts the wait short. */
static void rest(int64_t ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};

    (void)nanosleep(&t, NULL);
}

static int watch(struct watch *w)
{
    struct sigaction act = {.sa_handler = on_signal};
    int status = -1;

    (void)sigaction(SIGINT, &act, NULL);
    (void)sigaction(SIGTERM, &act, NULL);
    while (status < 0 && !told_to_stop) {
        status = turn(w);
        if (status < 0 && !told_to_stop)
            rest(w->interval_ms);
        if (ferror(stdout)) /* whoever read it is gone */
            return CLI_FAILED;
    }
    if (status < 0) {
        (void)fprintf(stderr, "loa: thôi theo dõi; việc gửi vẫn tiếp tục\n");
        status = CLI_FAILED;
    }
    return status;
}

static bool parse_interval(const char *text, int64_t *ms)
{
    char *end;
    double s;

    errno = 0;
    s = strtod(text, &end);
    if (errno || end == text || *end || !(s >= 0.1 && s <= 3600))
        return false;
    *ms = (int64_t)(s * 1000);
    return true;
}

int cli_message_watch(struct cli *cli, int64_t id)
{
    struct watch w = {.cli = cli, .message = id, .interval_ms = 1000, .tty = isatty(STDOUT_FILENO)};
    int status;

    if (cli_has(cli, "interval") && !parse_interval(cli_get(cli, "interval"), &w.interval_ms))
        return cli_usage("--interval là số giây, từ 0.1 tới 3600");
    status = watch(&w);
    free(w.runs);
    return status;
}
