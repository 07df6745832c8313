/* SPDX-License-Identifier: Apache-2.0 */
/* loa events, faq, topics, places, daily, contacts */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/catalog_store.h"
#include "messages/contacts_file.h"
#include "messages/import.h"

enum noun { EVENTS, FAQ, TOPICS, PLACES, DAILY };

struct import {
    enum noun noun;
    char *bytes;
    size_t n;
    struct msg_catalog *catalog; /* what they say, but for DAILY */
    struct msg_put_counts counts;
};

static enum loa_err parse(struct import *in, const char *file, struct loa_problem *why)
{
    switch (in->noun) {
    case EVENTS:
        return msg_import_events(in->catalog, in->bytes, in->n, msg_format_of(file), why);
    case FAQ:
        return msg_import_faq(in->catalog, in->bytes, in->n, why);
    case TOPICS:
        return msg_import_topics(in->catalog, in->bytes, in->n, why);
    case PLACES:
        return msg_import_places(in->catalog, in->bytes, in->n, why);
    case DAILY:
        break;
    }
    return LOA_OK;
}

static enum loa_err put(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct import *in = arg;
    int64_t now = loa_clock_wall();

    switch (in->noun) {
    case EVENTS:
        return msg_catalog_put_events(cli->db, &cli->who, now, in->catalog, &in->counts);
    case FAQ:
        return msg_catalog_put_faqs(cli->db, &cli->who, now, in->catalog, &in->counts);
    case TOPICS:
        return msg_catalog_put_topics(cli->db, &cli->who, now, in->catalog, &in->counts);
    case PLACES:
        return msg_catalog_put_places(cli->db, &cli->who, now, in->catalog, &in->counts);
    case DAILY:
        break;
    }
    return msg_daily_put(cli->db, &cli->who, now, in->bytes, in->n, &in->counts, why);
}

static int import(struct cli *cli, enum noun noun)
{
    struct import in = {.noun = noun};
    struct loa_problem why = {"", ""};
    int status = cli_actor(cli);

    if (!status)
        status = cli_open(cli);
    if (status)
        return status;
    if (cli_read_file(cli->words[1], MSG_IMPORT_MAX, &in.bytes, &in.n, &why) != LOA_OK)
        return cli_complain(&why);
    in.catalog = msg_catalog_new();
    /* Before the transaction: a long file must not keep the server from writing. */
    if (parse(&in, cli->words[1], &why) != LOA_OK)
        status = cli_complain(&why);
    else
        status = cli_act(cli, put, &in);
    if (!status)
        (void)printf("Đã nhập %s: thêm %d, đổi %d, giữ nguyên %d.\n", cli->words[1],
                     in.counts.added, in.counts.changed, in.counts.same);
    msg_catalog_free(in.catalog);
    free(in.bytes);
    return status;
}

/* ---- lists ----------------------------------------------------------------------------- */

static void print_entry(enum noun noun, const cJSON *o)
{
    const char *id = loa_json_str(o, noun == DAILY ? "date" : "id");
    const char *title = loa_json_str(o, noun == FAQ ? "answer" : "title");
    const char *start = loa_json_str(o, "start");

    (void)printf("%-22s %s%s%s\n", id ? id : "", start ? start : "", start ? "  " : "",
                 title ? title : "");
}

static int list(struct cli *cli, enum noun noun)
{
    static const char by_event[] = "SELECT data FROM events ORDER BY start_ms, id";
    static const char by_faq[] = "SELECT data FROM faqs ORDER BY position, id";
    static const char by_day[] = "SELECT data FROM daily ORDER BY day";
    const char *sql = noun == EVENTS ? by_event : noun == FAQ ? by_faq : by_day;
    cJSON *all = cJSON_CreateArray();
    struct db_stmt *st;
    enum loa_err err = db_query(cli->db, &st, sql, "");

    while (!err && db_next(st, &err)) {
        const char *data = db_text(st, 0);
        cJSON *o = loa_json_parse(data, strlen(data));

        if (cli->json) {
            cJSON_AddItemToArray(all, o);
        } else {
            print_entry(noun, o);
            cJSON_Delete(o);
        }
    }
    if (cli->json && !err)
        cli_print_json(all);
    else
        cJSON_Delete(all);
    return err ? CLI_FAILED : CLI_OK;
}

static int content(struct cli *cli, int argc, char **argv, enum noun noun)
{
    int status = cli_parse(cli, argc - 1, argv + 1, NULL, 0);
    const char *verb = cli->n_words ? cli->words[0] : "";

    if (status)
        return status;
    if (strcmp(verb, "import") == 0 && cli->n_words == 2)
        return import(cli, noun);
    if (strcmp(verb, "list") != 0 || cli->n_words != 1 || noun == TOPICS || noun == PLACES)
        return cli_usage("cần: import TỆP");
    status = cli_open(cli);
    return status ? status : list(cli, noun);
}

