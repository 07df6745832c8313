/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/answer/demo.h"

#include <stdlib.h>
#include <string.h>

#include "messages/import.h"
#include "messages/store/embedded.h"

static const char *content(const char *name)
{
    for (size_t i = 0; content_files[i].name; i++) {
        if (strcmp(content_files[i].name, name) == 0)
            return content_files[i].text;
    }
    exit(1);
}

struct msg_catalog *demo_catalog(void)
{
    struct msg_catalog *c = msg_catalog_new();
    const char *e = content("events.json"), *f = content("faq.json");
    const char *t = content("topics.json"), *p = content("places.json");

    if (msg_import_events(c, e, strlen(e), MSG_FORMAT_JSON, NULL) ||
        msg_import_faq(c, f, strlen(f), NULL) || msg_import_topics(c, t, strlen(t), NULL) ||
        msg_import_places(c, p, strlen(p), NULL))
        exit(1);
    msg_catalog_sort(c);
    return c;
}
