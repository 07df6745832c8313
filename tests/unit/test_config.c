/* SPDX-License-Identifier: Apache-2.0 */
/* Settings: everything wrong is told at once; .env.example knows every setting. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "bot/config.h"
#include "bot/dotenv.h"
#include "bot/nearest.h"
#include "bot/secret_files.h"
#include "messages/base/crypto.h"

TestSuite(config, .timeout = 10);
TestSuite(dotenv, .timeout = 10);

static char folder[] = "/tmp/loa-config-XXXXXX";

static void enter_folder(void)
{
    size_t i = 0;
    const char *name;

    cr_assert_eq(loa_crypto_init(), LOA_OK);
    while ((name = bot_config_name(i++, NULL)) != NULL)
        unsetenv(name);
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
}

static void write_env(const char *text)
{
    FILE *f = fopen(".env", "w");

    cr_assert_not_null(f);
    cr_assert(fputs(text, f) >= 0);
    cr_assert_eq(fclose(f), 0);
}

static bool names(const struct bot_config_problems *p, const char *setting)
{
    for (size_t i = 0; i < p->n; i++) {
        if (strcmp(p->items[i].field, setting) == 0 && p->items[i].text[0])
            return true;
    }
    return false;
}

Test(config, defaults_are_enough_to_start, .init = enter_folder)
{
    struct bot_config c;
    struct bot_config_problems p;

    cr_assert_eq(bot_config_load(NULL, &c, &p), LOA_OK);
    cr_expect_str_eq(c.listen, "127.0.0.1:8080");
    cr_expect_str_eq(c.store, "sqlite:loa.db");
    cr_expect(c.approvals);
    cr_expect_eq(c.doubt_wait, 600);
    cr_expect_eq(c.quiet.from_min, 22 * 60);
    cr_expect_null(c.public_url);
    bot_config_release(&c);
}

Test(config, every_fault_is_named_at_once, .init = enter_folder)
{
    struct bot_config c;
    struct bot_config_problems p;

    write_env("LOA_LISTEN=nowhere\nLOA_TIMEZONE=Mars/Olympus\nLOA_APPROVALS=yes\nLOA_LOG=loud\n"
              "LOA_DOUBT_WAIT=soon\nLOA_QUIET_HOURS=25-99\nLOA_STORE=mysql:x\nZALO_OA_ID=1\n"
              "VIBER_SENDER_NAME=Tên người gửi dài quá hai mươi tám ký tự\n"
              "FACEBOOK_API_BASE=ftp://x\nLOA_CA_FILE=/does/not/exist\n");
    cr_assert_eq(bot_config_load(NULL, &c, &p), LOA_EINVAL);
    static const char *const wrong[] = {"LOA_LISTEN",
                                        "LOA_TIMEZONE",
                                        "LOA_APPROVALS",
                                        "LOA_LOG",
                                        "LOA_DOUBT_WAIT",
                                        "LOA_QUIET_HOURS",
                                        "LOA_STORE",
                                        "LOA_CA_FILE",
                                        "ZALO_APP_ID",
                                        "ZALO_APP_SECRET",
                                        "ZALO_OA_SECRET",
                                        "ZALO_REFRESH_TOKEN",
                                        "VIBER_AUTH_TOKEN",
                                        "VIBER_SENDER_NAME",
                                        "FACEBOOK_API_BASE",
                                        "FACEBOOK_PAGE_ID",
                                        "FACEBOOK_PAGE_TOKEN",
                                        "FACEBOOK_APP_SECRET",
                                        "FACEBOOK_VERIFY_TOKEN"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        cr_expect(names(&p, wrong[i]), "%s is not named", wrong[i]);
    bot_config_release(&c);
}

Test(config, environment_wins_over_the_file, .init = enter_folder)
{
    struct bot_config c;
    struct bot_config_problems p;

    write_env("LOA_OFFICE='Sở Giáo dục'\nLOA_LISTEN=127.0.0.1:1\n");
    setenv("LOA_LISTEN", "[::1]:9999", 1);
    cr_assert_eq(bot_config_load(NULL, &c, &p), LOA_OK);
    cr_expect_str_eq(c.listen, "[::1]:9999");
    cr_expect_str_eq(c.office, "Sở Giáo dục");
    bot_config_release(&c);
}

Test(config, misspelt_setting_is_a_warning_with_the_nearest_name, .init = enter_folder)
{
    struct bot_config c;
    struct bot_config_problems p;

    write_env("LOA_LISTN=127.0.0.1:1\nOTHER=1\n");
    cr_assert_eq(bot_config_load(NULL, &c, &p), LOA_OK);
    cr_assert_eq(p.n, 1);
    cr_expect_eq(p.warnings, 1);
    cr_expect(strstr(p.items[0].text, "LOA_LISTEN") != NULL, "%s", p.items[0].text);
    bot_config_release(&c);
}

Test(config, warnings_without_end_do_not_hide_an_error, .init = enter_folder)
{
    struct bot_config c;
    struct bot_config_problems p;
    FILE *f = fopen(".env", "w");

    cr_assert_not_null(f);
    for (int i = 0; i < 3 * BOT_CONFIG_PROBLEMS_MAX; i++)
        (void)fprintf(f, "LOA_NOTHING_%d=1\n", i);
    (void)fprintf(f, "LOA_APPROVALS=yes\n");
    cr_assert_eq(fclose(f), 0);
    cr_expect_eq(bot_config_load(NULL, &c, &p), LOA_EINVAL);
    cr_expect(names(&p, "LOA_APPROVALS"));
    cr_expect_eq(p.n, BOT_CONFIG_PROBLEMS_MAX);
    bot_config_release(&c);
}

Test(config, addresses_are_scheme_host_and_port_alone, .init = enter_folder)
{
    static const struct {
        const char *url;
        bool fine;
    } urls[] = {
        {"https://loa.example.vn", true},
        {"http://127.0.0.1:9001/", true},
        {"https://[2001:db8::1]:443", true},
        {"https://loa.example.vn/path", false},
        {"https://", false},
        {"https://:443", false},
        {"https://a:99999", false},
        {"https://a:", false},
        {"https://a:-1", false},
        {"https://[::1", false},
        {"https://user@a", false},
        {"loa.example.vn", false},
    };

    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct bot_config c;
        struct bot_config_problems p;

        setenv("LOA_PUBLIC_URL", urls[i].url, 1);
        cr_expect_eq(bot_config_load(NULL, &c, &p) == LOA_OK, urls[i].fine, "%s", urls[i].url);
        bot_config_release(&c);
    }
}

Test(config, listen_needs_a_host_and_a_port, .init = enter_folder)
{
    static const char *const wrong[] = {"8080",  ":8080",       "a:",      "a: 80", "a:+80",
                                        "a:0x1", "::1:8080",    "a:65536", "a/b:1", "[::1]",
                                        "[::1",  "a:80:80:123", " a:1"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct bot_config c;
        struct bot_config_problems p;

        setenv("LOA_LISTEN", wrong[i], 1);
        cr_expect_eq(bot_config_load(NULL, &c, &p), LOA_EINVAL, "%s", wrong[i]);
        cr_expect(names(&p, "LOA_LISTEN"), "%s", wrong[i]);
        bot_config_release(&c);
    }
}

Test(config, nearness_counts_changed_letters)
{
    cr_expect_eq(bot_nearest_distance("LOA_LISTEN", "LOA_LISTEN"), 0);
    cr_expect_eq(bot_nearest_distance("LOA_LISTN", "LOA_LISTEN"), 1);
    cr_expect_eq(bot_nearest_distance("mesage", "message"), 1);
    cr_expect_eq(bot_nearest_distance("", "faq"), 3);
    cr_expect_eq(bot_nearest_distance("kitten", "sitting"), 3);
    cr_expect_eq(bot_nearest_distance("x",
                                      "a-word-that-is-very-much-longer-than-sixty-three-letters-"
                                      "as-everybody-can-see"),
                 BOT_NEAREST_NONE);
}

Test(config, secrets_are_never_in_a_problem, .init = enter_folder)
{
    struct bot_config c;
    struct bot_config_problems p;

    write_env("ZALO_APP_SECRET=\"top\\nsecret-value\"\n");
    cr_assert_eq(bot_config_load(NULL, &c, &p), LOA_EINVAL);
    for (size_t i = 0; i < p.n; i++)
        cr_expect_null(strstr(p.items[i].text, "secret-value"));
    bot_config_release(&c);
}

/* A secret on the wrong line, and a password that is none in an address. */
Test(config, nor_where_they_do_not_belong, .init = enter_folder)
{
    static const char *const lines[] = {
        "LOA_LEASE=EAAGsecret-value0123456789\n",
        "LOA_LOG=EAAGsecret-value0123456789\n",
        "LOA_TIMEZONE=EAAGsecret-value0123456789\n",
        "ZALO_PACKAGE=EAAGsecret-value0123456789\n",
        "LOA_QUIET_HOURS=EAAGsecret-value0123456789\n",
        "LOA_LISTEN=EAAGsecret-value0123456789\n",
        "LOA_PUBLIC_URL=EAAGsecret-value0123456789\n",
        "LOA_SECRET_KEY=x\nLOA_STORE=postgresql://loa:secret-value/1@db/loa\n",
        "LOA_SECRET_KEY=x\nLOA_STORE=postgresql://loa:12/secret-value@db/loa\n",
        "LOA_SECRET_KEY=x\nLOA_STORE=postgresql://loa:a@secret-value@db/loa\n",
        "LOA_SECRET_KEY=x\nLOA_STORE=postgresql://loa:%secret-value@db/loa\n",
        "LOA_APPROVALS secret-value\n",
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct bot_config c;
        struct bot_config_problems p;

        write_env(lines[i]);
        cr_expect_eq(bot_config_load(NULL, &c, &p), LOA_EINVAL, "%s", lines[i]);
        for (size_t k = 0; k < p.n; k++)
            cr_expect_null(strstr(p.items[k].text, "secret-value"), "%s", p.items[k].text);
        bot_config_release(&c);
    }
}

