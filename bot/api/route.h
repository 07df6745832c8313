/* SPDX-License-Identifier: Apache-2.0 */
/* route.h - the table of what the API answers, and finding a row in it. Pure. */
#ifndef LOA_BOT_API_ROUTE_H
#define LOA_BOT_API_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/err.h"
#include "messages/store/db.h"

struct api_call;

enum api_kind {
    API_READ,  /* `work` runs on the reading thread */
    API_WRITE, /* `work` runs on the store thread, in a transaction */
    API_OWN,   /* `start` runs on the loop and submits its own jobs */
};
enum {
    API_OPEN = 1 << 0,   /* also for who is not signed in */
    API_BODY = 1 << 1,   /* needs a JSON object */
    API_MAY = 1 << 2,    /* may have one */
    API_FILE = 1 << 4,   /* with API_BODY: a file of any of the types that files have */
    API_SECRET = 1 << 3, /* its answer holds a secret, so it is not kept: no Idempotency-Key */
};

struct api_route {
    unsigned method;  /* one HTTP_ON_* */
    const char *path; /* below the root, without the first slash; {id} a number, {name} a word */
    unsigned scope;   /* MSG_SCOPE_* that it needs; 0: any that is signed in */
    unsigned flags;   /* API_* */
    enum api_kind kind;
    /* Fills the call's answer. An error undoes what it did. */
    enum loa_err (*work)(struct db *db, struct api_call *c);
    void (*start)(struct api_call *c);
};

enum { API_NAME_SIZE = 130 };
struct api_params {
    int64_t id;
    char name[API_NAME_SIZE];
};

extern const struct api_route api_routes[];
extern const size_t api_n_routes;

/* The row for a path below the root; NULL if there is none for this method, and `*allowed` tells
 * which methods there are (0: no such address). */
const struct api_route *api_route_find(const struct api_route *routes, size_t n, unsigned method,
                                       const char *path, struct api_params *params,
                                       unsigned *allowed);

#endif
