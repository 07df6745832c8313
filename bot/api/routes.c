/* SPDX-License-Identifier: Apache-2.0 */
/* What the API answers. The description in data/openapi.json has the same rows; a test compares
 * them. */
#include "bot/api/resources.h"
#include "bot/http_target.h"

#define GET HTTP_ON_GET
#define POST HTTP_ON_POST
#define PUT HTTP_ON_PUT
#define DELETE HTTP_ON_DELETE

/* clang-format off */
#define READ(path, scope, work) {GET, path, scope, 0, API_READ, work, NULL}
#define DO(path, scope, work) {POST, path, scope, API_BODY, API_WRITE, work, NULL}
#define IMPORT(path) {POST, path, MSG_SCOPE_CONTENT, API_BODY | API_FILE, API_OWN, NULL, api_content_import}
#define ENTRY(of) \
    {POST, of, MSG_SCOPE_CONTENT, API_BODY, API_WRITE, api_entry_new, NULL}, \
    READ(of "/{name}", MSG_SCOPE_READ, api_entry_show), \
    {PUT, of "/{name}", MSG_SCOPE_CONTENT, API_BODY, API_WRITE, api_entry_put, NULL}, \
    {DELETE, of "/{name}", MSG_SCOPE_CONTENT, 0, API_WRITE, api_entry_delete, NULL}
#define STEP(verb, scope) {POST, "messages/{id}/" verb, scope, API_MAY, API_WRITE, api_message_step, NULL}
#define FORESEEN(verb, scope) {POST, "messages/{id}/" verb, scope, API_MAY, API_OWN, NULL, api_message_foreseen_step}

