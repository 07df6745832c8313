/* SPDX-License-Identifier: Apache-2.0 */
/* loa: the ward loudspeaker. One table of commands; each is in bot/cli/. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bot/cli/cli.h"
#include "bot/nearest.h"
#include "messages/base/crypto.h"

#define LOA_VERSION "0.1.0"

/* clang-format off */
static const struct command {
    const char *name;
    int (*run)(struct cli *cli, int argc, char **argv);
    const char *usage;
} commands[] = {
    {"serve", cli_serve,
     "loa serve [--demo-clock 2026-10-01T07:25[:TỐC_ĐỘ]|@TỆP]\n"
     "    Chạy chương trình: gửi tin theo lịch, trả lời người dân. Dừng bằng Ctrl-C hoặc SIGTERM."},
    {"check-config", cli_check_config,
     "loa check-config\n    Kiểm tra mọi thiết lập và nêu từng chỗ cần sửa."},
    {"doctor", cli_doctor,
     "loa doctor [KÊNH]\n    Thử thông tin đăng nhập của từng nền tảng, chỉ đọc."},
    {"user", cli_user,
     "loa user add TÊN --role writer|approver|admin [--user AI]\nloa user list [--json]\n"
     "loa user link TÊN [--user AI]\n"
     "    In ra liên kết dùng một lần, trong một ngày, để người ấy đặt mật khẩu vào bảng điều khiển."},
    {"token", cli_token, "loa token create --user TÊN [--scopes 'read messages'] [--label CHỮ] [--expires NGÀY]\n"
     "    In ra một lần mã dùng cho API. Quyền: read, messages, approve, content, people, admin;\n"
     "    không nêu thì là mọi quyền của người ấy.\n"
     "loa token list [--user TÊN] [--json]\nloa token revoke SỐ --user AI"},
    {"account", cli_account,
     "loa account list [--json]\n"
     "loa account add TÊN --channel zalo|viber|facebook [--remote-id ID] [--app-id ID]\n"
     "        [--sender-name TÊN] [--api-base URL] [--oauth-base URL] --secrets TỆP --user AI\n"
     "        [--package GÓI] [--posts-month N] [--free-month N] [--price ĐỒNG] [--utility-price ĐỒNG]\n"
     "    Gói, số bài và giá của riêng tài khoản này; không ghi thì theo thiết lập chung.\n"
     "    TỆP (“-” là đầu vào chuẩn) có các dòng access_token=, refresh_token=, app_secret=,\n"
     "    webhook_secret=, verify_token=.\n"
     "loa account ways [--json]\nloa account ways TÊN --set single,batch,post | --forget --user AI\n"
     "    Tài khoản gửi được theo cách nào: nền tảng cho biết, đã từ chối, hoặc cán bộ khai (--set).\n"
     "loa account upload TÊN --image TỆP.jpg|png --user AI\n"
     "    Tải ảnh lên nền tảng (Zalo); dùng kết quả in ra cho --image của một tin, trong 7 ngày.\n"
     "loa account pause TÊN [--reason LÝ_DO] --user AI\nloa account resume TÊN --user AI\n"
     "loa account rate TÊN SỐ/phút|default --user AI\n"
     "    Nhiều nhất bấy nhiêu người nhận mỗi phút cho mọi tin của tài khoản."},
    {"message", cli_message,
     "loa message new --title T --text T --channels zalo,viber,facebook --user AI\n"
     "        [--topics a,b] [--districts \"Nha Trang,Cam Ranh\"]\n"
     "        [--at ISO | --rrule LUẬT --dtstart ISO [--until ISO]] [--skip NGÀY,NGÀY]\n"
     "        [--late send|skip|ask] [--expires ISO|HH:MM] [--urgent] [--doubt hold|resend]\n"
     "        [--image URL] [--link URL] [--button \"Tiêu đề=URL|tel:SỐ|chữ\"]...\n"
     "        [--deliver direct,post] [--file thông-điệp.json|-] [--json]\n"
     "loa message edit ID ...cùng các tùy chọn\n"
     "loa message list [--state TRẠNG_THÁI] [--json]\n"
     "loa message show ID [--json]\n"
     "loa message forecast ID [--now ISO] [--hours] [--json]\n"
     "    Tin sẽ tới bao nhiêu người, vì sao không tới người khác, bao lâu, tốn bao nhiêu; sau khi\n"
     "    gửi thì đặt cạnh số thật. --hours: từng giờ ai nhận miễn phí, tính tiền hay không nhận.\n"
     "loa message submit|approve|schedule|pause|resume|cancel ID --user AI\n"
     "loa message reject ID --reason LÝ_DO --user AI\n"
     "loa message test ID --account TÊN --to MÃ[,MÃ] [--day NGÀY] --user AI\n"
     "    Tin chưa duyệt chỉ tới cán bộ nhận thử (loa contacts tester), kèm dấu [THỬ].\n"
     "loa message rate ID SỐ/phút|default [--account TÊN] --user AI\n"
     "loa message retry ID [--account TÊN] [--day NGÀY] [--codes MÃ,MÃ] --user AI [--json]\n"
     "    Gửi lại cho đúng những người bị lỗi, thành một lượt mới.\n"
     "loa message watch ID [--interval GIÂY] [--json]\n"
     "    Theo dõi tới khi gửi xong. Mã kết thúc: 0 gửi xong, không ai lỗi hay chưa rõ; 1 ngược lại."},
    {"schedule", cli_schedule,
     "loa schedule [--days 7] [--now ISO] [--json]\n"
     "    Những gì sắp tới: tin tới giờ, tin hằng ngày còn thiếu, mã sắp hết hạn."},
    {"handpost", cli_handpost,
     "loa handpost ID [--channel KÊNH] [--account TÊN] [--day NGÀY] [--html TỆP|-] [--json]\n"
     "    Phiếu để đăng tay bài công khai khi một kênh hỏng.\n"
     "loa handpost done ID --account TÊN [--day NGÀY] [--url LIÊN_KẾT] [--note CHỮ] --user AI\n"
     "    Đánh dấu đã đăng tay: máy không đăng bài này nữa. Bỏ dấu: thêm --undo."},
    {"doubt", cli_doubt,
     "loa doubt list [--message SỐ] [--run SỐ] [--account TÊN] [--limit N] [--json]\n"
     "    Những tin không rõ đã tới hay chưa: vì sao, và từ đó đã thấy gì.\n"
     "loa doubt sent MÃ... --user AI\n"
     "loa doubt sent --run SỐ --contact SỐ | --all --user AI\n"
     "    Đã tới: ghi là đã gửi, không gửi nữa.\n"
     "loa doubt resend MÃ... --user AI\n"
     "loa doubt resend --run SỐ --contact SỐ | --all --user AI\n"
     "    Gửi lại một lần: máy chủ đang chạy (hoặc lần chạy tới) sẽ gửi. Bài đăng công khai được\n"
     "    tìm trên nền tảng trước."},
    {"events", cli_events,
     "loa events import TỆP|- [--format csv|json|ics] [--dry-run] [--skip-bad] [--json] --user AI\n"
     "    Mọi chỗ sai trong tệp được nêu theo dòng, và không nhập gì; --skip-bad: nhập những mục đúng.\n"
     "    --dry-run chỉ cho xem sẽ thêm, đổi những gì và bao nhiêu người được báo; không ghi gì.\n"
     "loa events export [--format csv|json|ics] [--out TỆP]\n"
     "loa events list [--json]\nloa events show MÃ [--json]\n"
     "loa events cancel MÃ [--reason LÝ_DO] --user AI\n"
     "loa events move MÃ [--start ISO] [--end ISO] [--place NƠI] [--district KHU_VỰC]\n"
     "        [--address ĐỊA_CHỈ] [--online-url URL] [--reason LÝ_DO] --user AI\n"
     "loa events restore MÃ [--reason LÝ_DO] --user AI\n"
     "    Ai đã nhờ nhắc thì được báo một lần khi sự kiện bị hủy, dời hay diễn ra trở lại.\n"
     "loa events delete MÃ --yes [--reason LÝ_DO] --user AI\n"
     "    Xóa hẳn một sự kiện nhập nhầm; sự kiện không diễn ra nữa thì dùng cancel."},
    {"event", cli_events, "loa event ...: như loa events"},
    {"faq", cli_faq, "loa faq import TỆP.json [--skip-bad] --user AI\nloa faq list [--json]"},
    {"topics", cli_topics, "loa topics import TỆP.json [--skip-bad] --user AI"},
    {"places", cli_places, "loa places import TỆP.json [--skip-bad] --user AI"},
    {"daily", cli_daily, "loa daily import TỆP.json [--skip-bad] --user AI\nloa daily list [--json]"},
    {"contacts", cli_contacts,
     "loa contacts import TỆP.csv --account TÊN [--skip-bad] [--json] --user AI\n"
     "    Cột: id,name,subscribed(0|1),last_seen(ISO),topics(a;b),district\n"
     "loa contacts list --account TÊN [--json]\n"
     "loa contacts export --account TÊN\n"
     "    In ra CSV với các cột như trên.\n"
     "loa contacts export MÃ --account TÊN --user AI\n"
     "    Mọi điều đang lưu về một người (JSON), khi người ấy yêu cầu.\n"
     "loa contacts erase MÃ --account TÊN --user AI\n"
     "    Xóa mọi điều đang lưu về người ấy; chỉ giữ dấu để không gửi tin nữa.\n"
     "loa contacts tester add|remove MÃ --account TÊN --user AI\n"
     "loa contacts tester list --account TÊN [--json]\n"
     "    Cán bộ được nhận thử tin chưa duyệt.\n"
     "loa contacts optouts export [--since THỜI_ĐIỂM] > TỆP\n"
     "loa contacts optouts import TỆP [--json] --user AI\n"
     "    Ai xin thôi nhận hoặc xin xóa thông tin, để khôi phục kho dữ liệu mà không gửi cho họ."},
    {"conversation", cli_conversation,
     "loa conversation list [--urgent] [--account TÊN] [--limit N] [--json]\n"
     "    Những người dân đang chờ cán bộ: việc khẩn trước, rồi người chờ lâu nhất.\n"
     "loa conversation show SỐ [--limit N] [--json]\n"
     "loa conversation reply SỐ --text CHỮ --user AI [--json]\n"
     "    Trả lời; bot im lặng trong LOA_PERSON_MINUTES phút sau lời cuối của cán bộ.\n"
     "loa conversation assign SỐ --to TÊN|- --user AI\n"
     "loa conversation close SỐ --user AI\n"
     "    Xong việc: bot lại trả lời ngay."},
    {"questions", cli_questions,
     "loa questions [--since NGÀY] [--limit N] [--json]\n"
     "    Câu hỏi chưa trả lời được hoặc trả lời chưa tốt, gom thành nhóm giống nhau.\n"
     "loa questions show NHÓM [--json]\n"
     "loa questions answer NHÓM --text CHỮ [--id MÃ] --user AI [--json]\n"
     "    Thành một mục hỏi đáp, có hiệu lực ngay; drop NHÓM --user AI: bỏ qua nhóm ấy.\n"
     "loa questions feedback [--since NGÀY] [--json]\n"
     "    Người dân thấy câu trả lời nào hữu ích, câu nào chưa đúng."},
    {"answer", cli_answer,
     "loa answer [--json] [--now ISO] [--explain]\n"
     "    Đọc mỗi dòng một câu hỏi (hoặc JSON có \"text\", \"now\"), viết mỗi dòng một câu trả lời."},
    {"chat", cli_chat, "loa chat [--now ISO]\n    Trò chuyện với bot ngay trên màn hình."},
    {"audit", cli_audit, 
     "loa audit list [--json]\nloa audit verify [--anchor TỆP]\nloa audit anchor [--anchor TỆP]\n"
     "    anchor in số và mã băm của dòng nhật ký cuối, thêm vào TỆP (hoặc LOA_AUDIT_ANCHOR) nếu có;\n"
     "    verify so nhật ký với TỆP ấy, nên thấy cả khi phần cuối bị cắt."},
    {"restore", cli_restore,
     "loa restore TỆP [--to KHO] [--old KHO_CŨ] [--optouts TỆP]... [--anchor TỆP]\n"
     "            [--without-key] [--json] --user AI\n"
     "    Khôi phục từ bản sao lưu vào kho dữ liệu còn trống (LOA_STORE hoặc --to). Những gì có\n"
     "    thể đã gửi sau lúc sao lưu được giữ lại cho cán bộ quyết định (loa held). --old: kho cũ\n"
     "    còn đọc được; --optouts: tệp của contacts optouts export. Nhờ đó ai xin thôi nhận sau lúc\n"
     "    sao lưu thì không bị gửi nữa."},
    {"held", cli_held,
     "loa held list [--json]\n"
     "loa held send|skip KHÓA --user AI\n"
     "    Những gì chỉ gửi khi cán bộ quyết định: kỳ gửi bị muộn (tin đặt --late ask), kỳ và lượt\n"
     "    gửi không rõ đã gửi chưa sau khi khôi phục. KHÓA như trong danh sách."},
    {"backup", cli_backup,
     "loa backup TỆP [--force] [--json] --user AI\n"
     "    Sao lưu toàn vẹn kho dữ liệu vào TỆP trong khi chương trình vẫn chạy."},
    {"report", cli_report,
     "loa report --from NGÀY --to NGÀY [--format html|csv|json]\n"
     "    Kết quả gửi tin trong các ngày ấy (kể cả ngày cuối): từng thông điệp, từng tài khoản."},
    {"nodes", cli_nodes,
     "loa nodes [--json]\n"
     "    Các “loa serve” đang chạy trên kho dữ liệu này và tài khoản mà mỗi nơi phụ trách."},
    {"cleanup", cli_cleanup,
     "loa cleanup [--dry-run] [--json] --user AI\n"
     "    Dọn ngay những gì đã quá hạn giữ (LOA_KEEP_..._DAYS); khi chạy, loa tự dọn từng ít một."},
    {"store", cli_store,
     "loa store size [--json]\n"
     "loa store compact --user AI\n"
     "    Trả lại chỗ trống của tệp SQLite cho đĩa; chỉ khi loa serve đã dừng."},
    {"migrate", cli_migrate, 
     "loa migrate\n"
     "    Tạo hoặc nâng cấp kho dữ liệu.\n"
     "loa migrate --from sqlite:loa.db --to postgresql://MÁY/KHO [--json] [--user AI]\n"
     "    Chuyển cả kho sang nơi khác (hai chiều), so sánh từng dòng; kho cũ giữ nguyên."},
};
/* clang-format on */
enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static int unknown_command(const char *word)
{
    size_t best = BOT_NEAREST_NONE, at = 0;

    for (size_t i = 0; i < N_COMMANDS; i++) {
        size_t d = bot_nearest_distance(word, commands[i].name);

        if (d < best && d < strlen(word)) {
            best = d;
            at = i;
        }
    }
    (void)fprintf(stderr, "loa: không có lệnh “%s”%s%s; xem: loa --help\n", word,
                  best < BOT_NEAREST_NONE ? ", có phải là " : "",
                  best < BOT_NEAREST_NONE ? commands[at].name : "");
    return CLI_USAGE;
}

