/* SPDX-License-Identifier: Apache-2.0 */
/* Webhooks in numbers and in the wrong order: many calls at once, many events in one call, slow
 * senders, and a disk that has no room. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/integration/rig.h"
#include "tests/kit/database.h"

TestSuite(hostile, .timeout = 300);

static struct rig r;

static void start(void)
{
    rig_start(&r, "");
    rig_do(&r, "{\"op\":\"demo\"}");
    rig_serve(&r, "");
}

static void end(void)
{
    rig_end(&r);
}

/* Events that people caused; Viber also tells of its own set-up. */
static int64_t kept(void)
{
    return rig_sql(&r, "SELECT COUNT(*) FROM inbound WHERE event LIKE '%\"user\":%'");
}

/* The value of a setting in .env, which the sandbox wrote. */
static void setting(const char *name, char *out, size_t size)
{
    char command[256];
    FILE *p;

    (void)snprintf(command, sizeof(command), "sed -n 's/^%s=//p' %s/.env | tail -n 1 | tr -d '\"'",
                   name, r.dir);
    p = popen(command, "r");
    cr_assert_not_null(p);
    cr_assert_not_null(fgets(out, (int)size, p), "%s", name);
    (void)pclose(p);
    out[strcspn(out, "\n")] = '\0';
}

/* HMAC-SHA256 of `body` under a setting, as hex, by the tool that an outsider would use. */
static void sign(const char *name, const char *body, char out[65])
{
    char path[160], command[1024], secret[256];
    FILE *f;

    setting(name, secret, sizeof(secret));
    (void)snprintf(path, sizeof(path), "%s/body", r.dir);
    f = fopen(path, "w");
    cr_assert_not_null(f);
    (void)fputs(body, f);
    (void)fclose(f);
    (void)snprintf(command, sizeof(command), "openssl dgst -sha256 -hmac '%s' %s | sed 's/.*= *//'",
                   secret, path);
    f = popen(command, "r");
    cr_assert_not_null(f);
    cr_assert_not_null(fgets(out, 65, f));
    (void)pclose(f);
}

/* ---- plain sockets --------------------------------------------------------------------- */

static int dial(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    a.sin_port = htons((uint16_t)r.web_port);
    cr_assert_eq(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    return fd;
}

static void put(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = write(fd, bytes, n);

        if (sent <= 0)
            return; /* closed on us, which is for the reader to judge */
        bytes += sent;
        n -= (size_t)sent;
    }
}

/* Reads to the end or until the head is there; the status, 0 if the connection just ended. */
static int status_of(int fd)
{
    char head[2048];
    size_t n = 0;
    ssize_t got;
    int status = 0;

    while (n + 1 < sizeof(head) && (got = read(fd, head + n, sizeof(head) - 1 - n)) > 0) {
        n += (size_t)got;
        head[n] = '\0';
        if (strstr(head, "\r\n\r\n"))
            break;
    }
    head[n] = '\0';
    if (n && sscanf(head, "HTTP/1.1 %d", &status) != 1)
        status = -1;
    return status;
}

enum { CALLS = 16 };

#define EVENT                                                                                      \
    "{\"event\":\"message\",\"timestamp\":1790000000000,\"message_token\":5920000000000000777,"    \
    "\"sender\":{\"id\":\"v9Kx2mQpT0aYcE4sLr7HbA==\",\"name\":\"A\"},\"message\":{\"text\":\"xin " \
    "chào\",\"type\":\"text\"},\"silent\":false}"

