/* SPDX-License-Identifier: Apache-2.0 */
/* Who said stop after a backup is known to what is made of the backup: the person's last word
 * counts, whichever store heard it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/contact.h"
#include "messages/refusal.h"
#include "tests/unit/store_help.h"

/* The older state, and the newer one that was lost; both begin with the same people. */
static struct db *older, *newer;
static int64_t account;
static struct msg_refusals_taken taken;

enum { BACKUP = 1000000, AN = 1, BINH, CHI };

/* Made before the backup was taken, as the first contact makes it. */
static void share_key(void)
{
    char stub[MSG_CONTACT_STUB];

    cr_assert_eq(msg_contact_stub(older, "x", stub), LOA_OK);
    cr_assert_eq(msg_contact_key_adopt(newer, older), LOA_OK);
}

static void open_both(void)
{
    static const char *const names[] = {"an", "binh", "chi"};

    older = help_open();
    newer = help_open();
    share_key();
    account = help_account(older, "zalo");
    cr_assert_eq(help_account(newer, "zalo"), account);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(help_contact(older, account, names[i], NULL, NULL), AN + i);
        cr_assert_eq(help_contact(newer, account, names[i], NULL, NULL), AN + i);
    }
    taken = (struct msg_refusals_taken){0};
}

static void close_both(void)
{
    help_close(older);
    help_close(newer);
}

TestSuite(msg_refusal, .timeout = 10, .init = open_both, .fini = close_both);

static void says(struct db *db, int64_t contact, bool in, int64_t at)
{
    cr_assert_eq(msg_contact_consent(db, account, contact, in, in ? "NHẬN" : "HỦY", "bot", at),
                 LOA_OK);
}

static enum loa_err take(void *ctx, const struct msg_refusal *r)
{
    (void)ctx;
    return msg_refusal_take(older, r, &taken);
}

static void carry(void)
{
    cr_assert_eq(msg_refusals_each(newer, BACKUP, take, NULL), LOA_OK);
}

static enum loa_err may_write(const char *remote_id)
{
    int64_t id = 0;

    cr_assert_eq(msg_contact_find(older, account, remote_id, &id), LOA_OK, "%s", remote_id);
    return msg_contact_may_write(older, account, id);
}

Test(msg_refusal, an_opt_out_after_the_backup_comes_along_with_its_wording)
{
    says(newer, BINH, false, BACKUP + 5);
    carry();
    cr_expect_eq(taken.opt_outs, 1);
    cr_expect_eq(may_write("an"), LOA_OK);
    cr_expect_eq(may_write("binh"), LOA_EPERM);
    cr_expect_eq(help_int(older, "SELECT COUNT(*) FROM consents WHERE kind = 'opt-out' AND "
                                 "at_ms = 1000005 AND wording = 'HỦY' AND source = 'bot'"),
                 1);
    carry();
    cr_expect_eq(taken.opt_outs, 1, "once");
    cr_expect_eq(taken.known, 1);
}

Test(msg_refusal, the_last_word_counts)
{
    says(newer, AN, false, BACKUP + 5);
    says(newer, AN, true, BACKUP + 6); /* took it back */
    says(newer, BINH, false, BACKUP - 9);
    says(newer, CHI, false, BACKUP + 2);
    says(older, CHI, false, BACKUP - 7);
    says(older, CHI, true, BACKUP + 3); /* a copy that is newer after all */
    carry();
    cr_expect_eq(taken.opt_outs, 0);
    cr_expect_eq(may_write("an"), LOA_OK);
    cr_expect_eq(may_write("binh"), LOA_OK, "that was before; the backup has the truth of then");
    cr_expect_eq(may_write("chi"), LOA_OK);
}

Test(msg_refusal, who_asked_to_be_forgotten_is)
{
    int64_t id = 0;

    cr_assert_eq(msg_contact_erase(newer, account, BINH, BACKUP + 5), LOA_OK);
    carry();
    cr_expect_eq(taken.erasures, 1);
    cr_expect_eq(taken.opt_outs, 0);
    cr_expect_eq(msg_contact_find(older, account, "binh", &id), LOA_ENOENT);
    cr_expect_eq(help_int(older, "SELECT COUNT(*) FROM contacts WHERE status = 4 AND "
                                 "opted_out = 1 AND id = 2"),
                 1);
    carry();
    cr_expect_eq(taken.erasures, 1, "once");
}

/* Nobody in the older state has that number or name; a list must not bring them in. */
Test(msg_refusal, who_came_after_the_backup_and_left_again_stays_away)
{
    struct msg_contact_row row = {.subscribed = 1, .last_seen_ms = -1};
    int64_t dung = help_contact(newer, account, "dung", NULL, NULL);
    int64_t em = help_contact(newer, account, "em", NULL, NULL), id = 0;

    says(newer, dung, false, BACKUP + 5);
    cr_assert_eq(msg_contact_erase(newer, account, em, BACKUP + 6), LOA_OK);
    carry();
    cr_expect_eq(taken.opt_outs, 1);
    cr_expect_eq(taken.erasures, 1);
    row.remote_id = "dung";
    cr_assert_eq(msg_contact_import(older, account, &row, BACKUP + 9), LOA_OK);
    cr_expect_eq(may_write("dung"), LOA_EPERM);
    row.remote_id = "em";
    cr_assert_eq(msg_contact_import(older, account, &row, BACKUP + 9), LOA_OK);
    cr_expect_eq(msg_contact_find(older, account, "em", &id), LOA_ENOENT);
}

