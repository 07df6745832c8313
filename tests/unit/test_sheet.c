/* SPDX-License-Identifier: Apache-2.0 */
/* Sheets for posting by hand: each channel's post, part by part, as it would have been sent. */
#include <string.h>

#include <criterion/criterion.h>

#include "channels/channel.h"
#include "messages/base/json.h"
#include "messages/content.h"

static struct msg_content content;
static struct channel_sheet sheet;

TestSuite(channel_sheet, .timeout = 20);

static void make(const struct channel_ops *ops, const char *json)
{
    cJSON *o = cJSON_Parse(json);
    struct loa_problem why = {"", ""};

    cr_assert_eq(msg_content_parse(o, &content, &why), LOA_OK, "%s", why.text);
    cJSON_Delete(o);
    msg_content_name(&content, NULL);
    ops->sheet(&content, "123", &sheet);
}

static void drop(void)
{
    channel_sheet_release(&sheet);
    msg_content_release(&content);
}

#define BODY                                                                                         \
    "{\"title\":\"Lịch tuần\",\"text\":\"Sáng mai họp.\\n\\nMời bà con dự.\",\"image\":" \
    "\"https://a.vn/anh.jpg\",\"link\":\"https://a.vn/lich\",\"buttons\":[{\"title\":\"Gọi\","     \
    "\"phone\":\"0258123456\"},{\"title\":\"Xem lịch\",\"url\":\"https://a.vn/lich2\"}]}"

Test(channel_sheet, facebook_has_a_photo_and_everything_else_as_text)
{
    make(&channel_facebook, BODY);
    cr_expect_null(sheet.title, "a post on the Page has no headline of its own");
    cr_expect_eq(strncmp(sheet.text, "Lịch tuần\n\nSáng mai họp.", 24), 0, "%s", sheet.text);
    cr_expect(strstr(sheet.text, "https://a.vn/lich\n") && strstr(sheet.text, "Gọi: 0258123456") &&
                  strstr(sheet.text, "Xem lịch: https://a.vn/lich2"),
              "%s", sheet.text);
    cr_expect_str_eq(sheet.image_url, "https://a.vn/anh.jpg");
    cr_expect_null(sheet.link_url, "beside a photo there is no link card");
    cr_expect_str_eq(sheet.place, "https://www.facebook.com/123");
    drop();
    make(&channel_facebook, "{\"text\":\"Tin\",\"link\":\"https://a.vn/lich\"}");
    cr_expect_str_eq(sheet.text, "Tin");
    cr_expect_str_eq(sheet.link_url, "https://a.vn/lich");
    cr_expect_null(sheet.image_url);
    drop();
}

Test(channel_sheet, zalo_has_a_headline_a_cover_and_paragraphs)
{
    make(&channel_zalo, BODY);
    cr_expect_str_eq(sheet.title, "Lịch tuần");
    cr_expect_str_eq(sheet.image_url, "https://a.vn/anh.jpg");
    cr_expect_eq(strncmp(sheet.text, "Sáng mai họp.\n\nMời bà con dự.\n\n", 39), 0, "%s",
                 sheet.text);
    cr_expect(strstr(sheet.text, "• Gọi: 0258123456") && strstr(sheet.text, "https://a.vn/lich2"),
              "%s", sheet.text);
    cr_expect(strstr(sheet.place, "oa.zalo.me") && strstr(sheet.place, "123"), "%s", sheet.place);
    drop();
    make(&channel_zalo, "{\"text\":\"Dòng đầu\\nDòng hai\"}");
    cr_expect_str_eq(sheet.title, "Dòng đầu", "without a title the first line is the headline");
    drop();
}

Test(channel_sheet, viber_has_a_picture_with_its_caption)
{
    make(&channel_viber, BODY);
    cr_expect_null(sheet.title);
    cr_expect_eq(strncmp(sheet.text, "Lịch tuần\n\nSáng mai họp.", 24), 0, "%s", sheet.text);
    cr_expect(strstr(sheet.text, "• Xem lịch: https://a.vn/lich2") != NULL, "%s", sheet.text);
    cr_expect_str_eq(sheet.image_url, "https://a.vn/anh.jpg");
    cr_expect_not_null(sheet.place);
    drop();
    make(&channel_viber,
         "{\"file\":{\"url\":\"https://a.vn/a.pdf\",\"name\":\"a.pdf\",\"size\":9}}");
    cr_expect_str_eq(sheet.text, "");
    cr_expect_str_eq(sheet.file_url, "https://a.vn/a.pdf");
    drop();
}

/* Whoever can post has a sheet. */
Test(channel_sheet, every_channel_with_posts_has_one)
{
    for (size_t i = 0; channel_all[i]; i++) {
        if (channel_all[i]->caps & CHANNEL_CAP_POST)
            cr_expect_not_null(channel_all[i]->sheet, "%s", channel_all[i]->name);
    }
}
