/* SPDX-License-Identifier: Apache-2.0 */
/* The API's input: any address finds a row or none, any body is a message that reads back the same
 * or is refused with a reason, any words are scopes or not, any code is right or wrong. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bot/api/route.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/spec.h"
#include "messages/token.h"
#include "messages/totp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void check_route(const char *text)
{
    struct api_params p = {0};
    unsigned allowed;

    for (unsigned method = 1; method <= 32; method <<= 1) {
        const struct api_route *r =
            api_route_find(api_routes, api_n_routes, method, text, &p, &allowed);

        must(!r || (r->method == method && (allowed & method)));
        must(!r || !strstr(r->path, "{id}") || p.id > 0);
    }
}

static void check_body(const uint8_t *data, size_t size)
{
    cJSON *o = loa_json_parse((const char *)data, size), *again;
    struct msg_spec spec;
    struct loa_problem why = {"", ""};

    if (o && msg_spec_parse(o, &spec, &why) == LOA_OK) {
        again = msg_spec_to_json(&spec);
        msg_spec_release(&spec);
        must(msg_spec_parse(again, &spec, &why) == LOA_OK);
        msg_spec_release(&spec);
        cJSON_Delete(again);
    } else if (o) {
        must(why.text[0] != '\0');
    }
    cJSON_Delete(o);
}

static void check_words(const char *text)
{
    char out[MSG_SCOPES_SIZE];
    unsigned scopes, again;

    if (msg_scopes_parse(text, &scopes) == LOA_OK) {
        must(msg_scopes_parse(msg_scopes_format(scopes, out), &again) == LOA_OK);
        must(scopes == again && scopes <= MSG_SCOPES_ALL);
    }
    must(msg_totp_fits("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", text, 59000, 1000) == 0);
    (void)msg_totp_fits(text, "287082", 59000, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = loa_xmalloc(size + 1);

    memcpy(text, data, size);
    text[size] = '\0';
    check_route(text);
    check_body(data, size);
    check_words(text);
    free(text);
    return 0;
}