Test(config, an_address_of_a_server_may_be_all_that_libpq_takes, .init = enter_folder)
{
    static const char *const urls[] = {
        "postgresql://loa:p%40ss%2Fword@db-a,db-b:5433/loa?target_session_attrs=read-write",
        "postgres://%2Frun%2Fpostgresql/loa", "postgresql:///loa?host=/tmp", "postgresql://db"};

    setenv("LOA_SECRET_KEY", "6c6f61", 1);
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct bot_config c;
        struct bot_config_problems p;

        setenv("LOA_STORE", urls[i], 1);
        cr_expect_eq(bot_config_load(NULL, &c, &p), LOA_OK, "%s", urls[i]);
        bot_config_release(&c);
    }
}

static size_t open_files(const char *first)
{
    struct loa_problem out[BOT_SECRET_FILES] = {{"", ""}};
    struct bot_config c;
    struct bot_config_problems p;
    size_t n;

    cr_assert_eq(bot_config_load(NULL, &c, &p), LOA_OK);
    n = bot_secret_files_check(&c, NULL, out);
    if (n)
        cr_expect_not_null(strstr(out[0].text, first), "%s", out[0].text);
    bot_config_release(&c);
    return n;
}

Test(config, files_that_others_can_read_are_named_with_the_remedy, .init = enter_folder)
{
    cr_expect_eq(open_files(""), 0, "there are none");
    write_env("LOA_STORE=sqlite:there.db\n");
    cr_assert_eq(rename(".env", "there.db"), 0);
    write_env("LOA_STORE=sqlite:there.db\n");
    cr_assert_eq(chmod(".env", 0600), 0);
    cr_assert_eq(chmod("there.db", 0600), 0);
    cr_expect_eq(open_files(""), 0);
    cr_assert_eq(chmod(".env", 0640), 0);
    cr_expect_eq(open_files("cả nhóm"), 1);
    cr_assert_eq(chmod(".env", 0604), 0);
    cr_expect_eq(open_files("chmod 600 .env"), 1);
    cr_assert_eq(chmod("there.db", 0644), 0);
    cr_expect_eq(open_files("mọi người"), 2);
    cr_assert_eq(link("there.db", "there.db.key"), 0);
    cr_expect_eq(open_files(".env"), 3);
}

