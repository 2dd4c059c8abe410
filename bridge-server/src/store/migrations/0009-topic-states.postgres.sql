-- What a topic calls its handoff's state is read by a site's own keys, when the context is read; only older notes are searched by the usual ones.
CREATE FUNCTION baton.tell_handoff_3(its_site text, its_conversation text, its_at timestamptz, noted json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  -- What cannot be a text here, a zero or half a character, would fail the fact that is being saved.
  body json := regexp_replace(noted::text, '(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})', '\1\\ufffd', 'gi')::json;
BEGIN
  PERFORM baton.tell_handoff_2(its_site, its_conversation, its_at, noted);
  IF body ->> 'type' = 'context' AND body #> '{look,context,topicState}' IS NOT NULL THEN
    UPDATE baton.handoff SET topic_state = left(body #>> '{look,context,topicState}', 200)
      WHERE conversation = its_conversation AND id = body ->> 'handoff' AND site = its_site AND stage <> 'erased';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION baton.note_tells_handoff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM baton.tell_handoff_3(NEW.site, NEW.conversation, NEW.at, NEW.body);
  RETURN NULL;
END $$;
