-- A deleted event (kind 4 of a change) as it was, for those who asked to be reminded of it: there is
-- no other row of it any more.
ALTER TABLE event_changes ADD COLUMN was_data TEXT;
