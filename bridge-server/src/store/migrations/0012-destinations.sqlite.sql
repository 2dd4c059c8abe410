-- Where a site's handoffs go, as somebody set it while the bridge was running: every version there was, the latest counting.
CREATE TABLE destinations (
  site TEXT NOT NULL,
  number INTEGER NOT NULL, -- from 1, without gaps
  document TEXT, -- JSON; NULL: as the configuration says
  changes TEXT NOT NULL, -- a JSON array of sentences: what is other than before
  made_at INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  PRIMARY KEY (site, number)
) STRICT, WITHOUT ROWID;
