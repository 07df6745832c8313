/* SPDX-License-Identifier: Apache-2.0 */
/* database.h - PostgreSQL databases for tests, on the cluster that LOA_TEST_POSTGRES names
 * (postgresql://USER@%2FFOLDER without a database; tests/postgres/cluster makes one). */
#ifndef LOA_TESTS_KIT_DATABASE_H
#define LOA_TESTS_KIT_DATABASE_H

#include <stdbool.h>

/* Is there a cluster? Without one, tests of PostgreSQL are skipped. */
bool kit_postgres(void);
/* Are tests that may use either store to use PostgreSQL (LOA_TEST_STORE=postgres)? */
bool kit_store_is_postgres(void);
/* A new database and its URL, caller owns, free(). `migrated`: with the program's tables. Fails
 * the test when it cannot be made. */
char *kit_database_new(bool migrated);
/* An empty, migrated database that is this test's until it is returned or the test ends. Much
 * faster than a new one; for tests that change no tables. Caller owns the URL. */
char *kit_database_borrow(void);
void kit_database_return(char *url);
/* Puts it aside, whoever is connected, and makes an empty one without tables of its name. The URL of
 * what was put aside; caller owns. */
char *kit_database_put_aside(const char *url);
/* Drops it, whoever is connected. Takes the URL. */
void kit_database_drop(char *url);

#endif
