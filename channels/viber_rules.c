/* SPDX-License-Identifier: Apache-2.0 */
/* What Viber allows and charges. */
#include "channels/viber_private.h"

#define HOUR ((int64_t)3600 * 1000)

/* A bot made before 2024-02-05 may write 10,000 messages a month outside sessions for nothing. */
static const struct channel_package packages[] = {
    {"commercial", "Thương mại", 0, 0, 0},
    {"legacy", "Bot cũ (trước 05/02/2024)", 0, 10000, 0},
};

/* A session is 24 hours from the person's message that opened it; we know the newest one, so what
 * is counted as free is at most that. No rate for Vietnam was found. Channel posts cost nothing
 * that a source tells of, and go to the channel's members, whom no call lists. */
const struct channel_rules viber_rules[] = {
    {.source = "Viber Bot REST API, mục 6 (phiên 24 giờ: [3]; tin ngoài phiên tính tiền theo tin "
               "đã giao: [3])",
     .valid_from = "2024-02-05",
     .free_ms = 24 * HOUR,
     .charged = true,
     .price_setting = "VIBER_PRICE",
     .packages = packages,
     .n_packages = sizeof(packages) / sizeof(packages[0]),
     .usual_package = "commercial"},
    {.valid_from = NULL},
};
