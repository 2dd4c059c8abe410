-- Who did what, one line for each deed, in a chain: each hash is made of the line and of the hash before it.
CREATE TABLE baton.audit (
  number bigint PRIMARY KEY,
  line text NOT NULL, -- JSON, as it was hashed
  hash text NOT NULL
);

-- Where the chain ends, so that a chain that was cut off shows. One row, which whoever adds a line holds.
CREATE TABLE baton.audit_end (
  one int PRIMARY KEY CHECK (one = 1),
  number bigint NOT NULL,
  hash text NOT NULL
);
INSERT INTO baton.audit_end VALUES (1, 0, '');

-- Operators' keys that were made while the bridge was running. Of the key itself there is only its digest.
CREATE TABLE baton.operator_key (
  id text PRIMARY KEY,
  name text NOT NULL,
  role text NOT NULL,
  scopes text, -- a JSON array; NULL: whatever the role may
  digest text NOT NULL UNIQUE,
  made_at timestamptz(3) NOT NULL,
  made_by text NOT NULL,
  expires_at timestamptz(3),
  used_at timestamptz(3) -- to the minute
);
