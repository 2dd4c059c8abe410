-- What happened on each day, counted: by destination, by reason and so on, so that no page has to read a conversation. It is changed in
-- the transaction that changes what it counts. It holds no names and no words: what may be a sentence counts as 'other', and a
-- conversation that is erased stays counted.
CREATE TABLE baton.tally (
  day date NOT NULL, -- UTC; of handoffs and of conversations the one on which they began
  site text NOT NULL,
  dimension text NOT NULL, -- 'all' counts each once, under no value
  value text NOT NULL, -- '': there is none
  part smallint NOT NULL, -- 0 of handoffs; those who count conversations share the others, so that they need not queue
  conversations bigint NOT NULL DEFAULT 0,
  handed_off bigint NOT NULL DEFAULT 0, -- conversations with a handoff or more
  handoffs bigint NOT NULL DEFAULT 0,
  queued bigint NOT NULL DEFAULT 0,
  accepted bigint NOT NULL DEFAULT 0,
  accepted_ms bigint NOT NULL DEFAULT 0, -- of the accepted together, from the wish to the person
  left_queue bigint NOT NULL DEFAULT 0,
  queue_ms bigint NOT NULL DEFAULT 0, -- of those that left a queue together
  failed bigint NOT NULL DEFAULT 0,
  fell_back bigint NOT NULL DEFAULT 0,
  abandoned bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (dimension, day, site, value, part)
) WITH (fillfactor = 80);

ALTER TABLE baton.handoff
  ADD COLUMN language text, -- of the visitor's page
  ADD COLUMN variant text, -- of the assistant
  ADD COLUMN queued_at timestamptz(3), -- when it first was
  ADD COLUMN left_queue_at timestamptz(3), -- when it then was accepted, failed or given up
  ADD COLUMN is_passed_on int NOT NULL DEFAULT 0; -- another one was asked for in its place, as a fallback

-- A note whose every text can be one here: a zero or half a character would fail the fact that is being saved.
CREATE FUNCTION baton.readable_1(noted json) RETURNS json LANGUAGE sql IMMUTABLE
AS $$ SELECT regexp_replace(noted::text, '(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})', '\1\\ufffd', 'gi')::json $$;

