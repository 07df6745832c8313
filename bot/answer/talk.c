/* SPDX-License-Identifier: Apache-2.0 */
/* Replies that hold no event: greeting, help, subscriptions, people, trouble, and not knowing. */
#include "bot/answer/reply.h"

#include <string.h>

static const char *t(const struct answer_writer *w, const char *vi, const char *en)
{
    return w->english ? en : vi;
}

/* Adds a sentence with "{office}" filled in. */
static void say_with_office(struct answer_writer *w, const char *text, const char *name)
{
    static const char hole[] = "{office}";
    const char *at = strstr(text, hole);

    if (!at) {
        loa_buf_adds(&w->text, text);
        return;
    }
    loa_buf_add(&w->text, text, (size_t)(at - text));
    loa_buf_adds(&w->text, name);
    loa_buf_adds(&w->text, at + sizeof(hole) - 1);
}

static const char *office(const struct answer_writer *w, const struct answer_options *opt)
{
    if (opt && opt->office && opt->office[0])
        return opt->office;
    return t(w, "ban tổ chức", "the organizers");
}

static void menu(struct answer_writer *w, const struct answer_options *opt)
{
    answer_write_button(w, ANSWER_SAY_TODAY, "#today");
    answer_write_button(w, ANSWER_SAY_NEXT, "#next");
    if (opt && opt->subscribed)
        answer_write_button(w, ANSWER_SAY_UNSUBSCRIBE, "#unsub");
    else
        answer_write_button(w, ANSWER_SAY_SUBSCRIBE, "#sub");
    answer_write_button(w, ANSWER_SAY_HUMAN, "#human");
}

static void greet(struct answer_writer *w, const struct answer_options *opt)
{
    say_with_office(
        w,
        t(w,
          "Xin chào! Đây là trợ lý tự động (không phải người thật) của {office}. Bạn hỏi "
          "ngày, nơi hoặc chủ đề, ví dụ: “tối thứ Bảy ở Nha Trang có gì?”",
          "Hello! This is the automatic assistant (not a person) of {office}. Ask about a "
          "day, a place or a topic, for example “what is on in Nha Trang on Saturday?”"),
        office(w, opt));
    menu(w, opt);
}

static void help(struct answer_writer *w, const struct answer_options *opt)
{
    say_with_office(w,
                    t(w,
                      "Tôi là trợ lý tự động của {office}. Bạn có thể hỏi:\n"
                      "• theo ngày: “ngày mai có gì?”\n"
                      "• theo nơi: “ở Cam Ranh có hoạt động nào?”\n"
                      "• theo chủ đề: “có lớp tiếng Anh không?”\n"
                      "• về một sự kiện: giờ, địa chỉ, đường dẫn, đăng ký\n"
                      "Gõ DANG KY để nhận tin mỗi ngày, HUY để ngừng, GAP NGUOI để gặp cán bộ.",
                      "I am the automatic assistant of {office}. You can ask:\n"
                      "• by day: “what is on tomorrow?”\n"
                      "• by place: “events in Cam Ranh”\n"
                      "• by topic: “any English class?”\n"
                      "• about one event: time, address, link, registration\n"
                      "Type SUB for daily updates, STOP to end them."),
                    office(w, opt));
    menu(w, opt);
}

static void say_trouble(struct answer_writer *w, enum answer_trouble trouble)
{
    switch (trouble) {
    case ANSWER_TROUBLE_NONE:
        return;
    case ANSWER_TROUBLE_POLICE:
        loa_buf_adds(&w->text,
                     t(w, "Nếu bạn hoặc ai đó đang gặp nguy hiểm, hãy gọi ngay 113 (công an).",
                       "If anyone is in danger, call 113 (police) now."));
        break;
    case ANSWER_TROUBLE_FIRE:
        loa_buf_adds(&w->text, t(w, "Hãy rời khỏi nơi cháy và gọi ngay 114 (cứu hỏa, cứu nạn).",
                                 "Leave the place and call 114 (fire and rescue) now."));
        break;
    case ANSWER_TROUBLE_MEDICAL:
        loa_buf_adds(&w->text, t(w, "Hãy gọi ngay 115 (cấp cứu) và báo nhân viên y tế gần nhất.",
                                 "Call 115 (ambulance) now and tell the nearest staff."));
        break;
    case ANSWER_TROUBLE_CHILD:
        loa_buf_adds(&w->text,
                     t(w,
                       "Hãy báo ngay nhân viên hoặc bảo vệ gần nhất và gọi 111 (bảo vệ trẻ em, "
                       "miễn phí, cả ngày đêm); khi nguy cấp gọi 113.",
                       "Tell the nearest staff at once and call 111 (child protection, free, day "
                       "and night); in danger call 113."));
        break;
    case ANSWER_TROUBLE_DISTRESS:
        loa_buf_adds(&w->text,
                     t(w,
                       "Bạn không đơn độc. Hãy nói ngay với một người bạn tin; gọi 115 khi cần "
                       "cấp cứu, 113 khi bị đe dọa, 111 nếu bạn dưới 18 tuổi.",
                       "You are not alone. Please talk to somebody you trust now; call 115 in an "
                       "emergency, 113 if threatened, 111 if you are under 18."));
        break;
    case ANSWER_TROUBLE_FRAUD:
        loa_buf_adds(&w->text,
                     t(w,
                       "Hãy gọi ngay ngân hàng để khóa giao dịch và báo công an nơi bạn ở hoặc "
                       "113. Ban tổ chức không thu tiền của ai.",
                       "Call your bank to block the payment and tell the police (113). The "
                       "organizers never ask for money."));
        break;
    }
    loa_buf_addc(&w->text, '\n');
}

