/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/viber_private.h"

enum {
    NUMBER_SIZE = 32,
    ADDRESS_BYTES = 80, /* the members that compose() adds to the message */
};

/* Kinds of files that Viber refuses (2.2, file): what a device could run. */
static const char *const executables[] = {
    ".action", ".apk",      ".app",      ".bat", ".bin", ".cmd", ".com", ".command", ".cpl", ".csh",
    ".exe",    ".gadget",   ".inf1",     ".ins", ".inx", ".ipa", ".isu", ".job",     ".jse", ".ksh",
    ".lnk",    ".msc",      ".msi",      ".msp", ".mst", ".osx", ".out", ".paf",     ".pif", ".prg",
    ".ps1",    ".reg",      ".rgs",      ".run", ".sct", ".shb", ".shs", ".u3p",     ".vb",  ".vbe",
    ".vbs",    ".vbscript", ".workflow", ".ws",  ".wsf", NULL};

static bool has(const char *s)
{
    return s && s[0];
}

/* 2140 -> "2.140" */
static const char *number(int64_t n, char out[NUMBER_SIZE])
{
    char digits[NUMBER_SIZE];
    size_t len, at = 0;

    (void)snprintf(digits, sizeof(digits), "%" PRId64, n);
    len = strlen(digits);
    for (size_t i = 0; i < len && at + 2 < NUMBER_SIZE; i++) {
        if (i && (len - i) % 3 == 0)
            out[at++] = '.';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

static enum loa_err too_long(struct loa_problem *why, const char *field, const char *what,
                             size_t length, size_t max)
{
    char a[NUMBER_SIZE], b[NUMBER_SIZE], c[NUMBER_SIZE];

    return loa_fail(why, LOA_ELIMIT, field,
                    "%s dài %s ký tự, Viber nhận tối đa %s: hãy rút bớt %s ký tự.", what,
                    number((int64_t)length, a), number((int64_t)max, b),
                    number((int64_t)(length - max), c));
}

static enum loa_err check_picture(const char *url, const char *field, const char *const *extensions,
                                  struct loa_problem *why)
{
    if (!has(url))
        return LOA_OK;
    if (!viber_is_web(url))
        return loa_fail(why, LOA_EINVAL, field,
                        "Viber chỉ nhận ảnh theo địa chỉ công khai: hãy dùng địa chỉ https://.");
    if (strlen(url) > VIBER_URL_MAX)
        return too_long(why, field, "Địa chỉ ảnh", strlen(url), VIBER_URL_MAX);
    if (!viber_has_extension(url, extensions))
        return loa_fail(why, LOA_EINVAL, field,
                        "Địa chỉ ảnh cho Viber phải kết thúc bằng %s: hãy dùng ảnh loại đó.",
                        extensions == viber_card_extensions ? ".jpg, .jpeg hoặc .png"
                                                            : ".jpg, .jpeg, .png hoặc .gif");
    return LOA_OK;
}

static enum loa_err check_buttons(const struct msg_button *buttons, size_t n, const char *of,
                                  struct loa_problem *why)
{
    for (size_t i = 0; i < n; i++) {
        const struct msg_button *b = &buttons[i];
        char field[64];
        size_t units = viber_button_units(b->title);

        (void)snprintf(field, sizeof(field), "%sbuttons[%zu]", of, i);
        if (units > VIBER_BUTTON_TEXT_MAX)
            return too_long(why, field, "Chữ trên nút", units, VIBER_BUTTON_TEXT_MAX);
        if (b->kind == MSG_BUTTON_URL && strlen(b->value) > VIBER_URL_MAX)
            return too_long(why, field, "Địa chỉ của nút", strlen(b->value), VIBER_URL_MAX);
    }
    return LOA_OK;
}

static enum loa_err check_cards(const struct msg_content *m, enum channel_way way,
                                struct loa_problem *why)
{
    for (size_t i = 0; i < m->n_cards; i++) {
        const struct msg_card *card = &m->cards[i];
        char of[32], field[48];
        enum loa_err err = LOA_OK;

        (void)snprintf(of, sizeof(of), "cards[%zu].", i);
        (void)snprintf(field, sizeof(field), "%simage", of);
        if (way != CHANNEL_WAY_POST) /* where cards are lines of text, without their pictures */
            err = check_picture(card->image_url, field, viber_card_extensions, why);
        if (!err)
            err = check_buttons(card->buttons, card->n_buttons, of, why);
        if (err)
            return err;
    }
    return LOA_OK;
}

static enum loa_err check_file(const struct msg_content *m, struct loa_problem *why)
{
    char a[NUMBER_SIZE], b[NUMBER_SIZE];

    if (!viber_is_web(m->file_url))
        return loa_fail(why, LOA_EINVAL, "file.url",
                        "Viber chỉ nhận tệp theo địa chỉ công khai: hãy dùng địa chỉ https://.");
    if (!has(m->file_name) || !strchr(m->file_name, '.'))
        return loa_fail(why, LOA_EINVAL, "file.name",
                        "Tên tệp cần có phần đuôi, ví dụ “thong-bao.pdf”.");
    if (viber_units(m->file_name) > VIBER_FILE_NAME_MAX)
        return too_long(why, "file.name", "Tên tệp", viber_units(m->file_name),
                        VIBER_FILE_NAME_MAX);
    if (viber_has_extension(m->file_name, executables))
        return loa_fail(why, LOA_EINVAL, "file.name",
                        "Viber không nhận tệp chương trình: hãy gửi tài liệu, ví dụ PDF.");
    if (m->file_size <= 0)
        return loa_fail(why, LOA_EINVAL, "file.size", "Cần kích thước tệp (byte).");
    if (m->file_size > VIBER_FILE_MAX)
        return loa_fail(
            why, LOA_ELIMIT, "file.size",
            "Tệp nặng %s byte, Viber nhận tối đa %s: hãy gửi địa chỉ tải về thay cho tệp.",
            number(m->file_size, a), number(VIBER_FILE_MAX, b));
    return LOA_OK;
}

static enum loa_err check_text(const struct msg_content *m, enum channel_way way,
                               enum viber_form form, struct loa_problem *why)
{
    struct loa_buf text;
    size_t units;

    loa_buf_init(&text, 0);
    viber_render(m, way, form, &text);
    units = viber_units(loa_buf_str(&text));
    loa_buf_release(&text);
    if (form == VIBER_TEXT && units == 0)
        return loa_fail(why, LOA_EINVAL, "text",
                        "Tin chưa có nội dung cho Viber: hãy viết văn bản hoặc thêm ảnh.");
    if (form == VIBER_TEXT && units > VIBER_TEXT_MAX)
        return too_long(why, "text", "Văn bản", units, VIBER_TEXT_MAX);
    if (form == VIBER_PICTURE && units > VIBER_CAPTION_MAX)
        return too_long(why, "text", "Chú thích ảnh", units, VIBER_CAPTION_MAX);
    return LOA_OK;
}

/* The request as a whole: in a broadcast the addresses of 300 people share the 30 kB. */
static enum loa_err check_bytes(const struct msg_content *m, enum channel_way way,
                                struct loa_problem *why)
{
    cJSON *o = viber_message(m, way, "");
    char *raw = viber_print(o, CHANNEL_WAY_SINGLE), *json = viber_print(o, way);
    const bool placeholder = way == CHANNEL_WAY_BATCH && strstr(raw, "replace_me_with_");
    size_t bytes = viber_body_bytes(json, way) + ADDRESS_BYTES + 3 * (size_t)VIBER_SENDER_MAX;
    char a[NUMBER_SIZE], b[NUMBER_SIZE], c[NUMBER_SIZE];

    free(json);
    free(raw);
    cJSON_Delete(o);
    if (placeholder)
        return loa_fail(
            why, LOA_EINVAL, "text",
            "Viber thay “replace_me_with_…” bằng dữ liệu người nhận: hãy bỏ cụm từ đó.");
    if (bytes > VIBER_BODY_MAX)
        return loa_fail(why, LOA_ELIMIT, "text",
                        "Tin nặng %s byte%s, Viber nhận tối đa %s: hãy rút bớt khoảng %s byte.",
                        number((int64_t)bytes, a),
                        way == CHANNEL_WAY_BATCH ? " cùng địa chỉ của 300 người nhận" : "",
                        number(VIBER_BODY_MAX, b), number((int64_t)(bytes - VIBER_BODY_MAX), c));
    return LOA_OK;
}

enum loa_err viber_check(const struct msg_content *m, enum channel_way way, struct loa_problem *why)
{
    const enum viber_form form = viber_form_of(m, way);
    enum loa_err err = check_picture(m->image_url, "image", viber_picture_extensions, why);

    if (!err)
        err = check_cards(m, way, why);
    if (!err)
        err = check_buttons(m->buttons, m->n_buttons, "", why);
    if (!err && m->link_url && strlen(m->link_url) > VIBER_URL_MAX)
        err = too_long(why, "link", "Địa chỉ", strlen(m->link_url), VIBER_URL_MAX);
    if (!err && form == VIBER_FILE)
        err = check_file(m, why);
    if (!err)
        err = check_text(m, way, form, why);
    return err ? err : check_bytes(m, way, why);
}
