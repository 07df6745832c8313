-- Answers that staff have ready for citizens.
CREATE TABLE canned_answers (
    id BIGINT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    user_name TEXT NOT NULL,
    at_ms BIGINT NOT NULL
);
