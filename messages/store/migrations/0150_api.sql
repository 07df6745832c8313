-- Programs that act for a person: what a token may do (words with spaces between, '*' is all that its
-- owner may), until when, and what it is for.
ALTER TABLE tokens ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN scopes TEXT NOT NULL DEFAULT '*';
ALTER TABLE tokens ADD COLUMN expires_ms BIGINT NOT NULL DEFAULT 0;
CREATE INDEX tokens_by_user ON tokens (user_name, id);

-- Answers to requests that carried an Idempotency-Key, so that the same request sent again gets the
-- same answer and does nothing twice. Kept for a day.
CREATE TABLE api_answers (
    user_name TEXT NOT NULL,
    request_key TEXT NOT NULL,
    request_sha TEXT NOT NULL,
    status BIGINT NOT NULL DEFAULT 0,
    etag TEXT NOT NULL DEFAULT '',
    location TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (user_name, request_key)
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX api_answers_by_age ON api_answers (user_name, at_ms);

-- The list by state, newest first.
CREATE INDEX messages_by_state ON messages (state, id);
