// What the page itself says; what the bot says comes in the language of the question.
'use strict';
window.loaWords = {
    vi: {
        title: 'Trợ lý tự động', ask: 'Câu hỏi của bạn', hint: 'Hỏi về sự kiện, lịch…',
        send: 'Gửi', leave: 'Kết thúc', sure: 'Bấm lần nữa để kết thúc', close: 'Đóng',
        log: 'Nội dung trò chuyện', you: 'Bạn', bot: 'Trợ lý', staff: 'Cán bộ',
        waiting: 'Đang tìm câu trả lời…', lost: 'Mất kết nối, đang nối lại…',
        fast: 'Bạn gửi nhanh quá; xin chờ một chút rồi gửi lại.',
        bad: 'Lời gửi dài quá hoặc có ký tự không đọc được.',
        failed: 'Chưa gửi được.', again: 'Gửi lại',
        blocked: 'Trình duyệt không giữ cookie của cuộc trò chuyện tại đây.',
        window: 'Mở trong cửa sổ riêng', more: 'Xem trang', file: 'Tải tệp',
    },
    en: {
        title: 'Automatic assistant', ask: 'Your question', hint: 'Ask about events…',
        send: 'Send', leave: 'End', sure: 'Press again to end', close: 'Close',
        log: 'Conversation', you: 'You', bot: 'Assistant', staff: 'Staff',
        waiting: 'Looking for an answer…', lost: 'Connection lost, trying again…',
        fast: 'That was too fast; please wait a moment and send it again.',
        bad: 'This is too long or has characters that cannot be read.',
        failed: 'Not sent.', again: 'Send again',
        blocked: 'The browser keeps no cookie for the conversation here.',
        window: 'Open in its own window', more: 'Open the page', file: 'Download',
    },
};
