/* SPDX-License-Identifier: Apache-2.0 */
/* Whole commands, in this process: what they print, what they refuse. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bot/cli/cli.h"
#include "messages/base/crypto.h"
#include "messages/base/mem.h"
#include "tests/unit/store_help.h"

enum { WORDS_MAX = 32 };

typedef int (*command_fn)(struct cli *cli, int argc, char **argv);

static char *path_of(const char *name)
{
    return loa_xasprintf("%s/%s", help_folder(), name);
}

static void put_file(const char *name, const char *text)
{
    char *path = path_of(name);
    FILE *f = fopen(path, "w");

    cr_assert_not_null(f);
    (void)fputs(text, f);
    (void)fclose(f);
    free(path);
}

/* What the last command printed. */
static const char *said(void)
{
    static char text[16384];
    char *path = path_of("out");
    FILE *f = fopen(path, "r");
    size_t n;

    cr_assert_not_null(f);
    n = fread(text, 1, sizeof(text) - 1, f);
    text[n] = '\0';
    (void)fclose(f);
    free(path);
    return text;
}

/* Runs a command line: words parted by blanks, "_" in a word stands for a blank, "@NAME" is a
 * file of the test's folder. */
static int run(command_fn command, const char *line)
{
    char *text = loa_xstrdup(line), *words[WORDS_MAX + 1] = {NULL}, *out = path_of("out"), *save;
    struct cli cli = {0};
    int argc = 0, status;

    for (char *w = strtok_r(text, " ", &save); w && argc < WORDS_MAX - 2;
         w = strtok_r(NULL, " ", &save)) {
        words[argc] = *w == '@' ? path_of(w + 1) : loa_xstrdup(w);
        for (char *c = words[argc++]; *w != '@' && *c; c++)
            *c = *c == '_' ? ' ' : *c;
    }
    words[argc++] = loa_xstrdup("--env");
    words[argc++] = path_of("settings");
    cr_assert_not_null(freopen(out, "w", stdout));
    status = command(&cli, argc, words);
    cli_close(&cli);
    (void)fflush(stdout);
    for (int i = 0; i < argc; i++)
        free(words[i]);
    free(text);
    free(out);
    return status;
}

static void start(void)
{
    char *settings = loa_xasprintf("LOA_STORE=sqlite:%s/loa.db\n", help_folder());

    cr_assert_eq(loa_crypto_init(), LOA_OK);
    put_file("settings", settings);
    free(settings);
    put_file("secrets", "access_token=t\n");
    cr_assert_eq(run(cli_user, "user add an --role admin"), CLI_OK);
    cr_assert_eq(run(cli_account, "account add v --channel viber --sender-name Loa --secrets "
                                  "@secrets --user an"),
                 CLI_OK);
}

TestSuite(bot_cli_commands, .timeout = 20, .init = start, .fini = help_folder_remove);

/* ---- contacts -------------------------------------------------------------------------- */

Test(bot_cli_commands, what_was_exported_can_be_imported_and_is_the_same)
{
    static const char people[] =
        "id,name,subscribed,last_seen,topics,district\n"
        "u1,\"Nguyễn, \"\"Văn\"\" A\",1,2026-10-01T07:00:00+07:00,a;b,Nha Trang\n"
        "u2,,0,,,\n";

    put_file("people.csv", people);
    cr_assert_eq(run(cli_contacts, "contacts import @people.csv --account v --user an"), CLI_OK);
    cr_assert_eq(run(cli_contacts, "contacts export --account v"), CLI_OK);
    cr_expect_str_eq(said(), people);
    put_file("people.csv", said());
    cr_assert_eq(run(cli_contacts, "contacts import @people.csv --account v --user an"), CLI_OK);
    cr_assert_eq(run(cli_contacts, "contacts export --account v"), CLI_OK);
    cr_expect_str_eq(said(), people);
    cr_assert_eq(run(cli_contacts, "contacts list --account v --json"), CLI_OK);
    cr_expect(strstr(said(), "\"topics\":\"a;b\"") != NULL, "%s", said());
}