const struct api_route api_routes[] = {
    {GET, "openapi.json", 0, API_OPEN, API_OWN, NULL, api_description},
    READ("me", 0, api_me),

    {POST, "session", 0, API_OPEN | API_BODY | API_SECRET, API_OWN, NULL, api_sign_in},
    {DELETE, "session", 0, 0, API_WRITE, api_session_leave, NULL},
    READ("sessions", 0, api_sessions_list),
    {DELETE, "sessions/{id}", 0, 0, API_WRITE, api_session_end, NULL},
    {POST, "password/link", 0, API_OPEN | API_BODY | API_SECRET, API_OWN, NULL, api_password_by_link},
    {PUT, "password", 0, API_BODY, API_OWN, NULL, api_password_change},
    {POST, "totp", 0, API_SECRET, API_WRITE, api_factor_begin, NULL},
    {POST, "totp/confirm", 0, API_BODY | API_SECRET, API_WRITE, api_factor_confirm, NULL},
    {POST, "totp/off", 0, API_BODY | API_SECRET, API_WRITE, api_factor_off, NULL},

    READ("tokens", 0, api_tokens_list),
    {POST, "tokens", 0, API_BODY | API_SECRET, API_WRITE, api_token_make, NULL},
    {DELETE, "tokens/{id}", 0, 0, API_WRITE, api_token_end, NULL},

    READ("messages", MSG_SCOPE_READ, api_messages_list),
    {POST, "messages", MSG_SCOPE_MESSAGES, API_BODY, API_WRITE, api_message_new, NULL},
    READ("messages/{id}", MSG_SCOPE_READ, api_message_show),
    {PUT, "messages/{id}", MSG_SCOPE_MESSAGES, API_BODY, API_WRITE, api_message_edit, NULL},
    {DELETE, "messages/{id}", MSG_SCOPE_MESSAGES, 0, API_WRITE, api_message_delete, NULL},
    {POST, "messages/preview", MSG_SCOPE_MESSAGES, API_BODY, API_READ, api_draft_preview, NULL},
    READ("messages/{id}/preview", MSG_SCOPE_READ, api_message_preview),
    READ("messages/{id}/versions", MSG_SCOPE_READ, api_message_versions),
    READ("messages/{id}/diff", MSG_SCOPE_READ, api_message_diff),
    READ("messages/{id}/comments", MSG_SCOPE_READ, api_comments_list),
    DO("messages/{id}/comments", MSG_SCOPE_MESSAGES, api_comment_add),
    READ("messages/{id}/handpost", MSG_SCOPE_READ, api_handpost_sheet),
    DO("messages/{id}/handpost", MSG_SCOPE_MESSAGES, api_handpost_tick),
    FORESEEN("submit", MSG_SCOPE_MESSAGES),
    FORESEEN("approve", MSG_SCOPE_APPROVE),
    STEP("reject", MSG_SCOPE_APPROVE),
    STEP("schedule", MSG_SCOPE_MESSAGES),
    STEP("pause", MSG_SCOPE_MESSAGES),
    STEP("resume", MSG_SCOPE_MESSAGES),
    STEP("cancel", MSG_SCOPE_MESSAGES),
    {GET, "messages/{id}/forecast", MSG_SCOPE_READ, 0, API_OWN, NULL, api_message_forecast},
    READ("messages/{id}/runs", MSG_SCOPE_READ, api_message_runs),
    {GET, "messages/{id}/progress", MSG_SCOPE_READ, 0, API_OWN, NULL, api_message_progress},
    DO("messages/{id}/test", MSG_SCOPE_MESSAGES, api_message_test),
    DO("messages/{id}/rate", MSG_SCOPE_MESSAGES, api_message_rate),
    {POST, "messages/{id}/retry", MSG_SCOPE_MESSAGES, API_MAY, API_WRITE, api_message_retry, NULL},
    READ("runs/{id}/deliveries", MSG_SCOPE_READ, api_run_deliveries),

    READ("schedule", MSG_SCOPE_READ, api_schedule),
    READ("calendar", MSG_SCOPE_READ, api_calendar),
    READ("doubts", MSG_SCOPE_PEOPLE, api_doubts_list),
    DO("doubts/sent", MSG_SCOPE_MESSAGES, api_doubts_say),
    DO("doubts/resend", MSG_SCOPE_MESSAGES, api_doubts_say),
    READ("held", MSG_SCOPE_READ, api_held_list),
    DO("held/send", MSG_SCOPE_APPROVE, api_held_decide),
    DO("held/skip", MSG_SCOPE_APPROVE, api_held_decide),

    READ("events", MSG_SCOPE_READ, api_events_list),
    READ("events:export", MSG_SCOPE_READ, api_events_export),
    IMPORT("events:import"),
    ENTRY("events"),
    DO("events/{name}/cancel", MSG_SCOPE_CONTENT, api_event_step),
    DO("events/{name}/move", MSG_SCOPE_CONTENT, api_event_step),
    DO("events/{name}/restore", MSG_SCOPE_CONTENT, api_event_step),
    READ("faqs", MSG_SCOPE_READ, api_faqs_list),
    IMPORT("faqs:import"),
    ENTRY("faqs"),
    READ("daily", MSG_SCOPE_READ, api_daily_list),
    IMPORT("daily:import"),
    ENTRY("daily"),
    READ("topics", MSG_SCOPE_READ, api_words_list),
    IMPORT("topics:import"),
    READ("places", MSG_SCOPE_READ, api_words_list),
    IMPORT("places:import"),
    {POST, "answer/try", MSG_SCOPE_READ, API_BODY, API_OWN, NULL, api_answer_try},

    READ("conversations", MSG_SCOPE_PEOPLE, api_talks_list),
    READ("conversations/{id}", MSG_SCOPE_PEOPLE, api_talk_show),
    DO("conversations/{id}/reply", MSG_SCOPE_PEOPLE, api_talk_step),
    DO("conversations/{id}/assign", MSG_SCOPE_PEOPLE, api_talk_step),
    {POST, "conversations/{id}/close", MSG_SCOPE_PEOPLE, API_MAY, API_WRITE, api_talk_step, NULL},
    READ("canned", MSG_SCOPE_PEOPLE, api_canned_list),
    DO("canned", MSG_SCOPE_PEOPLE, api_canned_put),
    {PUT, "canned/{id}", MSG_SCOPE_PEOPLE, API_BODY, API_WRITE, api_canned_put, NULL},
    {DELETE, "canned/{id}", MSG_SCOPE_PEOPLE, 0, API_WRITE, api_canned_delete, NULL},
    READ("questions", MSG_SCOPE_PEOPLE, api_questions_list),
    READ("questions/{id}", MSG_SCOPE_PEOPLE, api_question_show),
    READ("questions/feedback", MSG_SCOPE_PEOPLE, api_feedback_list),
    DO("questions/{id}/answer", MSG_SCOPE_CONTENT, api_question_settle),
    {POST, "questions/{id}/drop", MSG_SCOPE_CONTENT, API_MAY, API_WRITE, api_question_settle, NULL},
    READ("contacts", MSG_SCOPE_PEOPLE, api_contacts_list),
    READ("contacts/{id}", MSG_SCOPE_PEOPLE, api_contact_show),
    {POST, "contacts/{id}/export", MSG_SCOPE_PEOPLE, API_SECRET, API_WRITE, api_contact_export, NULL},
    {DELETE, "contacts/{id}", MSG_SCOPE_PEOPLE, 0, API_WRITE, api_contact_erase, NULL},
    DO("contacts/{id}/tester", MSG_SCOPE_PEOPLE, api_contact_tester),
};
/* clang-format on */

const size_t api_n_routes = sizeof(api_routes) / sizeof(api_routes[0]);
