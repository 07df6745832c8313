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
    READ("runs/{id}/deliveries", MSG_SCOPE_READ, api_run_deliveries),
};
/* clang-format on */

const size_t api_n_routes = sizeof(api_routes) / sizeof(api_routes[0]);
