-- Entries lie in the order in which they came, whoever's they are, and an index finds a conversation's. Those that are saved together
-- share their pages, and none is put between others: making room there was most of what a line cost.
CREATE TABLE entry_as_it_came (
  site TEXT NOT NULL,
  conversation TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
INSERT INTO entry_as_it_came SELECT site, conversation, seq, at, body FROM entry ORDER BY at, site, conversation, seq;
DROP TABLE entry;
ALTER TABLE entry_as_it_came RENAME TO entry;
CREATE UNIQUE INDEX entry_seq ON entry (site, conversation, seq);
