-- A conversation that people of the staff take part in: wants_person is 1 from the hand-over until it
-- is closed. reason: asked, matter (an emergency or a sensitive one, named in `matter`), misses,
-- staff (who began by themselves). asked_ms: the citizen's last word that nobody answered yet;
-- person_ms: when a person of the staff last wrote or took it, for which time the bot keeps quiet.
ALTER TABLE conversations ADD COLUMN reason TEXT;
ALTER TABLE conversations ADD COLUMN matter TEXT;
ALTER TABLE conversations ADD COLUMN urgent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN assignee TEXT;
ALTER TABLE conversations ADD COLUMN since_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN asked_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN person_ms BIGINT NOT NULL DEFAULT 0;
UPDATE conversations SET reason = 'asked', since_ms = at_ms, asked_ms = at_ms WHERE wants_person = 1;
CREATE INDEX conversations_open ON conversations (urgent, since_ms) WHERE wants_person = 1;
CREATE INDEX conversations_by_contact ON conversations (contact_id);

-- Who of the staff wrote it; NULL: the bot.
ALTER TABLE replies ADD COLUMN author TEXT;
