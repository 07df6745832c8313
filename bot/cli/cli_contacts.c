/* SPDX-License-Identifier: Apache-2.0 */
/* loa contacts: import, list, export, and who gets trials of drafts */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "bot/cli/cli_faults.h"
#include "bot/cli/cli_optouts.h"
#include "bot/ops/contact_view.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/contact.h"
#include "messages/contacts_file.h"
#include "messages/privacy.h"
#include "messages/trial.h"

static int import_contacts(struct cli *cli, int64_t account)
{
    const char *path = cli->words[1];
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    struct msg_contacts_counts counts = {0};
    struct msg_faults faults = {0};
    struct loa_problem why = {"", ""};
    enum loa_err err;
    int status;

    if (!f) {
        (void)loa_fail(&why, LOA_ENOENT, path, "Không mở được tệp: %s", strerror(errno));
        return cli_complain(&why);
    }
    err = msg_contacts_import(cli->db, &cli->who, loa_clock_wall(), account, f,
                              cli_has(cli, "skip-bad"), &counts, &faults, &why);
    if (f != stdin)
        (void)fclose(f);
    status = cli_faults(cli, &faults);
    if (!status && err)
        status = cli_complain(&why);
    if (!status || counts.rows) {
        (void)printf("Đã nhập %" PRId64 " người nhận.\n", counts.rows);
        cli_faults_left_out(&faults);
    }
    msg_faults_release(&faults);
    return status;
}

/* One contact a line, so that a long list is never held whole. */
static int list_contacts(struct cli *cli, int64_t account)
{
    struct db_stmt *st;
    enum loa_err err = db_scan(cli->db, &st,
                               "SELECT remote_id, name, status, opted_out, last_seen_ms, topics, "
                               "district FROM contacts WHERE account_id = $1 ORDER BY id",
                               "i", account);
    bool first = true;

    while (!err && db_next(st, &err)) {
        cJSON *o = ops_contact_json(st);
        char *text = loa_json_print(o);

        if (cli->json)
            (void)printf("%s%s", first ? "[" : ",\n", text);
        else
            (void)printf("%-28s %-14s %s\n", db_text(st, 0), loa_json_str(o, "status"),
                         db_int(st, 3) ? "đã từ chối nhận tin" : "");
        first = false;
        cJSON_free(text);
        cJSON_Delete(o);
    }
    if (cli->json)
        (void)puts(first ? "[]" : "]");
    return err ? CLI_FAILED : CLI_OK;
}

static void print_field(const char *v, const char *end)
{
    bool quote = v && v[strcspn(v, ",\"\r\n")];

    if (quote)
        (void)putchar('"');
    for (; v && *v; v++) {
        if (*v == '"')
            (void)putchar('"');
        (void)putchar(*v);
    }
    (void)printf("%s%s", quote ? "\"" : "", end);
}

/* CSV as the import takes it (RFC 4180). People who asked to be forgotten are not in it. */
static int export_contacts(struct cli *cli, int64_t account)
{
    struct db_stmt *st;
    char iso[LOA_ISO_SIZE];
    enum loa_err err = db_scan(cli->db, &st,
                               "SELECT remote_id, name, status, opted_out, last_seen_ms, topics, "
                               "district FROM contacts WHERE account_id = $1 AND status <> 4 "
                               "ORDER BY id",
                               "i", account);

    (void)puts("id,name,subscribed,last_seen,topics,district");
    while (!err && db_next(st, &err)) {
        bool gets_messages = db_int(st, 2) == 0 && !db_int(st, 3);
        char *topics = ops_topics_text(db_text(st, 5));

        print_field(db_text(st, 0), ",");
        print_field(db_text(st, 1), ",");
        print_field(gets_messages ? "1" : "0", ",");
        print_field(db_int(st, 4) ? loa_iso_format(db_int(st, 4), iso) : "", ",");
        print_field(topics, ",");
        print_field(db_text(st, 6), "\n");
        free(topics);
    }
    return err ? CLI_FAILED : CLI_OK;
}

/* ---- testers --------------------------------------------------------------------------- */

static int list_testers(struct cli *cli, int64_t account)
{
    cJSON *all = cJSON_CreateArray();
    struct db_stmt *st;
    char iso[LOA_ISO_SIZE];
    enum loa_err err = db_query(cli->db, &st,
                                "SELECT c.remote_id, c.name, t.user_name, t.at_ms FROM testers t "
                                "JOIN contacts c ON c.account_id = t.account_id AND "
                                "c.id = t.contact_id WHERE t.account_id = $1 ORDER BY c.id",
                                "i", account);

    while (!err && db_next(st, &err)) {
        if (cli->json) {
            cJSON *o = cJSON_CreateObject();

            cJSON_AddStringToObject(o, "id", db_text(st, 0));
            loa_json_add_str(o, "name", db_text(st, 1));
            cJSON_AddStringToObject(o, "added_by", db_text(st, 2));
            cJSON_AddStringToObject(o, "at", loa_iso_format(db_int(st, 3), iso));
            cJSON_AddItemToArray(all, o);
        } else {
            (void)printf("%-28s %s\n", db_text(st, 0), db_text(st, 1) ? db_text(st, 1) : "");
        }
    }
    if (cli->json && !err)
        cli_print_json(all);
    else
        cJSON_Delete(all);
    return err ? CLI_FAILED : CLI_OK;
}

