/* SPDX-License-Identifier: Apache-2.0 */
/* The try-it box: what the bot would answer now, and how it comes to that. */
#include <stdlib.h>
#include <string.h>

#include "bot/answer/answer.h"
#include "bot/api/resources.h"
#include "bot/ops/answer_view.h"
#include "messages/base/json.h"
#include "messages/base/tz.h"

enum { TEXT_MAX = 4000 };

static enum loa_err nothing(struct db *db, struct api_call *c)
{
    (void)db;
    (void)c;
    return LOA_OK;
}

static enum loa_err read_wish(struct api_call *c, const char **text, int64_t *now)
{
    const char *at = loa_json_str(c->body, "now");

    *text = loa_json_str(c->body, "text");
    *now = c->now;
    if (!*text || !**text || strlen(*text) > TEXT_MAX)
        return loa_fail(&c->why, LOA_EINVAL, "text", "Hãy viết câu hỏi (tối đa %d byte)", TEXT_MAX);
    if (at && loa_iso_parse(at, now) != LOA_OK)
        return loa_fail(&c->why, LOA_EINVAL, "now", "now phải là thời điểm ISO 8601");
    return LOA_OK;
}

/* On the loop, where the index lives. */
static void try_it(struct api_call *c, enum loa_err result)
{
    struct answer_index *index = bot_knowledge_index(c->bot->knowledge);
    struct answer_options opt = {.office = c->bot->cfg->office};
    struct answer_result r;
    struct msg_content reply;
    const char *text = NULL;
    int64_t now = 0;
    char *explained;

    if (!result)
        result = read_wish(c, &text, &now);
    if (!result && !index)
        result = api_refuse(c, LOA_EIO, 503, "", "Kho kiến thức đang được dựng; hãy thử lại");
    if (result) {
        api_answer(c, result);
        return;
    }
    explained = answer_explain(index, text, now, NULL);
    answer_ask(index, text, now, NULL, &r);
    answer_reply(index, &r, now, &opt, &reply);
    c->json = ops_answer_json(&r, NULL);
    cJSON_AddItemToObject(c->json, "reply", msg_content_to_json(&reply));
    cJSON_AddStringToObject(c->json, "explain", explained);
    msg_content_release(&reply);
    answer_result_release(&r);
    free(explained);
    free(c->text);
    c->text = loa_json_print(c->json);
    api_answer(c, LOA_OK);
}

void api_answer_try(struct api_call *c)
{
    api_read(c, nothing, try_it);
}
