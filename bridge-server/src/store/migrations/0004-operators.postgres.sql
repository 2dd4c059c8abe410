-- What operators look for: when a person came to a handoff. Indexes for their lists of conversations are in store/postgres-indexes.ts.

ALTER TABLE baton.handoff ADD COLUMN accepted_at timestamptz(3); -- when the first person came
CREATE INDEX handoff_accepted ON baton.handoff (site, destination, accepted_at) WHERE accepted_at IS NOT NULL;

CREATE FUNCTION baton.tell_handoff_2(its_site text, its_conversation text, its_at timestamptz, noted json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  -- What cannot be a text here, a zero or half a character, would fail the fact that is being saved.
  body json := regexp_replace(noted::text, '(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})', '\1\\ufffd', 'gi')::json;
  kind text := body ->> 'type';
BEGIN
  IF kind = 'steered' THEN
    -- Held until what is told is saved. Else a higher number could be read before a lower one is there, and the lower one never.
    PERFORM pg_advisory_xact_lock(7205759403792794);
    UPDATE baton.handoff SET change = nextval('baton.handoff_change'), changed_at = its_at, step = (body ->> 'did') || '_by_hand'
      WHERE conversation = its_conversation AND id = body ->> 'handoff' AND site = its_site AND stage <> 'erased';
    RETURN;
  END IF;
  PERFORM baton.tell_handoff_1(its_site, its_conversation, its_at, noted);
  IF kind = 'handoff_completed' THEN
    UPDATE baton.handoff SET accepted_at = coalesce(accepted_at, its_at)
      WHERE conversation = its_conversation AND id = body ->> 'handoff' AND site = its_site AND stage <> 'erased';
  ELSIF kind = 'erased' THEN
    UPDATE baton.handoff SET accepted_at = NULL WHERE conversation = its_conversation AND site = its_site;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION baton.note_tells_handoff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM baton.tell_handoff_2(NEW.site, NEW.conversation, NEW.at, NEW.body);
  RETURN NULL;
END $$;

-- What was noted until now.
DO $$
DECLARE
  told baton.note;
  body json;
BEGIN
  FOR told IN SELECT n.* FROM baton.note AS n WHERE n.body::text LIKE '%"handoff_completed"%' ORDER BY at DESC LOOP
    body := regexp_replace(told.body::text, '(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})', '\1\\ufffd', 'gi')::json;
    IF body ->> 'type' = 'handoff_completed' THEN
      UPDATE baton.handoff AS h SET accepted_at = told.at
        WHERE h.conversation = told.conversation AND h.id = body ->> 'handoff' AND h.site = told.site AND stage <> 'erased';
    END IF;
  END LOOP;
END $$;
