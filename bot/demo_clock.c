/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/demo_clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/log.h"
#include "messages/base/tz.h"

enum { LOOK_MS = 50, TEXT_MAX = 1024 };

static const double speed_max = 1e6;

/* "2026-10-01T07:25[:SPEED]" or "...[*SPEED]"; without a star the speed is what follows the fifth
 * part of the time. */
static bool parse_leg(const char *text, struct loa_clock_leg *out)
{
    const char *speed = strchr(text, '*');
    size_t minute = strlen("2026-10-01T07:25");
    char start[LOA_ISO_SIZE], *end = NULL;

    if (!speed && strlen(text) > minute && text[minute] == ':')
        speed = text + minute;
    (void)snprintf(start, sizeof(start), "%.*s",
                   (int)(speed ? (size_t)(speed - text) : strlen(text)), text);
    out->speed = speed ? strtod(speed + 1, &end) : 1;
    if (speed && (end == speed + 1 || *end))
        return false;
    return out->speed > 0 && out->speed <= speed_max && loa_iso_parse(start, &out->at_ms) == LOA_OK;
}

static enum loa_err wrong(struct loa_problem *why)
{
    return loa_fail(why, LOA_EINVAL, "--demo-clock",
                    "Viết 2026-10-01T07:25 hoặc 2026-10-01T07:25:60 (nhanh gấp 60 lần); nhiều "
                    "chặng cách nhau bằng dấu phẩy, hoặc @TỆP");
}

enum loa_err bot_demo_clock_parse(const char *text, struct loa_clock_leg out[LOA_CLOCK_LEGS_MAX],
                                  size_t *n, struct loa_problem *why)
{
    struct loa_clock_leg legs[LOA_CLOCK_LEGS_MAX];
    size_t count = 0;

    for (;; text++) {
        size_t len = strcspn(text, ",");
        char leg[LOA_ISO_SIZE + 32];

        if (count == LOA_CLOCK_LEGS_MAX || len >= sizeof(leg))
            return wrong(why);
        memcpy(leg, text, len);
        leg[len] = '\0';
        if (!parse_leg(leg, &legs[count]) || (count && legs[count].at_ms <= legs[count - 1].at_ms))
            return wrong(why);
        count++;
        text += len;
        if (!*text)
            break;
    }
    memcpy(out, legs, count * sizeof(*legs));
    *n = count;
    return LOA_OK;
}

static enum loa_err read_line(const char *path, char text[TEXT_MAX], struct loa_problem *why)
{
    FILE *f = fopen(path, "r");
    bool read = f && fgets(text, TEXT_MAX, f);

    if (f)
        (void)fclose(f);
    if (!read)
        return loa_fail(why, LOA_ENOENT, "--demo-clock", "Không đọc được tệp %s", path);
    text[strcspn(text, "\r\n")] = '\0';
    return LOA_OK;
}

enum loa_err bot_demo_clock_set(const char *text, struct loa_problem *why)
{
    struct loa_clock_leg legs[LOA_CLOCK_LEGS_MAX];
    char line[TEXT_MAX];
    size_t n;
    enum loa_err err = LOA_OK;

    if (text[0] == '@') {
        err = read_line(text + 1, line, why);
        text = line;
    }
    if (!err)
        err = bot_demo_clock_parse(text, legs, &n, why);
    if (err)
        return err;
    loa_clock_set_demo(legs, n);
    LOA_LOG(LOA_LOG_WARN, "demonstration clock", F("legs", text));
    return LOA_OK;
}

static void on_change(uv_fs_poll_t *poll, int status, const uv_stat_t *before,
                      const uv_stat_t *after)
{
    struct bot_demo_clock *d = poll->data;
    struct loa_problem why = {"", ""};

    (void)before;
    (void)after;
    if (status == 0 && bot_demo_clock_set(d->file, &why) != LOA_OK)
        LOA_LOG(LOA_LOG_ERROR, "demonstration clock not changed", F("why", why.text));
}

void bot_demo_clock_follow(struct bot_demo_clock *d, uv_loop_t *loop, const char *text)
{
    d->follows = text && text[0] == '@';
    if (!d->follows)
        return;
    d->file = text;
    uv_fs_poll_init(loop, &d->poll);
    d->poll.data = d;
    uv_fs_poll_start(&d->poll, on_change, text + 1, LOOK_MS);
}

void bot_demo_clock_end(struct bot_demo_clock *d)
{
    if (d->follows)
        uv_close((uv_handle_t *)&d->poll, NULL);
    d->follows = false;
}
