-- Why a question is among those that staff should see. reason: 0 no answer, 1 its answer was judged
-- wrong, 2 the answer was not sure. Kept without who asked, numbers and addresses taken out.
ALTER TABLE unanswered ADD COLUMN reason BIGINT NOT NULL DEFAULT 0;
CREATE INDEX unanswered_by_time ON unanswered (at_ms);

-- The last answer that the citizen may still judge: the number of the event that asked, and what it
-- was answered from (an intent, or faq:ID). erase_ms: when it was asked whether all shall be erased.
ALTER TABLE conversations ADD COLUMN judge_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN judge_what TEXT;
ALTER TABLE conversations ADD COLUMN erase_ms BIGINT NOT NULL DEFAULT 0;

-- How many called an answer useful (1) or not right (0), by day (20261001).
CREATE TABLE feedback_stats (
    day BIGINT NOT NULL,
    channel TEXT NOT NULL,
    what TEXT NOT NULL,
    useful BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, channel, what, useful)
) /*sqlite WITHOUT ROWID*/;