Test(bot_cli_commands, a_file_with_mistakes_is_told_whole_and_taken_only_if_asked)
{
    put_file("people.csv", "id,name,subscribed\nu1,An,1\nu 2,Bình,x\nu3,Chi,1\n,Dung,1\n");
    cr_expect_eq(run(cli_contacts, "contacts import @people.csv --account v --user an --json"),
                 CLI_FAILED);
    cr_expect(strstr(said(), "\"line\":3") && strstr(said(), "\"line\":5"), "%s", said());
    cr_expect(strstr(said(), "\"errors_total\":2,\"imported\":false") != NULL, "%s", said());
    cr_assert_eq(run(cli_contacts, "contacts list --account v --json"), CLI_OK);
    cr_expect_str_eq(said(), "[]\n");
    cr_expect_eq(run(cli_contacts, "contacts import @people.csv --account v --user an --skip-bad"),
                 CLI_OK);
    cr_expect_str_eq(said(), "Đã nhập 2 người nhận.\nBỏ qua 2 mục sai.\n");
    put_file("e.csv", "id,title,start,end\na,Một,2026-10-01T07:00,2026-10-01T08:00\nb,,,\n");
    cr_expect_eq(run(cli_events, "events import @e.csv --user an"), CLI_FAILED);
    cr_assert_eq(run(cli_events, "events list --json"), CLI_OK);
    cr_expect_str_eq(said(), "[]\n");
    cr_expect_eq(run(cli_events, "events import @e.csv --user an --skip-bad"), CLI_OK);
    cr_expect(strstr(said(), "thêm 1") && strstr(said(), "Bỏ qua 1 mục sai"), "%s", said());
}

/* ---- accounts -------------------------------------------------------------------------- */

Test(bot_cli_commands, an_account_keeps_its_channel_and_has_a_name_for_an_address)
{
    cr_expect_eq(run(cli_account, "account add v --channel facebook --remote-id 1 --secrets "
                                  "@secrets --user an"),
                 CLI_FAILED);
    cr_expect_eq(run(cli_account, "account add a/b --channel viber --sender-name Loa --secrets "
                                  "@secrets --user an"),
                 CLI_FAILED);
    cr_expect_eq(run(cli_account, "account add v --channel viber --sender-name Khác --secrets "
                                  "@secrets --user an"),
                 CLI_OK);
    cr_assert_eq(run(cli_account, "account list --json"), CLI_OK);
    cr_expect_str_eq(said(), "[{\"name\":\"v\",\"channel\":\"viber\",\"state\":\"active\"}]\n");
}

/* ---- messages -------------------------------------------------------------------------- */

static char *waiting_text(void)
{
    char *url = help_url("loa.db"), *text;
    struct db *db = NULL;

    cr_assert_eq(db_open(url, DB_READONLY, &db, NULL), LOA_OK);
    text = help_text(db, "SELECT content FROM replies WHERE state = 0 ORDER BY id DESC LIMIT 1");
    db_close(db);
    free(url);
    return text;
}

static void draft_and_people(void)
{
    put_file("people.csv", "id,name\nu1,Lan\nu2,\nu3,\n");
    cr_assert_eq(run(cli_contacts, "contacts import @people.csv --account v --user an"), CLI_OK);
    cr_assert_eq(run(cli_message, "message new --title T --channels viber --user an "
                                  "--text {name}_ơi,_chào_{name}"),
                 CLI_OK);
    cr_expect_str_eq(said(), "Thông điệp 1: draft\n");
}

