/* SPDX-License-Identifier: Apache-2.0 */
/* How long one question takes, on one core, over the demonstration's content or that grown to a
 * number of events and FAQ entries; and what the index over it costs.
 *   bench-answer_time QUESTIONS.jsonl [EVENTS FAQS]
 * prints: median (us), 99th percentile (us), answers, build (ms of the processor), memory with the
 * catalogue (KiB)
 */
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bot/answer/answer.h"
#include "messages/base/crypto.h"
#include "messages/base/json.h"
#include "messages/base/mem.h"
#include "messages/base/tz.h"
#include "tests/answer/demo.h"

enum { ROUNDS = 20 };

static int64_t clock_ns(clockid_t which)
{
    struct timespec ts;

    clock_gettime(which, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

int main(int argc, char **argv)
{
    struct msg_catalog *c;
    struct answer_words *w;
    struct answer_index *index;
    int64_t *times = NULL, ms, build;
    size_t before, memory;
    size_t n = 0;
    char line[65536];
    FILE *f = argc == 2 || argc == 4 ? fopen(argv[1], "r") : NULL;

    if (!f || loa_crypto_init() || loa_tz_set("Asia/Ho_Chi_Minh"))
        return 2;
    before = mallinfo2().uordblks;
    c = argc == 4 ? demo_catalog_grown(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10))
                  : demo_catalog();
    w = answer_words_load_builtin();
    build = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    index = answer_index_new(c, w);
    build = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - build;
    memory = mallinfo2().uordblks + mallinfo2().hblkhd - before;
    while (fgets(line, sizeof(line), f)) {
        cJSON *o = loa_json_parse(line, strlen(line));
        const char *text = loa_json_str(o, "text"), *at = loa_json_str(o, "now");

        for (int i = 0; text && at && loa_iso_parse(at, &ms) == LOA_OK && i < ROUNDS; i++) {
            struct answer_result r;
            int64_t began = clock_ns(CLOCK_MONOTONIC);

            answer_ask(index, text, ms, NULL, &r);
            times = loa_xrealloc(times, (n + 1) * sizeof(*times));
            times[n++] = clock_ns(CLOCK_MONOTONIC) - began;
            answer_result_release(&r);
        }
        cJSON_Delete(o);
    }
    (void)fclose(f);
    if (!n)
        return 1;
    qsort(times, n, sizeof(*times), compare);
    (void)printf("%.1f %.1f %zu %.1f %zu\n", (double)times[n / 2] / 1000,
                 (double)times[n * 99 / 100] / 1000, n, (double)build / 1e6, memory / 1024);
    free(times);
    answer_index_free(index);
    answer_words_free(w);
    msg_catalog_free(c);
    return 0;
}
