-- Recipients whose message the platform charges for, as we know its rules.
ALTER TABLE runs ADD COLUMN charged BIGINT NOT NULL DEFAULT 0;

-- What posts of an account went out in a month or a day: the platform caps them for each follower.
CREATE INDEX runs_posts ON runs (account_id, created_ms) WHERE way = 2;

-- What was foreseen, to be laid beside what happened. run_id 0: the whole message, at stage
-- 'submit' or 'approve'; otherwise that run, at stage 'run', when it began.
CREATE TABLE forecasts (
    message_id BIGINT NOT NULL REFERENCES messages (id),
    run_id BIGINT NOT NULL,
    stage TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (message_id, run_id, stage)
);
