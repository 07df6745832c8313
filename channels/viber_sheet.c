/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/viber_private.h"
#include "messages/base/mem.h"

static char *copy(const char *s)
{
    return s && s[0] ? loa_xstrdup(s) : NULL;
}

void viber_sheet(const struct msg_content *content, const char *remote_id,
                 struct channel_sheet *out)
{
    const enum viber_form form = viber_form_of(content, CHANNEL_WAY_POST);
    struct loa_buf text;

    (void)remote_id;
    loa_buf_init(&text, 0);
    if (form != VIBER_FILE && form != VIBER_URL)
        viber_render(content, CHANNEL_WAY_POST, form, &text);
    *out = (struct channel_sheet){
        .text = loa_buf_take(&text),
        .image_url = form == VIBER_PICTURE ? copy(content->image_url) : NULL,
        .link_url = form == VIBER_URL ? copy(content->link_url) : NULL,
        .file_url = form == VIBER_FILE ? copy(content->file_url) : NULL,
        .place = loa_xstrdup("kênh Viber của đơn vị, trong ứng dụng Viber của một quản trị viên"),
    };
}
