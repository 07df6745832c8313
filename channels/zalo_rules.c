/* SPDX-License-Identifier: Apache-2.0 */
/* What Zalo allows and charges. */
#include "channels/zalo_private.h"

#define HOUR ((int64_t)3600 * 1000)
#define DAY (24 * HOUR)

/* How many articles a month a follower can get is known of the packages sold until 2026-05-31:
 * 1 for an account with the smallest one (as for one that is not verified), 4 and 6 for the others.
 * Of the packages sold since then no source says it; ZALO_POSTS_MONTH does. */
static const struct channel_package packages_until_2026_05[] = {
    {"basic", "Cơ bản", 1, 0, 0},
    {"advanced", "Nâng cao", 4, 0, 0},
    {"premium", "Premium", 6, 0, 0},
};
static const struct channel_package packages_since_2026_06[] = {
    {"basic", "Cơ bản", 1, 0, 0},
    {"advanced", "Nâng cao", 4, 0, 0}, /* bought before, still running */
    {"premium", "Premium", 6, 0, 0},
    {"standard", "Tiêu chuẩn", CHANNEL_UNSTATED, 0, 0},
    {"growth", "Tăng trưởng", CHANNEL_UNSTATED, 500, 100},
    {"complete", "Toàn diện", CHANNEL_UNSTATED, 2000, 2000},
};

#define COMMON                                                                                     \
    .posts_reach_followers = true, .posts_day = 1, .review_ms = HOUR / 2, .free_ms = 48 * HOUR,    \
    .charged = true, .price_setting = "ZALO_PRICE", .refresh_life_ms = 90 * DAY,                   \
    .access_life_ms = 25 * HOUR, .usual_package = "advanced"

/* cs and articles are taken 24/24; only promotion, retired, was refused from 22:00 to 06:00. An
 * account that broadcasts must be verified (-221), so the usual cap is that of a verified one. */
const struct channel_rules zalo_rules[] = {
    {.source = "Zalo OA OpenAPI, mục 3.1, 3.5, 7 (48 giờ miễn phí: C4; 55 đồng: C4; 1 bài/ngày, "
               "4 bài/tháng: U1)",
     .valid_from = "2026-01-01",
     .packages = packages_until_2026_05,
     .n_packages = sizeof(packages_until_2026_05) / sizeof(packages_until_2026_05[0]),
     COMMON},
    {.source = "Zalo OA OpenAPI, mục 1, 3.1, 3.5, 7 (gói bán từ 01/6/2026: U1; 500 và 2.000 tin "
               "tư vấn miễn phí/tháng: U1)",
     .valid_from = "2026-06-01",
     .packages = packages_since_2026_06,
     .n_packages = sizeof(packages_since_2026_06) / sizeof(packages_since_2026_06[0]),
     COMMON},
    {.valid_from = NULL},
};
