-- Who is at work. session is a random number of one process; name is for people.
CREATE TABLE nodes (
    session BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    started_ms BIGINT NOT NULL,
    seen_ms BIGINT NOT NULL,
    skew_ms BIGINT NOT NULL
);

-- Which node works an account (0: the planner). fence grows whenever the holder changes, and every
-- write for the account carries it. By the database's clock.
CREATE TABLE leases (
    account_id BIGINT NOT NULL PRIMARY KEY,
    session BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    since_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);

-- The fence of the lease under which the event is worked on; 0: nobody took it yet.
ALTER TABLE inbound ADD COLUMN taken BIGINT NOT NULL DEFAULT 0;
