-- What was said to visitors of the portal page: no platform keeps it for them, so their page fetches
-- it here. `visitor` is the digest of their cookie; contact_id 0 and reply_id 0: the last word to
-- somebody who asked to be forgotten. Numbers of one account rise in the order of the commits, as
-- only the holder of its lease writes them.
CREATE TABLE portal_lines (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    visitor TEXT NOT NULL,
    reply_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    by_staff BIGINT NOT NULL,
    at_ms BIGINT NOT NULL
);
CREATE INDEX portal_lines_of ON portal_lines (account_id, visitor, id);
CREATE INDEX portal_lines_by_account ON portal_lines (account_id, id);
CREATE INDEX portal_lines_by_contact ON portal_lines (account_id, contact_id);
CREATE UNIQUE INDEX portal_lines_by_reply ON portal_lines (reply_id) WHERE reply_id > 0;
