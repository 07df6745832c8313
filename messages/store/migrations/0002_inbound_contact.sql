-- Whose words an event keeps, so that they go when the person asks to be forgotten; 0: nobody's.
ALTER TABLE inbound ADD COLUMN contact_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX inbound_by_contact ON inbound (account_id, contact_id) WHERE contact_id > 0;

CREATE INDEX replies_by_contact ON replies (account_id, contact_id, id);
