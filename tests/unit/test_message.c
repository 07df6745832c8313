/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a message: which step is allowed from where, who may approve, and what takes an
 * approval away. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "messages/base/mem.h"
#include "messages/message.h"
#include "messages/user.h"
#include "tests/unit/store_help.h"

static struct db *db;

static void open_it(void)
{
    db = help_open();
}

static void close_it(void)
{
    int64_t rows, broken;

    cr_expect_eq(msg_audit_verify(db, &rows, &broken), LOA_OK);
    help_close(db);
}

TestSuite(msg_message, .timeout = 20, .init = open_it, .fini = close_it);

static const int64_t now = INT64_C(1790000000000);

#define PLAIN                                                                                      \
    "{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":[\"zalo\"]},"           \
    "\"schedule\":{\"at\":\"2026-10-01T07:30:00+07:00\"}}"
#define URGENT                                                                                     \
    "{\"title\":\"T\",\"body\":{\"text\":\"x\"},\"audience\":{\"channels\":[\"zalo\"]},"           \
    "\"urgent\":true}"
#define SERIES(text)                                                                               \
    "{\"title\":\"T\",\"body\":{\"text\":\"" text "\"},\"audience\":{\"channels\":[\"zalo\"]},"    \
    "\"schedule\":{\"rrule\":\"FREQ=DAILY\",\"dtstart\":\"2026-10-01T07:00:00+07:00\",\"until\":"  \
    "\"2026-10-07T23:00:00+07:00\"}}"

static int64_t create(const char *json, const struct msg_actor *who)
{
    struct msg_spec spec = help_spec(json);
    struct loa_problem why = {0};
    int64_t id = 0;

    cr_assert_eq(msg_message_create(db, who, now, &spec, &id, &why), LOA_OK, "%s", why.text);
    msg_spec_release(&spec);
    return id;
}

static enum loa_err edit(int64_t id, const char *json, const struct msg_actor *who)
{
    struct msg_spec spec = help_spec(json);
    enum loa_err err = msg_message_edit(db, who, now, id, &spec, NULL);

    msg_spec_release(&spec);
    return err;
}

static enum loa_err submit(int64_t id)
{
    return msg_message_submit(db, &help_writer, now, id, true, NULL);
}

static enum loa_err approve(int64_t id, const struct msg_actor *who)
{
    return msg_message_approve(db, who, now, id, NULL);
}

static enum msg_state state_of(int64_t id)
{
    struct msg_message *m = NULL;
    enum msg_state state;

    cr_assert_eq(msg_message_get(db, id, &m, NULL), LOA_OK);
    state = m->state;
    msg_message_free(m);
    return state;
}

static bool sealed(int64_t id)
{
    struct msg_message *m = NULL;
    bool ok = false;

    cr_assert_eq(msg_message_get(db, id, &m, NULL), LOA_OK);
    cr_assert_eq(msg_message_sealed(db, m, true, &ok), LOA_OK);
    msg_message_free(m);
    return ok;
}

/* A message brought to a state by the steps that lead there. */
static int64_t message_in(enum msg_state state)
{
    int64_t id = create(PLAIN, &help_writer);

    if (state == MSG_DRAFT)
        return id;
    if (state == MSG_CANCELLED) {
        cr_assert_eq(msg_message_cancel(db, &help_writer, now, id, NULL), LOA_OK);
        return id;
    }
    cr_assert_eq(submit(id), LOA_OK);
    if (state == MSG_SUBMITTED)
        return id;
    if (state == MSG_REJECTED) {
        cr_assert_eq(msg_message_reject(db, &help_approver, now, id, "no", NULL), LOA_OK);
        return id;
    }
    cr_assert_eq(approve(id, &help_approver), LOA_OK);
    if (state == MSG_APPROVED)
        return id;
    cr_assert_eq(msg_message_schedule(db, &help_writer, now, id, NULL), LOA_OK);
    if (state == MSG_SCHEDULED)
        return id;
    cr_assert_eq(msg_message_advance(db, now, id, MSG_SENDING, NULL), LOA_OK);
    if (state == MSG_PAUSED)
        cr_assert_eq(msg_message_pause(db, &help_writer, now, id, NULL), LOA_OK);
    if (state == MSG_SENT)
        cr_assert_eq(msg_message_advance(db, now, id, MSG_SENT, NULL), LOA_OK);
    return id;
}

enum { N_STATES = MSG_CANCELLED + 1 };

/* ---- the table of states --------------------------------------------------------------- */

enum deed { EDIT, SUBMIT, APPROVE, REJECT, SCHEDULE, PAUSE, RESUME, CANCEL, N_DEEDS };

static enum loa_err act(enum deed deed, int64_t id)
{
    switch (deed) {
    case EDIT:
        return edit(id, PLAIN, &help_writer);
    case SUBMIT:
        return submit(id);
    case APPROVE:
        return approve(id, &help_second);
    case REJECT:
        return msg_message_reject(db, &help_second, now, id, "why", NULL);
    case SCHEDULE:
        return msg_message_schedule(db, &help_writer, now, id, NULL);
    case PAUSE:
        return msg_message_pause(db, &help_writer, now, id, NULL);
    case RESUME:
        return msg_message_resume(db, &help_writer, now, id, NULL);
    case CANCEL:
        return msg_message_cancel(db, &help_writer, now, id, NULL);
    case N_DEEDS:
        break;
    }
    return LOA_EINVAL;
}

/* For each state the deeds of people that are allowed, in the order of enum deed. */
static const char *const allowed[N_STATES] = {
    [MSG_DRAFT] = "eS.....C",     [MSG_SUBMITTED] = "e.AR...C", [MSG_APPROVED] = "e..Rs..C",
    [MSG_SCHEDULED] = "e..RsP.C", [MSG_SENDING] = ".....P.C",   [MSG_SENT] = "........",
    [MSG_REJECTED] = "eS.....C",  [MSG_PAUSED] = "......rC",    [MSG_CANCELLED] = "........",
};

Test(msg_message, people_may_do_just_what_the_table_says_in_each_state)
{
    static const enum msg_state result[N_DEEDS] = {MSG_DRAFT,     MSG_SUBMITTED, MSG_APPROVED,
                                                   MSG_REJECTED,  MSG_SCHEDULED, MSG_PAUSED,
                                                   MSG_SCHEDULED, MSG_CANCELLED};

    for (int s = 0; s < N_STATES; s++) {
        for (int d = 0; d < N_DEEDS; d++) {
            int64_t id = message_in((enum msg_state)s);
            bool may = allowed[s][d] != '.';
            enum loa_err err = act((enum deed)d, id);

            cr_expect_eq(err, may ? LOA_OK : LOA_EPERM, "deed %d in %s gave %s", d,
                         msg_state_name((enum msg_state)s), loa_strerror(err));
            cr_expect_eq(state_of(id), may ? result[d] : (enum msg_state)s, "deed %d in %s", d,
                         msg_state_name((enum msg_state)s));
        }
    }
}

Test(msg_message, the_program_takes_only_its_own_steps_between_every_pair_of_states)
{
    /* Rows: from; columns: to, in the order of enum msg_state. */
    static const char *const steps[N_STATES] = {
        [MSG_DRAFT] = "y........",     [MSG_SUBMITTED] = "y........", [MSG_APPROVED] = "y..y.....",
        [MSG_SCHEDULED] = "y..yyy...", [MSG_SENDING] = "y..yyy...",   [MSG_SENT] = ".....y...",
        [MSG_REJECTED] = "y........",  [MSG_PAUSED] = "...yy....",    [MSG_CANCELLED] = ".........",
    };

    for (int from = 0; from < N_STATES; from++) {
        for (int to = 0; to < N_STATES; to++) {
            int64_t id = message_in((enum msg_state)from);
            bool may = steps[from][to] == 'y';
            enum loa_err err = msg_message_advance(db, now, id, (enum msg_state)to, "reason");

            cr_expect_eq(err, may ? LOA_OK : LOA_EPERM, "%s -> %s",
                         msg_state_name((enum msg_state)from), msg_state_name((enum msg_state)to));
            cr_expect_eq(state_of(id), (enum msg_state)(may ? to : from));
        }
    }
}

Test(msg_message, state_names_read_back_and_no_others_do)
{
    enum msg_state s;

    for (int i = 0; i < N_STATES; i++) {
        cr_expect_eq(msg_state_parse(msg_state_name((enum msg_state)i), &s), LOA_OK);
        cr_expect_eq(s, (enum msg_state)i);
    }
    cr_expect_eq(msg_state_parse("Draft", &s), LOA_EINVAL);
    cr_expect_eq(msg_state_parse("", &s), LOA_EINVAL);
}

Test(msg_message, what_does_not_exist_is_said_to_be_missing)
{
    struct msg_message *m = NULL;
    struct loa_problem why = {0};

    cr_expect_eq(msg_message_get(db, 999, &m, &why), LOA_ENOENT);
    cr_expect_null(m);
    cr_expect_not_null(strstr(why.text, "999"));
    cr_expect_eq(submit(999), LOA_ENOENT);
    cr_expect_eq(approve(999, &help_approver), LOA_ENOENT);
    cr_expect_eq(msg_message_advance(db, now, 999, MSG_SENT, NULL), LOA_ENOENT);
}

/* ---- who ------------------------------------------------------------------------------- */

Test(msg_message, a_writer_does_not_approve_or_reject)
{
    int64_t id = message_in(MSG_SUBMITTED);

    cr_expect_eq(approve(id, &help_writer), LOA_EPERM);
    cr_expect_eq(msg_message_reject(db, &help_writer, now, id, "why", NULL), LOA_EPERM);
    cr_expect_eq(state_of(id), MSG_SUBMITTED);
}

Test(msg_message, nobody_approves_what_he_wrote_not_even_an_admin)
{
    int64_t id = create(PLAIN, &help_admin);

    cr_assert_eq(submit(id), LOA_OK);
    cr_expect_eq(approve(id, &help_admin), LOA_EPERM);
    cr_expect_eq(approve(id, &help_approver), LOA_OK);
}

Test(msg_message, who_edited_an_older_version_is_an_author_too)
{
    int64_t id = create(PLAIN, &help_writer);

    cr_assert_eq(edit(id, PLAIN, &help_approver), LOA_OK);
    cr_assert_eq(edit(id, PLAIN, &help_writer), LOA_OK);
    cr_assert_eq(submit(id), LOA_OK);
    cr_expect_eq(approve(id, &help_approver), LOA_EPERM);
    cr_expect_eq(approve(id, &help_second), LOA_OK);
}

Test(msg_message, who_is_not_on_the_staff_does_nothing)
{
    static const struct msg_actor stranger = {"stranger", "api"};
    int64_t id = message_in(MSG_SUBMITTED), other = 0;
    struct msg_spec spec = help_spec(PLAIN);

    cr_expect_eq(approve(id, &stranger), LOA_ENOENT);
    cr_expect_eq(msg_message_cancel(db, &stranger, now, id, NULL), LOA_ENOENT);
    cr_expect_eq(msg_message_create(db, &stranger, now, &spec, &other, NULL), LOA_ENOENT);
    msg_spec_release(&spec);
    cr_assert_eq(db_run(db, "UPDATE users SET disabled_ms = 1 WHERE name = 'approver'", ""),
                 LOA_OK);
    cr_expect_eq(approve(id, &help_approver), LOA_ENOENT, "who left neither");
    cr_expect_eq(state_of(id), MSG_SUBMITTED);
}

Test(msg_message, an_urgent_one_needs_two_different_approvers)
{
    int64_t id = create(URGENT, &help_writer);

    cr_assert_eq(submit(id), LOA_OK);
    cr_expect_eq(approve(id, &help_approver), LOA_OK);
    cr_expect_eq(state_of(id), MSG_SUBMITTED, "one is not enough");
    cr_expect_not(sealed(id));
    cr_expect_eq(approve(id, &help_approver), LOA_EPERM, "the same one does not count twice");
    cr_expect_eq(approve(id, &help_second), LOA_OK);
    cr_expect_eq(state_of(id), MSG_APPROVED);
    cr_expect(sealed(id));
}

Test(msg_message, a_rejection_needs_its_reason_and_keeps_it)
{
    int64_t id = message_in(MSG_SUBMITTED);
    struct msg_message *m = NULL;

    cr_expect_eq(msg_message_reject(db, &help_approver, now, id, "", NULL), LOA_EINVAL);
    cr_expect_eq(msg_message_reject(db, &help_approver, now, id, NULL, NULL), LOA_EINVAL);
    cr_expect_eq(msg_message_reject(db, &help_approver, now, id, "sai giờ", NULL), LOA_OK);
    cr_assert_eq(msg_message_get(db, id, &m, NULL), LOA_OK);
    cr_expect_str_eq(m->reason, "sai giờ");
    cr_expect_str_eq(m->sha256, "");
    msg_message_free(m);
}

Test(msg_message, a_one_person_office_approves_by_submitting)
{
    int64_t id = create(PLAIN, &help_writer);
    struct msg_message *m = NULL;
    bool ok = false;

    cr_assert_eq(msg_message_submit(db, &help_writer, now, id, false, NULL), LOA_OK);
    cr_assert_eq(msg_message_get(db, id, &m, NULL), LOA_OK);
    cr_expect_eq(m->state, MSG_APPROVED);
    cr_expect_eq(msg_message_sealed(db, m, false, &ok), LOA_OK);
    cr_expect(ok);
    cr_expect_eq(msg_message_sealed(db, m, true, &ok), LOA_OK);
    cr_expect_not(ok, "an office that asks for approvals does not take it");
    msg_message_free(m);
}

/* ---- what takes an approval away ------------------------------------------------------- */

Test(msg_message, an_edit_takes_the_approval_away)
{
    int64_t id = message_in(MSG_APPROVED);

    cr_expect(sealed(id));
    cr_assert_eq(edit(id, URGENT, &help_writer), LOA_OK);
    cr_expect_eq(state_of(id), MSG_DRAFT);
    cr_expect_not(sealed(id));
}

Test(msg_message, an_edit_there_and_back_does_not_bring_the_approval_back)
{
    int64_t id = create(URGENT, &help_writer);

    cr_assert_eq(submit(id), LOA_OK);
    cr_assert_eq(approve(id, &help_approver), LOA_OK);
    cr_assert_eq(edit(id, PLAIN, &help_writer), LOA_OK);
    cr_assert_eq(edit(id, URGENT, &help_writer), LOA_OK);
    cr_assert_eq(submit(id), LOA_OK);
    cr_expect_eq(approve(id, &help_second), LOA_OK);
    cr_expect_eq(state_of(id), MSG_SUBMITTED, "the first one must look again");
    cr_expect_eq(approve(id, &help_approver), LOA_OK, "and may");
    cr_expect_eq(state_of(id), MSG_APPROVED);
}

Test(msg_message, who_rejected_an_approved_one_may_approve_it_when_it_comes_again)
{
    int64_t id = message_in(MSG_APPROVED);

    cr_assert_eq(msg_message_reject(db, &help_approver, now, id, "wait", NULL), LOA_OK);
    cr_assert_eq(submit(id), LOA_OK);
    cr_expect_not(sealed(id));
    cr_expect_eq(approve(id, &help_approver), LOA_OK);
    cr_expect(sealed(id));
}

Test(msg_message, a_changed_daily_entry_breaks_the_seal)
{
    int64_t id;

    help_daily(db, "2026-10-02", "Hai", "cũ");
    help_daily(db, "2026-12-01", "Xa", "xa");
    id = create(SERIES("{daily.text}"), &help_writer);
    cr_assert_eq(submit(id), LOA_OK);
    cr_assert_eq(approve(id, &help_approver), LOA_OK);
    cr_expect(sealed(id));
    help_daily(db, "2026-12-01", "Xa", "khác");
    cr_expect(sealed(id), "a day outside the series is none of its business");
    help_daily(db, "2026-10-02", "Hai", "mới");
    cr_expect_not(sealed(id));
    help_daily(db, "2026-10-02", "Hai", "cũ");
    cr_expect(sealed(id));
}

Test(msg_message, a_daily_entry_changed_between_submission_and_approval_stops_the_approval)
{
    int64_t id;

    help_daily(db, "2026-10-02", "Hai", "cũ");
    id = create(SERIES("{daily.text}"), &help_writer);
    cr_assert_eq(submit(id), LOA_OK);
    help_daily(db, "2026-10-02", "Hai", "mới");
    cr_expect_eq(approve(id, &help_approver), LOA_EPERM);
    cr_expect_eq(state_of(id), MSG_SUBMITTED);
}

Test(msg_message, a_changed_event_breaks_the_seal_of_who_names_it)
{
    static const char start[] = "2026-10-01T07:30:00+07:00", end[] = "2026-10-01T09:30:00+07:00";
    int64_t with, without;

    help_event(db, "e01", start, end, "{\"title\":\"Khai mạc\",\"place\":\"A\"}");
    with = create(SERIES("{event:e01.place}"), &help_writer);
    without = create(SERIES("không"), &help_writer);
    cr_assert_eq(submit(with), LOA_OK);
    cr_assert_eq(submit(without), LOA_OK);
    cr_assert_eq(approve(with, &help_approver), LOA_OK);
    cr_assert_eq(approve(without, &help_approver), LOA_OK);
    help_event(db, "e01", start, end, "{\"title\":\"Khai mạc\",\"place\":\"B\"}");
    cr_expect_not(sealed(with));
    cr_expect(sealed(without));
}

Test(msg_message, a_message_without_a_time_is_sealed_with_the_entry_of_whatever_day)
{
    int64_t id;

    help_daily(db, "2026-10-02", "Hai", "cũ");
    id = create("{\"title\":\"T\",\"body\":{\"text\":\"{daily.text}\"},\"audience\":{\"channels\":"
                "[\"zalo\"]}}",
                &help_writer);
    cr_assert_eq(submit(id), LOA_OK);
    cr_assert_eq(approve(id, &help_approver), LOA_OK);
    cr_expect(sealed(id));
    help_daily(db, "2026-10-02", "Hai", "mới");
    cr_expect_not(sealed(id));
}

Test(msg_message, the_seal_is_the_same_for_the_same_content)
{
    int64_t a = message_in(MSG_APPROVED), b = message_in(MSG_APPROVED);
    struct msg_message *x = NULL, *y = NULL;

    cr_assert_eq(msg_message_get(db, a, &x, NULL), LOA_OK);
    cr_assert_eq(msg_message_get(db, b, &y, NULL), LOA_OK);
    cr_expect_str_eq(x->sha256, y->sha256);
    /* Fixed here, so that an approval of yesterday's program fits today's. */
    cr_expect_str_eq(x->sha256, "743741f24ccb2a9b15806de9742aa444eb821b3c31516d27acc96fd7763967e4");
    msg_message_free(x);
    msg_message_free(y);
}

/* ---- the rest -------------------------------------------------------------------------- */

Test(msg_message, every_version_is_kept_with_who_wrote_it)
{
    int64_t id = create(PLAIN, &help_writer);
    char *last;

    cr_assert_eq(edit(id, URGENT, &help_second), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM message_versions"), 2);
    last = help_text(db, "SELECT author FROM message_versions ORDER BY version DESC LIMIT 1");
    cr_expect_str_eq(last, "second");
    free(last);
    cr_expect_eq(help_int(db, "SELECT urgent FROM messages"), 1);
    last = help_text(db, "SELECT author FROM messages");
    cr_expect_str_eq(last, "writer");
    free(last);
}

Test(msg_message, a_misspelt_placeholder_is_told_when_it_is_written)
{
    struct msg_spec spec = help_spec(SERIES("{daily.txt}"));
    struct loa_problem why = {0};
    int64_t id = 0;

    cr_expect_eq(msg_message_create(db, &help_writer, now, &spec, &id, &why), LOA_EINVAL);
    cr_expect_not_null(strstr(why.text, "daily.txt"));
    msg_spec_release(&spec);
    spec = help_spec(SERIES("{event:e99.title}"));
    cr_expect_eq(msg_message_create(db, &help_writer, now, &spec, &id, &why), LOA_ENOENT);
    msg_spec_release(&spec);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM messages"), 0);
}

Test(msg_message, a_day_without_its_entry_yet_is_no_mistake)
{
    struct msg_spec spec = help_spec(SERIES("{daily.text}"));
    int64_t id = 0;

    cr_expect_eq(msg_message_create(db, &help_writer, now, &spec, &id, NULL), LOA_OK);
    msg_spec_release(&spec);
}

Test(msg_message, scheduling_notes_the_time_once_and_twice_changes_nothing)
{
    int64_t id = message_in(MSG_APPROVED);

    cr_assert_eq(msg_message_schedule(db, &help_writer, now + 5, id, NULL), LOA_OK);
    cr_assert_eq(msg_message_schedule(db, &help_writer, now + 9, id, NULL), LOA_OK);
    cr_expect_eq(help_int(db, "SELECT scheduled_ms FROM messages"), now + 5);
    cr_expect_eq(help_int(db, "SELECT COUNT(*) FROM audit WHERE action = 'message.schedule'"), 1);
    cr_expect_gt(help_int(db, "SELECT next_ms FROM messages"), 0);
}

Test(msg_message, resuming_returns_to_sending_while_a_run_is_open)
{
    int64_t id = message_in(MSG_PAUSED);

    cr_assert_eq(db_run(db,
                        "INSERT INTO runs (id, message_id, due_ms, account_id, way, state, "
                        "content, audience, deadline_ms, created_ms) "
                        "VALUES (1, $1, 1, 1, 0, 'sending', '{}', '{}', 1, 1)",
                        "i", id),
                 LOA_OK);
    cr_expect_eq(msg_message_resume(db, &help_writer, now, id, NULL), LOA_OK);
    cr_expect_eq(state_of(id), MSG_SENDING);
}

Test(msg_message, what_the_program_stopped_says_why)
{
    int64_t id = message_in(MSG_SCHEDULED);
    struct msg_message *m = NULL;

    cr_assert_eq(msg_message_advance(db, now, id, MSG_DRAFT, "đã đổi"), LOA_OK);
    cr_assert_eq(msg_message_get(db, id, &m, NULL), LOA_OK);
    cr_expect_str_eq(m->reason, "đã đổi");
    cr_expect_str_eq(m->sha256, "");
    cr_expect_eq(m->next_ms, 0);
    msg_message_free(m);
}

Test(msg_message, every_step_is_in_the_audit_log)
{
    int64_t id = message_in(MSG_SENT);
    static const char *const actions[] = {"message.new",      "message.submit", "message.approve",
                                          "message.schedule", "message.state",  "message.state"};
    struct db_stmt *st;
    size_t n = 0;
    char target[32];
    enum loa_err err;

    (void)snprintf(target, sizeof(target), "message %lld", (long long)id);
    err = db_query(db, &st, "SELECT action FROM audit WHERE target = $1 ORDER BY seq", "s", target);
    while (!err && db_next(st, &err)) {
        cr_assert_lt(n, sizeof(actions) / sizeof(actions[0]));
        cr_expect_str_eq(db_text(st, 0), actions[n++]);
    }
    cr_expect_eq(err, LOA_OK);
    cr_expect_eq(n, sizeof(actions) / sizeof(actions[0]));
}
