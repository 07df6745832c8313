/* SPDX-License-Identifier: Apache-2.0 */
/* The forecast of a message, and the two steps before which it is made and with which it is kept.
 * It is counted in slices, between which other readers have their turn. */
#include <stdlib.h>

#include "bot/api/api_messages.h"
#include "bot/api/resources.h"
#include "bot/forecast.h"
#include "bot/ops/message_step.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"

struct foresight {
    struct sched_forecast_options opt;
    struct sched_forecast_work *work;
    struct sched_forecast *made;
    bool done;
    void (*then)(struct api_call *c, enum loa_err result);
};

static void finish(struct api_call *c, enum loa_err result)
{
    struct foresight *f = c->own;

    sched_forecast_drop(f->work);
    sched_forecast_free(f->made);
    free(f);
    c->own = NULL;
    api_answer(c, result);
}

static enum loa_err slice(struct db *db, struct api_call *c)
{
    struct foresight *f = c->own;
    enum loa_err err = LOA_OK;

    if (!f->work)
        err = sched_forecast_begin(db, &f->opt, c->at.id, c->now, &f->work, &c->why);
    if (!err)
        err = sched_forecast_step(db, f->work, &f->done);
    if (!err && f->done) {
        f->made = sched_forecast_take(f->work);
        f->work = NULL;
    }
    return err;
}

static void sliced(struct api_call *c, enum loa_err result)
{
    struct foresight *f = c->own;

    if (!result && !f->done && !c->bot->stopping) {
        api_read(c, slice, sliced);
        return;
    }
    if (!result && !f->done)
        result = LOA_EIO;
    f->then(c, result);
}

static void foresee(struct api_call *c, void (*then)(struct api_call *c, enum loa_err result))
{
    struct foresight *f = loa_xcalloc(1, sizeof(*f));

    f->opt = bot_forecast_options(c->bot->cfg);
    f->then = then;
    c->own = f;
    api_read(c, slice, sliced);
}

/* ---- the resource ---------------------------------------------------------------------- */

/* Not in the last slice: what a job has made, the next one throws away. */
static enum loa_err show(struct db *db, struct api_call *c)
{
    struct foresight *f = c->own;

    (void)db;
    c->json = sched_forecast_json(f->made, true);
    return LOA_OK;
}

static void made(struct api_call *c, enum loa_err result)
{
    if (result)
        finish(c, result);
    else
        api_read(c, show, finish);
}

void api_message_forecast(struct api_call *c)
{
    foresee(c, made);
}

/* ---- submit, approve ------------------------------------------------------------------- */

static enum loa_err step_and_keep(struct db *db, struct api_call *c)
{
    struct foresight *f = c->own;
    enum loa_err err = api_message_step(db, c);
    cJSON *all;

    if (err || !f->made)
        return err;
    err = bot_forecast_save(db, f->made, ops_message_stage(api_message_verb(c)));
    all = sched_forecast_json(f->made, false);
    cJSON_AddItemToObject(c->json, "warnings", cJSON_DetachItemFromObject(all, "warnings"));
    cJSON_Delete(all);
    return err;
}

/* What is wrong with the message, the step itself tells; who may not, has been told. */
static void foreseen(struct api_call *c, enum loa_err result)
{
    if (result == LOA_EPERM)
        finish(c, result);
    else
        api_write(c, step_and_keep, finish);
}

void api_message_foreseen_step(struct api_call *c)
{
    foresee(c, foreseen);
}
