-- Conversations in the order in which they ended, and once more whenever something came of them afterwards: whoever copies them out
-- asks for what is new. It follows from the notes: whatever writes one writes this, in the same transaction.
CREATE TABLE ending (
  number INTEGER PRIMARY KEY, -- what came later has a higher one
  site TEXT NOT NULL,
  conversation TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX ending_conversation ON ending (site, conversation, number);

CREATE TRIGGER conversation_ended AFTER INSERT ON note
WHEN NEW.body ->> '$.type' IN ('conversation_ended', 'erased', 'rated', 'outcome_reported', 'context') BEGIN
  INSERT INTO ending (site, conversation, at)
  SELECT NEW.site, NEW.conversation, NEW.at
  WHERE NEW.body ->> '$.type' IN ('conversation_ended', 'erased')
    OR EXISTS (SELECT 1 FROM ending WHERE site = NEW.site AND conversation = NEW.conversation);
END;

INSERT INTO ending (site, conversation, at)
  SELECT site, conversation, at FROM note WHERE body ->> '$.type' IN ('conversation_ended', 'erased') ORDER BY at, site, conversation, seq;
