/* SPDX-License-Identifier: Apache-2.0 */
#include "bot/http_impl.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "messages/base/mem.h"

enum { LINGER_MS = 2000, REFUSED_READ_MS = 2000 };

struct http_conn *http_conn_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

static struct in6_addr address_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct in6_addr out = IN6ADDR_ANY_INIT;

    if (info && info->client_addr->sa_family == AF_INET) {
        struct sockaddr_in v4;

        memcpy(&v4, info->client_addr, sizeof(v4));
        out.s6_addr[10] = out.s6_addr[11] = 0xff; /* as a mapped address: one form for both */
        memcpy(&out.s6_addr[12], &v4.sin_addr, 4);
    } else if (info && info->client_addr->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;

        memcpy(&v6, info->client_addr, sizeof(v6));
        out = v6.sin6_addr;
    }
    return out;
}

/* The status for one connection too many. It is accepted all the same, so that its peer is told
 * why; a margin above the limit bounds how many such there are (see http_server.c). */
static unsigned refusal(const struct http_server *s, const struct http_conn *c)
{
    unsigned same = 0;

    if (s->stats.connections > s->o.max_connections)
        return MHD_HTTP_SERVICE_UNAVAILABLE;
    if (!s->o.max_per_ip)
        return 0;
    for (const struct http_conn *other = s->conns; other; other = other->next)
        same += memcmp(&other->addr, &c->addr, sizeof(c->addr)) == 0;
    return same > s->o.max_per_ip ? MHD_HTTP_TOO_MANY_REQUESTS : 0;
}

static void opened(struct http_server *s, struct MHD_Connection *mhd, void **socket_context)
{
    struct http_conn *c = loa_xcalloc(1, sizeof(*c));
    int64_t patience;

    c->server = s;
    c->mhd = mhd;
    c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    c->addr = address_of(mhd);
    c->next = s->conns;
    if (c->next)
        c->next->prev = c;
    s->conns = c;
    s->stats.connections++;
    c->refuse = refusal(s, c);
    patience = s->o.read_timeout_ms;
    if (c->refuse && patience > REFUSED_READ_MS)
        patience = REFUSED_READ_MS;
    c->deadline = (int64_t)uv_now(s->loop) + patience;
    *socket_context = c;
}

static void closed(struct http_server *s, struct http_conn *c)
{
    if (c->x) /* the request never got as far as to be completed */
        http_exchange_detach(c->x);
    if (c->prev)
        c->prev->next = c->next;
    else
        s->conns = c->next;
    if (c->next)
        c->next->prev = c->prev;
    s->stats.connections--;
    free(c);
}

void http_conn_notify(void *cls, struct MHD_Connection *mhd, void **socket_context,
                      enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        opened(cls, mhd, socket_context);
    else if (*socket_context)
        closed(cls, *socket_context);
}

void http_conn_shut(struct http_conn *c)
{
    shutdown(c->fd, SHUT_RDWR);
    c->deadline = HTTP_NEVER;
}

void http_conn_doom(struct http_conn *c, unsigned status)
{
    struct loa_buf head, body;

    loa_buf_init(&head, 0);
    loa_buf_init(&body, 0);
    http_problem_body(&body, status, NULL);
    loa_buf_addf(&head,
                 "HTTP/1.1 %u %s\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
                 "Content-Length: %zu\r\n%s\r\n%s",
                 status, MHD_get_reason_phrase_for(status), body.len,
                 status == MHD_HTTP_SERVICE_UNAVAILABLE ? "Retry-After: 5\r\n" : "", body.data);
    /* Nothing else is on its way to this peer, so a few hundred bytes fit the socket. If it is
     * gone, there is nobody to tell. */
    if (send(c->fd, head.data, head.len, MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
        c->server->stats.answered[status / 100]++;
        c->server->stats.refused++;
    }
    shutdown(c->fd, SHUT_WR);
    loa_buf_release(&head);
    loa_buf_release(&body);
    c->x->phase = HTTP_PHASE_DOOMED;
    c->deadline = (int64_t)uv_now(c->server->loop) + LINGER_MS;
}

static void expire(struct http_conn *c)
{
    /* A request line was read, so somebody waits for an answer: tell it. */
    if (c->x && c->x->phase <= HTTP_PHASE_BODY)
        http_conn_doom(c, MHD_HTTP_REQUEST_TIMEOUT);
    http_conn_shut(c);
}

void http_conn_sweep(struct http_server *s, int64_t now)
{
    for (struct http_conn *c = s->conns; c; c = c->next) {
        if (now >= c->deadline)
            expire(c);
    }
}
