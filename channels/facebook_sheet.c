/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/facebook_private.h"

#include "messages/base/mem.h"

static char *copy(const char *s)
{
    return s && s[0] ? loa_xstrdup(s) : NULL;
}

/* A post has either a photo or a link card; beside a photo the link is a line of the text. */
void facebook_sheet(const struct msg_content *content, const char *remote_id,
                    struct channel_sheet *out)
{
    *out = (struct channel_sheet){
        .text = facebook_post_text(content),
        .image_url = copy(content->image_url),
        .place = loa_xasprintf("https://www.facebook.com/%s", remote_id ? remote_id : "")};
    if (!out->image_url)
        out->link_url = copy(content->link_url);
}
