-- Whether somebody is at work on it now: a job that was put back for later also has a time to come and attempts behind it.
ALTER TABLE job ADD COLUMN is_claimed INTEGER NOT NULL DEFAULT 0;
UPDATE job SET is_claimed = 1 WHERE attempt > put_back;