static enum loa_err change_tester(struct cli *cli, void *arg, struct loa_problem *why)
{
    const int64_t *account = arg;
    const char *remote = cli->words[2];
    int64_t contact, now = loa_clock_wall();
    enum loa_err err = msg_contact_find(cli->db, *account, remote, &contact);

    if (err == LOA_ENOENT)
        return loa_fail(why, err, "id", "Tài khoản này không có người nhận “%s”", remote);
    if (err)
        return err;
    if (strcmp(cli->words[1], "remove") == 0)
        return msg_tester_remove(cli->db, &cli->who, now, *account, contact, why);
    return msg_tester_add(cli->db, &cli->who, now, *account, contact);
}

static int tester(struct cli *cli, int64_t account)
{
    return cli->n_words == 2 ? list_testers(cli, account) : cli_act(cli, change_tester, &account);
}

/* ---- one person's data ----------------------------------------------------------------- */

static enum loa_err find_person(const struct cli *cli, int64_t account, int64_t *contact,
                                struct loa_problem *why)
{
    enum loa_err err = msg_contact_find(cli->db, account, cli->words[1], contact);

    if (err == LOA_ENOENT)
        return loa_fail(why, err, "id", "Tài khoản này không có người nhận “%s”", cli->words[1]);
    return err;
}

static enum loa_err export_act(struct cli *cli, void *arg, struct loa_problem *why)
{
    const int64_t *account = arg;
    int64_t contact;
    cJSON *json = NULL;
    enum loa_err err = find_person(cli, *account, &contact, why);

    if (!err)
        err = msg_person_export(cli->db, &cli->who, loa_clock_wall(), *account, contact, &json);
    if (!err)
        cli_print_json(json);
    return err;
}

/* Running servers hear of it by the store, before they send anything more. */
static enum loa_err erase_act(struct cli *cli, void *arg, struct loa_problem *why)
{
    const int64_t *account = arg;
    int64_t contact;
    enum loa_err err = find_person(cli, *account, &contact, why);

    if (!err)
        err = msg_person_erase(cli->db, &cli->who, loa_clock_wall(), *account, contact);
    return err ? err : db_notify(cli->db);
}

/* ---- the command ----------------------------------------------------------------------- */

enum verb { NONE, IMPORT, LIST, EXPORT, EXPORT_ONE, ERASE, TESTER_LIST, TESTER_CHANGE };

static enum verb verb_of(const struct cli *cli)
{
    const char *verb = cli->n_words ? cli->words[0] : "";
    const char *second = cli->n_words > 1 ? cli->words[1] : "";

    if (strcmp(verb, "tester") == 0) {
        if (cli->n_words == 2 && strcmp(second, "list") == 0)
            return TESTER_LIST;
        if (cli->n_words == 3 && (strcmp(second, "add") == 0 || strcmp(second, "remove") == 0))
            return TESTER_CHANGE;
        return NONE;
    }
    if (strcmp(verb, "import") == 0 && cli->n_words == 2)
        return IMPORT;
    if (strcmp(verb, "list") == 0 && cli->n_words == 1)
        return LIST;
    if (strcmp(verb, "erase") == 0 && cli->n_words == 2)
        return ERASE;
    if (strcmp(verb, "export") == 0 && cli->n_words <= 2)
        return cli->n_words == 1 ? EXPORT : EXPORT_ONE;
    return NONE;
}

static int work(struct cli *cli, enum verb verb, int64_t account)
{
    switch (verb) {
    case IMPORT:
        return import_contacts(cli, account);
    case LIST:
        return list_contacts(cli, account);
    case EXPORT:
        return export_contacts(cli, account);
    case EXPORT_ONE:
        return cli_act(cli, export_act, &account);
    case ERASE:
        return cli_act(cli, erase_act, &account);
    case TESTER_LIST:
    case TESTER_CHANGE:
        return tester(cli, account);
    case NONE:
        break;
    }
    return CLI_USAGE;
}

int cli_contacts(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {
        {"account", false, false}, {"since", false, false}, {"skip-bad", true, false}};
    struct loa_problem why;
    int64_t account;
    int status = cli_parse(cli, argc - 1, argv + 1, options, 3);
    enum verb verb = status ? NONE : verb_of(cli);
    bool acts = verb == IMPORT || verb == TESTER_CHANGE || verb == EXPORT_ONE || verb == ERASE;

    if (!status && cli->n_words && strcmp(cli->words[0], "optouts") == 0)
        return cli_optouts(cli);
    if (!status && cli_has(cli, "since"))
        return cli_usage("--since chỉ dùng với contacts optouts export");

    if (!status && verb == NONE)
        status = cli_usage("cần: contacts import TỆP, list, export [MÃ], erase MÃ, tester "
                           "add|remove MÃ, tester list hoặc optouts export|import");
    if (!status && !cli_has(cli, "account"))
        status = cli_usage("cần --account TÊN");
    if (!status && acts)
        status = cli_actor(cli);
    if (!status)
        status = cli_open(cli);
    if (!status && verb == IMPORT) /* the accounts of the settings exist before the first serve */
        status = cli_act(cli, cli_put_accounts, NULL);
    if (status)
        return status;
    if (msg_account_id(cli->db, cli_get(cli, "account"), &account, &why) != LOA_OK)
        return cli_complain(&why);
    return work(cli, verb, account);
}
