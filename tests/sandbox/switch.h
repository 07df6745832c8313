/* SPDX-License-Identifier: Apache-2.0 */
/* switch.h - every point where the contracts' sources disagree or say nothing, as a switch.
 * The first choice of a list, or the given number, is what the sandbox does by default. */
#ifndef LOA_SANDBOX_SWITCH_H
#define LOA_SANDBOX_SWITCH_H

#include "tests/sandbox/buf.h"

/* X(symbol, "name", default, "choice|choice|..." or NULL for a number) */
#define SBX_SWITCHES(X)                                                                            \
    X(ZALO_SECRET_KIND, "zalo.secret_kind", 0, "oa|app")                                           \
    X(ZALO_MAC_FORM, "zalo.mac_form", 0, "mac=|mac = |bare")                                       \
    X(ZALO_MAC_FIRST, "zalo.mac_first", 0, "app_id|oa_id")                                         \
    X(ZALO_GETOA_KEY, "zalo.getoa_key", 0, "oaid|oa_id")                                           \
    X(ZALO_RETIRED_TRANSACTION, "zalo.retired_transaction", 1, NULL)                               \
    X(ZALO_RETIRED_PROMOTION, "zalo.retired_promotion", 1, NULL)                                   \
    X(ZALO_RETIRED_CODE, "zalo.retired_code", -233, NULL)                                          \
    X(ZALO_REFRESH_WITHOUT_NEW, "zalo.refresh_without_new", 0, NULL)                               \
    X(ZALO_OLD_ACCESS_DIES, "zalo.old_access_dies", 0, NULL)                                       \
    X(ZALO_EXPIRES_NUMBER, "zalo.expires_number", 0, NULL)                                         \
    X(ZALO_OAUTH_BARE_ERRORS, "zalo.oauth_bare_errors", 0, NULL)                                   \
    X(ZALO_CHAT_ID_NUMBERS, "zalo.chat_id_numbers", 0, NULL)                                       \
    X(ZALO_WINDOW_CODE, "zalo.window_code", -230, NULL)                                            \
    X(ZALO_NEED_FOLLOW, "zalo.need_follow", 0, NULL)                                               \
    X(ZALO_LIST_MAX, "zalo.list_max", 5, NULL)                                                     \
    X(ZALO_TEMPLATE_FORM, "zalo.template_form", 0, "flat|nested|both")                             \
    X(ZALO_PROMOTION_CAP_CODE, "zalo.promotion_cap_code", -218, NULL)                              \
    X(ZALO_TABLE_KEY_MAX, "zalo.table_key_max", 35, NULL)                                          \
    X(ZALO_PROMOTION_BUTTONS, "zalo.promotion_buttons", 0, "any|strict")                           \
    X(ZALO_TEXT_UNIT, "zalo.text_unit", 0, "code_points|utf16|bytes")                              \
    X(ZALO_REPLY_QUOTA, "zalo.reply_quota", -1, NULL)                                              \
    X(ZALO_PROOF, "zalo.appsecret_proof", 0, NULL)                                                 \
    X(ZALO_VERIFY_POLLS, "zalo.verify_polls", 2, NULL)                                             \
    X(ZALO_EXACT_REFUSED, "zalo.article_exact_refused", 1, NULL)                                   \
    X(ZALO_REVIEW_MS, "zalo.review_ms", 2000, NULL)                                                \
    X(ZALO_BROADCAST_MONTHLY, "zalo.broadcast_monthly", -1, NULL)                                  \
    X(ZALO_VIDEO_TOKEN, "zalo.video_token", 0, "either|header|query")                              \
    X(ZALO_OA_LIMIT, "zalo.oa_limit", 0, NULL)                                                     \
    X(ZALO_HASH_FILTER, "zalo.hash_filter", 0, NULL)                                               \
    X(ZALO_REDELIVER, "zalo.redeliver", 0, "all|connect")                                          \
    X(ZALO_ECHO_API, "zalo.echo_api_sends", 1, NULL)                                               \
    X(VIBER_MISSING_SENDER, "viber.missing_sender", 0, "error|accept")                             \
    X(VIBER_OVERSIZE_STATUS, "viber.oversize_status", 3, NULL)                                     \
    X(VIBER_BODY_MAX, "viber.body_max", 30000, NULL)                                               \
    X(VIBER_DETAILS_STATUS, "viber.details_status", 12, NULL)                                      \
    X(VIBER_MISSING_TOKEN_STATUS, "viber.missing_token_status", 2, NULL)                           \
    X(VIBER_DROP_QUERY, "viber.drop_query", 1, NULL)                                               \
    X(VIBER_LOOPBACK_HTTP, "viber.loopback_http", 1, NULL)                                         \
    X(VIBER_CAPTION_MAX, "viber.caption_max", 768, NULL)                                           \
    X(VIBER_TEXT_UNIT, "viber.text_unit", 0, "code_points|utf16|bytes")                            \
    X(VIBER_EMPTY_FAILED_LIST, "viber.empty_failed_list", 0, NULL)                                 \
    X(VIBER_BROADCAST, "viber.broadcast", 1, NULL)                                                 \
    X(VIBER_ROWS_MAX, "viber.rows_max", 24, NULL)                                                  \
    X(VIBER_BARE_ERRORS, "viber.bare_errors", 0, NULL)                                             \
    X(VIBER_MALFORMED_STATUS, "viber.malformed_id_status", 999, NULL)                              \
    X(VIBER_SESSION, "viber.session_from", 0, "opening|last")                                      \
    X(VIBER_FREE_LEFT, "viber.free_left", -1, NULL)                                                \
    X(VIBER_BALANCE, "viber.balance", 0, "ok|none")                                                \
    X(VIBER_SIG, "viber.sig", 0, "both|header|query")                                              \
    X(VIBER_ESCAPE, "viber.escape", 0, "mixed|never|always")                                       \
    X(VIBER_HOUR_CAP, "viber.hour_cap", 100, NULL)                                                 \
    X(VIBER_CHANNEL_WEBHOOK, "viber.channel_needs_webhook", 1, NULL)                               \
    X(VIBER_WELCOME_MS, "viber.welcome_ms", 300000, NULL)                                          \
    X(FB_PROOF, "facebook.appsecret_proof", 0, NULL)                                               \
    X(FB_NEED_TYPE, "facebook.need_messaging_type", 0, NULL)                                       \
    X(FB_TEXT_UNIT, "facebook.text_unit", 0, "code_points|utf16|bytes")                            \
    X(FB_ID_IS_MID, "facebook.message_id_is_mid", 1, NULL)                                         \
    X(FB_CUSTOMER_FEEDBACK, "facebook.customer_feedback", 0, NULL)                                 \
    X(FB_DELIVERY_MIDS, "facebook.delivery_mids", 0, "mixed|always|never")                         \
    X(FB_SECONDS, "facebook.seconds", 0, "never|mixed|always")                                     \
    X(FB_TITLE, "facebook.quick_reply_title", 0, "refuse|cut")                                     \
    X(FB_HTTP, "facebook.http_status", 0, "400|varied|200")                                        \
    X(FB_MENU_MAX, "facebook.menu_max", 20, NULL)                                                  \
    X(FB_GREETING_MAX, "facebook.greeting_max", 160, NULL)                                         \
    X(FB_POLICY_KEY, "facebook.policy_key", 0, "policy_enforcement|policy-enforcement")            \
    X(FB_REVIEW, "facebook.template_review", 0, "approved|pending|rejected")                       \
    X(FB_HUMAN_AGENT, "facebook.human_agent", 1, NULL)                                             \
    X(FB_ESCAPE, "facebook.escape", 0, "new|old|never")                                            \
    X(FB_VERSION_MIN, "facebook.version_min", 21, NULL)                                            \
    X(FB_VERSION_MAX, "facebook.version_max", 27, NULL)                                            \
    X(FB_MEDIA_MAX, "facebook.attached_media_max", 10, NULL)                                       \
    X(FB_SCHEDULE_DAYS, "facebook.schedule_days", 30, NULL)                                        \
    X(FB_DISABLE_MS, "facebook.disable_after_ms", 3600000, NULL)                                   \
    X(FB_SHA1, "facebook.sha1_twin", 1, NULL)                                                      \
    X(FB_LIVE, "facebook.app_live", 1, NULL)

#define SBX_SWITCH_ENUM(symbol, name, otherwise, choices) SW_##symbol,
enum sbx_switch { SBX_SWITCHES(SBX_SWITCH_ENUM) SBX_SWITCH_COUNT };
#undef SBX_SWITCH_ENUM

void sbx_switch_defaults(int values[SBX_SWITCH_COUNT]);
/* `text` is a choice or a number. False: no such switch or choice. */
bool sbx_switch_set(int values[SBX_SWITCH_COUNT], const char *name, const char *text);
void sbx_switch_list(const int values[SBX_SWITCH_COUNT], struct sbx_buf *out);

#endif
