/* SPDX-License-Identifier: Apache-2.0 */
/* loa events: import, export, list, show, cancel, move, restore, delete */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bot/cli/cli.h"
#include "bot/cli/cli_faults.h"
#include "bot/ops/content_import.h"
#include "bot/ops/event_view.h"
#include "messages/base/clock.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "messages/catalog_store.h"
#include "messages/event_change.h"
#include "messages/import.h"

static const struct cli_option options[] = {
    {"format", false, false},     {"dry-run", true, false},   {"out", false, false},
    {"reason", false, false},     {"start", false, false},    {"end", false, false},
    {"place", false, false},      {"district", false, false}, {"address", false, false},
    {"online-url", false, false}, {"skip-bad", true, false},  {"yes", true, false},
};

/* Of --format, else by the file's name. */
static int format_of(const struct cli *cli, const char *file, enum msg_format *out)
{
    const char *name = cli_get(cli, "format");

    *out = file ? msg_format_of(file) : MSG_FORMAT_JSON;
    if (name && msg_format_named(name, out) != LOA_OK)
        return cli_usage("--format nhận csv, json hoặc ics");
    return CLI_OK;
}

/* ---- import ---------------------------------------------------------------------------- */

static enum loa_err put(struct cli *cli, void *arg, struct loa_problem *why)
{
    return ops_import_put(cli->db, &cli->who, loa_clock_wall(), arg, why);
}

static void print_value(const cJSON *v)
{
    char *text = cJSON_IsString(v) ? loa_xstrdup(v->valuestring) : cJSON_PrintUnformatted(v);

    (void)printf("%s", cJSON_IsNull(v) ? "(không có)" : text);
    free(text);
}

static void print_changed(const cJSON *o)
{
    const cJSON *f;
    int64_t told = loa_json_int(o, "told", 0);

    (void)printf("~ %s  %s\n", loa_json_str(o, "id"), loa_json_str(o, "title"));
    cJSON_ArrayForEach(f, loa_json_get(o, "fields"))
    {
        (void)printf("    %s: ", loa_json_str(f, "field"));
        print_value(loa_json_get(f, "from"));
        (void)fputs(" -> ", stdout);
        print_value(loa_json_get(f, "to"));
        (void)putchar('\n');
    }
    if (told)
        (void)printf("    báo cho %" PRId64 " người đã nhờ nhắc\n", told);
}

static void print_diff(const cJSON *diff, bool details)
{
    const cJSON *added = loa_json_get(diff, "added"), *changed = loa_json_get(diff, "changed"), *o;
    int64_t told = loa_json_int(diff, "told", 0);

    cJSON_ArrayForEach(o, added)
    {
        if (details)
            (void)printf("+ %s  %s  %s\n", loa_json_str(o, "id"), loa_json_str(o, "start"),
                         loa_json_str(o, "title"));
    }
    cJSON_ArrayForEach(o, changed)
    {
        if (details)
            print_changed(o);
    }
    (void)printf("%s: thêm %d, đổi %d, giữ nguyên %" PRId64, details ? "Nếu nhập" : "Đã nhập",
                 cJSON_GetArraySize(added), cJSON_GetArraySize(changed),
                 loa_json_int(diff, "same", 0));
    if (told)
        (void)printf("; báo cho %" PRId64 " người đã nhờ nhắc", told);
    (void)puts(details ? ". Chưa ghi gì." : ".");
}

static int import(struct cli *cli)
{
    struct ops_import in = {.kind = OPS_EVENTS,
                            .skip_bad = cli_has(cli, "skip-bad"),
                            .dry_run = cli_has(cli, "dry-run")};
    struct loa_problem why = {"", ""};
    char *bytes = NULL;
    int status = cli_actor(cli);

    if (!status)
        status = format_of(cli, cli->words[1], &in.format);
    if (!status)
        status = cli_open(cli);
    if (status)
        return status;
    if (cli_read_file(cli->words[1], MSG_IMPORT_MAX, &bytes, &in.n, &why) != LOA_OK)
        return cli_complain(&why);
    in.bytes = bytes;
    /* Before the transaction: a long file must not keep the server from writing. */
    ops_import_parse(&in);
    status = cli_faults(cli, &in.faults);
    if (!status)
        status = cli_act(cli, put, &in);
    if (!status && cli->json)
        cli_print_json(cJSON_Duplicate(in.diff, true));
    else if (!status)
        print_diff(in.diff, in.dry_run);
    if (!status && !cli->json)
        cli_faults_left_out(&in.faults);
    ops_import_release(&in);
    free(bytes);
    return status;
}