/* All heads and bodies but the last byte are sent first, so that the ends arrive together. */
Test(hostile, one_event_on_many_connections_at_once_is_kept_once, .init = start, .fini = end)
{
    char signature[65], request[1024];
    int fds[CALLS], ok = 0;
    size_t n;

    sign("VIBER_AUTH_TOKEN", EVENT, signature);
    (void)snprintf(request, sizeof(request),
                   "POST /webhooks/viber HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                   "X-Viber-Content-Signature: %s\r\nContent-Length: %zu\r\n\r\n%s",
                   signature, strlen(EVENT), EVENT);
    n = strlen(request);
    for (int i = 0; i < CALLS; i++) {
        fds[i] = dial();
        put(fds[i], request, n - 1);
    }
    for (int i = 0; i < CALLS; i++)
        put(fds[i], request + n - 1, 1);
    for (int i = 0; i < CALLS; i++) {
        ok += status_of(fds[i]) == 200;
        close(fds[i]);
    }
    cr_expect_eq(ok, CALLS, "each call is acknowledged");
    cr_expect_eq(kept(), 1);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies") == 1);
    cr_expect_eq(rig_metric(&r, "webhook_duplicates_total"), CALLS - 1);
}

Test(hostile, byte_by_byte_and_in_chunks_is_a_call_like_others, .init = start, .fini = end)
{
    char signature[65], head[512];
    int fd = dial();

    sign("VIBER_AUTH_TOKEN", EVENT, signature);
    (void)snprintf(head, sizeof(head),
                   "POST /webhooks/viber HTTP/1.1\r\nHost: x\r\nX-Viber-Content-Signature: %s\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n",
                   signature);
    for (const char *p = head; *p; p++)
        put(fd, p, 1);
    for (const char *p = EVENT; *p; p++) {
        char chunk[8];

        (void)snprintf(chunk, sizeof(chunk), "1\r\n%c\r\n", *p);
        put(fd, chunk, 6);
    }
    put(fd, "0\r\n\r\n", 5);
    cr_expect_eq(status_of(fd), 200);
    close(fd);
    cr_expect_eq(kept(), 1);
}

/* Bytes that are no HTTP, heads without end, wrong lengths, wrong methods: the server answers or
 * hangs up, and goes on working. */
Test(hostile, nonsense_on_the_wire_harms_nobody, .init = start, .fini = end)
{
    static const char *const calls[] = {
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        "GET\r\n\r\n",
        "POST /webhooks/zalo HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        "POST /webhooks/zalo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /webhooks/zalo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: "
        "chunked\r\n\r\nzz\r\n",
        "DELETE /webhooks/zalo HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /webhooks/../../etc/passwd HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "POST /webhooks/zalo/%00%ff HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    };

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        int fd = dial(), status;

        put(fd, calls[i], strlen(calls[i]));
        (void)shutdown(fd, SHUT_WR);
        status = status_of(fd);
        cr_expect(status == 0 || (status >= 400 && status < 500), "call %zu: %d", i, status);
        close(fd);
    }
    cr_expect_eq(kept(), 0);
    rig_wait_ready(&r);
}

Test(hostile, head_without_an_end_is_cut_off, .init = start, .fini = end)
{
    char line[1024];
    int fd = dial(), status;

    memset(line, 'a', sizeof(line));
    memcpy(line, "X-A: ", 5);
    memcpy(line + sizeof(line) - 2, "\r\n", 2);
    put(fd, "POST /webhooks/zalo HTTP/1.1\r\n", 30);
    for (int i = 0; i < 256; i++)
        put(fd, line, sizeof(line));
    status = status_of(fd);
    cr_expect(status == 0 || status == 431 || status == 413 || status == 400, "%d", status);
    close(fd);
    rig_wait_ready(&r);
}

/* ---- many events in one call ----------------------------------------------------------- */

Test(hostile, batched_entries_in_any_order_are_answered_once_each, .init = start, .fini = end)
{
    enum { QUESTIONS = 12 };

    rig_do(&r, "{\"op\":\"webhooks\",\"platform\":\"facebook\",\"batch\":4,\"duplicate\":2,"
               "\"reorder_ms\":80}");
    for (int i = 0; i < QUESTIONS; i++)
        rig_do(&r,
               "{\"op\":\"say\",\"platform\":\"facebook\",\"user\":\"demo\",\"text\":\"xin chào "
               "lần %d\"}",
               i);
    RIG_WAIT(&r, rig_sql(&r, "SELECT COUNT(*) FROM replies WHERE state = 2") == QUESTIONS);
    RIG_WAIT(&r, rig_metric(&r, "webhook_duplicates_total") >= QUESTIONS);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM inbound WHERE event LIKE '%xin chào lần%'"),
                 QUESTIONS);
    cr_expect_eq(rig_sql(&r, "SELECT COUNT(*) FROM replies"), QUESTIONS);
}

