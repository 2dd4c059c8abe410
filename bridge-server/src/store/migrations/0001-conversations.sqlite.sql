-- Times are milliseconds since 1970, UTC. Rows of one conversation lie together, so that one fact touches few pages.

-- How far its entries go is read from them, so that a line that changes nothing else leaves this row alone.
CREATE TABLE conversation (
  site TEXT NOT NULL,
  id TEXT NOT NULL,
  lifecycle TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL, -- when the visitor was last known to be there
  PRIMARY KEY (site, id)
) STRICT, WITHOUT ROWID;

-- What everybody in the conversation sees.
CREATE TABLE entry (
  site TEXT NOT NULL,
  conversation TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (site, conversation, seq)
) STRICT, WITHOUT ROWID;

-- What only operators and downstream systems see. A table of its own, so that no query for entries can return it.
CREATE TABLE note (
  site TEXT NOT NULL,
  conversation TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (site, conversation, seq)
) STRICT, WITHOUT ROWID;

-- What came in, so that it counts once.
CREATE TABLE fact (
  site TEXT NOT NULL,
  conversation TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  digest TEXT,
  first_seq INTEGER, -- the first entry it added, if it added one
  PRIMARY KEY (site, conversation, id)
) STRICT, WITHOUT ROWID;

-- Work owed. AUTOINCREMENT, because a late report that carries an id must never mean another job.
CREATE TABLE job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  site TEXT NOT NULL,
  conversation TEXT NOT NULL,
  lane TEXT,
  task TEXT NOT NULL,
  input TEXT NOT NULL,
  since INTEGER NOT NULL, -- when it was first due
  run_at INTEGER NOT NULL, -- when it may be claimed, which for a claimed job is the end of its lease
  attempt INTEGER NOT NULL DEFAULT 0,
  put_back INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX job_due ON job (run_at);
CREATE INDEX job_lane ON job (site, conversation, lane) WHERE lane IS NOT NULL;

-- What the outside world calls a conversation. The site is not part of the key: whoever brings a token does not know it.
CREATE TABLE name (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  site TEXT NOT NULL,
  conversation TEXT NOT NULL,
  handoff TEXT,
  expires_at INTEGER,
  PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;

-- How many turns the assistant was asked, per site and UTC day.
CREATE TABLE spending (
  site TEXT NOT NULL,
  day TEXT NOT NULL,
  turns INTEGER NOT NULL,
  PRIMARY KEY (site, day)
) STRICT, WITHOUT ROWID;
