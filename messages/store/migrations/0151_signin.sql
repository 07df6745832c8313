-- Signing in to the console: what a person knows (an Argon2id string), what he has (a TOTP secret,
-- sealed, and the last step whose code was used), and codes on paper for when that is lost.
ALTER TABLE users ADD COLUMN password TEXT;
ALTER TABLE users ADD COLUMN totp TEXT;
ALTER TABLE users ADD COLUMN totp_pending TEXT;
ALTER TABLE users ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;

CREATE TABLE recovery_codes (
    user_name TEXT NOT NULL REFERENCES users (name),
    hash TEXT NOT NULL,
    PRIMARY KEY (user_name, hash)
) /*sqlite WITHOUT ROWID*/;

-- One link a person, with which he sets a password once.
CREATE TABLE user_links (
    user_name TEXT NOT NULL PRIMARY KEY REFERENCES users (name),
    hash TEXT NOT NULL UNIQUE,
    expires_ms BIGINT NOT NULL
);

-- Wrong tries in a row, also for names that there are not, so that both look alike.
CREATE TABLE sign_in_failures (
    name TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (at_ms);

CREATE TABLE sessions (
    id BIGINT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    user_name TEXT NOT NULL REFERENCES users (name),
    created_ms BIGINT NOT NULL,
    used_ms BIGINT NOT NULL,
    peer TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_name, id);
