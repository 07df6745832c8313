/* SPDX-License-Identifier: Apache-2.0 */
/* api_messages.h - what the files about messages share. */
#ifndef LOA_BOT_API_API_MESSAGES_H
#define LOA_BOT_API_API_MESSAGES_H

#include "bot/api/call.h"

/* The message as it now is becomes the answer, with its tag. */
enum loa_err api_message_answer(struct db *db, struct api_call *c, int64_t id);
/* "submit" of "messages/{id}/submit". */
const char *api_message_verb(const struct api_call *c);

#endif