/* ---- no room --------------------------------------------------------------------------- */

static char disk[80];

static void start_on_small_disk(void)
{
    char command[512];

    (void)snprintf(disk, sizeof(disk), "/tmp/loa-room-XXXXXX");
    cr_assert_not_null(mkdtemp(disk));
    if (kit_store_is_postgres() || mount("tmpfs", disk, "tmpfs", 0, "size=6m") != 0) {
        (void)fprintf(stderr, "hostile: no small disk can be mounted here, not tried\n");
        (void)rmdir(disk);
        disk[0] = '\0';
        start();
        return;
    }
    rig_start(&r, "");
    (void)snprintf(command, sizeof(command),
                   "cd %s && cp loa.db* %s/ && echo LOA_STORE=sqlite:%s/loa.db >> .env && "
                   "rm loa.db && ln -s %s/loa.db loa.db",
                   r.dir, disk, disk, disk);
    cr_assert_eq(system(command), 0);
    rig_do(&r, "{\"op\":\"demo\"}");
    rig_do(&r, "{\"op\":\"webhooks\",\"retry_ms\":[300,300,300,300,300,300,300,300,300,300,300,300,"
               "300,300,300,300,300,300,300,300,300,300,300,300]}");
    rig_serve(&r, "");
}

static void end_small_disk(void)
{
    rig_end(&r);
    if (disk[0]) {
        cr_expect_eq(umount(disk), 0);
        (void)rmdir(disk);
    }
}

static int64_t raw(const char *token)
{
    cJSON *answer =
        rig_order(&r,
                  "{\"op\":\"raw_webhook\",\"platform\":\"viber\",\"sign\":\"right\",\"json\":"
                  "{\"event\":\"message\",\"timestamp\":1790000000000,\"message_token\":%s,"
                  "\"sender\":{\"id\":\"v9Kx2mQpT0aYcE4sLr7HbA==\",\"name\":\"A\"},"
                  "\"message\":{\"text\":\"%4000d\",\"type\":\"text\"},\"silent\":false}}",
                  token, 7);
    int64_t status = (int64_t)cJSON_GetObjectItemCaseSensitive(answer, "status")->valuedouble;

    cJSON_Delete(answer);
    return status;
}

/* What cannot be kept is not acknowledged: the platform sends it again, and then it is answered. */
Test(hostile, full_disk_refuses_webhooks_until_there_is_room, .init = start_on_small_disk,
     .fini = end_small_disk)
{
    char command[160], token[32];
    int64_t status = 200, before;
    int i;

    if (!disk[0])
        return;
    (void)snprintf(command, sizeof(command), "dd if=/dev/zero of=%s/fill bs=1k 2>/dev/null; true",
                   disk);
    cr_assert_eq(system(command), 0);
    for (i = 0; i < 2000 && status == 200; i++) { /* what room the log still has is used up */
        (void)snprintf(token, sizeof(token), "%d", 5920000 + i);
        status = raw(token);
    }
    cr_expect_eq(status, 503);
    before = kept();
    rig_do(&r, "{\"op\":\"say\",\"platform\":\"zalo\",\"user\":\"demo\",\"text\":\"xin chào\"}");
    RIG_WAIT(&r, rig_metric(&r, "store_failures_total") >= 2);
    cr_expect_eq(kept(), before);
    (void)snprintf(command, sizeof(command), "rm %s/fill", disk);
    cr_assert_eq(system(command), 0);
    RIG_WAIT(&r, rig_got(&r, "zalo", "demo", "trợ lý tự động") == 1);
    cr_expect_eq(raw(token), 200, "the same event, now kept");
    cr_expect_eq(rig_got(&r, "zalo", "demo", "trợ lý tự động"), 1);
    cr_expect_eq(rig_stop(&r), 0);
}
