/* SPDX-License-Identifier: Apache-2.0 */
/* The list of a Page's approved templates, page by page. */
#include "facebook_kit.h"

TestSuite(facebook_template, .timeout = 10);

#define LIST_URL                                                                                   \
    KIT_BASE "/v25.0/" KIT_PAGE "/message_templates?fields=name,language,status,components,"       \
             "parameter_format&limit=100"

static struct channel *fb;
static struct channel_flow flow;
static struct http_req req;

static void begin(void)
{
    fb = kit_open(NULL, NULL);
    flow = (struct channel_flow){.kind = CHANNEL_FLOW_TEMPLATES};
    cr_assert_eq(channel_facebook.flow(fb, &flow, NULL, &req), CHANNEL_STEP_SEND);
}

static void end(void)
{
    free(flow.templates);
    http_req_release(&req);
    channel_facebook.close(fb);
}

static enum channel_step answer(long status, const char *body)
{
    const struct http_reply r = kit_reply(status, body);

    return channel_facebook.flow(fb, &flow, &r, &req);
}

Test(facebook_template, all_pages_are_read, .init = begin, .fini = end)
{
    cr_expect_str_eq(loa_buf_str(&req.url), LIST_URL);
    cr_expect_not(flow.effect);
    cr_assert_eq(
        answer(200, "{\"data\":[{\"name\":\"ban_tin\",\"language\":\"vi\",\"status\":\"APPROVED\","
                    "\"parameter_format\":\"POSITIONAL\",\"components\":[{\"type\":\"BODY\","
                    "\"text\":\"{{1}} và {{2}}\"},{\"type\":\"BUTTONS\",\"buttons\":[{\"type\":"
                    "\"POSTBACK\"},{\"type\":\"URL\"}]}]}],\"paging\":{\"cursors\":{\"after\":"
                    "\"a=b\"},\"next\":\"x\"}}"),
        CHANNEL_STEP_SEND);
    cr_expect_str_eq(loa_buf_str(&req.url), LIST_URL "&after=a%3Db");
    cr_assert_eq(answer(200, "{\"data\":[{\"name\":\"ten\",\"language\":\"vi\",\"status\":"
                             "\"PENDING\",\"parameter_format\":\"NAMED\",\"components\":[{\"type\":"
                             "\"body\",\"text\":\"{{x}}\"}]}],\"paging\":{\"cursors\":{\"after\":"
                             "\"c\"}}}"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
    cr_assert_eq(flow.n_templates, 2);
    cr_expect_str_eq(flow.templates[0].name, "ban_tin");
    cr_expect_str_eq(flow.templates[0].status, "APPROVED");
    cr_expect_eq(flow.templates[0].params, 2);
    cr_expect_eq(flow.templates[0].buttons, 1, "a link needs no value");
    cr_expect_not(flow.templates[0].named);
    cr_expect(flow.templates[1].named);
}

Test(facebook_template, a_page_without_any_has_an_empty_list, .init = begin, .fini = end)
{
    cr_expect_eq(answer(200, "{\"data\":[]}"), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
    cr_expect_eq(flow.n_templates, 0);
}

/* One unknown name among the fields fails the whole call. */
Test(facebook_template, a_list_whose_fields_are_refused_is_taken_as_it_comes, .init = begin,
     .fini = end)
{
    static const char refused[] = "{\"error\":{\"message\":\"(#100) Tried accessing nonexisting "
                                  "field (parameter_format)\",\"code\":100}}";

    cr_expect_eq(answer(400, refused), CHANNEL_STEP_SEND);
    cr_expect_str_eq(loa_buf_str(&req.url),
                     KIT_BASE "/v25.0/" KIT_PAGE "/message_templates?limit=100");
    cr_expect_eq(answer(200, "{\"data\":[{\"name\":\"a\",\"status\":\"PENDING\"}]}"),
                 CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
    cr_expect_eq(flow.n_templates, 1);
}

Test(facebook_template, a_list_that_is_refused_either_way_is_asked_for_no_more, .init = begin,
     .fini = end)
{
    static const char refused[] = "{\"error\":{\"message\":\"no\",\"code\":100}}";

    cr_expect_eq(answer(400, refused), CHANNEL_STEP_SEND);
    cr_expect_eq(answer(400, refused), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_DROP);
}

Test(facebook_template, a_refusal_is_no_list, .init = begin, .fini = end)
{
    cr_expect_eq(answer(403, "{\"error\":{\"message\":\"no\",\"code\":200}}"), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_STOP);
}

Test(facebook_template, a_cursor_that_leads_nowhere_ends_the_reading, .init = begin, .fini = end)
{
    static const char page[] = "{\"data\":[{\"name\":\"a\"}],\"paging\":{\"cursors\":{\"after\":"
                               "\"c\"},\"next\":\"x\"}}";

    cr_expect_eq(answer(200, page), CHANNEL_STEP_SEND);
    cr_expect_eq(answer(200, page), CHANNEL_STEP_DONE);
    cr_expect_eq(flow.res.verdict, CHANNEL_OK);
}