Test(bot_cli_commands, a_draft_goes_to_testers_only_marked_and_by_name)
{
    char *text;

    draft_and_people();
    cr_expect_eq(run(cli_message, "message test 1 --account v --to u1 --user an"), CLI_FAILED);
    cr_assert_eq(run(cli_contacts, "contacts tester add u1 --account v --user an"), CLI_OK);
    cr_assert_eq(run(cli_contacts, "contacts tester add u2 --account v --user an"), CLI_OK);
    cr_assert_eq(run(cli_contacts, "contacts tester list --account v"), CLI_OK);
    cr_expect(strstr(said(), "u1") && strstr(said(), "u2") && !strstr(said(), "u3"));
    cr_assert_eq(run(cli_message, "message test 1 --account v --to u1 --user an"), CLI_OK);
    text = waiting_text();
    cr_expect_str_eq(text, "{\"text\":\"[THỬ] Lan ơi, chào Lan\"}");
    free(text);
    cr_assert_eq(run(cli_message, "message test 1 --account v --to u1,u2 --user an"), CLI_OK);
    text = waiting_text();
    cr_expect_str_eq(text, "{\"text\":\"[THỬ] bạn ơi, chào bạn\"}");
    free(text);
    cr_expect_eq(run(cli_message, "message test 1 --account v --to u1,u3 --user an"), CLI_FAILED,
                 "all of them or none");
    cr_expect_eq(run(cli_message, "message test 1 --account v --to nobody --user an"), CLI_FAILED);
    cr_assert_eq(run(cli_contacts, "contacts tester remove u1 --account v --user an"), CLI_OK);
    cr_expect_eq(run(cli_message, "message test 1 --account v --to u1 --user an"), CLI_FAILED);
    cr_expect_eq(run(cli_contacts, "contacts tester remove u1 --account v --user an"), CLI_FAILED);
    cr_assert_eq(run(cli_audit, "audit list"), CLI_OK);
    cr_expect(strstr(said(), "message.test") && !strstr(said(), "u1"),
              "who got it is known by our own number: %s", said());
}

Test(bot_cli_commands, an_approved_message_is_tried_as_it_is)
{
    char *text;

    draft_and_people();
    cr_assert_eq(run(cli_user, "user add chi --role approver --user an"), CLI_OK);
    cr_assert_eq(run(cli_message, "message submit 1 --user an"), CLI_OK);
    cr_assert_eq(run(cli_message, "message approve 1 --user chi"), CLI_OK);
    cr_assert_eq(run(cli_message, "message test 1 --account v --to u3 --user an"), CLI_OK);
    text = waiting_text();
    cr_expect_str_eq(text, "{\"text\":\"bạn ơi, chào bạn\"}");
    free(text);
}

/* ---- rate ------------------------------------------------------------------------------ */

Test(bot_cli_commands, a_rate_can_only_slow_down)
{
    draft_and_people();
    cr_expect_eq(run(cli_message, "message rate 1 fast --user an"), CLI_USAGE);
    cr_expect_eq(run(cli_message, "message rate 1 0 --user an"), CLI_USAGE);
    cr_expect_eq(run(cli_message, "message rate 1 9000000 --user an"), CLI_FAILED);
    cr_expect_eq(run(cli_message, "message rate 1 600/phút --user an"), CLI_OK);
    cr_expect_eq(run(cli_message, "message rate 1 2/giây --account v --user an --json"), CLI_OK);
    cr_expect_str_eq(said(), "{\"rate_per_min\":120}\n");
    cr_expect_eq(run(cli_message, "message rate 1 60 --account w --user an"), CLI_FAILED);
    cr_expect_eq(run(cli_account, "account rate v 30 --user an"), CLI_OK);
    cr_expect_eq(run(cli_account, "account rate v default --user an"), CLI_OK);
    cr_expect_eq(run(cli_message, "message rate 1 default --user an"), CLI_OK);
}

Test(bot_cli_commands, an_unknown_state_is_no_empty_list)
{
    cr_expect_eq(run(cli_message, "message list --state drafts"), CLI_USAGE);
    cr_expect_eq(run(cli_message, "message list --state draft"), CLI_OK);
}

Test(bot_cli_commands, what_no_channel_would_take_is_not_submitted)
{
    cr_assert_eq(run(cli_message, "message new --title T --channels viber --user an --text "
                                  "{daily.text} --rrule FREQ=DAILY;COUNT=2 "
                                  "--dtstart 2026-10-01T07:00"),
                 CLI_OK);
    cr_expect_eq(run(cli_message, "message submit 1 --user an"), CLI_FAILED);
    cr_assert_eq(run(cli_message, "message show 1 --json"), CLI_OK);
    cr_expect(strstr(said(), "\"state\":\"draft\"") != NULL, "%s", said());
}

