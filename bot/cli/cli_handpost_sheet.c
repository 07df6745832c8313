/* SPDX-License-Identifier: Apache-2.0 */
/* A sheet for the terminal. */
#include <inttypes.h>

#include "bot/cli/cli_handpost.h"
#include "messages/base/tz.h"

static void line(const char *label, const char *value)
{
    if (value)
        (void)printf("%s: %s\n", label, value);
}

static void print_post(const struct ops_hand_post *p)
{
    (void)printf("\n=== %s, tài khoản %s ===\n", p->title, p->account);
    (void)printf("Tình trạng: %s\n", ops_hand_state(p->state));
    if (p->paused)
        (void)printf("Tài khoản đang tạm dừng: %s\n", p->pause_reason ? p->pause_reason : "");
    line("Nơi đăng", p->sheet.place);
    line("Tiêu đề", p->sheet.title);
    line("Ảnh", p->sheet.image_url);
    line("Liên kết", p->sheet.link_url);
    line("Tệp", p->sheet.file_url);
    if (p->limit.text[0])
        (void)printf("Lưu ý: %s\n", p->limit.text);
    (void)printf("--- nội dung, %zu ký tự (nhiều nhất %zu) ---\n%s\n--- hết nội dung ---\n",
                 p->length, p->max, p->sheet.text ? p->sheet.text : "");
    (void)printf("Đăng xong, đánh dấu: %s\n", p->command);
}

void cli_hand_text(const struct ops_hand_sheet *s)
{
    char iso[LOA_ISO_SIZE];

    (void)printf("PHIẾU ĐĂNG TAY: thông điệp %" PRId64 ", %s\nGiờ đăng: %s\n", s->m->id,
                 s->m->spec.title, loa_iso_format(s->when.due_ms, iso));
    if (s->when.expires_ms)
        (void)printf("Không đăng sau: %s\n", loa_iso_format(s->when.expires_ms, iso));
    for (size_t i = 0; i < s->n_posts; i++)
        print_post(&s->posts[i]);
    if (s->n_notes)
        (void)puts("");
    for (size_t i = 0; i < s->n_notes; i++)
        (void)printf("Không đăng tay: %s\n", s->notes[i]);
}
