/* SPDX-License-Identifier: Apache-2.0 */
/* Links to meetings are known by their host. */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "messages/online.h"

TestSuite(msg_online, .timeout = 5);

Test(msg_online, services_are_known_by_their_host)
{
    static const struct {
        const char *url, *service;
    } links[] = {
        {"https://us02web.zoom.us/j/123?pwd=x", "Zoom"},
        {"https://zoom.us/j/1", "Zoom"},
        {"http://ZOOM.US:443/j/1", "Zoom"},
        {"https://meet.google.com/abc-defg-hij", "Google Meet"},
        {"https://hoc.k12online.vn/lop/1", "K12Online"},
        {"https://teams.microsoft.com/l/meetup-join/x", "Microsoft Teams"},
        {"https://teams.live.com/meet/9", "Microsoft Teams"},
    };

    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        cr_assert_not_null(msg_online_service(links[i].url), "%s", links[i].url);
        cr_expect_str_eq(msg_online_service(links[i].url), links[i].service);
    }
}

Test(msg_online, a_host_that_only_looks_alike_is_none)
{
    static const char *const links[] = {
        "https://notzoom.us/j/1",          "https://zoom.us.evil.vn/j/1",
        "https://zoom.us@evil.vn/",        "https://evil.vn/zoom.us",
        "https://google.com/meet",         "zoom.us/j/1",
        "https://evil.vn?meet.google.com", "",
    };

    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
        cr_expect_null(msg_online_service(links[i]), "%s", links[i]);
    cr_expect_null(msg_online_service(NULL));
}

Test(msg_online, a_link_is_found_in_running_text)
{
    char *url = msg_online_find("Xem http://a.vn, rồi vào (https://meet.google.com/abc-x). Cảm ơn");

    cr_assert_not_null(url);
    cr_expect_str_eq(url, "https://meet.google.com/abc-x");
    free(url);
    cr_expect_null(msg_online_find("https://a.vn"));
    cr_expect_null(msg_online_find(NULL));
}
