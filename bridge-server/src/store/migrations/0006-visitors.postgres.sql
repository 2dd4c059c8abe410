-- Whose conversation it is, by whatever is known of them: what the site signed, or where a channel finds them. Whoever asks for everything
-- about a visitor, or wants it erased, asks here. It follows from the notes, and goes with them.
CREATE TABLE baton.visitor (
  site text NOT NULL,
  id text NOT NULL,
  conversation text NOT NULL,
  PRIMARY KEY (site, id, conversation)
);
CREATE INDEX visitor_conversation ON baton.visitor (site, conversation);

CREATE FUNCTION baton.visitor_came_1(its_site text, its_conversation text, noted json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  -- What cannot be a text here, a zero or half a character, would fail the fact that is being saved.
  body json := regexp_replace(noted::text, '(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})', '\1\\ufffd', 'gi')::json;
BEGIN
  INSERT INTO baton.visitor (site, id, conversation)
    SELECT DISTINCT its_site, known.id, its_conversation
    FROM unnest(ARRAY[body #>> '{visitor,identity,id}', body #>> '{visitor,identity,email}', body #>> '{visitor,reached,theirs}']) AS known (id)
    WHERE known.id IS NOT NULL
    ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION baton.note_tells_visitor() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kind text := substring(NEW.body::text FROM '"type":"(\w+)"');
BEGIN
  IF kind = 'erased' OR (kind = 'conversation_began' AND TG_OP = 'UPDATE') THEN
    DELETE FROM baton.visitor AS v WHERE v.site = NEW.site AND v.conversation = NEW.conversation;
  END IF;
  IF kind = 'conversation_began' THEN PERFORM baton.visitor_came_1(NEW.site, NEW.conversation, NEW.body); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER note_tells_visitor AFTER INSERT OR UPDATE ON baton.note FOR EACH ROW EXECUTE FUNCTION baton.note_tells_visitor();

DO $$
DECLARE
  told baton.note;
BEGIN
  FOR told IN SELECT n.* FROM baton.note AS n WHERE n.seq = 1 AND substring(n.body::text FROM '"type":"(\w+)"') = 'conversation_began' LOOP
    PERFORM baton.visitor_came_1(told.site, told.conversation, told.body);
  END LOOP;
END $$;

-- How far work has come that goes through everything there is, by its name.
CREATE TABLE baton.mark (
  name text PRIMARY KEY,
  number bigint NOT NULL
);
