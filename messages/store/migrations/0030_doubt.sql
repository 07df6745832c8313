-- What is in doubt, and why: a delivery (a public post is that of contact 0) or a reply whose
-- request went out and whose outcome nobody knows. A row lives as long as the doubt does.
-- kind 1: item is the run; kind 2: item is the reply.
CREATE TABLE doubts (
    kind BIGINT NOT NULL,
    item BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    since_ms BIGINT NOT NULL,
    noted_ms BIGINT NOT NULL,
    cause BIGINT NOT NULL,
    code BIGINT NOT NULL DEFAULT 0,
    looked BIGINT NOT NULL DEFAULT 0,
    tries BIGINT NOT NULL DEFAULT 0,
    again BIGINT NOT NULL DEFAULT 0,
    sending BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, item, contact_id)
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX doubts_by_person ON doubts (account_id, contact_id);
CREATE INDEX doubts_again ON doubts (item) WHERE again > 0;

-- A post whose doubt staff decided: what cannot be found is posted once more.
ALTER TABLE runs ADD COLUMN post_again BIGINT NOT NULL DEFAULT 0;

-- Who said stop, lately, and has not taken it back: what is claimed and not yet sent looks here, as
-- the word may have been stored by another process. 1 in erased: asked to be forgotten.
CREATE TABLE opt_outs (
    account_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    erased BIGINT NOT NULL DEFAULT 0,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (account_id, contact_id)
) /*sqlite WITHOUT ROWID*/;
