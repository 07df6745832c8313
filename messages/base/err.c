/* SPDX-License-Identifier: Apache-2.0 */
#include "messages/base/err.h"

#include <stdarg.h>
#include <stdio.h>

const char *loa_strerror(enum loa_err err)
{
    switch (err) {
    case LOA_OK:
        return "ok";
    case LOA_EINVAL:
        return "invalid input";
    case LOA_ENOENT:
        return "not found";
    case LOA_EEXIST:
        return "exists already";
    case LOA_EPERM:
        return "not allowed";
    case LOA_ELIMIT:
        return "limit reached";
    case LOA_EIO:
        return "input/output failure";
    case LOA_ERATE:
        return "too fast";
    case LOA_EREJECT:
        return "refused";
    case LOA_EPROTO:
        return "protocol violation";
    case LOA_ETIMEOUT:
        return "deadline passed";
    }
    return "unknown error";
}

enum loa_err loa_fail(struct loa_problem *p, enum loa_err err, const char *field, const char *fmt,
                      ...)
{
    va_list ap;

    if (!p)
        return err;
    (void)snprintf(p->field, sizeof(p->field), "%s", field ? field : "");
    va_start(ap, fmt);
    (void)vsnprintf(p->text, sizeof(p->text), fmt, ap);
    va_end(ap);
    return err;
}
