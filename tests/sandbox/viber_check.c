/* SPDX-License-Identifier: Apache-2.0 */
/* viber_check.c - the message types and their limits (section 2.2). */
#include <stdio.h>
#include <string.h>

#include "tests/sandbox/viber.h"

#define FILE_MAX 52428800
#define VIDEO_MAX 27262976

bool viber_refuse(struct viber_message *m, int status, const char *what, const char *detail)
{
    m->status = status;
    snprintf(m->why, sizeof(m->why),
             status == 4 ? "missing parameter: %s%s" : "%s is not valid. %s", what, detail);
    return false;
}

void viber_message_free(struct viber_message *m)
{
    sbx_buf_free(&m->buttons);
    sbx_buf_free(&m->cards);
}

static bool is_url(const char *u)
{
    return u && (!strncmp(u, "http://", 7) || !strncmp(u, "https://", 8)) && strlen(u) <= 2000 &&
           !strpbrk(u, " \t\r\n");
}

/* The path of a URL ends with one of the endings in "a|b|c". */
static bool path_ends(const char *url, const char *endings)
{
    size_t n = strcspn(url, "?#");

    for (const char *p = endings; *p;) {
        size_t k = strcspn(p, "|");

        if (n > k && !strncasecmp(url + n - k, p, k))
            return true;
        p += k + (p[k] == '|');
    }
    return false;
}

static bool check_text(const struct sbx *s, const cJSON *j, struct viber_message *m)
{
    const char *text = sbx_str(j, "text");

    if (!text || !*text)
        return viber_refuse(m, sbx_get(j, "text") ? 3 : 4, "text", "");
    if (sbx_longer(text, 7000, (enum sbx_unit)s->sw[SW_VIBER_TEXT_UNIT]))
        return viber_refuse(m, 3, "text", "too long");
    m->text = text;
    return true;
}

static bool check_picture(const struct sbx *s, const cJSON *j, struct viber_message *m)
{
    const char *text = sbx_str(j, "text"), *media = sbx_str(j, "media");

    if (!text || !media)
        return viber_refuse(m, 4, text ? "media" : "text", "");
    if (sbx_longer(text, (size_t)s->sw[SW_VIBER_CAPTION_MAX],
                   (enum sbx_unit)s->sw[SW_VIBER_TEXT_UNIT]))
        return viber_refuse(m, 3, "text", "too long");
    if (!is_url(media) || !path_ends(media, ".jpeg|.jpg|.png|.gif"))
        return viber_refuse(m, 3, "media", "");
    if (sbx_get(j, "thumbnail") && !is_url(sbx_str(j, "thumbnail")))
        return viber_refuse(m, 3, "thumbnail", "");
    m->text = *text ? text : NULL;
    m->image = media;
    return true;
}

static bool check_size(const cJSON *j, double most, struct viber_message *m)
{
    const cJSON *size = sbx_get(j, "size");

    if (!size)
        return viber_refuse(m, 4, "size", "");
    if (!cJSON_IsNumber(size) || size->valuedouble < 1 || size->valuedouble > most)
        return viber_refuse(m, 3, "size", "");
    return true;
}

static bool check_video(const struct sbx *s, const cJSON *j, struct viber_message *m)
{
    const char *media = sbx_str(j, "media");

    (void)s;
    if (!media)
        return viber_refuse(m, 4, "media", "");
    if (!is_url(media) || !path_ends(media, ".mp4"))
        return viber_refuse(m, 3, "media", "");
    if (sbx_int(j, "duration", 0) > 180)
        return viber_refuse(m, 3, "duration", "");
    m->text = sbx_str(j, "text");
    m->file = media;
    return check_size(j, VIDEO_MAX, m);
}

static bool check_file(const struct sbx *s, const cJSON *j, struct viber_message *m)
{
    const char *media = sbx_str(j, "media"), *name = sbx_str(j, "file_name"), *dot;

    (void)s;
    if (!media || !name)
        return viber_refuse(m, 4, media ? "file_name" : "media", "");
    if (!is_url(media))
        return viber_refuse(m, 3, "media", "");
    dot = strrchr(name, '.');
    if (!dot || !dot[1] || sbx_longer(name, 256, SBX_CODE_POINTS) ||
        path_ends(name, ".exe|.apk|.bat|.bin|.cmd|.com|.msi|.ps1|.vbs|.ipa|.app|.run"))
        return viber_refuse(m, 3, "file_name", "");
    m->file = name;
    return check_size(j, FILE_MAX, m);
}

static bool check_contact(const struct sbx *s, const cJSON *j, struct viber_message *m)
{
    const cJSON *contact = sbx_get(j, "contact");
    const char *name = sbx_str(contact, "name"), *phone = sbx_str(contact, "phone_number");

    (void)s;
    if (!name || !phone)
        return viber_refuse(m, 4, "contact", "");
    if (sbx_longer(name, 28, SBX_CODE_POINTS) || strlen(phone) > 18)
        return viber_refuse(m, 3, "contact", "");
    m->text = name;
    return true;
}

