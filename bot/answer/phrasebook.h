/* SPDX-License-Identifier: Apache-2.0 */
/* phrasebook.h - the sentences of the replies, in Vietnamese and English, and how days, times and
 * places are written. Pure. */
#ifndef LOA_BOT_ANSWER_PHRASEBOOK_H
#define LOA_BOT_ANSWER_PHRASEBOOK_H

#include "bot/answer/answer.h"
#include "messages/base/buf.h"

/* X(id, Vietnamese, English) */
#define ANSWER_SENTENCES(X)                                                                        \
    X(DETAILS, "Chi tiết", "Details")                                                              \
    X(MORE, "Xem thêm", "More")                                                                    \
    X(TODAY, "Hôm nay có gì?", "What's on today?")                                                 \
    X(NEXT, "Sắp diễn ra", "Coming up")                                                            \
    X(SUBSCRIBE, "Nhận tin mỗi ngày", "Daily updates")                                             \
    X(UNSUBSCRIBE, "Ngừng nhận tin", "Stop updates")                                               \
    X(HUMAN, "Gặp cán bộ", "Talk to staff")                                                        \
    X(HELP, "Hướng dẫn", "Help")                                                                   \
    X(REGISTER, "Đăng ký", "Sign up")                                                              \
    X(MAP, "Bản đồ", "Map")                                                                        \
    X(JOIN, "Tham gia trực tuyến", "Join online")                                                  \
    X(CALL, "Gọi liên hệ", "Call")                                                                 \
    X(ALL, "Xem cả lịch", "Whole schedule")

enum answer_sentence {
#define X(id, vi, en) ANSWER_SAY_##id,
    ANSWER_SENTENCES(X)
#undef X
};

const char *answer_say(enum answer_sentence s, bool english);

/* "thứ Bảy 03/10", "Saturday 3 October". */
void answer_say_day(struct loa_buf *b, int64_t ms, bool english);
/* "07:30-09:30, thứ Năm 01/10"; several days: "08:00-21:00, thứ Bảy 03/10 đến Chủ nhật 04/10". */
void answer_say_when(struct loa_buf *b, const struct msg_event *e, bool english);
/* "Thư viện Phan Rang, Phan Rang"; online events say so. */
void answer_say_where(struct loa_buf *b, const struct msg_event *e, bool english, bool address);
/* "ngày thứ Bảy 03/10, buổi tối, ở Nha Trang": what a list was asked for; empty when nothing. */
void answer_say_query(struct loa_buf *b, const struct answer_result *r, bool english);

#endif
