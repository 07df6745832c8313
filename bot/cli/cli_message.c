/* SPDX-License-Identifier: Apache-2.0 */
/* loa message */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli_message.h"
#include "bot/compose_check.h"
#include "bot/ops/message_step.h"
#include "bot/ops/message_view.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/message.h"
#include "scheduler/forecast.h"

struct edit {
    int64_t id; /* 0: a new one */
    struct msg_spec spec;
    struct loa_problem warning;
    bool warned;
};

/* ---- new, edit ------------------------------------------------------------------------- */

static enum loa_err read_spec(struct cli *cli, struct edit *e, struct loa_problem *why)
{
    struct msg_message *old = NULL;
    cJSON *base = NULL, *json;
    enum loa_err err = LOA_OK;

    if (e->id) {
        err = msg_message_get(cli->db, e->id, &old, why);
        if (err)
            return err;
        base = loa_json_parse(old->content, strlen(old->content));
        msg_message_free(old);
    }
    json = cli_message_spec(cli, base, why);
    cJSON_Delete(base);
    if (!json)
        return LOA_EINVAL;
    err = msg_spec_parse(json, &e->spec, why);
    cJSON_Delete(json);
    return err;
}

static enum loa_err write_spec(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct edit *e = arg;
    int64_t now = loa_clock_wall();

    e->warned = bot_compose_check(cli->db, &e->spec, now, &e->warning) != LOA_OK;
    if (e->id)
        return msg_message_edit(cli->db, &cli->who, now, e->id, &e->spec, why);
    return msg_message_create(cli->db, &cli->who, now, &e->spec, &e->id, why);
}

static int print_state(struct cli *cli, int64_t id, const struct sched_forecast *f)
{
    struct msg_message *m = NULL;
    struct loa_problem why;

    if (msg_message_get(cli->db, id, &m, &why) != LOA_OK)
        return cli_complain(&why);
    if (cli->json) {
        cJSON *o = cJSON_CreateObject();

        loa_json_add_int(o, "id", id);
        cJSON_AddStringToObject(o, "state", msg_state_name(m->state));
        loa_json_add_int(o, "version", m->version);
        cli_forecast_add(o, f);
        cli_print_json(o);
    } else {
        (void)printf("Thông điệp %" PRId64 ": %s\n", id, msg_state_name(m->state));
    }
    msg_message_free(m);
    return CLI_OK;
}

static int do_edit(struct cli *cli, int64_t id)
{
    struct edit e = {.id = id};
    struct loa_problem why = {"", ""};
    int status;

    /* Before the transaction: who types the text must not keep the server from writing. */
    if (read_spec(cli, &e, &why) != LOA_OK)
        return cli_complain(&why);
    status = cli_act(cli, write_spec, &e);
    msg_spec_release(&e.spec);
    if (status)
        return status;
    if (e.warned) { /* a draft may be unfinished; submitting it may not */
        (void)fprintf(stderr, "loa: lưu ý trước khi trình: ");
        (void)cli_complain(&e.warning);
    }
    return print_state(cli, e.id, NULL);
}

/* ---- steps ----------------------------------------------------------------------------- */

struct step {
    const char *verb;
    int64_t id;
};

static enum loa_err do_step(struct cli *cli, void *arg, struct loa_problem *why)
{
    const struct step *s = arg;
    struct ops_message_step step = {.verb = s->verb,
                                    .id = s->id,
                                    .reason = cli_get(cli, "reason"),
                                    .approvals = cli->cfg.approvals};

    return ops_message_step(cli->db, &cli->who, loa_clock_wall(), &step, why);
}

/* ---- list, show ------------------------------------------------------------------------ */

static int list(struct cli *cli, int64_t id)
{
    const char *state = cli_get(cli, "state");
    cJSON *all = cJSON_CreateArray();
    struct db_stmt *st;
    enum loa_err err = db_query(cli->db, &st,
                                "SELECT id, state, author, title FROM messages WHERE $1 IS NULL OR "
                                "state = $1 ORDER BY id",
                                "s", state);

    (void)id;
    while (!err && db_next(st, &err)) {
        if (cli->json) {
            cJSON *o = cJSON_CreateObject();

            loa_json_add_int(o, "id", db_int(st, 0));
            cJSON_AddStringToObject(o, "state", db_text(st, 1));
            cJSON_AddStringToObject(o, "author", db_text(st, 2));
            cJSON_AddStringToObject(o, "title", db_text(st, 3));
            cJSON_AddItemToArray(all, o);
        } else {
            (void)printf("%5" PRId64 "  %-10s %-12s %s\n", db_int(st, 0), db_text(st, 1),
                         db_text(st, 2), db_text(st, 3));
        }
    }
    if (cli->json && !err)
        cli_print_json(all);
    else
        cJSON_Delete(all);
    return err ? CLI_FAILED : CLI_OK;
}