/* A number alone does not make the person: it could be of another store. */
Test(msg_refusal, nobody_else_is_forgotten_instead)
{
    char stub[MSG_CONTACT_STUB];
    struct msg_refusal r = {.account = "zalo",
                            .contact = AN,
                            .remote_id = stub,
                            .at_ms = BACKUP + 5,
                            .erased = true,
                            .source = "erase"};

    cr_assert_eq(msg_contact_stub(older, "somebody", stub), LOA_OK);
    cr_assert_eq(msg_refusal_take(older, &r, &taken), LOA_OK);
    cr_expect_eq(may_write("an"), LOA_OK);
    r.account = "facebook";
    cr_assert_eq(msg_refusal_take(older, &r, &taken), LOA_OK);
    cr_expect_eq(taken.elsewhere, 1);
}

/* Of a time when digests had no key: the same person, said in the old way. */
Test(msg_refusal, a_digest_without_a_key_still_names_its_person)
{
    struct loa_bytes piece = {"binh", 4};
    char sha[LOA_SHA256_HEX], old[80];
    struct msg_refusal r = {.account = "zalo",
                            .contact = BINH,
                            .remote_id = old,
                            .at_ms = BACKUP + 5,
                            .erased = true,
                            .source = "erase"};

    loa_sha256_hex(&piece, 1, sha);
    (void)snprintf(old, sizeof(old), "erased:%s", sha);
    cr_assert_eq(msg_refusal_take(older, &r, &taken), LOA_OK);
    cr_expect_eq(taken.erasures, 1);
    cr_expect_eq(help_int(older, "SELECT status FROM contacts WHERE id = 2"), 4);
    cr_expect_eq(help_int(older, "SELECT COUNT(*) FROM contacts WHERE remote_id LIKE 'erased:k%'"),
                 1);
}

/* ---- the file ---------------------------------------------------------------------------- */

static enum loa_err write_line(void *ctx, const struct msg_refusal *r)
{
    char *line = msg_refusal_line(r);

    (void)fprintf(ctx, "%s\n", line);
    free(line);
    return LOA_OK;
}

static enum loa_err read_text(const char *text, struct loa_problem *why)
{
    FILE *f = tmpfile();
    enum loa_err err;

    (void)fputs(text, f);
    rewind(f);
    err = msg_refusals_read(f, take, NULL, why);
    (void)fclose(f);
    return err;
}

Test(msg_refusal, a_file_does_the_same)
{
    struct loa_problem why = {"", ""};
    FILE *f = tmpfile();

    says(newer, AN, false, BACKUP + 5);
    cr_assert_eq(msg_contact_erase(newer, account, BINH, BACKUP + 5), LOA_OK);
    cr_assert_eq(msg_refusals_each(newer, BACKUP, write_line, f), LOA_OK);
    (void)fputs("\n", f);
    rewind(f);
    cr_assert_eq(msg_refusals_read(f, take, NULL, &why), LOA_OK, "%s", why.text);
    (void)fclose(f);
    cr_expect_eq(taken.opt_outs, 1);
    cr_expect_eq(taken.erasures, 1);
    cr_expect_eq(may_write("an"), LOA_EPERM);
    cr_expect_eq(help_int(older, "SELECT COUNT(*) FROM contacts WHERE remote_id = 'binh'"), 0);
}

Test(msg_refusal, a_file_of_something_else_is_refused_with_its_line)
{
    static const char good[] = "{\"account\":\"zalo\",\"contact\":1,\"id\":\"an\",\"kind\":"
                               "\"opt-out\",\"at\":\"2026-10-01T07:30:00+07:00\"}\n";
    static const char *const bad[] = {
        "id,subscribed\n",
        "{}\n",
        "{\"account\":\"zalo\",\"id\":\"an\",\"kind\":\"opt-in\",\"at\":\"2026-10-01\"}\n",
        "{\"account\":\"zalo\",\"id\":\"an\",\"kind\":\"erased\",\"at\":\"2026-10-01\"}\n",
        "{\"account\":\"zalo\",\"id\":\"an\",\"kind\":\"opt-out\",\"at\":\"hôm qua\"}\n",
        "{\"account\":\"zalo\",\"id\":\"\",\"kind\":\"opt-out\",\"at\":\"2026-10-01\"}\n",
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct loa_problem why = {"", ""};
        char *text = loa_xasprintf("%s%s", good, bad[i]);

        cr_expect_eq(read_text(text, &why), LOA_EINVAL, "%s", bad[i]);
        cr_expect_not_null(strstr(why.text, "Dòng 2 "), "%s: %s", bad[i], why.text);
        free(text);
    }
}
