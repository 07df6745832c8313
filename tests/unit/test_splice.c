/* SPDX-License-Identifier: Apache-2.0 */
/* Slots: what a text is when they are filled, and how long it can get. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "channels/splice.h"
#include "messages/base/mem.h"

TestSuite(splice, .timeout = 10);

static void expect(const char *text, const char *name, const char *result)
{
    const struct splice_values values = {.name = name};
    struct splice cut;
    struct loa_buf out = {0};

    splice_cut(loa_xstrdup(text), &cut);
    splice_fill(&cut, &values, &out);
    cr_expect_str_eq(loa_buf_str(&out), result);
    loa_buf_release(&out);
    splice_release(&cut);
}

Test(splice, a_name_is_escaped_and_a_missing_one_is_neutral)
{
    expect("\"Chào " SPLICE_NAME "!\"", "Lan \"Bé\"", "\"Chào Lan \\\"Bé\\\"!\"");
    expect("\"Chào " SPLICE_NAME "!\"", NULL, "\"Chào bạn!\"");
    expect("\"Chào " SPLICE_NAME "!\"", "", "\"Chào bạn!\"");
}

/* Lengths were checked with room for forty characters: a longer name would break the limit. */
Test(splice, a_name_beyond_its_room_is_not_used)
{
    char name[SPLICE_NAME_ROOM + 2];

    memset(name, 'a', sizeof(name));
    name[SPLICE_NAME_ROOM + 1] = '\0';
    expect(SPLICE_NAME, name, "bạn");
    name[SPLICE_NAME_ROOM] = '\0';
    expect(SPLICE_NAME, name, name);
}

Test(splice, room_is_counted_for_each_slot)
{
    cr_expect_eq(splice_name_room(NULL), 0);
    cr_expect_eq(splice_name_room("Chào bạn"), 0);
    cr_expect_eq(splice_name_room(SPLICE_NAME " và " SPLICE_NAME), 2 * (SPLICE_NAME_ROOM - 3));
}
