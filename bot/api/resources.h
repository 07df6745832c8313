/* SPDX-License-Identifier: Apache-2.0 */
/* resources.h - what the rows of the table in routes.c point at: the works (in jobs) and starts (on
 * the loop) of each resource, docs/api.md. Contracts as in route.h. */
#ifndef LOA_BOT_API_RESOURCES_H
#define LOA_BOT_API_RESOURCES_H

#include "bot/api/call.h"

/* api_about.c */
void api_description(struct api_call *c);
enum loa_err api_me(struct db *db, struct api_call *c);
/* api_tokens.c: one's own; an admin sees and ends those of others. */
enum loa_err api_tokens_list(struct db *db, struct api_call *c);
enum loa_err api_token_make(struct db *db, struct api_call *c);
enum loa_err api_token_end(struct db *db, struct api_call *c);
/* api_messages.c */
enum loa_err api_messages_list(struct db *db, struct api_call *c);
enum loa_err api_message_show(struct db *db, struct api_call *c);
enum loa_err api_message_new(struct db *db, struct api_call *c);
enum loa_err api_message_edit(struct db *db, struct api_call *c);
enum loa_err api_message_delete(struct db *db, struct api_call *c);
enum loa_err api_message_runs(struct db *db, struct api_call *c);
enum loa_err api_message_step(struct db *db, struct api_call *c);
enum loa_err api_run_deliveries(struct db *db, struct api_call *c);
/* api_message_look.c */
enum loa_err api_message_preview(struct db *db, struct api_call *c);
enum loa_err api_draft_preview(struct db *db, struct api_call *c);
enum loa_err api_message_versions(struct db *db, struct api_call *c);
enum loa_err api_message_diff(struct db *db, struct api_call *c);
enum loa_err api_comments_list(struct db *db, struct api_call *c);
enum loa_err api_comment_add(struct db *db, struct api_call *c);
/* api_calendar.c */
enum loa_err api_schedule(struct db *db, struct api_call *c);
enum loa_err api_calendar(struct db *db, struct api_call *c);
enum loa_err api_handpost_sheet(struct db *db, struct api_call *c);
enum loa_err api_handpost_tick(struct db *db, struct api_call *c);
/* api_message_send.c */
enum loa_err api_message_test(struct db *db, struct api_call *c);
enum loa_err api_message_rate(struct db *db, struct api_call *c);
enum loa_err api_message_retry(struct db *db, struct api_call *c);
enum loa_err api_account_rate(struct db *db, struct api_call *c);
/* api_content.c */
enum loa_err api_events_list(struct db *db, struct api_call *c);
enum loa_err api_events_export(struct db *db, struct api_call *c);
enum loa_err api_event_step(struct db *db, struct api_call *c);
enum loa_err api_faqs_list(struct db *db, struct api_call *c);
enum loa_err api_daily_list(struct db *db, struct api_call *c);
enum loa_err api_words_list(struct db *db, struct api_call *c);
enum loa_err api_entry_show(struct db *db, struct api_call *c);
enum loa_err api_entry_new(struct db *db, struct api_call *c);
enum loa_err api_entry_put(struct db *db, struct api_call *c);
enum loa_err api_entry_delete(struct db *db, struct api_call *c);
/* api_import.c */
void api_content_import(struct api_call *c);
/* api_try.c */
void api_answer_try(struct api_call *c);
/* api_talks.c */
enum loa_err api_talks_list(struct db *db, struct api_call *c);
enum loa_err api_talk_show(struct db *db, struct api_call *c);
enum loa_err api_talk_step(struct db *db, struct api_call *c);
enum loa_err api_canned_list(struct db *db, struct api_call *c);
enum loa_err api_canned_put(struct db *db, struct api_call *c);
enum loa_err api_canned_delete(struct db *db, struct api_call *c);
enum loa_err api_questions_list(struct db *db, struct api_call *c);
enum loa_err api_question_show(struct db *db, struct api_call *c);
enum loa_err api_question_settle(struct db *db, struct api_call *c);
enum loa_err api_feedback_list(struct db *db, struct api_call *c);
/* api_contacts.c */
enum loa_err api_contacts_list(struct db *db, struct api_call *c);
enum loa_err api_contact_show(struct db *db, struct api_call *c);
enum loa_err api_contact_export(struct db *db, struct api_call *c);
enum loa_err api_contact_erase(struct db *db, struct api_call *c);
enum loa_err api_contact_tester(struct db *db, struct api_call *c);
/* api_doubts.c */
enum loa_err api_doubts_list(struct db *db, struct api_call *c);
enum loa_err api_doubts_say(struct db *db, struct api_call *c);
enum loa_err api_held_list(struct db *db, struct api_call *c);
enum loa_err api_held_decide(struct db *db, struct api_call *c);
/* api_forecast.c */
void api_message_forecast(struct api_call *c);
void api_message_foreseen_step(struct api_call *c);
/* api_progress.c */
void api_message_progress(struct api_call *c);
/* api_signin.c */
void api_sign_in(struct api_call *c);
void api_password_by_link(struct api_call *c);
void api_password_change(struct api_call *c);
/* api_sessions.c: one's own. */
enum loa_err api_session_leave(struct db *db, struct api_call *c);
enum loa_err api_sessions_list(struct db *db, struct api_call *c);
enum loa_err api_session_end(struct db *db, struct api_call *c);
enum loa_err api_factor_begin(struct db *db, struct api_call *c);
enum loa_err api_factor_confirm(struct db *db, struct api_call *c);
enum loa_err api_factor_off(struct db *db, struct api_call *c);

#endif
