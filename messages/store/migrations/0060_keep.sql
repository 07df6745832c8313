-- A delivery keeps of the platform's message id what its receipts are found by, a 64-bit hash: the
-- ids are up to 160 bytes long and there is one a recipient. 0: none. The text stays where it is
-- needed to address the message again, at a public post (contact 0), and in rows of old.
ALTER TABLE deliveries ADD COLUMN remote BIGINT NOT NULL DEFAULT 0;
ALTER TABLE early_receipts ADD COLUMN remote BIGINT NOT NULL DEFAULT 0;

-- Receipts look at an account's newest runs.
CREATE INDEX runs_by_account ON runs (account_id, id);

-- What the store says of itself: that it is a backup, when it was restored.
CREATE TABLE store_marks (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- What clean-up leaves of deliveries: how many of a run ended in which way, by hour of the day
-- (0 to 23, in the installation's zone).
CREATE TABLE delivery_stats (
    run_id BIGINT NOT NULL,
    state BIGINT NOT NULL,
    code BIGINT NOT NULL,
    hour BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (run_id, state, code, hour)
) /*sqlite WITHOUT ROWID*/;

-- What it leaves of events and replies, by day (20261001) and account. what 1: events, code is
-- their kind; 2: replies, code is their state.
CREATE TABLE activity_stats (
    day BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    what BIGINT NOT NULL,
    code BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, account_id, what, code)
) /*sqlite WITHOUT ROWID*/;

-- Of questions without an answer.
CREATE TABLE question_stats (
    day BIGINT NOT NULL,
    channel TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, channel)
) /*sqlite WITHOUT ROWID*/;

-- How far clean-up is in a finished run: the last contact looked at, when it came to the end (0: not
-- yet), and how many rows it had to leave because they are unsettled.
ALTER TABLE runs ADD COLUMN clean_cursor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN cleaned_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN clean_left BIGINT NOT NULL DEFAULT 0;
CREATE INDEX runs_to_clean ON runs (finished_ms) WHERE cleaned_ms = 0;
CREATE INDEX runs_half_clean ON runs (cleaned_ms) WHERE clean_left > 0;

-- Receipts that were dealt with, by a digest of account and key, so that a replay is known; there are
-- some for each delivery, so no more is kept of them. hour: since the epoch.
CREATE TABLE receipts (
    hash BIGINT NOT NULL PRIMARY KEY,
    hour BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;
