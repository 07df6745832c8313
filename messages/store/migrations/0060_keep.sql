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