Test(config, env_file_given_must_be_there, .init = enter_folder)
{
    struct bot_config c;
    struct bot_config_problems p;

    cr_expect_eq(bot_config_load("missing.env", &c, &p), LOA_EINVAL);
    bot_config_release(&c);
}

Test(config, key_file_is_made_once_and_private, .init = enter_folder)
{
    struct bot_config c;
    struct bot_config_problems p;
    struct loa_secret *first = NULL, *second = NULL;
    struct loa_problem why;

    cr_assert_eq(bot_config_load(NULL, &c, &p), LOA_OK);
    cr_assert_eq(bot_config_key(&c, &first, &why), LOA_OK);
    cr_assert_eq(bot_config_key(&c, &second, &why), LOA_OK);
    cr_expect(loa_secret_equal(first, loa_secret_reveal(second), loa_secret_len(second)));
    cr_expect_eq(system("test \"$(stat -c %a loa.db.key)\" = 600"), 0);
    cr_expect_eq(system("test \"$(ls -A)\" = loa.db.key"), 0, "nothing else is left behind");
    loa_secret_free(first);
    loa_secret_free(second);
    bot_config_release(&c);
}

Test(config, example_lists_every_setting_with_a_comment)
{
    FILE *f = fopen(".env.example", "r");
    char text[16384], needle[80];
    const char *name, *help;
    size_t n;

    cr_assert_not_null(f, "tests run in the project's root");
    n = fread(text, 1, sizeof(text) - 1, f);
    text[n] = '\0';
    (void)fclose(f);
    for (size_t i = 0; (name = bot_config_name(i, &help)) != NULL; i++) {
        const char *at;

        (void)snprintf(needle, sizeof(needle), "\n%s=", name);
        at = strstr(text, needle);
        cr_expect_not_null(at, "%s is missing", name);
        cr_expect(help[0] != '\0');
        if (!at)
            continue;
        while (at > text && at[-1] != '\n')
            at--;
        cr_expect_eq(*at, '#', "%s has no comment above it", name);
    }
}

