-- What an echo that came before its delivery's outcome said it is of: a run's id, a reply's as a
-- negative number, 0 where the platform tells the person alone. After a crash in several broadcasts
-- one must not take the echo of another.
ALTER TABLE early_receipts ADD COLUMN item BIGINT NOT NULL DEFAULT 0;