int cli_events(struct cli *cli, int argc, char **argv)
{
    return content(cli, argc, argv, EVENTS);
}

int cli_faq(struct cli *cli, int argc, char **argv)
{
    return content(cli, argc, argv, FAQ);
}

int cli_topics(struct cli *cli, int argc, char **argv)
{
    return content(cli, argc, argv, TOPICS);
}

int cli_places(struct cli *cli, int argc, char **argv)
{
    return content(cli, argc, argv, PLACES);
}

int cli_daily(struct cli *cli, int argc, char **argv)
{
    return content(cli, argc, argv, DAILY);
}

/* ---- contacts -------------------------------------------------------------------------- */

static int import_contacts(struct cli *cli, int64_t account)
{
    const char *path = cli->words[1];
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    struct msg_contacts_counts counts = {0};
    struct loa_problem why = {"", ""};
    enum loa_err err;

    if (!f) {
        (void)loa_fail(&why, LOA_ENOENT, path, "Không mở được tệp: %s", strerror(errno));
        return cli_complain(&why);
    }
    err = msg_contacts_import(cli->db, &cli->who, loa_clock_wall(), account, f, &counts, &why);
    if (f != stdin)
        (void)fclose(f);
    (void)printf("Đã nhập %" PRId64 " người nhận.\n", counts.rows);
    return err ? cli_complain(&why) : CLI_OK;
}

/* The store keeps ";a;b;", for people it is "a;b". Caller frees. */
static char *topics_text(const char *stored)
{
    size_t n;

    stored = stored ? stored + strspn(stored, ";") : "";
    n = strlen(stored);
    while (n && stored[n - 1] == ';')
        n--;
    return loa_xstrndup(stored, n);
}

static cJSON *contact_json(const struct db_stmt *st)
{
    static const char *const statuses[] = {"active", "unsubscribed", "blocked", "invalid",
                                           "erased"};
    cJSON *o = cJSON_CreateObject();
    char iso[LOA_ISO_SIZE], *topics = topics_text(db_text(st, 5));

    cJSON_AddStringToObject(o, "id", db_text(st, 0));
    loa_json_add_str(o, "name", db_text(st, 1));
    cJSON_AddStringToObject(o, "status", statuses[db_int(st, 2) % 5]);
    cJSON_AddBoolToObject(o, "opted_out", db_int(st, 3) != 0);
    if (db_int(st, 4))
        cJSON_AddStringToObject(o, "last_seen", loa_iso_format(db_int(st, 4), iso));
    loa_json_add_str(o, "topics", topics);
    loa_json_add_str(o, "district", db_text(st, 6));
    free(topics);
    return o;
}

/* One contact a line, so that a long list is never held whole. */
static int list_contacts(struct cli *cli, int64_t account)
{
    struct db_stmt *st;
    enum loa_err err = db_query(cli->db, &st,
                                "SELECT remote_id, name, status, opted_out, last_seen_ms, topics, "
                                "district FROM contacts WHERE account_id = $1 ORDER BY id",
                                "i", account);
    bool first = true;

    while (!err && db_next(st, &err)) {
        cJSON *o = contact_json(st);
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
    enum loa_err err = db_query(cli->db, &st,
                                "SELECT remote_id, name, status, opted_out, last_seen_ms, topics, "
                                "district FROM contacts WHERE account_id = $1 AND status <> 4 "
                                "ORDER BY id",
                                "i", account);

    (void)puts("id,name,subscribed,last_seen,topics,district");
    while (!err && db_next(st, &err)) {
        bool gets_messages = db_int(st, 2) == 0 && !db_int(st, 3);
        char *topics = topics_text(db_text(st, 5));

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

int cli_contacts(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {{"account", false, false}};
    struct loa_problem why;
    int64_t account;
    int status = cli_parse(cli, argc - 1, argv + 1, options, 1);
    const char *verb = cli->n_words ? cli->words[0] : "";
    bool import_them = strcmp(verb, "import") == 0 && cli->n_words == 2;
    bool export_them = strcmp(verb, "export") == 0 && cli->n_words == 1;

    if (!status && !import_them && !export_them && (strcmp(verb, "list") != 0 || cli->n_words != 1))
        status = cli_usage("cần: contacts import TỆP, contacts list hoặc contacts export");
    if (!status && !cli_has(cli, "account"))
        status = cli_usage("cần --account TÊN");
    if (!status && import_them)
        status = cli_actor(cli);
    if (!status)
        status = cli_open(cli);
    if (!status && import_them) /* the accounts of the settings exist before the first serve */
        status = cli_act(cli, cli_put_accounts, NULL);
    if (status)
        return status;
    if (msg_account_id(cli->db, cli_get(cli, "account"), &account, &why) != LOA_OK)
        return cli_complain(&why);
    if (import_them)
        return import_contacts(cli, account);
    return export_them ? export_contacts(cli, account) : list_contacts(cli, account);
}
