/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/secret_files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "messages/base/mem.h"

static size_t check(const char *field, const char *path, struct loa_problem *out)
{
    struct stat st;
    bool all;

    if (stat(path, &st) != 0 || !(st.st_mode & (S_IRWXG | S_IRWXO)))
        return 0;
    all = (st.st_mode & S_IRWXO) != 0;
    (void)loa_fail(out, LOA_EPERM, field,
                   "Tệp “%s” có quyền %03o: %s trên máy này cũng mở được. Hãy chạy: chmod 600 %s",
                   path, (unsigned)(st.st_mode & 0777), all ? "mọi người" : "cả nhóm", path);
    return 1;
}

size_t bot_secret_files_check(const struct bot_config *c, const char *env_file,
                              struct loa_problem out[BOT_SECRET_FILES])
{
    size_t n = check("", env_file ? env_file : ".env", &out[0]);
    char *key;

    if (strncmp(c->store, "sqlite:", 7) != 0 || strcmp(c->store + 7, ":memory:") == 0)
        return n;
    n += check("LOA_STORE", c->store + 7, &out[n]);
    if (!loa_secret_is_set(c->secret_key)) {
        key = loa_xasprintf("%s.key", c->store + 7);
        n += check("LOA_SECRET_KEY", key, &out[n]);
        free(key);
    }
    return n;
}
