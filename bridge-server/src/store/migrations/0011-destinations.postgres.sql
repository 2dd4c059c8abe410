-- Where a site's handoffs go, as somebody set it while the bridge was running: every version there was, the latest counting.
CREATE TABLE baton.destinations (
  site text NOT NULL,
  number int NOT NULL, -- from 1, without gaps
  document text, -- JSON; NULL: as the configuration says
  changes text NOT NULL, -- a JSON array of sentences: what is other than before
  made_at timestamptz(3) NOT NULL,
  made_by text NOT NULL,
  PRIMARY KEY (site, number)
);
