/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/store/lock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "messages/base/mem.h"

enum loa_err store_lock(const char *url, int *fd, struct loa_problem *why)
{
    const char *file = strncmp(url, "sqlite:", 7) == 0 ? url + 7 : NULL;
    char *path;

    *fd = -1;
    if (!file || strcmp(file, ":memory:") == 0)
        return LOA_OK;
    path = loa_xasprintf("%s.lock", file);
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    free(path);
    if (*fd < 0)
        return loa_fail(why, LOA_EIO, "LOA_STORE", "Không tạo được tệp khóa “%s.lock”", file);
    if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
        return LOA_OK;
    close(*fd);
    *fd = -1;
    return loa_fail(
        why, LOA_EEXIST, "LOA_STORE",
        "Một “loa serve” khác đang dùng tệp “%s”. Hãy dừng nó trước, hoặc đặt LOA_STORE "
        "sang tệp khác",
        file);
}

void store_unlock(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}