/* ---- the file format ------------------------------------------------------------------- */

struct sample {
    const char *text, *value; /* of K; NULL: an error */
};

static const struct sample samples[] = {
    {"K=v", "v"},
    {"export K=v", "v"},
    {"K = v  # comment", "v"},
    {"K=a#b", "a#b"},
    {"K=\"a b\"", "a b"},
    {"K='a \\n b'", "a \\n b"},
    {"K=\"x\\n\\\"y\\\"\\\\\"", "x\n\"y\"\\"},
    {"\xEF\xBB\xBFK=v\r\n", "v"},
    {"# K=no\n\nK=yes\n", "yes"},
    {"K=1\nK=2\n", "2"},
    {"K=", ""},
    {"K=\"open", NULL},
    {"K=\"a\" b", NULL},
    {"no equals", NULL},
    {"1K=v", NULL},
    {"K-L=v", NULL},
};

Test(dotenv, reads_what_shells_and_editors_write)
{
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        struct bot_dotenv e;
        struct loa_problem why = {"", ""};
        enum loa_err err = bot_dotenv_parse(samples[i].text, strlen(samples[i].text), &e, &why);

        if (!samples[i].value) {
            cr_expect_eq(err, LOA_EINVAL, "%s", samples[i].text);
            cr_expect(strstr(why.text, "Dòng 1") != NULL, "%s", why.text);
            continue;
        }
        cr_assert_eq(err, LOA_OK, "%s: %s", samples[i].text, why.text);
        cr_expect_str_eq(bot_dotenv_get(&e, "K"), samples[i].value, "%s", samples[i].text);
        bot_dotenv_release(&e);
    }
}

Test(dotenv, bytes_that_are_no_text_are_refused)
{
    struct bot_dotenv e;
    struct loa_problem why;

    cr_expect_eq(bot_dotenv_parse("K=\0v", 4, &e, &why), LOA_EINVAL);
}
