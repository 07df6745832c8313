/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/dotenv.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages/base/buf.h"
#include "messages/base/mem.h"

enum { FILE_MAX = 1 << 20, PAIRS_MAX = 1000 };

void bot_dotenv_release(struct bot_dotenv *e)
{
    for (size_t i = 0; i < e->n; i++) {
        free(e->pairs[i].key);
        if (e->pairs[i].value)
            explicit_bzero(e->pairs[i].value, strlen(e->pairs[i].value));
        free(e->pairs[i].value);
    }
    free(e->pairs);
    *e = (struct bot_dotenv){0};
}

const char *bot_dotenv_get(const struct bot_dotenv *e, const char *key)
{
    for (size_t i = e->n; i > 0; i--) {
        if (strcmp(e->pairs[i - 1].key, key) == 0)
            return e->pairs[i - 1].value;
    }
    return NULL;
}

static bool is_key(const char *s, size_t n)
{
    if (!n || isdigit((unsigned char)*s))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char)s[i]) && s[i] != '_')
            return false;
    }
    return true;
}

static const char *skip_blank(const char *s)
{
    return s + strspn(s, " \t");
}

/* The inside of a quoted value; NULL when the end quote is missing. */
static const char *take_quoted(const char *s, struct loa_buf *out)
{
    char quote = *s++;

    for (; *s && *s != quote; s++) {
        if (*s == '\\' && quote == '"' && s[1]) {
            static const char from[] = "nt\"\\$", to[] = "\n\t\"\\$";
            const char *p = strchr(from, s[1]);

            if (p) {
                loa_buf_addc(out, to[p - from]);
                s++;
                continue;
            }
        }
        loa_buf_addc(out, *s);
    }
    return *s ? s + 1 : NULL;
}

/* An unquoted value ends at " #" or the end of the line, trailing blanks off. */
static void take_plain(const char *s, struct loa_buf *out)
{
    size_t n = 0;

    while (s[n] && !(s[n] == '#' && (n == 0 || s[n - 1] == ' ' || s[n - 1] == '\t')))
        n++;
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    loa_buf_add(out, s, n);
}

static enum loa_err take_value(const char *s, int line, struct loa_buf *out,
                               struct loa_problem *why)
{
    s = skip_blank(s);
    if (*s != '"' && *s != '\'') {
        take_plain(s, out);
        return LOA_OK;
    }
    s = take_quoted(s, out);
    if (!s)
        return loa_fail(why, LOA_EINVAL, ".env", "Dòng %d: thiếu dấu ngoặc kép đóng", line);
    s = skip_blank(s);
    if (*s && *s != '#')
        return loa_fail(why, LOA_EINVAL, ".env", "Dòng %d: có chữ thừa sau dấu ngoặc kép", line);
    return LOA_OK;
}

static enum loa_err take_line(char *s, int line, struct bot_dotenv *out, struct loa_problem *why)
{
    struct loa_buf value = {0};
    const char *start = skip_blank(s);
    size_t n;
    enum loa_err err;

    if (!*start || *start == '#')
        return LOA_OK;
    if (strncmp(start, "export ", 7) == 0)
        start = skip_blank(start + 7);
    n = strcspn(start, "= \t");
    if (!is_key(start, n) || *skip_blank(start + n) != '=')
        return loa_fail(why, LOA_EINVAL, ".env", "Dòng %d: cần dạng TÊN=GIÁ_TRỊ", line);
    if (out->n == PAIRS_MAX)
        return loa_fail(why, LOA_ELIMIT, ".env", "Nhiều hơn %d dòng", PAIRS_MAX);
    err = take_value(skip_blank(start + n) + 1, line, &value, why);
    if (!err) {
        out->pairs = loa_xrealloc(out->pairs, (out->n + 1) * sizeof(*out->pairs));
        out->pairs[out->n++] = (struct bot_dotenv_pair){
            .key = loa_xstrndup(start, n), .value = loa_buf_take(&value), .line = line};
    }
    loa_buf_release(&value);
    return err;
}

enum loa_err bot_dotenv_parse(const char *text, size_t len, struct bot_dotenv *out,
                              struct loa_problem *why)
{
    char *copy, *at;
    enum loa_err err = LOA_OK;

    *out = (struct bot_dotenv){0};
    if (memchr(text, '\0', len))
        return loa_fail(why, LOA_EINVAL, ".env", "Tệp không phải là văn bản");
    copy = loa_xstrndup(text, len);
    at = strncmp(copy, "\xEF\xBB\xBF", 3) == 0 ? copy + 3 : copy;
    for (int line = 1; at && !err; line++) {
        char *end = strchr(at, '\n');

        if (end)
            *end = '\0';
        at[strcspn(at, "\r")] = '\0';
        err = take_line(at, line, out, why);
        at = end ? end + 1 : NULL;
    }
    if (err)
        bot_dotenv_release(out);
    explicit_bzero(copy, len);
    free(copy);
    return err;
}

enum loa_err bot_dotenv_read(const char *path, struct bot_dotenv *out, struct loa_problem *why)
{
    FILE *f = fopen(path, "rb");
    char *text;
    size_t n;
    enum loa_err err;

    *out = (struct bot_dotenv){0};
    if (!f)
        return loa_fail(why, errno == ENOENT ? LOA_ENOENT : LOA_EIO, ".env",
                        "Không đọc được tệp “%s”: %s", path, strerror(errno));
    text = loa_xmalloc(FILE_MAX + 1);
    n = fread(text, 1, FILE_MAX + 1, f);
    (void)fclose(f);
    if (n > FILE_MAX)
        err = loa_fail(why, LOA_ELIMIT, ".env", "Tệp “%s” lớn quá 1 MiB", path);
    else
        err = bot_dotenv_parse(text, n, out, why);
    explicit_bzero(text, n);
    free(text);
    return err;
}