static bool check_location(const struct sbx *s, const cJSON *j, struct viber_message *m)
{
    const cJSON *at = sbx_get(j, "location"), *lat = sbx_get(at, "lat"), *lon = sbx_get(at, "lon");

    (void)s;
    if (!lat || !lon)
        return viber_refuse(m, 4, "location", "");
    if ((cJSON_IsNumber(lat) && (lat->valuedouble < -90 || lat->valuedouble > 90)) ||
        (cJSON_IsNumber(lon) && (lon->valuedouble < -180 || lon->valuedouble > 180)))
        return viber_refuse(m, 3, "location", "");
    return true;
}

static bool check_sticker(const struct sbx *s, const cJSON *j, struct viber_message *m)
{
    (void)s;
    return sbx_get(j, "sticker_id") ? true : viber_refuse(m, 4, "sticker_id", "");
}

static bool check_url(const struct sbx *s, const cJSON *j, struct viber_message *m)
{
    const char *media = sbx_str(j, "media");

    (void)s;
    if (!media)
        return viber_refuse(m, 4, "media", "");
    if (!is_url(media))
        return viber_refuse(m, 3, "media", "");
    m->text = media;
    return true;
}

static bool check_rich_media(const struct sbx *s, const cJSON *j, struct viber_message *m)
{
    const char *alt = sbx_str(j, "alt_text");

    if (alt && sbx_longer(alt, 7000, SBX_CODE_POINTS))
        return viber_refuse(m, 3, "alt_text", "too long");
    if (m->api < 2)
        return viber_refuse(m, 14, "min_api_version", "");
    m->text = alt;
    return viber_check_rich(s, sbx_get(j, "rich_media"), m);
}

static bool check_payment(const struct sbx *s, const cJSON *j, struct viber_message *m)
{
    (void)s;
    (void)j;
    return viber_refuse(m, 22, "payment", "");
}

static bool check_sender(const struct sbx *s, const cJSON *j, struct viber_message *m)
{
    const char *name = sbx_str(sbx_get(j, "sender"), "name");

    if (!name)
        return s->sw[SW_VIBER_MISSING_SENDER] ? true : viber_refuse(m, 4, "sender.name", "");
    if (!*name || sbx_longer(name, 28, SBX_CODE_POINTS))
        return viber_refuse(m, 3, "sender.name", "");
    return true;
}

static bool check_envelope(const struct sbx *s, const cJSON *j, enum viber_mode mode,
                           struct viber_message *m)
{
    const cJSON *tracking = sbx_get(j, "tracking_data"), *api = sbx_get(j, "min_api_version");

    if (mode != VIBER_MODE_POST && !check_sender(s, j, m))
        return false;
    if (tracking &&
        (!cJSON_IsString(tracking) || sbx_longer(tracking->valuestring, 4000, SBX_CODE_POINTS)))
        return viber_refuse(m, 3, "tracking_data", "");
    m->tracking = tracking ? tracking->valuestring : NULL;
    if (api && (!cJSON_IsNumber(api) || api->valueint < 1 || api->valueint > 12))
        return viber_refuse(m, 3, "min_api_version", "");
    m->api = api ? api->valueint : 1;
    return true;
}

bool viber_check(const struct sbx *s, const cJSON *json, enum viber_mode mode,
                 struct viber_message *m)
{
    static const struct {
        const char *type;
        bool (*check)(const struct sbx *s, const cJSON *j, struct viber_message *m);
    } table[] = {
        {"text", check_text},       {"picture", check_picture}, {"video", check_video},
        {"file", check_file},       {"contact", check_contact}, {"location", check_location},
        {"sticker", check_sticker}, {"url", check_url},         {"rich_media", check_rich_media},
        {"payment", check_payment},
    };
    const char *type = sbx_str(json, "type");
    const cJSON *keyboard = sbx_get(json, "keyboard");
    size_t i = 0, n = sizeof(table) / sizeof(table[0]);

    memset(m, 0, sizeof(*m));
    if (!check_envelope(s, json, mode, m))
        return false;
    if (!type && keyboard && mode != VIBER_MODE_POST) {
        m->kind = "keyboard";
    } else {
        if (!type)
            return viber_refuse(m, 4, "type", "");
        while (i < n && strcmp(table[i].type, type) != 0)
            i++;
        if (i == n || (mode == VIBER_MODE_POST && !strcmp(type, "rich_media")))
            return viber_refuse(m, 3, "type", "");
        m->kind = table[i].type;
        if (!table[i].check(s, json, m))
            return false;
    }
    if (keyboard && mode == VIBER_MODE_POST)
        return viber_refuse(m, 3, "keyboard", "");
    return keyboard ? viber_check_keyboard(s, keyboard, m) : true;
}