CREATE FUNCTION baton.tallied_1(dimension text, told text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN told IS NULL THEN '' WHEN length(told) > 64 THEN 'other'
    WHEN dimension <> 'destination' AND told !~ '^[-A-Za-z0-9_.:/]*$' THEN 'other' ELSE told END $$;

UPDATE baton.handoff AS h SET language = baton.readable_1(n.body) #>> '{visitor,language}'
  FROM baton.note AS n WHERE n.site = h.site AND n.conversation = h.conversation AND n.seq = 1 AND h.stage <> 'erased';
UPDATE baton.handoff AS h SET queued_at = its.queued_at, left_queue_at = its.left_queue_at FROM (
  SELECT site, conversation, body ->> 'handoff' AS id, min(at) FILTER (WHERE body ->> 'type' = 'queued') AS queued_at,
    min(at) FILTER (WHERE body ->> 'type' <> 'queued') AS left_queue_at
  FROM (SELECT site, conversation, at, baton.readable_1(body) AS body FROM baton.note
    WHERE body::text ~ '"(queued|handoff_completed|handoff_failed|handoff_ended)"') AS n
  WHERE body ->> 'type' IN ('queued', 'handoff_completed', 'handoff_failed', 'handoff_ended') GROUP BY 1, 2, 3) AS its
  WHERE its.site = h.site AND its.conversation = h.conversation AND its.id = h.id AND its.queued_at IS NOT NULL AND h.stage <> 'erased';
UPDATE baton.handoff AS h SET is_passed_on = 1 FROM (
  SELECT number, lead(requested_by) OVER (PARTITION BY conversation, site ORDER BY number) AS next FROM baton.handoff) AS its
  WHERE its.number = h.number AND its.next = 'fallback' AND h.stage <> 'erased';

-- What a handoff counts for as it stands.
CREATE VIEW baton.handoff_tally AS
  SELECT number, (began_at AT TIME ZONE 'UTC')::date AS day, site, dimension, baton.tallied_1(dimension, told) AS value,
    1 AS handoffs, (queued_at IS NOT NULL)::int AS queued, (accepted_at IS NOT NULL)::int AS accepted,
    greatest(coalesce(round(extract(epoch FROM accepted_at - began_at) * 1000), 0), 0)::bigint AS accepted_ms,
    (left_queue_at IS NOT NULL)::int AS left_queue,
    greatest(coalesce(round(extract(epoch FROM left_queue_at - queued_at) * 1000), 0), 0)::bigint AS queue_ms,
    coalesce((state = 'handoff_failed')::int, 0) AS failed, (fell_back_to IS NOT NULL OR is_passed_on = 1)::int AS fell_back,
    (stage = 'abandoned')::int AS abandoned
  FROM baton.handoff CROSS JOIN LATERAL (
    VALUES ('all', NULL), ('cause', CASE WHEN state = 'handoff_failed' THEN cause END), ('destination', destination), ('language', language),
      ('reason', reason), ('topic_state', topic_state), ('variant', variant)) AS its (dimension, told)
  WHERE stage <> 'erased';

-- Whoever changes a handoff holds the lock of `tell_handoff_1`, so no two of them meet here.
CREATE FUNCTION baton.count_handoff_1(its_number bigint, sign int) RETURNS void LANGUAGE sql AS $$
  INSERT INTO baton.tally AS t
      (day, site, dimension, value, part, handoffs, queued, accepted, accepted_ms, left_queue, queue_ms, failed, fell_back, abandoned)
    SELECT day, site, dimension, value, 0, sign * handoffs, sign * queued, sign * accepted, sign * accepted_ms, sign * left_queue,
      sign * queue_ms, sign * failed, sign * fell_back, sign * abandoned
    FROM baton.handoff_tally WHERE number = its_number ORDER BY dimension
    ON CONFLICT (dimension, day, site, value, part) DO UPDATE SET handoffs = t.handoffs + excluded.handoffs, queued = t.queued + excluded.queued,
      accepted = t.accepted + excluded.accepted, accepted_ms = t.accepted_ms + excluded.accepted_ms,
      left_queue = t.left_queue + excluded.left_queue, queue_ms = t.queue_ms + excluded.queue_ms, failed = t.failed + excluded.failed,
      fell_back = t.fell_back + excluded.fell_back, abandoned = t.abandoned + excluded.abandoned
$$;

CREATE FUNCTION baton.handoff_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.stage = 'erased' THEN RETURN NEW; END IF; -- it stays counted as it was
  IF NEW.stage = 'queued' AND OLD.stage <> 'queued' THEN NEW.queued_at := coalesce(OLD.queued_at, NEW.changed_at); END IF;
  IF OLD.stage = 'queued' AND NEW.stage <> 'queued' THEN NEW.left_queue_at := coalesce(OLD.left_queue_at, NEW.changed_at); END IF;
  PERFORM baton.count_handoff_1(OLD.number, -1);
  RETURN NEW;
END $$;
CREATE FUNCTION baton.handoff_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.stage <> 'erased' THEN PERFORM baton.count_handoff_1(NEW.number, 1); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER handoff_changes BEFORE UPDATE ON baton.handoff FOR EACH ROW
  WHEN ((OLD.stage, OLD.state, OLD.cause, OLD.topic_state, OLD.accepted_at, OLD.fell_back_to, OLD.is_passed_on) IS DISTINCT FROM
    (NEW.stage, NEW.state, NEW.cause, NEW.topic_state, NEW.accepted_at, NEW.fell_back_to, NEW.is_passed_on))
  EXECUTE FUNCTION baton.handoff_changes();
CREATE TRIGGER handoff_changed AFTER UPDATE ON baton.handoff FOR EACH ROW
  WHEN ((OLD.stage, OLD.state, OLD.cause, OLD.topic_state, OLD.accepted_at, OLD.fell_back_to, OLD.is_passed_on) IS DISTINCT FROM
    (NEW.stage, NEW.state, NEW.cause, NEW.topic_state, NEW.accepted_at, NEW.fell_back_to, NEW.is_passed_on))
  EXECUTE FUNCTION baton.handoff_changed();

-- The first note of a conversation says in which language it is, of which variant, and since when.
CREATE FUNCTION baton.handoff_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT body #>> '{visitor,language}', body ->> 'variant' INTO NEW.language, NEW.variant
    FROM (SELECT baton.readable_1(body) AS body FROM baton.note WHERE site = NEW.site AND conversation = NEW.conversation AND seq = 1) AS its;
  RETURN NEW;
END $$;
CREATE FUNCTION baton.handoff_begun() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  earlier bigint := (SELECT max(number) FROM baton.handoff
    WHERE conversation = NEW.conversation AND site = NEW.site AND number < NEW.number);
BEGIN
  IF earlier IS NOT NULL AND NEW.requested_by = 'fallback' THEN UPDATE baton.handoff SET is_passed_on = 1 WHERE number = earlier; END IF;
  PERFORM baton.count_handoff_1(NEW.number, 1);
  IF earlier IS NULL THEN
    INSERT INTO baton.tally AS t (day, site, dimension, value, part, handed_off)
      SELECT coalesce((SELECT (at AT TIME ZONE 'UTC')::date FROM baton.note AS n
          WHERE n.site = NEW.site AND n.conversation = NEW.conversation AND n.seq = 1), day), site, dimension, value, 0, 1
      FROM baton.handoff_tally WHERE number = NEW.number AND dimension IN ('all', 'language', 'variant') ORDER BY dimension
      ON CONFLICT (dimension, day, site, value, part) DO UPDATE SET handed_off = t.handed_off + 1;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER handoff_begins BEFORE INSERT ON baton.handoff FOR EACH ROW EXECUTE FUNCTION baton.handoff_begins();
CREATE TRIGGER handoff_begun AFTER INSERT ON baton.handoff FOR EACH ROW EXECUTE FUNCTION baton.handoff_begun();

CREATE VIEW baton.conversation_tally AS
  SELECT site, conversation, (at AT TIME ZONE 'UTC')::date AS day, dimension, baton.tallied_1(dimension, told) AS value
  FROM (SELECT site, conversation, at, baton.readable_1(body) AS body FROM baton.note WHERE seq = 1) AS n
    CROSS JOIN LATERAL (VALUES ('all', NULL), ('language', body #>> '{visitor,language}'), ('variant', body ->> 'variant')) AS its (dimension, told)
  WHERE body ->> 'type' = 'conversation_began';

CREATE OR REPLACE FUNCTION baton.note_tells_handoff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM baton.tell_handoff_3(NEW.site, NEW.conversation, NEW.at, NEW.body);
  IF NEW.seq = 1 THEN
    INSERT INTO baton.tally AS t (day, site, dimension, value, part, conversations)
      SELECT day, site, dimension, value, 1 + abs(hashtext(NEW.conversation) % 16), 1 FROM baton.conversation_tally
      WHERE site = NEW.site AND conversation = NEW.conversation ORDER BY dimension
      ON CONFLICT (dimension, day, site, value, part) DO UPDATE SET conversations = t.conversations + 1;
  END IF;
  RETURN NULL;
END $$;

-- What happened until now.
INSERT INTO baton.tally (day, site, dimension, value, part, handoffs, queued, accepted, accepted_ms, left_queue, queue_ms, failed, fell_back, abandoned)
  SELECT day, site, dimension, value, 0, sum(handoffs), sum(queued), sum(accepted), sum(accepted_ms), sum(left_queue), sum(queue_ms),
    sum(failed), sum(fell_back), sum(abandoned)
  FROM baton.handoff_tally GROUP BY day, site, dimension, value;
INSERT INTO baton.tally (day, site, dimension, value, part, conversations)
  SELECT day, site, dimension, value, 1, count(*) FROM baton.conversation_tally GROUP BY day, site, dimension, value;
INSERT INTO baton.tally AS t (day, site, dimension, value, part, handed_off)
  SELECT day, site, dimension, value, 0, count(*) FROM baton.conversation_tally AS c
  WHERE EXISTS (SELECT 1 FROM baton.handoff AS h WHERE h.conversation = c.conversation AND h.site = c.site)
  GROUP BY day, site, dimension, value
  ON CONFLICT (dimension, day, site, value, part) DO UPDATE SET handed_off = excluded.handed_off;
