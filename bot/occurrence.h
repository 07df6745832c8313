/* SPDX-License-Identifier: Apache-2.0 */
/* occurrence.h - one due time of a message: which one staff mean by a day, and what it says. */
#ifndef LOA_BOT_OCCURRENCE_H
#define LOA_BOT_OCCURRENCE_H

#include <stdint.h>

#include "messages/base/err.h"
#include "messages/message.h"
#include "messages/store/db.h"

struct bot_occurrence {
    int64_t due_ms;
    int64_t expires_ms; /* of no use from then on; 0: never */
};

/* Of a message that is sent once: its time, or now while it has none. Of a series: that of `day`
 * ("2026-10-01"), or with NULL that of today, else the next one, else the last. LOA_ENOENT: none on
 * that day. LOA_EINVAL: no day, or a rule that cannot be read. */
LOA_MUST_USE enum loa_err bot_occurrence_find(const struct msg_message *m, const char *day,
                                              int64_t now, struct bot_occurrence *out,
                                              struct loa_problem *why);
/* What a channel gets at that time, placeholders filled but for the name. Caller ends *out with
 * msg_content_release(), also after an error. */
LOA_MUST_USE enum loa_err bot_occurrence_content(struct db *db, const struct msg_message *m,
                                                 const char *channel, int64_t due_ms,
                                                 struct msg_content *out, struct loa_problem *why);

#endif
