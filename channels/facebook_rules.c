/* SPDX-License-Identifier: Apache-2.0 */
/* What Facebook allows and charges. */
#include "channels/facebook_private.h"

#define HOUR ((int64_t)3600 * 1000)

/* Since the old tags died, an approved template is the only lane outside the window. It is not
 * billed so far; the price is a setting because that may change. */
const struct channel_rules facebook_rules[] = {
    {.source = "Facebook Pages, Messenger Platform, mục 4.1, 5.1 (24 giờ: [M][8]; mẫu tiện ích, "
               "chưa tính tiền: [M][3])",
     .valid_from = "2026-04-27",
     .free_ms = 24 * HOUR,
     .charged = false,
     .utility_charged = false,
     .price_setting = "FACEBOOK_UTILITY_PRICE"},
    {.valid_from = NULL},
};
