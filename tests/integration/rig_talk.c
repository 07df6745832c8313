/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/rig_talk.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

const char *const rig_platforms[RIG_PLATFORMS] = {"zalo", "viber", "facebook"};

void rig_content(struct rig *r)
{
    char cwd[2048];

    cr_assert_not_null(getcwd(cwd, sizeof(cwd)));
    rig_must(r, "events import %s/content/events.json --user binh", cwd);
    rig_must(r, "faq import %s/content/faq.json --user binh", cwd);
}

const char *rig_in(int seconds, char out[32])
{
    time_t t = time(NULL) + seconds;
    struct tm tm;

    (void)gmtime_r(&t, &tm);
    (void)strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return out;
}

void rig_one_event(struct rig *r)
{
    char path[128], from[32], to[32];
    FILE *f;

    (void)snprintf(path, sizeof(path), "%s/e.json", r->dir);
    f = fopen(path, "w");
    cr_assert_not_null(f);
    (void)fprintf(
        f,
        "[{\"id\":\"k1\",\"title\":\"Hội sách Biển xanh\",\"place\":\"Nhà A\",\"district\":"
        "\"Nha Trang\",\"start\":\"%s\",\"end\":\"%s\",\"online_url\":"
        "\"https://us02web.zoom.us/j/1\"}]",
        rig_in(3 * 86400, from), rig_in(3 * 86400 + 7200, to));
    (void)fclose(f);
    rig_must(r, "events import e.json --user binh");
}

void rig_say(struct rig *r, const char *platform, const char *text)
{
    rig_do(r, "{\"op\":\"say\",\"platform\":\"%s\",\"user\":\"demo\",\"text\":\"%s\"}", platform,
           text);
}

int rig_heard(struct rig *r, const char *platform, const char *text)
{
    return rig_got(r, platform, "demo", text);
}

bool rig_is_quiet(struct rig *r)
{
    cJSON *answer = rig_order(r, "{\"op\":\"pending\"}");
    bool quiet = cJSON_GetObjectItemCaseSensitive(answer, "pending")->valueint == 0;

    cJSON_Delete(answer);
    return quiet && rig_sql(r, "SELECT COUNT(*) FROM inbound WHERE state = 0") == 0 &&
           rig_sql(r, "SELECT COUNT(*) FROM replies WHERE state IN (0, 1)") == 0;
}
