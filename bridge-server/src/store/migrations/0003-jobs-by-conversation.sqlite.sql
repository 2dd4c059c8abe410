-- A conversation's few jobs lie together, so that its lanes need no index of their own, and a job that is claimed as it is written
-- stands in no index at all: each page less to write is felt when a line comes alone.
CREATE TABLE job_by_conversation (
  site TEXT NOT NULL,
  conversation TEXT NOT NULL,
  id INTEGER NOT NULL,
  lane TEXT,
  task TEXT NOT NULL,
  input TEXT NOT NULL,
  since INTEGER NOT NULL, -- when it was first due
  run_at INTEGER NOT NULL, -- when it may be claimed. Until when it is claimed is known to the one process that may claim it
  attempt INTEGER NOT NULL DEFAULT 0,
  put_back INTEGER NOT NULL DEFAULT 0,
  is_claimed INTEGER NOT NULL DEFAULT 0, -- whether somebody is at work on it now
  PRIMARY KEY (site, conversation, id)
) STRICT, WITHOUT ROWID;
INSERT INTO job_by_conversation (site, conversation, id, lane, task, input, since, run_at, attempt, put_back, is_claimed)
  SELECT site, conversation, id, lane, task, input, since, run_at, attempt, put_back, is_claimed FROM job;

-- No id above this was ever given to a job. A late report that carries an id must never mean another job, so none is given twice.
CREATE TABLE job_ids (reserved INTEGER NOT NULL) STRICT;
INSERT INTO job_ids SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'job';

DROP TABLE job;
ALTER TABLE job_by_conversation RENAME TO job;
CREATE INDEX job_due ON job (run_at) WHERE is_claimed = 0;
