/* SPDX-License-Identifier: Apache-2.0 */
/* reminder_text.h - when people are reminded of an event and what they are told: before it, and
 * when it is cancelled or moved. Pure; any thread. */
#ifndef LOA_BOT_REMINDER_TEXT_H
#define LOA_BOT_REMINDER_TEXT_H

#include "messages/base/buf.h"
#include "messages/content.h"
#include "messages/reminder.h"
#include "scheduler/quiet.h"

/* A day and an hour before, moved out of the quiet hours; what is past already is left out. False:
 * nothing is left to remind of. */
bool bot_reminder_times(const struct msg_event *e, const struct sched_quiet *quiet, int64_t now,
                        struct msg_reminder_times *out);
/* Caller ends *out with msg_content_release(). */
void bot_reminder_text(const struct msg_event *e, int64_t now, struct msg_content *out);
/* `e` as it is now, `c` as it was. */
void bot_change_text(const struct msg_event *e, const struct msg_change *c,
                     struct msg_content *out);
/* "nhắc lúc 07:30, thứ Năm 01/10 và 06:30, thứ Sáu 02/10" */
void bot_reminder_say_times(struct loa_buf *b, const struct msg_reminder_times *t);

/* May a message go out at a moment, by the platform's window after the person's last word?
 * window_ms 0: always. */
bool bot_reminder_reaches(int64_t window_ms, int64_t last_seen_ms, int64_t at_ms);

#endif
