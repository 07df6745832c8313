/* SPDX-License-Identifier: Apache-2.0 */
/* Files of content over the API: read on the reading thread, put in one transaction. All that is
 * wrong is told row by row; with ?dry_run=1 events are only compared with what there is. */
#include <stdlib.h>
#include <string.h>

#include "bot/api/resources.h"
#include "bot/ops/content_import.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"

static void finish(struct api_call *c, enum loa_err result)
{
    struct ops_import *in = c->own;

    ops_import_release(in);
    free(in);
    c->own = NULL;
    api_answer(c, result);
}

static bool is_set(const struct api_call *c, const char *name)
{
    const char *v = api_query(c, name);

    return v && strcmp(v, "0") != 0;
}

/* Nothing is put if something is wrong, unless one asks for the rest. */
static bool must_stop(const struct ops_import *in)
{
    return in->faults.whole || (in->faults.n && !in->skip_bad && !in->dry_run);
}

static enum loa_err refuse(struct api_call *c, const struct ops_import *in)
{
    cJSON *all = msg_faults_json(&in->faults);

    cJSON_Delete(c->more);
    c->more = cJSON_CreateObject();
    cJSON_AddItemToObject(c->more, "rows", cJSON_DetachItemFromObject(all, "errors"));
    cJSON_AddItemToObject(c->more, "rows_total", cJSON_DetachItemFromObject(all, "errors_total"));
    cJSON_Delete(all);
    c->status = 422;
    return loa_fail(&c->why, LOA_EINVAL, "",
                    "Không nhập gì: hãy sửa các chỗ sai rồi nhập lại cả tệp, hoặc thêm skip_bad=1");
}

static void answer(struct api_call *c, const struct ops_import *in)
{
    c->json = msg_faults_json(&in->faults);
    cJSON_AddBoolToObject(c->json, "imported", !in->dry_run);
    if (in->diff)
        cJSON_AddItemToObject(c->json, "changes", cJSON_Duplicate(in->diff, true));
    if (in->dry_run)
        return;
    loa_json_add_int(c->json, "added", in->counts.added);
    loa_json_add_int(c->json, "changed", in->counts.changed);
    loa_json_add_int(c->json, "same", in->counts.same);
}

static enum loa_err parse(struct db *db, struct api_call *c)
{
    struct ops_import *in = c->own;

    (void)db;
    if (!in->catalog) /* the job may run again */
        ops_import_parse(in);
    return LOA_OK;
}

/* A dry run reads; everything else is one transaction. Daily entries are looked at only here. */
static enum loa_err put(struct db *db, struct api_call *c)
{
    struct ops_import *in = c->own;
    enum loa_err err;

    if (must_stop(in))
        return refuse(c, in);
    err = ops_import_put(db, &c->actor, c->now, in, &c->why);
    if (err && err != LOA_EIO && in->faults.n)
        return refuse(c, in);
    if (!err && !in->dry_run)
        err = db_notify(db);
    if (!err)
        answer(c, in);
    return err;
}

static void parsed(struct api_call *c, enum loa_err result)
{
    const struct ops_import *in = c->own;

    if (result || c->bot->stopping)
        finish(c, result ? result : LOA_EIO);
    else if (in->dry_run || must_stop(in))
        api_read(c, put, finish);
    else
        api_write(c, put, finish);
}

static enum ops_content kind_of(const char *path)
{
    static const struct {
        const char *path;
        enum ops_content kind;
    } kinds[] = {{"events:import", OPS_EVENTS},
                 {"faqs:import", OPS_FAQ},
                 {"topics:import", OPS_TOPICS},
                 {"places:import", OPS_PLACES}};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(path, kinds[i].path) == 0)
            return kinds[i].kind;
    }
    return OPS_DAILY;
}

/* By ?format=, else by the media type. */
static enum loa_err format_of(struct api_call *c, enum msg_format *out)
{
    const char *name = api_query(c, "format"), *type;

    if (name && msg_format_named(name, out) == LOA_OK)
        return LOA_OK;
    if (name)
        return api_refuse(c, LOA_EINVAL, 400, "format", "format nhận csv, json hoặc ics");
    type = http_exchange_header(c->x, "Content-Type");
    *out = strncmp(type, "text/csv", 8) == 0         ? MSG_FORMAT_CSV
           : strncmp(type, "text/calendar", 13) == 0 ? MSG_FORMAT_ICS
                                                     : MSG_FORMAT_JSON;
    return LOA_OK;
}

void api_content_import(struct api_call *c)
{
    struct ops_import want = {.kind = kind_of(c->route->path)}, *in;
    enum loa_err err = format_of(c, &want.format);

    want.skip_bad = is_set(c, "skip_bad");
    want.dry_run = is_set(c, "dry_run");
    if (!err && want.kind != OPS_EVENTS && (want.dry_run || want.format != MSG_FORMAT_JSON))
        err = api_refuse(c, LOA_EINVAL, 400, want.dry_run ? "dry_run" : "format",
                         "Chỉ sự kiện có xem trước và có dạng khác JSON");
    if (err) {
        api_answer(c, err);
        return;
    }
    want.bytes = http_exchange_body(c->x, &want.n);
    in = loa_xmalloc(sizeof(*in));
    *in = want;
    c->own = in;
    api_read(c, parse, parsed);
}
