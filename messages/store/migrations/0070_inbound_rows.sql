-- Events in the order of their numbers, without a second tree for those: one comes with every
-- receipt.
CREATE TABLE inbound_rows (
    seq BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    state BIGINT NOT NULL,
    received_ms BIGINT NOT NULL,
    event TEXT NOT NULL,
    contact_id BIGINT NOT NULL DEFAULT 0,
    taken BIGINT NOT NULL DEFAULT 0
) /*sqlite WITHOUT ROWID*/;
INSERT INTO inbound_rows (seq, account_id, key, state, received_ms, event, contact_id, taken)
    SELECT seq, account_id, key, state, received_ms, event, contact_id, taken FROM inbound
    ORDER BY seq;
DROP TABLE inbound;
ALTER TABLE inbound_rows RENAME TO inbound;
CREATE UNIQUE INDEX inbound_by_key ON inbound (account_id, key);
CREATE INDEX inbound_open ON inbound (account_id, seq) WHERE state = 0;
CREATE INDEX inbound_by_contact ON inbound (account_id, contact_id) WHERE contact_id > 0;