/* A bot has no public post: staff hear of it before anybody approves. */
Test(bot_cli_commands, a_way_that_no_account_has_is_told_at_submission)
{
    cr_assert_eq(run(cli_account, "account ways v --set single,batch --user an"), CLI_OK);
    cr_assert_eq(run(cli_account, "account ways --json"), CLI_OK);
    cr_expect(strstr(said(), "{\"way\":\"post\",\"state\":\"closed\",\"source\":\"staff\"") != NULL,
              "%s", said());
    cr_assert_eq(run(cli_message, "message new --title T --channels viber --user an --text A "
                                  "--deliver direct,post"),
                 CLI_OK);
    cr_expect_eq(run(cli_message, "message submit 1 --user an"), CLI_FAILED);
    cr_assert_eq(run(cli_message, "message edit 1 --deliver direct --user an"), CLI_OK);
    cr_expect_eq(run(cli_message, "message submit 1 --user an"), CLI_OK);
    cr_assert_eq(run(cli_account, "account ways v --forget --user an"), CLI_OK);
    cr_assert_eq(run(cli_message, "message new --title T --channels viber --user an --text A "
                                  "--deliver post"),
                 CLI_OK);
    cr_expect_eq(run(cli_message, "message submit 2 --user an"), CLI_OK, "not known: it may be");
    cr_expect_eq(run(cli_account, "account ways v --set post,zns --user an"), CLI_FAILED);
    cr_expect_eq(run(cli_account, "account ways v --user an"), CLI_USAGE);
}

/* ---- schedule, handpost ---------------------------------------------------------------- */

Test(bot_cli_commands, schedule_of_an_empty_office_is_empty)
{
    cr_expect_eq(run(cli_schedule, "schedule"), CLI_OK);
    cr_expect_str_eq(said(), "Không có gì sắp tới.\n");
    cr_expect_eq(run(cli_schedule, "schedule --days 0"), CLI_USAGE);
    cr_expect_eq(run(cli_schedule, "schedule --days 7d"), CLI_USAGE);
    cr_expect_eq(run(cli_schedule, "schedule --now soon"), CLI_USAGE);
    cr_assert_eq(run(cli_message, "message new --title T --channels viber --user an --text chào "
                                  "--at 2026-10-02T09:00"),
                 CLI_OK);
    cr_expect_eq(run(cli_schedule, "schedule --now 2026-10-01T00:00 --json"), CLI_OK);
    cr_expect(strstr(said(), "\"kind\":\"message\",\"id\":1") != NULL, "%s", said());
    cr_expect_eq(run(cli_schedule, "schedule --now 2026-10-01T00:00"), CLI_OK);
    cr_expect(strstr(said(), "Thứ Sáu 2/10/2026\n  09:00  thông điệp 1, T [viber] draft\n") != NULL,
              "%s", said());
    cr_expect(strstr(said(), "! chưa được duyệt") != NULL, "%s", said());
}

Test(bot_cli_commands, sheet_for_a_page_shows_what_people_wrote_and_runs_nothing_of_it)
{
    cr_assert_eq(run(cli_account, "account add p --channel facebook --remote-id 123 --secrets "
                                  "@secrets --user an"),
                 CLI_OK);
    cr_assert_eq(run(cli_user, "user add chi --role approver --user an"), CLI_OK);
    cr_assert_eq(run(cli_message, "message new --title <b>T --channels facebook --deliver post "
                                  "--user an --text <script>alert(1)</script> "
                                  "--at 2036-10-02T09:00"),
                 CLI_OK);
    cr_expect_eq(run(cli_handpost, "handpost 1"), CLI_FAILED, "it is not approved");
    cr_assert_eq(run(cli_message, "message submit 1 --user an"), CLI_OK);
    cr_assert_eq(run(cli_message, "message approve 1 --user chi"), CLI_OK);
    cr_assert_eq(run(cli_handpost, "handpost 1 --html -"), CLI_OK);
    cr_expect(strstr(said(), "&lt;script&gt;alert(1)&lt;/script&gt;") != NULL);
    cr_expect(strstr(said(), "<script>alert") == NULL && strstr(said(), "&lt;b&gt;T") != NULL);
    cr_assert_eq(run(cli_handpost, "handpost 1 --json"), CLI_OK);
    cr_expect(strstr(said(), "\"state\":\"planned\"") != NULL, "%s", said());
    cr_expect_eq(run(cli_handpost, "handpost 1 --channel zalo"), CLI_FAILED);
    cr_expect_eq(run(cli_handpost, "handpost done 1 --user an"), CLI_USAGE);
    cr_expect_eq(run(cli_handpost, "handpost done 1 --account p --url ftp://a --user an"),
                 CLI_USAGE);
    cr_expect_eq(run(cli_handpost, "handpost done 1 --account p --way direct --user an"),
                 CLI_USAGE);
    cr_assert_eq(run(cli_handpost, "handpost done 1 --account p --user an"), CLI_OK);
    cr_expect_eq(run(cli_handpost, "handpost done 1 --account p --user an"), CLI_FAILED);
    cr_assert_eq(run(cli_message, "message show 1"), CLI_OK);
    cr_expect(strstr(said(), "Đã đăng tay: an") != NULL, "%s", said());
    cr_assert_eq(run(cli_handpost, "handpost done 1 --account p --undo --user an"), CLI_OK);
    cr_assert_eq(run(cli_handpost, "handpost 1 --json"), CLI_OK);
    cr_expect(strstr(said(), "\"state\":\"planned\"") != NULL, "%s", said());
}

