-- Every handoff as it stands, for lists. It follows from the notes: whatever writes one changes it, in the same transaction, also a
-- bridge that is older than this table. What each note does to it is said in conversation/handoff.ts, and stands here once more so
-- that no list needs to read a conversation. Ids are compared byte by byte, so that an index finds what begins alike.
CREATE TABLE baton.handoff (
  number bigint PRIMARY KEY, -- the first of its changes: handoffs that began later have higher ones
  change bigint NOT NULL UNIQUE, -- counts what happened to handoffs, so that whoever watches asks for what is new
  site text NOT NULL,
  conversation text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  shared_id text COLLATE "C",
  assistant_chat text,
  requested_by text,
  destination text, -- its first 200 characters, because an index takes no more than a page; so are reason and topic_state
  reason text,
  state text, -- NULL: it is erased
  stage text NOT NULL,
  cause text,
  topic_state text,
  connector text,
  queue text,
  agent text,
  tries int NOT NULL DEFAULT 0, -- that failed and were repeated
  fell_back_to text, -- a JSON array
  resolution text,
  step text NOT NULL, -- the latest
  began_at timestamptz(3) NOT NULL,
  changed_at timestamptz(3) NOT NULL,
  UNIQUE (conversation, id, site)
);
-- Each filter is answered in order, newest first.
CREATE INDEX handoff_began ON baton.handoff (began_at, number);
CREATE INDEX handoff_site ON baton.handoff (site, began_at, number);
CREATE INDEX handoff_state ON baton.handoff (state, began_at, number);
CREATE INDEX handoff_stage ON baton.handoff (stage, began_at, number);
CREATE INDEX handoff_destination ON baton.handoff (destination, began_at, number);
CREATE INDEX handoff_reason ON baton.handoff (reason, began_at, number);
CREATE INDEX handoff_connector ON baton.handoff (connector, began_at, number);
CREATE INDEX handoff_topic_state ON baton.handoff (topic_state, began_at, number);
CREATE INDEX handoff_id ON baton.handoff (id);
CREATE INDEX handoff_shared_id ON baton.handoff (shared_id);
CREATE SEQUENCE baton.handoff_change;

CREATE FUNCTION baton.tell_handoff_1(its_site text, its_conversation text, its_at timestamptz, noted json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  -- What cannot be a text here, a zero or half a character, would fail the fact that is being saved.
  body json := regexp_replace(noted::text, '(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})', '\1\\ufffd', 'gi')::json;
  kind text := body ->> 'type';
  its_id text := body ->> 'handoff';
BEGIN
  IF kind IS DISTINCT FROM 'erased' AND (its_id IS NULL OR kind NOT IN ('handoff_initiated', 'context', 'routed', 'try_failed', 'queued',
    'handoff_completed', 'agent_changed', 'handoff_failed', 'fell_back', 'message_left', 'handoff_ended', 'outcome_reported')) THEN
    RETURN;
  END IF;
  -- Held until what is told is saved. Else a higher number could be read before a lower one is there, and the lower one never.
  PERFORM pg_advisory_xact_lock(7205759403792794);
  IF kind = 'handoff_initiated' THEN
    INSERT INTO baton.handoff (number, change, site, conversation, id, shared_id, assistant_chat, requested_by, destination, reason, state, stage, step, began_at, changed_at)
      SELECT next, next, its_site, its_conversation, its_id, body ->> 'sharedId', body ->> 'assistantChat', body ->> 'by',
        left(body ->> 'destination', 200), left(body ->> 'reason', 200), 'handoff_initiated', 'initiated', 'initiated', its_at, its_at
      FROM nextval('baton.handoff_change') AS next
      ON CONFLICT DO NOTHING;
  ELSIF kind = 'erased' THEN -- that there was one is all that is left of it
    UPDATE baton.handoff SET
      change = nextval('baton.handoff_change'), changed_at = its_at, state = NULL, stage = 'erased', step = 'erased', tries = 0,
      shared_id = NULL, assistant_chat = NULL, requested_by = NULL, destination = NULL, reason = NULL, cause = NULL, topic_state = NULL,
      connector = NULL, queue = NULL, agent = NULL, fell_back_to = NULL, resolution = NULL
    WHERE conversation = its_conversation AND site = its_site;
  ELSE
    UPDATE baton.handoff SET
      change = nextval('baton.handoff_change'),
      changed_at = its_at,
      state = CASE WHEN kind IN ('handoff_completed', 'handoff_failed') THEN kind ELSE state END,
      stage = CASE kind
        WHEN 'queued' THEN 'queued' WHEN 'handoff_completed' THEN 'live' WHEN 'handoff_failed' THEN 'failed'
        WHEN 'handoff_ended' THEN CASE body ->> 'wasLive' WHEN 'true' THEN 'ended' ELSE 'abandoned' END ELSE stage END,
      cause = CASE kind WHEN 'handoff_failed' THEN body ->> 'cause' WHEN 'handoff_ended' THEN body ->> 'by' ELSE cause END,
      topic_state = CASE WHEN body #>> '{look,state}' = 'found' THEN (
        SELECT left(body #>> ARRAY['look', 'context', 'data', key], 200)
        FROM unnest(ARRAY['handoff_state', 'handoff_status', 'state', 'handoff_reason']) WITH ORDINALITY AS asked (key, place)
        WHERE json_typeof(body #> ARRAY['look', 'context', 'data', key]) = 'string' AND body #>> ARRAY['look', 'context', 'data', key] <> ''
        ORDER BY place LIMIT 1) ELSE topic_state END,
      connector = CASE kind WHEN 'routed' THEN body ->> 'connector' ELSE connector END,
      queue = CASE kind WHEN 'routed' THEN body ->> 'queue' ELSE queue END,
      agent = CASE WHEN kind IN ('handoff_completed', 'agent_changed') THEN body #>> '{agent,name}' ELSE agent END,
      tries = tries + (kind = 'try_failed')::int,
      fell_back_to = CASE kind WHEN 'fell_back' THEN body ->> 'to' ELSE fell_back_to END,
      resolution = CASE kind WHEN 'outcome_reported' THEN body ->> 'resolution' ELSE resolution END,
      step = CASE kind
        WHEN 'try_failed' THEN 'retried' WHEN 'queued' THEN 'queued' WHEN 'handoff_completed' THEN 'completed'
        WHEN 'agent_changed' THEN CASE WHEN body ->> 'agent' IS NULL THEN 'agent_left' ELSE 'transferred' END
        WHEN 'handoff_failed' THEN 'failed' WHEN 'fell_back' THEN 'fell_back' WHEN 'message_left' THEN 'message_left'
        WHEN 'handoff_ended' THEN CASE body ->> 'wasLive' WHEN 'true' THEN 'ended' ELSE 'abandoned' END
        WHEN 'outcome_reported' THEN 'outcome_reported' ELSE step END
    WHERE conversation = its_conversation AND id = its_id AND site = its_site AND stage <> 'erased';
  END IF;
END $$;

CREATE FUNCTION baton.note_tells_handoff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM baton.tell_handoff_1(NEW.site, NEW.conversation, NEW.at, NEW.body);
  RETURN NULL;
END $$;
CREATE TRIGGER note_tells_handoff AFTER INSERT ON baton.note FOR EACH ROW EXECUTE FUNCTION baton.note_tells_handoff();

-- What was noted until now.
DO $$
DECLARE
  told baton.note;
BEGIN
  FOR told IN SELECT * FROM baton.note ORDER BY at, site, conversation, seq LOOP
    PERFORM baton.tell_handoff_1(told.site, told.conversation, told.at, told.body);
  END LOOP;
END $$;
