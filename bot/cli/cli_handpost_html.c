/* SPDX-License-Identifier: Apache-2.0 */
/* A sheet as one HTML page, without anything from elsewhere: for a phone or a printer. */
#include <inttypes.h>
#include <string.h>

#include "bot/cli/cli_handpost.h"
#include "bot/cli/cli_html.h"
#include "messages/base/tz.h"

static const char head[] =
    "<!doctype html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>Phiếu đăng tay</title>\n<style>\n"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:1rem auto;padding:0 1rem;"
    "color:#111;background:#fff}\n"
    "section{border:1px solid #999;border-radius:.5rem;padding:0 1rem 1rem;margin:1rem 0;"
    "break-inside:avoid}\n"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;background:#f4f4f4;"
    "padding:.75rem;border-radius:.25rem}\n"
    "dt{font-weight:600}dd{margin:0 0 .25rem;overflow-wrap:anywhere}\n"
    ".stop{color:#a40000;font-weight:700}\n"
    "button{font:inherit;padding:.5rem 1rem}\n"
    "@media print{button{display:none}}\n</style></head><body>\n";

static const char tail[] =
    "<script>\nfor (const b of document.querySelectorAll('button[data-copy]'))\n"
    "  b.addEventListener('click', async () => {\n"
    "    const pre = document.getElementById(b.dataset.copy);\n"
    "    try { await navigator.clipboard.writeText(pre.textContent); b.textContent = 'Đã chép'; }\n"
    "    catch { getSelection().selectAllChildren(pre); }\n"
    "  });\n</script>\n</body></html>\n";

static void entry(FILE *f, const char *label, const char *value)
{
    if (!value)
        return;
    (void)fprintf(f, "<dt>%s</dt><dd>", label);
    /* Only what is an address becomes a link. */
    if (strncmp(value, "https://", 8) == 0 && !strchr(value, ' ')) {
        (void)fputs("<a href=\"", f);
        cli_html_text(f, value);
        (void)fputs("\">", f);
        cli_html_text(f, value);
        (void)fputs("</a>", f);
    } else {
        cli_html_text(f, value);
    }
    (void)fputs("</dd>\n", f);
}

static void put_post(FILE *f, const struct ops_hand_post *p, size_t i)
{
    bool stop =
        p->state == MSG_POST_UNDERWAY || p->state == MSG_POST_OUT || p->state == MSG_POST_BY_HAND;

    (void)fprintf(f, "<section><h2>%s, tài khoản ", p->title);
    cli_html_text(f, p->account);
    (void)fprintf(f, "</h2>\n<p%s>Tình trạng: %s</p>\n<dl>\n", stop ? " class=\"stop\"" : "",
                  ops_hand_state(p->state));
    entry(f, "Tài khoản đang tạm dừng", p->paused ? p->pause_reason : NULL);
    entry(f, "Nơi đăng", p->sheet.place);
    entry(f, "Tiêu đề", p->sheet.title);
    entry(f, "Ảnh", p->sheet.image_url);
    entry(f, "Liên kết", p->sheet.link_url);
    entry(f, "Tệp", p->sheet.file_url);
    entry(f, "Lưu ý", p->limit.text[0] ? p->limit.text : NULL);
    (void)fprintf(f, "</dl>\n<p>Nội dung, %zu ký tự (nhiều nhất %zu):</p>\n<pre id=\"t%zu\">",
                  p->length, p->max, i);
    cli_html_text(f, p->sheet.text);
    (void)fprintf(f, "</pre>\n<button data-copy=\"t%zu\">Chép nội dung</button>\n", i);
    (void)fputs("<p>☐ Đã đăng, liên kết: ____________________</p>\n<p>Đánh dấu: <code>", f);
    cli_html_text(f, p->command);
    (void)fputs("</code></p></section>\n", f);
}

void cli_hand_html(const struct ops_hand_sheet *s, FILE *f)
{
    char iso[LOA_ISO_SIZE];

    (void)fputs(head, f);
    (void)fprintf(f, "<h1>Phiếu đăng tay: thông điệp %" PRId64 "</h1>\n<dl>\n", s->m->id);
    entry(f, "Tiêu đề", s->m->spec.title);
    entry(f, "Giờ đăng", loa_iso_format(s->when.due_ms, iso));
    if (s->when.expires_ms)
        entry(f, "Không đăng sau", loa_iso_format(s->when.expires_ms, iso));
    (void)fputs("</dl>\n", f);
    for (size_t i = 0; i < s->n_posts; i++)
        put_post(f, &s->posts[i], i);
    for (size_t i = 0; i < s->n_notes; i++) {
        (void)fputs("<p>Không đăng tay: ", f);
        cli_html_text(f, s->notes[i]);
        (void)fputs("</p>\n", f);
    }
    (void)fputs(tail, f);
}
