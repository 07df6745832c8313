/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/sheet.h"

#include <stdlib.h>

void channel_sheet_release(struct channel_sheet *s)
{
    free(s->title);
    free(s->text);
    free(s->image_url);
    free(s->link_url);
    free(s->file_url);
    free(s->place);
    *s = (struct channel_sheet){0};
}
