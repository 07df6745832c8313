-- What calendars that follow the events need to know of each: since when it is there, when it last
-- changed, and how often (SEQUENCE).
ALTER TABLE events ADD COLUMN created_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN changed_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;

-- Cancelled, moved or on again after all: to be told once to those who asked to be reminded.
-- kind: 1 cancelled, 2 moved, 3 on again. state: 0 to be told, 1 done.
CREATE TABLE event_changes (
    event_id TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    was_start_ms BIGINT NOT NULL,
    was_place TEXT,
    at_ms BIGINT NOT NULL,
    state BIGINT NOT NULL DEFAULT 0,
    told BIGINT NOT NULL DEFAULT 0,
    out_of_reach BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (event_id, sequence)
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX event_changes_open ON event_changes (at_ms) WHERE state = 0;

-- Who asked to be reminded of an event. wanted: 1 yes, 0 taken back. sequence: of the change that
-- the person was told of last.
CREATE TABLE reminders (
    account_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    wanted BIGINT NOT NULL,
    asked_ms BIGINT NOT NULL,
    sequence BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, contact_id, event_id)
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX reminders_by_event ON reminders (event_id) WHERE wanted = 1;

-- step: 1 a day before, 2 an hour before. state: 0 waits for its time, 1 handed on to be sent,
-- 2 outside the time in which the platform lets us write, 3 too late, 4 no longer wanted.
CREATE TABLE reminder_dues (
    account_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    step BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,
    state BIGINT NOT NULL DEFAULT 0,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (account_id, contact_id, event_id, step)
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX reminder_dues_open ON reminder_dues (due_ms) WHERE state = 0;