static void human(struct answer_writer *w, const struct answer_result *r,
                  const struct answer_options *opt)
{
    say_trouble(w, r->trouble);
    say_with_office(
        w,
        t(w, "Tôi đã chuyển lời của bạn đến cán bộ của {office}; cán bộ sẽ trả lời tại đây.",
          "I have passed your message to the staff of {office}; they will answer here."),
        office(w, opt));
}

static void no_events(struct answer_writer *w, const struct answer_result *r)
{
    loa_buf_adds(&w->text,
                 t(w, "Xin lỗi, tôi không tìm thấy hoạt động nào", "Sorry, I found no event"));
    answer_say_query(&w->text, r, w->english);
    loa_buf_addc(&w->text, '.');
}

static void registration(struct answer_writer *w)
{
    loa_buf_adds(&w->text,
                 t(w,
                   "Bạn muốn đăng ký hoạt động nào? Hãy nhắn tên hoặc chủ đề, ví dụ “đăng ký lớp "
                   "tiếng Anh”. Để nhận tin mỗi ngày, bấm nút dưới đây.",
                   "Which event would you like to sign up for? Write its name or topic. For daily "
                   "updates press the button below."));
    answer_write_button(w, ANSWER_SAY_ALL, "#all");
    answer_write_button(w, ANSWER_SAY_SUBSCRIBE, "#sub");
}

static void suggestions(struct answer_writer *w, const struct answer_result *r)
{
    if (r->n_suggestions)
        loa_buf_adds(&w->text, r->query.has_clock
                                   ? t(w, "\nGần giờ đó nhất có:", "\nNearest to that time:")
                                   : t(w, "\nCó phải bạn hỏi về:", "\nDid you mean:"));
    for (size_t i = 0; i < r->n_suggestions; i++) {
        loa_buf_addf(&w->text, "\n• %s", r->suggestions[i]->title);
        if (r->query.has_clock) {
            loa_buf_adds(&w->text, ", ");
            answer_say_when(&w->text, r->suggestions[i], w->english);
        }
        answer_write_event_button(w, r->suggestions[i]);
    }
    answer_write_button(w, ANSWER_SAY_HUMAN, "#human");
}

static void not_understood(struct answer_writer *w, const struct answer_result *r,
                           const struct answer_options *opt)
{
    say_with_office(w,
                    t(w,
                      "Xin lỗi, tôi không có thông tin về việc này; tôi chỉ biết các hoạt động của "
                      "{office}.",
                      "Sorry, I have nothing about this; I only know the events of {office}."),
                    office(w, opt));
    suggestions(w, r);
    answer_write_button(w, ANSWER_SAY_HELP, "#help");
}

void answer_write_talk(struct answer_writer *w, const struct answer_result *r,
                       const struct answer_options *opt)
{
    switch (r->intent) {
    case ANSWER_GREETING:
        greet(w, opt);
        return;
    case ANSWER_HELP:
        help(w, opt);
        return;
    case ANSWER_THANKS:
        loa_buf_adds(&w->text, t(w, "Không có gì ạ. Chúc bạn một ngày vui!",
                                 "You are welcome. Have a nice day!"));
        answer_write_button(w, ANSWER_SAY_NEXT, "#next");
        return;
    case ANSWER_SUBSCRIBE:
        loa_buf_adds(&w->text,
                     t(w,
                       "Bạn đã đăng ký nhận tin: mỗi ngày một tin về các hoạt động. Gõ HUY bất cứ "
                       "lúc nào để ngừng.",
                       "You will get one message a day about the events. Type STOP at any time."));
        answer_write_button(w, ANSWER_SAY_TODAY, "#today");
        answer_write_button(w, ANSWER_SAY_UNSUBSCRIBE, "#unsub");
        return;
    case ANSWER_UNSUBSCRIBE:
        loa_buf_adds(&w->text,
                     t(w, "Bạn đã ngừng nhận tin hằng ngày. Muốn nhận lại, hãy gõ DANG KY.",
                       "You will get no more daily messages. Type SUB to have them "
                       "again."));
        answer_write_button(w, ANSWER_SAY_SUBSCRIBE, "#sub");
        return;
    case ANSWER_HUMAN:
        human(w, r, opt);
        return;
    case ANSWER_REGISTRATION:
        registration(w);
        return;
    case ANSWER_FAQ:
        if (r->faq) {
            loa_buf_adds(&w->text, t(w, "", "(In Vietnamese) "));
            loa_buf_adds(&w->text, r->faq->answer ? r->faq->answer : "");
            answer_write_button(w, ANSWER_SAY_HUMAN, "#human");
            return;
        }
        not_understood(w, r, opt);
        return;
    case ANSWER_EVENT_BY_TOPIC:
    case ANSWER_EVENT_BY_PLACE:
    case ANSWER_EVENT_BY_DATE:
    case ANSWER_WHAT_IS_ON:
    case ANSWER_NEXT_EVENT:
    case ANSWER_EVENT_DETAIL:
        no_events(w, r);
        suggestions(w, r);
        return;
    case ANSWER_OUT_OF_SCOPE:
        not_understood(w, r, opt);
        return;
    }
}
