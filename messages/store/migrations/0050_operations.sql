-- Staff who see a text before it is approved.
CREATE TABLE testers (
    account_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    user_name TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (account_id, contact_id)
) /*sqlite WITHOUT ROWID*/;

-- Test sends of the last hour, so that a draft cannot become a broadcast.
CREATE TABLE test_sends (
    message_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    PRIMARY KEY (message_id, at_ms, account_id, contact_id)
) /*sqlite WITHOUT ROWID*/;

-- Recipients a minute at most. message_id 0: all broadcasts of the account; account_id 0: the
-- message on every account.
CREATE TABLE rate_caps (
    message_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    per_minute BIGINT NOT NULL,
    PRIMARY KEY (message_id, account_id)
) /*sqlite WITHOUT ROWID*/;

-- A run that sends again to those for whom earlier ones failed: retry_of is the occurrence's first
-- run on this account by this way, attempt counts from 2. Its due time is the moment of the retry,
-- so that an occurrence still cannot have two runs by accident.
ALTER TABLE runs ADD COLUMN retry_of BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN attempt BIGINT NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX runs_by_retry ON runs (retry_of, attempt) WHERE retry_of > 0;

-- Public posts that a person put out by hand; `was` is the run's state before, to take it back.
CREATE TABLE handposts (
    run_id BIGINT NOT NULL PRIMARY KEY,
    user_name TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    url TEXT,
    note TEXT,
    was TEXT NOT NULL
);

-- What an account's rights last until, and what failed when they were renewed. kind: access,
-- refresh, page, data, setup. expires_ms 0: never, or not known.
CREATE TABLE account_health (
    account_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    expires_ms BIGINT NOT NULL DEFAULT 0,
    failure TEXT,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (account_id, kind)
) /*sqlite WITHOUT ROWID*/;
