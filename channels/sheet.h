/* SPDX-License-Identifier: Apache-2.0 */
/* sheet.h - a public post as a person would put it out by hand when the channel is down: the parts
 * of it that the platform shows, each as it would have been sent. */
#ifndef LOA_CHANNELS_SHEET_H
#define LOA_CHANNELS_SHEET_H

/* NULL members: the post has none. Owns its strings. */
struct channel_sheet {
    char *title; /* a headline of its own */
    char *text;
    char *image_url, *link_url, *file_url;
    char *place; /* where to post, an address or words in Vietnamese */
};

void channel_sheet_release(struct channel_sheet *s); /* leaves an empty one */

#endif
