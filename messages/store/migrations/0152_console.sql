-- What staff say to each other about a message. It goes with the message.
CREATE TABLE message_comments (
    id BIGINT NOT NULL PRIMARY KEY,
    message_id BIGINT NOT NULL REFERENCES messages (id),
    version BIGINT NOT NULL,
    user_name TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX message_comments_by_message ON message_comments (message_id, id);

-- The calendar looks at what was due between two days.
CREATE INDEX occurrences_by_due ON occurrences (due_ms);
