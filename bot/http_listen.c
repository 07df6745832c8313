/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/http_impl.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "host:port" or "[v6]:port" into its parts. */
static bool split_listen(const char *listen, char host[256], char port[8])
{
    const char *colon = strrchr(listen, ':');
    const char *start = listen, *end = colon;

    if (!colon || colon == listen || strlen(colon + 1) > 5 || !colon[1] ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return false;
    if (*start == '[') {
        start++;
        end--;
        if (*end != ']')
            return false;
    } else if (memchr(start, ':', (size_t)(end - start))) {
        return false; /* an IPv6 address needs its brackets */
    }
    if (end <= start || end - start > 255)
        return false;
    snprintf(host, 256, "%.*s", (int)(end - start), start);
    snprintf(port, 8, "%s", colon + 1);
    return true;
}

static int listen_on(const struct addrinfo *ai)
{
    int one = 1;
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (ai->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) != 0 || listen(fd, SOMAXCONN) != 0) {
        int saved = errno;

        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

enum loa_err http_listen(const char *listen, int *out, struct loa_problem *p)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *list = NULL;
    char host[256], port[8];
    int rc;

    if (!listen || !split_listen(listen, host, port) || strtol(port, NULL, 10) > 65535)
        return loa_fail(p, LOA_EINVAL, "LOA_LISTEN",
                        "\"%s\" không phải địa chỉ dạng HOST:PORT, ví dụ 127.0.0.1:8080 hay "
                        "[::1]:8080",
                        listen ? listen : "");
    rc = getaddrinfo(host, port, &hints, &list);
    if (rc != 0)
        return loa_fail(p, LOA_EINVAL, "LOA_LISTEN", "không tìm thấy máy \"%s\": %s", host,
                        gai_strerror(rc));
    *out = listen_on(list);
    rc = errno;
    freeaddrinfo(list);
    if (*out < 0)
        return loa_fail(p, LOA_EIO, "LOA_LISTEN", "không mở được cổng %s: %s%s", listen,
                        strerror(rc),
                        rc == EADDRINUSE ? " (chương trình khác đang dùng; đổi LOA_LISTEN)" : "");
    return LOA_OK;
}
