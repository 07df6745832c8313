/* SPDX-License-Identifier: Apache-2.0 */
/* forecast_store.h - forecasts as they were made, kept as JSON text to be laid beside what
 * happened, and what happened to the people of a run, by reason. Database thread. */
#ifndef LOA_MESSAGES_FORECAST_STORE_H
#define LOA_MESSAGES_FORECAST_STORE_H

#include <stdint.h>

#include "messages/base/err.h"
#include "messages/run.h"
#include "messages/store/db.h"

#define MSG_FORECAST_SUBMIT "submit"
#define MSG_FORECAST_APPROVE "approve"
#define MSG_FORECAST_RUN "run"

/* run_id 0: of the whole message. One of the same stage is replaced. In a transaction. */
LOA_MUST_USE enum loa_err msg_forecast_save(struct db *db, int64_t message_id, int64_t run_id,
                                            const char *stage, const char *data, int64_t now);
/* LOA_ENOENT: there is none. Caller owns *out, free(). at_ms may be NULL. */
LOA_MUST_USE enum loa_err msg_forecast_load(struct db *db, int64_t message_id, int64_t run_id,
                                            const char *stage, char **out, int64_t *at_ms);

/* What happened to a run so far. */
struct msg_run_result {
    int64_t people; /* all with an outcome */
    int64_t sent, failed, in_doubt;
    int64_t skipped[MSG_SKIPS]; /* by enum msg_skip */
    int64_t charged;
    int64_t start_ms, end_ms; /* end_ms 0: not over */
};
LOA_MUST_USE enum loa_err msg_run_result(struct db *db, int64_t run_id, struct msg_run_result *out);

#endif
