-- Who did what, one line for each deed, in a chain: each hash is made of the line and of the hash before it.
CREATE TABLE audit (
  number INTEGER PRIMARY KEY,
  line TEXT NOT NULL, -- JSON, as it was hashed
  hash TEXT NOT NULL
) STRICT;

-- Where the chain ends, so that a chain that was cut off shows. One row.
CREATE TABLE audit_end (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  number INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_end VALUES (1, 0, '');

-- Operators' keys that were made while the bridge was running. Of the key itself there is only its digest.
CREATE TABLE operator_key (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  scopes TEXT, -- a JSON array; NULL: whatever the role may
  digest TEXT NOT NULL UNIQUE,
  made_at INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  expires_at INTEGER,
  used_at INTEGER -- to the minute
) STRICT, WITHOUT ROWID;
