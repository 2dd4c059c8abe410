-- Whose conversation it is, by whatever is known of them: what the site signed, or where a channel finds them. Whoever asks for everything
-- about a visitor, or wants it erased, asks here. It follows from the notes, and goes with them.
CREATE TABLE visitor (
  site TEXT NOT NULL,
  id TEXT NOT NULL,
  conversation TEXT NOT NULL,
  PRIMARY KEY (site, id, conversation)
) STRICT, WITHOUT ROWID;
CREATE INDEX visitor_conversation ON visitor (site, conversation);

CREATE TRIGGER visitor_came AFTER INSERT ON note WHEN NEW.body ->> '$.type' = 'conversation_began' BEGIN
  INSERT INTO visitor (site, id, conversation)
  SELECT NEW.site, known.value, NEW.conversation FROM (
    SELECT NEW.body ->> '$.visitor.identity.id' AS value
    UNION SELECT NEW.body ->> '$.visitor.identity.email' UNION SELECT NEW.body ->> '$.visitor.reached.theirs') AS known
  WHERE known.value IS NOT NULL
  ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER visitor_erased AFTER INSERT ON note WHEN NEW.body ->> '$.type' = 'erased' BEGIN
  DELETE FROM visitor WHERE site = NEW.site AND conversation = NEW.conversation;
END;
CREATE TRIGGER visitor_forgotten AFTER UPDATE ON note
WHEN NEW.body ->> '$.type' = 'conversation_began' AND NEW.body ->> '$.visitor.identity' IS NULL AND NEW.body ->> '$.visitor.reached' IS NULL BEGIN
  DELETE FROM visitor WHERE site = NEW.site AND conversation = NEW.conversation;
END;

INSERT OR IGNORE INTO visitor (site, id, conversation)
  SELECT site, body ->> '$.visitor.identity.id', conversation FROM note
    WHERE body ->> '$.type' = 'conversation_began' AND body ->> '$.visitor.identity.id' IS NOT NULL
  UNION SELECT site, body ->> '$.visitor.identity.email', conversation FROM note
    WHERE body ->> '$.type' = 'conversation_began' AND body ->> '$.visitor.identity.email' IS NOT NULL
  UNION SELECT site, body ->> '$.visitor.reached.theirs', conversation FROM note
    WHERE body ->> '$.type' = 'conversation_began' AND body ->> '$.visitor.reached.theirs' IS NOT NULL;

-- How far work has come that goes through everything there is, by its name.
CREATE TABLE mark (
  name TEXT PRIMARY KEY,
  number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
