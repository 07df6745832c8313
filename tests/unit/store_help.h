/* SPDX-License-Identifier: Apache-2.0 */
/* store_help.h - what the tests of messages/ share: a fresh database with staff, an account and
 * contacts, contents from JSON text, and a place for files that goes with the test. */
#ifndef LOA_TESTS_UNIT_STORE_HELP_H
#define LOA_TESTS_UNIT_STORE_HELP_H

#include <stdint.h>

#include <uv.h>

#include "messages/audit.h"
#include "messages/spec.h"
#include "messages/store/db.h"
#include "messages/store/store.h"

extern const struct msg_actor help_writer, help_approver, help_second, help_admin;

/* An empty, migrated database in memory with an open transaction and the four users above; the
 * zone is Asia/Ho_Chi_Minh. */
struct db *help_open(void);
void help_close(struct db *db);

int64_t help_at(const char *iso);
/* First column of the first row; `sql` is a literal without parameters. */
int64_t help_int(struct db *db, const char *sql);
/* The same as text; caller owns, free(). NULL for NULL or no row. */
char *help_text(struct db *db, const char *sql);

/* Parses or fails the test. Caller ends it with msg_spec_release(). */
struct msg_spec help_spec(const char *json);
/* An entry of the daily list, a JSON object with date, title, text and short. */
void help_daily(struct db *db, const char *day, const char *title, const char *text);
/* An event as the import keeps it. */
void help_event(struct db *db, const char *id, const char *start, const char *end,
                const char *json);
/* A row of `accounts` by that name, without secrets. */
int64_t help_account(struct db *db, const char *name);
/* A contact who follows; topics ";a;b;" and district may be NULL. */
int64_t help_contact(struct db *db, int64_t account, const char *remote_id, const char *topics,
                     const char *district);

/* A folder that help_folder_remove() deletes with its files; the text is static. */
const char *help_folder(void);
void help_folder_remove(void);
/* "sqlite:FOLDER/NAME", caller owns, free(). */
char *help_url(const char *name);

/* A store on its own loop. */
struct help_rig {
    uv_loop_t loop;
    struct store *store;
    int closed;
};
void help_rig_open(struct help_rig *rig, const char *url);
/* Closes, runs the loop to its end and checks that nothing is left on it. */
void help_rig_close(struct help_rig *rig);
/* Runs the loop until *counter reaches n. */
void help_rig_wait(struct help_rig *rig, const int *counter, int n);

#endif