static int show(struct cli *cli, int64_t id)
{
    struct loa_problem why = {"", ""};
    cJSON *o = NULL;

    if (ops_message_json(cli->db, id, &o, &why) != LOA_OK)
        return cli_complain(&why);
    if (cli_forecast_beside(cli, id, o) != LOA_OK) {
        cJSON_Delete(o);
        (void)loa_fail(&why, LOA_EIO, "", "Không đọc được kho dữ liệu: %s", db_message(cli->db));
        return cli_complain(&why);
    }
    if (cli->json) {
        cli_print_json(o);
    } else {
        /* Printed from the printed form, in which numbers are plain again. */
        cli_message_print(o);
        cli_forecast_print_beside(o);
        cJSON_Delete(o);
    }
    return CLI_OK;
}

/* ---- the command ----------------------------------------------------------------------- */

static int step(struct cli *cli, int64_t id)
{
    struct step s = {cli->words[0], id};
    const char *stage = ops_message_stage(s.verb);
    /* Before the transaction: counting millions must not keep the server from writing. */
    struct sched_forecast *f = stage ? cli_forecast_warn(cli, id) : NULL;
    int status = cli_act(cli, do_step, &s);

    if (!status)
        cli_forecast_keep(cli, f, stage);
    if (!status)
        status = print_state(cli, id, f);
    sched_forecast_free(f);
    return status;
}

/* words: how many follow "message". */
static const struct verb {
    const char *name;
    size_t words;
    enum { ACTS, READS, WATCHES } how; /* who acts says --user; who watches never writes */
    int (*run)(struct cli *cli, int64_t id);
} verbs[] = {
    {"new", 1, ACTS, do_edit},
    {"list", 1, READS, list},
    {"edit", 2, ACTS, do_edit},
    {"show", 2, READS, show},
    {"submit", 2, ACTS, step},
    {"approve", 2, ACTS, step},
    {"reject", 2, ACTS, step},
    {"schedule", 2, ACTS, step},
    {"pause", 2, ACTS, step},
    {"resume", 2, ACTS, step},
    {"cancel", 2, ACTS, step},
    {"test", 2, ACTS, cli_message_test},
    {"rate", 3, ACTS, cli_message_rate},
    {"retry", 2, ACTS, cli_message_retry},
    {"watch", 2, WATCHES, cli_message_watch},
    {"forecast", 2, WATCHES, cli_message_forecast},
};

static const struct verb *find_verb(const struct cli *cli)
{
    for (size_t i = 0; cli->n_words && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(cli->words[0], verbs[i].name) == 0 && cli->n_words == verbs[i].words)
            return &verbs[i];
    }
    return NULL;
}

int cli_message(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {
        {"title", false, false},   {"text", false, false},      {"channels", false, false},
        {"topics", false, false},  {"districts", false, false}, {"at", false, false},
        {"rrule", false, false},   {"dtstart", false, false},   {"until", false, false},
        {"skip", false, false},    {"late", false, false},      {"expires", false, false},
        {"urgent", true, false},   {"doubt", false, false},     {"image", false, false},
        {"link", false, false},    {"button", false, true},     {"deliver", false, false},
        {"file", false, false},    {"state", false, false},     {"reason", false, false},
        {"account", false, false}, {"to", false, false},        {"day", false, false},
        {"codes", false, false},   {"interval", false, false},  {"now", false, false},
        {"hours", true, false},
    };
    int status = cli_parse(cli, argc - 1, argv + 1, options, sizeof(options) / sizeof(options[0]));
    const struct verb *verb = status ? NULL : find_verb(cli);
    enum msg_state state;
    int64_t id = 0;

    if (status)
        return status;
    if (!verb)
        return cli_usage("cần: message new|edit|list|show|submit|approve|reject|schedule|pause|"
                         "resume|cancel|test|rate|retry|watch|forecast");
    if (cli_has(cli, "state") && msg_state_parse(cli_get(cli, "state"), &state) != LOA_OK)
        return cli_usage("--state nhận draft, submitted, approved, scheduled, sending, sent, "
                         "rejected, paused hoặc cancelled");
    if (verb->words > 1 && !cli_id(cli->words[1], &id))
        return CLI_USAGE;
    if (verb->how == ACTS)
        status = cli_actor(cli);
    if (!status)
        status = verb->how == WATCHES ? cli_open_readonly(cli) : cli_open(cli);
    return status ? status : verb->run(cli, id);
}
