/* SPDX-License-Identifier: Apache-2.0 */
/* api_kit.h - asking the API of a rig's server over its socket. Each answer is held against the
 * description that the program serves: an answer that it does not allow fails the test. */
#ifndef LOA_TESTS_INTEGRATION_API_KIT_H
#define LOA_TESTS_INTEGRATION_API_KIT_H

#include <cjson/cJSON.h>

#include "tests/integration/rig.h"

struct api_reply {
    long status;
    cJSON *json;        /* NULL: no JSON body */
    char headers[4096]; /* as they came */
    char etag[80];
};

/* Who asks: a bearer token, or headers of his own ("Name: value" lines), each may be NULL. */
struct api_asker {
    const char *token;
    const char *headers[4];
};

/* `body` is JSON text or NULL. `path` lies below /api/v1/. The reply is static, its JSON lives
 * until the next call. */
const struct api_reply *api_ask(struct rig *r, const struct api_asker *who, const char *method,
                                const char *path, const char *body);
/* The same with headers more, "Name: value". */
const struct api_reply *api_ask_with(struct rig *r, const struct api_asker *who, const char *method,
                                     const char *path, const char *body, const char *header);
/* Reads a stream until it ends; static text. */
const char *api_stream(struct rig *r, const struct api_asker *who, const char *path);

/* A token of a user by the command line, with all his scopes or some; caller owns, free(). */
char *api_token(struct rig *r, const char *user, const char *scopes);

/* A running server with one person of each kind at the API, all with all that their role may:
 * an (admin), binh (writer), chi and dung (approvers). */
struct api_office {
    struct rig r;
    char *tokens[4];
    struct api_asker an, binh, chi, dung;
};
void api_office_start(struct api_office *o);
void api_office_end(struct api_office *o);

/* The same asking with a path as of printf. */
const struct api_reply *api_do(struct rig *r, const struct api_asker *who, const char *method,
                               const char *body, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* Members of the last reply. */
const char *api_str(const struct api_reply *a, const char *path);
int64_t api_int(const struct api_reply *a, const char *path);

#endif
