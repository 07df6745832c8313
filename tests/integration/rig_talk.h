/* SPDX-License-Identifier: Apache-2.0 */
/* rig_talk.h - what tests of the conversation share: one citizen, "demo", on each platform. */
#ifndef LOA_TESTS_INTEGRATION_RIG_TALK_H
#define LOA_TESTS_INTEGRATION_RIG_TALK_H

#include <stdbool.h>

#include "tests/integration/rig.h"

enum { RIG_PLATFORMS = 3 };
extern const char *const rig_platforms[RIG_PLATFORMS];

/* The week's events and questions, as in content/. */
void rig_content(struct rig *r);
/* One event, "k1", in Nha Trang and on Zoom, three days from now. */
void rig_one_event(struct rig *r);
/* "2026-10-01T07:30:15Z", so many seconds from now. */
const char *rig_in(int seconds, char out[32]);

void rig_say(struct rig *r, const char *platform, const char *text);
/* How many of the messages to the citizen contain the text. */
int rig_heard(struct rig *r, const char *platform, const char *text);
/* Nothing is under way any more: every event worked on, every reply out. */
bool rig_is_quiet(struct rig *r);

#endif
