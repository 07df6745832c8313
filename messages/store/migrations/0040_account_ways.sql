-- By which ways an account may deliver, where that is not simply what its channel has: told by the
-- platform (a Viber bot takes no public posts), refused by it, or said by staff. way: 0 singles,
-- 1 batches, 2 one public post. until_ms: when a refusal is tried again; 0: it lasts.
CREATE TABLE account_ways (
    account_id BIGINT NOT NULL,
    way BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    source TEXT NOT NULL CHECK (source IN ('platform', 'refusal', 'staff')),
    detail TEXT NOT NULL,
    until_ms BIGINT NOT NULL DEFAULT 0,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (account_id, way)
) /*sqlite WITHOUT ROWID*/;
