/* SPDX-License-Identifier: Apache-2.0 */
/* An article by hand: read back from the very article that would have been sent. */
#include <stdlib.h>

#include "channels/zalo_private.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"

static char *copy(const char *s)
{
    return s && s[0] ? loa_xstrdup(s) : NULL;
}

static char *body_text(const cJSON *article)
{
    struct loa_buf text;
    const cJSON *block;

    loa_buf_init(&text, 0);
    cJSON_ArrayForEach(block, loa_json_get(article, "body"))
    {
        const char *content = loa_json_str(block, "content");

        if (!content)
            continue;
        if (text.len)
            loa_buf_adds(&text, "\n\n");
        loa_buf_adds(&text, content);
    }
    return loa_buf_take(&text);
}

void zalo_sheet(const struct msg_content *content, const char *remote_id, struct channel_sheet *out)
{
    char author[] = "";
    const struct zalo nobody = {.author = author};
    char *json = zalo_article_json(&nobody, content);
    cJSON *article = cJSON_Parse(json);

    *out = (struct channel_sheet){
        .title = copy(loa_json_str(article, "title")),
        .text = body_text(article),
        .image_url = copy(loa_json_str(loa_json_get(article, "cover"), "photo_url")),
        .place = loa_xasprintf("https://oa.zalo.me/manage, mục Nội dung, bài viết (OA %s)",
                               remote_id ? remote_id : ""),
    };
    cJSON_Delete(article);
    free(json);
}
