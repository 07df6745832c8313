-- The subset that SQLite and PostgreSQL share. Times are epoch milliseconds UTC; ids come from
-- counters. What stands in a comment that starts with "sqlite" is SQLite's alone.

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

CREATE TABLE users (
    name TEXT NOT NULL PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('writer', 'approver', 'admin')),
    created_ms BIGINT NOT NULL,
    disabled_ms BIGINT
);

CREATE TABLE tokens (
    id BIGINT NOT NULL PRIMARY KEY,
    user_name TEXT NOT NULL REFERENCES users (name),
    hash TEXT NOT NULL UNIQUE,
    created_ms BIGINT NOT NULL,
    revoked_ms BIGINT
);

-- Append-only; each row carries the hash of the one before.
CREATE TABLE audit (
    seq BIGINT NOT NULL PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    user_name TEXT NOT NULL,
    via TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);

CREATE TABLE accounts (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused')),
    pause_reason TEXT,
    settings TEXT NOT NULL DEFAULT '{}',
    secrets TEXT,
    access_token TEXT,
    refresh_token TEXT,
    refresh_origin TEXT,
    token_expires_ms BIGINT NOT NULL DEFAULT 0,
    last_webhook_ms BIGINT NOT NULL DEFAULT 0,
    last_echo_ms BIGINT NOT NULL DEFAULT 0,
    created_ms BIGINT NOT NULL
);

-- status: 0 follows us, 1 does not (wrote to us only, or left), 2 blocked us, 3 no such person,
-- 4 erased. opted_out is the person's own word and stays.
CREATE TABLE contacts (
    account_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    remote_id TEXT NOT NULL,
    name TEXT,
    status BIGINT NOT NULL DEFAULT 1,
    opted_out BIGINT NOT NULL DEFAULT 0,
    last_seen_ms BIGINT NOT NULL DEFAULT 0,
    topics TEXT,
    district TEXT,
    PRIMARY KEY (account_id, id)
) /*sqlite WITHOUT ROWID*/;
CREATE UNIQUE INDEX contacts_by_remote ON contacts (account_id, remote_id);

-- Every opt-in and opt-out with its time and wording.
CREATE TABLE consents (
    account_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL,
    wording TEXT,
    source TEXT NOT NULL,
    PRIMARY KEY (account_id, contact_id, seq)
) /*sqlite WITHOUT ROWID*/;

CREATE TABLE messages (
    id BIGINT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    author TEXT NOT NULL,
    version BIGINT NOT NULL,
    content TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    urgent BIGINT NOT NULL DEFAULT 0,
    reason TEXT,
    next_ms BIGINT NOT NULL DEFAULT 0,
    scheduled_ms BIGINT NOT NULL DEFAULT 0,
    last_key BIGINT NOT NULL DEFAULT 0,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL
);
CREATE INDEX messages_by_next ON messages (next_ms) WHERE next_ms > 0;

CREATE TABLE message_versions (
    message_id BIGINT NOT NULL REFERENCES messages (id),
    version BIGINT NOT NULL,
    content TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    author TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (message_id, version)
);

CREATE TABLE approvals (
    message_id BIGINT NOT NULL REFERENCES messages (id),
    sha256 TEXT NOT NULL,
    user_name TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (message_id, sha256, user_name)
);

-- What became of each due time: started, missed, skipped, asked.
CREATE TABLE occurrences (
    message_id BIGINT NOT NULL REFERENCES messages (id),
    due_ms BIGINT NOT NULL,
    state TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (message_id, due_ms)
);

-- way: 0 singles, 1 batches, 2 one public post.
CREATE TABLE runs (
    id BIGINT NOT NULL PRIMARY KEY,
    message_id BIGINT NOT NULL REFERENCES messages (id),
    due_ms BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    way BIGINT NOT NULL,
    state TEXT NOT NULL,
    content TEXT NOT NULL,
    audience TEXT NOT NULL,
    urgent BIGINT NOT NULL DEFAULT 0,
    resend_doubtful BIGINT NOT NULL DEFAULT 0,
    deadline_ms BIGINT NOT NULL,
    cursor_id BIGINT NOT NULL DEFAULT 0,
    last_id BIGINT NOT NULL DEFAULT 0,
    total BIGINT NOT NULL DEFAULT 0,
    sent BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    skipped BIGINT NOT NULL DEFAULT 0,
    in_doubt BIGINT NOT NULL DEFAULT 0,
    flow_state TEXT,
    error TEXT,
    created_ms BIGINT NOT NULL,
    finished_ms BIGINT NOT NULL DEFAULT 0,
    UNIQUE (message_id, due_ms, account_id, way)
);
CREATE INDEX runs_open ON runs (state) WHERE finished_ms = 0;

-- Windows that are claimed and not finished. A row that outlives its process is what is in doubt.
CREATE TABLE windows (
    run_id BIGINT NOT NULL,
    first_id BIGINT NOT NULL,
    last_id BIGINT NOT NULL,
    claimed_ms BIGINT NOT NULL,
    PRIMARY KEY (run_id, first_id)
) /*sqlite WITHOUT ROWID*/;

-- state: 1 sent, 2 failed, 3 skipped, 4 in doubt, 5 delivered, 6 seen, 7 waits for a retry.
-- A public post is the delivery to contact 0.
CREATE TABLE deliveries (
    run_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    state BIGINT NOT NULL,
    code BIGINT NOT NULL DEFAULT 0,
    at_ms BIGINT NOT NULL,
    remote_id TEXT,
    PRIMARY KEY (run_id, contact_id)
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX deliveries_unsettled ON deliveries (run_id, contact_id) WHERE state IN (4, 7);

-- Echoes and receipts that were faster than the outcome of their own request. A doubt looks here
-- before it is one. Kept for an hour.
CREATE TABLE early_receipts (
    account_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    remote_id TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (account_id, contact_id, remote_id)
) /*sqlite WITHOUT ROWID*/;

-- What platforms told us. state: 0 to be worked on, 1 done.
CREATE TABLE inbound (
    seq BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    state BIGINT NOT NULL,
    received_ms BIGINT NOT NULL,
    event TEXT NOT NULL
);
CREATE UNIQUE INDEX inbound_by_key ON inbound (account_id, key);
CREATE INDEX inbound_open ON inbound (seq) WHERE state = 0;

-- Replies to people. state: 0 to send, 1 handed to the platform, 2 sent, 3 failed, 4 in doubt.
CREATE TABLE replies (
    id BIGINT NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    lane BIGINT NOT NULL,
    content TEXT NOT NULL,
    state BIGINT NOT NULL,
    code BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    created_ms BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    remote_id TEXT
);
CREATE INDEX replies_open ON replies (id) WHERE state IN (0, 1, 4);

-- The short memory of a conversation.
CREATE TABLE conversations (
    account_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    context TEXT NOT NULL,
    wants_person BIGINT NOT NULL DEFAULT 0,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (account_id, contact_id)
) /*sqlite WITHOUT ROWID*/;

CREATE TABLE unanswered (
    seq BIGINT NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    question TEXT NOT NULL,
    at_ms BIGINT NOT NULL
);

CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    start_ms BIGINT NOT NULL,
    end_ms BIGINT NOT NULL,
    data TEXT NOT NULL
);

CREATE TABLE faqs (
    id TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    data TEXT NOT NULL
);

-- Topics and places, as their files have them.
CREATE TABLE vocabulary (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    position BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);

CREATE TABLE daily (
    day TEXT NOT NULL PRIMARY KEY,
    send_at_ms BIGINT NOT NULL,
    data TEXT NOT NULL
);
