-- Receipts in the order in which things happened, by the platform's clock, so that those that come
-- together stand together: by the digest alone each changed a page of its own. said_ms: the event's
-- own time, which a replay repeats; 1 where it has none. Of what came before this only those that may
-- still be sent again are not known any more, and a receipt raises a state once however often it is
-- told.
DROP TABLE receipts;
CREATE TABLE receipts (
    said_ms BIGINT NOT NULL,
    hash BIGINT NOT NULL,
    hour BIGINT NOT NULL,
    PRIMARY KEY (said_ms, hash)
) /*sqlite WITHOUT ROWID*/;