static int print_usage(void)
{
    (void)puts("loa: loa phường trên mạng. Cách dùng: loa LỆNH [--env TỆP] ...\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        (void)puts(commands[i].usage);
    (void)puts("\nTùy chọn chung: --env TỆP (thay cho .env), --user AI, --json, --help.\n"
               "Mã kết thúc: 0 được, 1 không được, 2 dùng sai.");
    return CLI_OK;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    }
    return false;
}

static int run(const struct command *c, int argc, char **argv)
{
    struct cli cli = {0};
    int status;

    if (wants_help(argc - 1, argv + 1)) {
        (void)puts(c->usage);
        return CLI_OK;
    }
    status = c->run(&cli, argc, argv);
    if (status == CLI_USAGE)
        (void)fprintf(stderr, "Cách dùng:\n%s\n", c->usage);
    cli_close(&cli);
    if (fflush(stdout) != 0 && status == CLI_OK)
        status = CLI_FAILED;
    return status;
}

int main(int argc, char **argv)
{
    (void)umask(077); /* the store has people's names and words; its key opens the secrets */
    if (loa_crypto_init() != LOA_OK)
        return CLI_FAILED;
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        (void)print_usage();
        return argc < 2 ? CLI_USAGE : CLI_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts("loa " LOA_VERSION);
        return CLI_OK;
    }
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(argv[1], commands[i].name) == 0)
            return run(&commands[i], argc - 1, argv + 1);
    }
    return unknown_command(argv[1]);
}