Test(bot_cli_commands, watch_of_what_is_not_sent_says_so)
{
    cr_expect_eq(run(cli_message, "message watch 1"), CLI_FAILED);
    cr_assert_eq(run(cli_message, "message new --title T --channels viber --user an --text a"),
                 CLI_OK);
    cr_expect_eq(run(cli_message, "message watch 1"), CLI_FAILED, "a draft has no run to come");
    cr_expect_eq(run(cli_message, "message watch 1 --interval never"), CLI_USAGE);
}

/* ---- answer ---------------------------------------------------------------------------- */

static void ask(const char *questions)
{
    char *path = path_of("questions");

    put_file("questions", questions);
    cr_assert_not_null(freopen(path, "r", stdin));
    free(path);
}

static size_t lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

Test(bot_cli_commands, every_question_gets_one_line_with_its_own_id)
{
    char longest[200002];

    cr_expect_eq(run(cli_answer, "answer"), CLI_FAILED, "there is nothing to tell yet");
    cr_assert_eq(run(cli_events, "events import content/events.json --user an"), CLI_OK);
    ask("xin chao\r\n{\"id\":7,\"text\":\"hôm nay có gì\",\"now\":\"2026-10-02T09:00:00+07:00\"}\n"
        "\n{\"id\":\"a\",\"text\":\"\"}\n{not json\n\xff\xfe");
    cr_assert_eq(run(cli_answer, "answer --json --now 2026-10-02T09:00"), CLI_OK);
    cr_expect_eq(lines(said()), 5, "%s", said());
    cr_expect_eq(strncmp(said(), "{\"intent\":\"greeting\"", 20), 0, "%s", said());
    cr_expect(strstr(said(), "\n{\"id\":7,\"intent\":\"event_by_date\"") != NULL, "%s", said());
    cr_expect(strstr(said(), "\"date\":\"2026-10-02\"") != NULL, "%s", said());
    cr_expect(strstr(said(), "\n{\"id\":\"a\",") != NULL, "%s", said());
    memset(longest, 'a', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    longest[sizeof(longest) - 2] = '\n';
    ask(longest);
    cr_assert_eq(run(cli_answer, "answer --json"), CLI_OK);
    cr_expect_eq(lines(said()), 1);
}

Test(bot_cli_commands, a_wrong_moment_stops_with_its_line)
{
    cr_assert_eq(run(cli_events, "events import content/events.json --user an"), CLI_OK);
    ask("xin chao\n{\"text\":\"x\",\"now\":\"tomorrow\"}\nxin chao\n");
    cr_expect_eq(run(cli_answer, "answer --json"), CLI_FAILED);
    cr_expect_eq(lines(said()), 1);
    cr_expect_eq(run(cli_answer, "answer --now soon"), CLI_USAGE);
}

/* ---- the store --------------------------------------------------------------------------- */

Test(bot_cli_commands, clean_up_says_first_what_it_would_do)
{
    char *url = help_url("loa.db");
    struct db *db = NULL;

    cr_assert_eq(db_open(url, 0, &db, NULL), LOA_OK);
    for (int64_t i = 1; i <= 1200; i++)
        cr_assert_eq(db_run(db,
                            "INSERT INTO unanswered (seq, channel, question, at_ms) "
                            "VALUES ($1, 'zalo', 'x', $1)",
                            "i", i),
                     LOA_OK);
    cr_assert_eq(run(cli_cleanup, "cleanup --dry-run --json --user an"), CLI_OK);
    cr_expect(strstr(said(), "\"questions\":1200") != NULL, "%s", said());
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM unanswered"), 1200);
    cr_assert_eq(run(cli_cleanup, "cleanup --json --user an"), CLI_OK);
    cr_expect(strstr(said(), "\"questions\":1200") != NULL, "%s", said());
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM unanswered"), 0);
    cr_expect_eq(help_int(db, "SELECT SUM(n) FROM question_stats"), 1200);
    cr_assert_eq(run(cli_audit, "audit list"), CLI_OK);
    cr_expect(strstr(said(), "store.cleanup") != NULL, "%s", said());
    cr_assert_eq(run(cli_user, "user add binh --role writer --user an"), CLI_OK);
    cr_expect_eq(run(cli_cleanup, "cleanup --user binh"), CLI_FAILED);
    db_close(db);
    free(url);
}

Test(bot_cli_commands, compacting_gives_back_what_clean_up_left_free)
{
    char *url = help_url("loa.db");
    struct db *db = NULL;
    int64_t before;

    cr_assert_eq(db_open(url, 0, &db, NULL), LOA_OK);
    cr_assert_eq(db_begin(db), LOA_OK);
    for (int64_t i = 1; i <= 20000; i++)
        cr_assert_eq(db_run(db,
                            "INSERT INTO unanswered (seq, channel, question, at_ms) "
                            "VALUES ($1, 'zalo', 'hỏi về lịch cắt nước ở phường tuần này', $1)",
                            "i", i),
                     LOA_OK);
    cr_assert_eq(db_commit(db), LOA_OK);
    before = help_int(db, "PRAGMA page_count");
    db_close(db);
    cr_assert_eq(run(cli_cleanup, "cleanup --user an"), CLI_OK);
    cr_assert_eq(run(cli_store, "store compact --user an"), CLI_OK);
    cr_assert_eq(run(cli_store, "store size --json"), CLI_OK);
    cr_expect(strstr(said(), "\"free_bytes\":0") != NULL, "%s", said());
    cr_assert_eq(db_open(url, 0, &db, NULL), LOA_OK);
    cr_expect_lt(help_int(db, "PRAGMA page_count"), before / 2);
    db_close(db);
    free(url);
}

Test(bot_cli_commands, a_backup_tells_what_it_holds_and_anchors_the_audit_log)
{
    char *settings = loa_xasprintf("LOA_STORE=sqlite:%s/loa.db\nLOA_AUDIT_ANCHOR=%s/anchors\n",
                                   help_folder(), help_folder());

    put_file("settings", settings);
    free(settings);
    cr_assert_eq(run(cli_backup, "backup @copy.db --user an"), CLI_OK);
    cr_expect(strstr(said(), "1 tài khoản") && strstr(said(), "SHA-256: ") &&
                  strstr(said(), "LOA_SECRET_KEY"),
              "%s", said());
    cr_expect_eq(run(cli_backup, "backup @copy.db --user an"), CLI_FAILED, "it is there already");
    cr_assert_eq(run(cli_backup, "backup @copy.db --force --user an"), CLI_OK);
    cr_assert_eq(run(cli_audit, "audit verify"), CLI_OK);
    cr_expect(strstr(said(), "Khớp với 2 dòng neo") != NULL, "%s", said());
    cr_assert_eq(run(cli_audit, "audit anchor"), CLI_OK);
    cr_assert_eq(run(cli_audit, "audit verify"), CLI_OK);
    cr_expect(strstr(said(), "Khớp với 3 dòng neo") != NULL, "%s", said());
    cr_assert_eq(run(cli_user, "user add binh --role writer --user an"), CLI_OK);
    cr_expect_eq(run(cli_backup, "backup @other.db --user binh"), CLI_FAILED);
}
