-- When a node last sent a webhook away, to come again: until that has had its time, silence about a
-- message proves nothing, whichever node asks.
ALTER TABLE nodes ADD COLUMN deaf_ms BIGINT NOT NULL DEFAULT 0;
