/* SPDX-License-Identifier: Apache-2.0 */
/* cli.h - the command line: what all commands share. Each command is one function in a file named
 * after its noun; main.c has the table. Exit codes: 0 done, 1 failed, 2 used wrongly. */
#ifndef LOA_BOT_CLI_CLI_H
#define LOA_BOT_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "bot/config.h"
#include "messages/audit.h"
#include "messages/base/err.h"
#include "messages/catalog.h"
#include "messages/store/db.h"
#include "messages/user.h"

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_MULTI_MAX = 16 };

/* Options by name. A command says which it takes; those of all (--env, --user, --json, --help) are
 * always there. Strings are borrowed from argv. */
struct cli_option {
    const char *name; /* without dashes */
    bool flag;        /* takes no value */
    bool multi;       /* may be given several times */
};

struct cli {
    struct bot_config cfg;
    struct bot_config_problems problems;
    struct db *db;
    struct msg_actor who;
    bool acts;          /* `who` must be one of the staff */
    enum msg_role role; /* of `who`, once the store is open */
    bool json;
    const char *env;
    /* What was given: words first, then options. */
    const char *words[8];
    size_t n_words;
    struct {
        const char *name;
        const char *values[CLI_MULTI_MAX];
        size_t n;
    } given[32];
    size_t n_given;
};

/* Reads what follows the command. CLI_USAGE after a complaint. */
int cli_parse(struct cli *cli, int argc, char **argv, const struct cli_option *options, size_t n);
/* The value of an option; NULL if it was not given ("" for a flag that was). */
const char *cli_get(const struct cli *cli, const char *name);
size_t cli_all(const struct cli *cli, const char *name, const char *const **values);
bool cli_has(const struct cli *cli, const char *name);

/* Reads the settings; CLI_FAILED after telling all that is wrong with them. */
int cli_config(struct cli *cli);
/* Settings and the store, made and migrated if needed. */
int cli_open(struct cli *cli);
/* The same for a command that only reads and may run long: never writes, never migrates. */
int cli_open_readonly(struct cli *cli);
void cli_close(struct cli *cli);
/* For commands that act: --user must be given, and cli_open() then fails unless it is known. */
int cli_actor(struct cli *cli);
/* After cli_open(): CLI_FAILED with a complaint unless he is an admin. */
int cli_admin(const struct cli *cli);

/* "loa: field: text" on stderr; returns CLI_FAILED. */
int cli_complain(const struct loa_problem *why);
int cli_usage(const char *usage);
/* A transaction around one act: begins, runs, commits; on failure undoes and complains. */
typedef enum loa_err (*cli_act_cb)(struct cli *cli, void *arg, struct loa_problem *why);
int cli_act(struct cli *cli, cli_act_cb act, void *arg);

/* Puts the accounts that the settings describe into the store; an act for cli_act(). */
enum loa_err cli_put_accounts(struct cli *cli, void *unused, struct loa_problem *why);

/* Prints and frees. */
void cli_print_json(cJSON *json);
/* A whole file ("-" is stdin), at most `max` bytes. Caller frees *out. */
enum loa_err cli_read_file(const char *path, size_t max, char **out, size_t *len,
                           struct loa_problem *why);
/* A decimal id. False after a complaint. */
bool cli_id(const char *word, int64_t *out);

/* The commands. argv[0] is the command's own word. */
int cli_user(struct cli *cli, int argc, char **argv);
int cli_token(struct cli *cli, int argc, char **argv);
int cli_account(struct cli *cli, int argc, char **argv);
int cli_message(struct cli *cli, int argc, char **argv);
int cli_schedule(struct cli *cli, int argc, char **argv);
int cli_handpost(struct cli *cli, int argc, char **argv);
int cli_doubt(struct cli *cli, int argc, char **argv);
int cli_events(struct cli *cli, int argc, char **argv);
int cli_faq(struct cli *cli, int argc, char **argv);
int cli_topics(struct cli *cli, int argc, char **argv);
int cli_places(struct cli *cli, int argc, char **argv);
int cli_daily(struct cli *cli, int argc, char **argv);
int cli_contacts(struct cli *cli, int argc, char **argv);
int cli_conversation(struct cli *cli, int argc, char **argv);
int cli_questions(struct cli *cli, int argc, char **argv);
int cli_answer(struct cli *cli, int argc, char **argv);
int cli_chat(struct cli *cli, int argc, char **argv);
int cli_audit(struct cli *cli, int argc, char **argv);
int cli_backup(struct cli *cli, int argc, char **argv);
int cli_report(struct cli *cli, int argc, char **argv);
int cli_nodes(struct cli *cli, int argc, char **argv);
int cli_cleanup(struct cli *cli, int argc, char **argv);
int cli_store(struct cli *cli, int argc, char **argv);
int cli_held(struct cli *cli, int argc, char **argv);
int cli_restore(struct cli *cli, int argc, char **argv);
int cli_migrate(struct cli *cli, int argc, char **argv);
int cli_check_config(struct cli *cli, int argc, char **argv);
int cli_doctor(struct cli *cli, int argc, char **argv);
int cli_serve(struct cli *cli, int argc, char **argv);

#endif
