/* SPDX-License-Identifier: Apache-2.0 */
/* The log: one JSON object a line, whatever the strings hold. */
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "messages/base/buf.h"
#include "messages/base/json.h"
#include "messages/base/log.h"

TestSuite(loa_log, .timeout = 10);

static int real_stderr, captured;

static void capture(void)
{
    char path[] = "/tmp/loa-log-XXXXXX";

    captured = mkstemp(path);
    cr_assert_geq(captured, 0);
    cr_assert_eq(unlink(path), 0);
    real_stderr = dup(STDERR_FILENO);
    cr_assert_geq(dup2(captured, STDERR_FILENO), 0);
}

/* What was logged since capture(); caller owns. */
static char *logged(void)
{
    struct loa_buf b = {0};
    char chunk[4096];
    ssize_t n;

    dup2(real_stderr, STDERR_FILENO);
    cr_assert_eq(lseek(captured, 0, SEEK_SET), 0);
    while ((n = read(captured, chunk, sizeof(chunk))) > 0)
        loa_buf_add(&b, chunk, (size_t)n);
    close(captured);
    close(real_stderr);
    return loa_buf_take(&b);
}

/* The one line of the capture, parsed. */
static cJSON *one_line(void)
{
    char *text = logged();
    size_t n = strlen(text);
    cJSON *o;

    cr_assert_gt(n, (size_t)0);
    cr_assert_eq(text[n - 1], '\n');
    cr_assert_eq(strchr(text, '\n'), text + n - 1, "one line: %s", text);
    o = loa_json_parse(text, n);
    cr_assert_not_null(o, "not JSON: %s", text);
    free(text);
    return o;
}

Test(loa_log, a_line_has_time_level_event_and_typed_fields)
{
    cJSON *o;

    capture();
    LOA_LOG(LOA_LOG_WARN, "send failed", F("account", "a1"), F("code", -32), F("big", INT64_MAX),
            F("unsigned", UINT64_MAX), F("ok", (bool)true), F("ratio", 0.5),
            F("none", (const char *)NULL), F("nan", (double)NAN));
    o = one_line();
    cr_expect_str_eq(loa_json_str(o, "level"), "warn");
    cr_expect_str_eq(loa_json_str(o, "event"), "send failed");
    cr_expect_eq(strlen(loa_json_str(o, "time")), strlen("2026-10-01T00:30:00.000Z"));
    cr_expect_str_eq(loa_json_str(o, "account"), "a1");
    cr_expect_eq(loa_json_int(o, "code", 0), -32);
    cr_expect_eq(loa_json_int(o, "big", 0), INT64_MAX);
    cr_expect_eq(loa_json_int(o, "unsigned", 0), INT64_MAX, "held at what a reader can take");
    cr_expect(loa_json_bool(o, "ok", false));
    cr_expect(cJSON_IsNumber(loa_json_get(o, "ratio")));
    cr_expect(cJSON_IsNull(loa_json_get(o, "none")));
    cr_expect(cJSON_IsNull(loa_json_get(o, "nan")));
    cJSON_Delete(o);
}

Test(loa_log, hostile_text_is_escaped_and_cannot_forge_a_second_line)
{
    static const char text[] = "x\"}\n{\"level\":\"error\",\\\x01\x1b[31m";
    cJSON *o;

    capture();
    LOA_LOG(LOA_LOG_INFO, "inbound", F("text", text));
    o = one_line();
    cr_expect_str_eq(loa_json_str(o, "text"), text);
    cr_expect_str_eq(loa_json_str(o, "level"), "info");
    cJSON_Delete(o);
}

Test(loa_log, bytes_that_are_no_utf8_are_replaced_one_by_one)
{
    cJSON *o;

    capture();
    LOA_LOG(LOA_LOG_INFO, "inbound", F("text", "a\xFFz\xC3(\xED\xA0\x80"));
    o = one_line();
    cr_expect_str_eq(loa_json_str(o, "text"), "a\uFFFDz\uFFFD(\uFFFD\uFFFD\uFFFD");
    cJSON_Delete(o);
}

Test(loa_log, long_values_are_cut_and_the_line_stays_whole)
{
    char *big = malloc(100001);
    char *text;
    cJSON *o;

    cr_assert_not_null(big);
    memset(big, '\x01', 100000);
    big[100000] = '\0';
    capture();
    LOA_LOG(LOA_LOG_INFO, "big", F("a", big), F("b", big), F("c", big), F("d", big), F("e", big));
    text = logged();
    cr_expect_leq(strlen(text), (size_t)16384);
    o = loa_json_parse(text, strlen(text));
    cr_expect_not_null(o);
    cr_expect_str_eq(loa_json_str(o, "event"), "big");
    cJSON_Delete(o);
    free(text);
    free(big);
}

Test(loa_log, the_level_is_a_threshold_and_its_names_are_four)
{
    enum loa_log_level level = LOA_LOG_INFO;
    char *text;

    cr_expect(loa_log_level_parse("warn", &level));
    cr_expect_eq(level, LOA_LOG_WARN);
    cr_expect_not(loa_log_level_parse("WARN", &level));
    cr_expect_not(loa_log_level_parse("", &level));
    capture();
    loa_log_set_level(LOA_LOG_WARN);
    LOA_LOG0(LOA_LOG_DEBUG, "one");
    LOA_LOG0(LOA_LOG_INFO, "two");
    LOA_LOG0(LOA_LOG_ERROR, "three");
    text = logged();
    cr_expect_null(strstr(text, "two"));
    cr_expect_null(strstr(text, "one"));
    cr_expect_not_null(strstr(text, "three"));
    free(text);
}

static void *chatter(void *arg)
{
    for (int i = 0; i < 500; i++)
        LOA_LOG(LOA_LOG_INFO, "from a thread", F("who", (const char *)arg), F("i", i));
    return NULL;
}

Test(loa_log, lines_of_several_threads_do_not_mix)
{
    static char a[] = "first", b[] = "second";
    pthread_t t[2];
    char *text, *rest, *line;
    int lines = 0;

    capture();
    cr_assert_eq(pthread_create(&t[0], NULL, chatter, a), 0);
    cr_assert_eq(pthread_create(&t[1], NULL, chatter, b), 0);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
    text = rest = logged();
    while ((line = strsep(&rest, "\n")) != NULL && *line) {
        cJSON *o = loa_json_parse(line, strlen(line));

        cr_expect_not_null(o, "%s", line);
        cJSON_Delete(o);
        lines++;
    }
    cr_expect_eq(lines, 1000);
    free(text);
}