/* ---- export and lists ------------------------------------------------------------------ */

static int load(struct cli *cli, struct msg_catalog **out)
{
    struct loa_problem why = {"", "Không đọc được kho dữ liệu"};
    int status = cli_open(cli);

    if (!status && msg_catalog_load(cli->db, out) != LOA_OK)
        status = cli_complain(&why);
    return status;
}

static int write_out(const char *path, const char *text)
{
    FILE *f = path ? fopen(path, "wb") : stdout;
    bool good = f && fputs(text, f) >= 0;
    struct loa_problem why;

    if (f && path)
        good = fclose(f) == 0 && good;
    if (good)
        return CLI_OK;
    (void)loa_fail(&why, LOA_EIO, path ? path : "", "Không ghi được tệp: %s", strerror(errno));
    return cli_complain(&why);
}

static int export(struct cli *cli)
{
    struct msg_catalog *c = NULL;
    enum msg_format format;
    char *text;
    int status = format_of(cli, cli_get(cli, "out"), &format);

    if (!status)
        status = load(cli, &c);
    if (status)
        return status;
    text = ops_events_export(&cli->cfg, c, format);
    status = write_out(cli_get(cli, "out"), text);
    free(text);
    msg_catalog_free(c);
    return status;
}

static const char *state_mark(const struct msg_event *e)
{
    switch (e->state) {
    case MSG_EVENT_CANCELLED:
        return "  [đã hủy]";
    case MSG_EVENT_MOVED:
        return "  [đã dời]";
    case MSG_EVENT_PLANNED:
        break;
    }
    return "";
}

static int list(struct cli *cli)
{
    struct msg_catalog *c = NULL;
    cJSON *all;
    char iso[LOA_ISO_SIZE];
    int status = load(cli, &c);

    if (status)
        return status;
    all = cJSON_CreateArray();
    for (size_t i = 0; i < c->n_events; i++) {
        const struct msg_event *e = &c->events[i];

        if (cli->json)
            cJSON_AddItemToArray(all, msg_event_to_json(e));
        else
            (void)printf("%-22s %s  %s%s\n", e->id, loa_iso_format(e->start_ms, iso), e->title,
                         state_mark(e));
    }
    if (cli->json)
        cli_print_json(all);
    else
        cJSON_Delete(all);
    msg_catalog_free(c);
    return CLI_OK;
}

/* ---- one event ------------------------------------------------------------------------- */

static void print_event(const cJSON *o)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, o)
    {
        if (cJSON_IsArray(item))
            continue;
        (void)printf("%-17s ", item->string);
        print_value(item);
        (void)putchar('\n');
    }
    cJSON_ArrayForEach(item, loa_json_get(o, "changes"))
    {
        (void)printf("%s %s: %s, đã báo %" PRId64 " người, %" PRId64
                     " người ngoài thời gian nền tảng cho nhắn\n",
                     loa_json_str(item, "at"), loa_json_str(item, "kind"),
                     loa_json_bool(item, "done", false) ? "xong" : "đang chờ báo",
                     loa_json_int(item, "told", 0), loa_json_int(item, "out_of_reach", 0));
    }
}

static int show(struct cli *cli, const char *id)
{
    struct loa_problem why = {"", ""};
    cJSON *o = NULL;
    int status = cli_open(cli);

    if (status)
        return status;
    if (ops_event_json(cli->db, id, &o, &why) != LOA_OK)
        return cli_complain(&why);
    if (cli->json) {
        cli_print_json(o);
        return CLI_OK;
    }
    print_event(o);
    cJSON_Delete(o);
    return CLI_OK;
}

struct change {
    struct msg_event_edit edit;
    int64_t asked;
};

static enum loa_err change_it(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct change *c = arg;

    return msg_event_edit(cli->db, &cli->who, loa_clock_wall(), &c->edit, &c->asked, why);
}

static int read_time(const struct cli *cli, const char *name, int64_t *out)
{
    const char *text = cli_get(cli, name);

    if (text && loa_iso_parse(text, out) != LOA_OK) {
        (void)fprintf(stderr, "loa: --%s cần dạng 2026-10-01T07:30\n", name);
        return CLI_USAGE;
    }
    return CLI_OK;
}

