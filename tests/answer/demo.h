/* SPDX-License-Identifier: Apache-2.0 */
/* demo.h - the demonstration's content as a catalogue, for programs that measure the answers. */
#ifndef LOA_TESTS_ANSWER_DEMO_H
#define LOA_TESTS_ANSWER_DEMO_H

#include "messages/catalog.h"

/* Caller owns. Exits with 1 when the content that was compiled in cannot be read. */
struct msg_catalog *demo_catalog(void);
/* The same grown to so many events, over 150 days, and FAQ entries, by variations of what is there.
 */
struct msg_catalog *demo_catalog_grown(size_t events, size_t faqs);

#endif
