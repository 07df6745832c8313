/* SPDX-License-Identifier: Apache-2.0 */
/* log.c - one line of JSON for each platform call, when --log asks for it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/sandbox/http.h"

bool sbx_log_open(struct sbx *s, const char *path)
{
    s->log = fopen(path, "a");
    if (!s->log)
        fprintf(stderr, "loa-sandbox: cannot open %s: %s\n", path, strerror(errno));
    return s->log != NULL;
}

void sbx_log_close(struct sbx *s)
{
    if (s->log)
        fclose(s->log);
    s->log = NULL;
}

void sbx_log_call(const struct sbx_req *r, const struct sbx_res *res)
{
    struct sbx_buf b = {0};
    bool text = r->body_len < 4000 && sbx_utf8_ok(r->body, r->body_len);
    char head[400];

    snprintf(head, sizeof(head), "%.380s", res->held || !res->body.p ? "" : res->body.p);
    if (!sbx_utf8_ok(head, strlen(head)))
        head[0] = '\0';
    sbx_put(&b, "{'at':%l,'method':%q,'path':%q,'request':%q,'status':%d,'held':%b,'answer':%q}\n",
            r->now, r->method, r->path, text ? r->body : "(bytes)", res->status, res->held, head);
    fwrite(b.p, 1, b.len, r->s->log);
    fflush(r->s->log);
    sbx_buf_free(&b);
}