static int change(struct cli *cli, const char *id, enum msg_event_state state)
{
    struct change c = {.edit = {.id = id,
                                .state = state,
                                .place = cli_get(cli, "place"),
                                .district = cli_get(cli, "district"),
                                .address = cli_get(cli, "address"),
                                .online_url = cli_get(cli, "online-url"),
                                .note = cli_get(cli, "reason")}};
    int status = cli_actor(cli);

    if (!status)
        status = cli_open(cli); /* with the zone of the times */
    if (!status)
        status = read_time(cli, "start", &c.edit.start_ms);
    if (!status)
        status = read_time(cli, "end", &c.edit.end_ms);
    if (!status && state == MSG_EVENT_MOVED && !c.edit.start_ms && !c.edit.end_ms &&
        !c.edit.place && !c.edit.address && !c.edit.online_url)
        return cli_usage("events move cần --start, --place, --address hoặc --online-url");
    if (!status)
        status = cli_act(cli, change_it, &c);
    if (!status)
        (void)printf("Đã ghi. Số người đã nhờ nhắc sẽ được báo: %" PRId64 ".\n", c.asked);
    return status;
}

/* ---- what should never have been there ------------------------------------------------- */

struct removal {
    const char *id;
    int64_t asked;
};

static enum loa_err remove_it(struct cli *cli, void *arg, struct loa_problem *why)
{
    struct removal *d = arg;

    return msg_event_delete(cli->db, &cli->who, loa_clock_wall(), d->id, cli_get(cli, "reason"),
                            &d->asked, why);
}

/* Not undone by another command, so it is shown first. */
static int confirm(struct cli *cli, const char *id)
{
    struct loa_problem why;
    struct msg_event e;
    char iso[LOA_ISO_SIZE];
    int64_t asked = 0;

    if (msg_event_load(cli->db, id, &e) != LOA_OK || msg_event_asked(cli->db, id, &asked)) {
        (void)loa_fail(&why, LOA_ENOENT, "id", "Không có sự kiện “%s”; xem: loa events list", id);
        return cli_complain(&why);
    }
    (void)printf("%s  %s  %s\n", e.id, loa_iso_format(e.start_ms, iso), e.title);
    (void)printf("Số người đã nhờ nhắc, sẽ được báo là sự kiện bị gỡ: %" PRId64 ".\n", asked);
    msg_event_release(&e);
    (void)loa_fail(&why, LOA_EPERM, "yes",
                   "Xóa hẳn thì không lấy lại được; thêm --yes nếu sự kiện bị nhập nhầm. Sự kiện "
                   "không diễn ra nữa thì dùng loa events cancel, để người hỏi vẫn được trả lời");
    return cli_complain(&why);
}

static int delete_event(struct cli *cli, const char *id)
{
    struct removal d = {.id = id};
    int status = cli_actor(cli);

    if (!status)
        status = cli_open(cli);
    if (!status && !cli_has(cli, "yes"))
        status = confirm(cli, id);
    if (!status)
        status = cli_act(cli, remove_it, &d);
    if (!status)
        (void)printf("Đã xóa. Số người đã nhờ nhắc sẽ được báo: %" PRId64 ".\n", d.asked);
    return status;
}

int cli_events(struct cli *cli, int argc, char **argv)
{
    int status = cli_parse(cli, argc - 1, argv + 1, options, sizeof(options) / sizeof(options[0]));
    const char *verb = cli->n_words ? cli->words[0] : "";

    if (status)
        return status;
    if (cli->n_words == 1 && strcmp(verb, "list") == 0)
        return list(cli);
    if (cli->n_words == 1 && strcmp(verb, "export") == 0)
        return export(cli);
    if (cli->n_words == 2 && strcmp(verb, "import") == 0)
        return import(cli);
    if (cli->n_words == 2 && strcmp(verb, "show") == 0)
        return show(cli, cli->words[1]);
    if (cli->n_words == 2 && strcmp(verb, "cancel") == 0)
        return change(cli, cli->words[1], MSG_EVENT_CANCELLED);
    if (cli->n_words == 2 && strcmp(verb, "move") == 0)
        return change(cli, cli->words[1], MSG_EVENT_MOVED);
    if (cli->n_words == 2 && strcmp(verb, "restore") == 0)
        return change(cli, cli->words[1], MSG_EVENT_PLANNED);
    if (cli->n_words == 2 && strcmp(verb, "delete") == 0)
        return delete_event(cli, cli->words[1]);
    return cli_usage(
        "cần: import TỆP, export, list, show MÃ, cancel MÃ, move MÃ, restore MÃ, delete MÃ");
}
