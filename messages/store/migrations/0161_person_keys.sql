-- Random keys of this store, as hex, by name; made when they are first needed. They go with every copy
-- of it, so that what was written with one can be compared in any of them.
CREATE TABLE store_keys (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- Contacts of whom nothing tells how old they are (never wrote, no act of consent): since when they
-- have been known to be idle.
CREATE TABLE idle_contacts (
    account_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    since_ms BIGINT NOT NULL,
    PRIMARY KEY (account_id, contact_id)
) /*sqlite WITHOUT ROWID*/;
