-- What happened on each day, counted: by destination, by reason and so on, so that no page has to read a conversation. It is changed in
-- the transaction that changes what it counts. It holds no names and no words: what may be a sentence counts as 'other', and a
-- conversation that is erased stays counted.
CREATE TABLE tally (
  day TEXT NOT NULL, -- UTC; of handoffs and of conversations the one on which they began
  site TEXT NOT NULL,
  dimension TEXT NOT NULL, -- 'all' counts each once, under no value
  value TEXT NOT NULL, -- '': there is none
  part INTEGER NOT NULL, -- 0 of handoffs; those who count conversations share the others, so that they need not queue
  conversations INTEGER NOT NULL DEFAULT 0,
  handed_off INTEGER NOT NULL DEFAULT 0, -- conversations with a handoff or more
  handoffs INTEGER NOT NULL DEFAULT 0,
  queued INTEGER NOT NULL DEFAULT 0,
  accepted INTEGER NOT NULL DEFAULT 0,
  accepted_ms INTEGER NOT NULL DEFAULT 0, -- of the accepted together, from the wish to the person
  left_queue INTEGER NOT NULL DEFAULT 0,
  queue_ms INTEGER NOT NULL DEFAULT 0, -- of those that left a queue together
  failed INTEGER NOT NULL DEFAULT 0,
  fell_back INTEGER NOT NULL DEFAULT 0,
  abandoned INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (dimension, day, site, value, part)
) STRICT, WITHOUT ROWID;

ALTER TABLE handoff ADD COLUMN language TEXT; -- of the visitor's page
ALTER TABLE handoff ADD COLUMN variant TEXT; -- of the assistant
ALTER TABLE handoff ADD COLUMN queued_at INTEGER; -- when it first was
ALTER TABLE handoff ADD COLUMN left_queue_at INTEGER; -- when it then was accepted, failed or given up
ALTER TABLE handoff ADD COLUMN is_passed_on INTEGER NOT NULL DEFAULT 0; -- another one was asked for in its place, as a fallback

UPDATE handoff SET
  language = its.body ->> '$.visitor.language'
  FROM note AS its WHERE its.site = handoff.site AND its.conversation = handoff.conversation AND its.seq = 1 AND stage <> 'erased';
UPDATE handoff SET queued_at = its.queued_at, left_queue_at = its.left_queue_at FROM (
  SELECT site, conversation, body ->> '$.handoff' AS id, min(at) FILTER (WHERE body ->> '$.type' = 'queued') AS queued_at,
    min(at) FILTER (WHERE body ->> '$.type' <> 'queued') AS left_queue_at
  FROM note WHERE body ->> '$.type' IN ('queued', 'handoff_completed', 'handoff_failed', 'handoff_ended') GROUP BY 1, 2, 3) AS its
  WHERE its.site = handoff.site AND its.conversation = handoff.conversation AND its.id = handoff.id AND its.queued_at IS NOT NULL
    AND stage <> 'erased';
UPDATE handoff SET is_passed_on = 1 WHERE stage <> 'erased' AND EXISTS (
  SELECT 1 FROM handoff AS next WHERE next.conversation = handoff.conversation AND next.site = handoff.site AND next.requested_by = 'fallback'
    AND next.number = (SELECT min(number) FROM handoff AS later
      WHERE later.conversation = handoff.conversation AND later.site = handoff.site AND later.number > handoff.number));

-- What a handoff counts for as it stands.
CREATE VIEW handoff_tally AS
  WITH dimensions (dimension) AS (
    VALUES ('all'), ('cause'), ('destination'), ('language'), ('reason'), ('topic_state'), ('variant')),
  told AS (
    SELECT handoff.*, dimension, CASE dimension
      WHEN 'cause' THEN iif(state = 'handoff_failed', cause, NULL) WHEN 'destination' THEN destination WHEN 'language' THEN language
      WHEN 'reason' THEN reason WHEN 'topic_state' THEN topic_state WHEN 'variant' THEN variant END AS told_value
    FROM handoff CROSS JOIN dimensions WHERE stage <> 'erased')
  SELECT number, strftime('%Y-%m-%d', began_at / 1000, 'unixepoch') AS day, site, dimension,
    CASE WHEN told_value IS NULL THEN '' WHEN length(told_value) > 64 THEN 'other'
      WHEN dimension <> 'destination' AND told_value GLOB '*[^-A-Za-z0-9_.:/]*' THEN 'other' ELSE told_value END AS value,
    1 AS handoffs, queued_at IS NOT NULL AS queued, accepted_at IS NOT NULL AS accepted,
    coalesce(max(accepted_at - began_at, 0), 0) AS accepted_ms, left_queue_at IS NOT NULL AS left_queue,
    coalesce(max(left_queue_at - queued_at, 0), 0) AS queue_ms, state = 'handoff_failed' AS failed,
    fell_back_to IS NOT NULL OR is_passed_on AS fell_back, stage = 'abandoned' AS abandoned
  FROM told;

CREATE TRIGGER handoff_uncounted BEFORE UPDATE ON handoff
WHEN NEW.stage <> 'erased' AND (OLD.accepted_at IS NULL OR NEW.accepted_at IS NOT NULL) -- only an erasure takes that away
  AND (OLD.stage, OLD.state, OLD.cause, OLD.topic_state, OLD.accepted_at, OLD.queued_at, OLD.left_queue_at, OLD.fell_back_to, OLD.is_passed_on,
    OLD.language, OLD.variant) IS NOT (NEW.stage, NEW.state, NEW.cause, NEW.topic_state, NEW.accepted_at, NEW.queued_at, NEW.left_queue_at,
    NEW.fell_back_to, NEW.is_passed_on, NEW.language, NEW.variant)
BEGIN
  INSERT INTO tally (day, site, dimension, value, part, handoffs, queued, accepted, accepted_ms, left_queue, queue_ms, failed, fell_back, abandoned)
    SELECT day, site, dimension, value, 0, -handoffs, -queued, -accepted, -accepted_ms, -left_queue, -queue_ms, -failed, -fell_back, -abandoned
    FROM handoff_tally WHERE number = OLD.number
    ON CONFLICT DO UPDATE SET handoffs = handoffs + excluded.handoffs, queued = queued + excluded.queued, accepted = accepted + excluded.accepted,
      accepted_ms = accepted_ms + excluded.accepted_ms, left_queue = left_queue + excluded.left_queue, queue_ms = queue_ms + excluded.queue_ms,
      failed = failed + excluded.failed, fell_back = fell_back + excluded.fell_back, abandoned = abandoned + excluded.abandoned;
END;
CREATE TRIGGER handoff_counted AFTER UPDATE ON handoff
WHEN NEW.stage <> 'erased' AND (OLD.accepted_at IS NULL OR NEW.accepted_at IS NOT NULL) -- only an erasure takes that away
  AND (OLD.stage, OLD.state, OLD.cause, OLD.topic_state, OLD.accepted_at, OLD.queued_at, OLD.left_queue_at, OLD.fell_back_to, OLD.is_passed_on,
    OLD.language, OLD.variant) IS NOT (NEW.stage, NEW.state, NEW.cause, NEW.topic_state, NEW.accepted_at, NEW.queued_at, NEW.left_queue_at,
    NEW.fell_back_to, NEW.is_passed_on, NEW.language, NEW.variant)
BEGIN
  INSERT INTO tally (day, site, dimension, value, part, handoffs, queued, accepted, accepted_ms, left_queue, queue_ms, failed, fell_back, abandoned)
    SELECT day, site, dimension, value, 0, handoffs, queued, accepted, accepted_ms, left_queue, queue_ms, failed, fell_back, abandoned
    FROM handoff_tally WHERE number = NEW.number
    ON CONFLICT DO UPDATE SET handoffs = handoffs + excluded.handoffs, queued = queued + excluded.queued, accepted = accepted + excluded.accepted,
      accepted_ms = accepted_ms + excluded.accepted_ms, left_queue = left_queue + excluded.left_queue, queue_ms = queue_ms + excluded.queue_ms,
      failed = failed + excluded.failed, fell_back = fell_back + excluded.fell_back, abandoned = abandoned + excluded.abandoned;
END;

-- The first note of a conversation says in which language it is, of which variant, and since when.
CREATE TRIGGER handoff_first_counted AFTER INSERT ON handoff BEGIN
  UPDATE handoff SET is_passed_on = 1 WHERE NEW.requested_by = 'fallback' AND number = (
    SELECT max(number) FROM handoff AS its WHERE its.conversation = NEW.conversation AND its.site = NEW.site AND its.number < NEW.number);
  INSERT INTO tally (day, site, dimension, value, part, handoffs)
    SELECT day, site, dimension, value, 0, handoffs FROM handoff_tally WHERE number = NEW.number
    ON CONFLICT DO UPDATE SET handoffs = handoffs + excluded.handoffs;
  UPDATE handoff SET (language, variant) = (
    SELECT body ->> '$.visitor.language', body ->> '$.variant' FROM note
    WHERE note.site = NEW.site AND note.conversation = NEW.conversation AND seq = 1)
    WHERE number = NEW.number;
  INSERT INTO tally (day, site, dimension, value, part, handed_off)
    SELECT strftime('%Y-%m-%d', coalesce((SELECT at FROM note WHERE site = NEW.site AND conversation = NEW.conversation AND seq = 1), NEW.began_at) / 1000, 'unixepoch'),
      site, dimension, value, 0, 1
    FROM handoff_tally WHERE number = NEW.number AND dimension IN ('all', 'language', 'variant') AND NOT EXISTS (
      SELECT 1 FROM handoff AS its WHERE its.conversation = NEW.conversation AND its.site = NEW.site AND its.number < NEW.number)
    ON CONFLICT DO UPDATE SET handed_off = handed_off + 1;
END;

CREATE TRIGGER handoff_waited AFTER INSERT ON note
WHEN NEW.body ->> '$.type' IN ('queued', 'handoff_completed', 'handoff_failed', 'handoff_ended') BEGIN
  UPDATE handoff SET queued_at = coalesce(queued_at, iif(NEW.body ->> '$.type' = 'queued', NEW.at, NULL)),
    left_queue_at = coalesce(left_queue_at, iif(NEW.body ->> '$.type' <> 'queued' AND queued_at IS NOT NULL, NEW.at, NULL))
  WHERE conversation = NEW.conversation AND id = NEW.body ->> '$.handoff' AND site = NEW.site AND stage <> 'erased';
END;

CREATE VIEW conversation_tally AS
  SELECT site, conversation, seq, strftime('%Y-%m-%d', at / 1000, 'unixepoch') AS day, dimension,
    CASE WHEN told_value IS NULL THEN '' WHEN length(told_value) > 64 OR told_value GLOB '*[^-A-Za-z0-9_.:/]*' THEN 'other' ELSE told_value END AS value
  FROM (
    SELECT note.*, column1 AS dimension,
      CASE column1 WHEN 'language' THEN body ->> '$.visitor.language' WHEN 'variant' THEN body ->> '$.variant' END AS told_value
    FROM note CROSS JOIN (VALUES ('all'), ('language'), ('variant')) WHERE seq = 1 AND body ->> '$.type' = 'conversation_began');
CREATE TRIGGER conversation_counted AFTER INSERT ON note WHEN NEW.seq = 1 AND NEW.body ->> '$.type' = 'conversation_began' BEGIN
  INSERT INTO tally (day, site, dimension, value, part, conversations)
    SELECT day, site, dimension, value, 1, 1 FROM conversation_tally
    WHERE site = NEW.site AND conversation = NEW.conversation AND seq = NEW.seq
    ON CONFLICT DO UPDATE SET conversations = conversations + 1;
END;

-- What happened until now.
INSERT INTO tally (day, site, dimension, value, part, handoffs, queued, accepted, accepted_ms, left_queue, queue_ms, failed, fell_back, abandoned)
  SELECT day, site, dimension, value, 0, sum(handoffs), sum(queued), sum(accepted), sum(accepted_ms), sum(left_queue), sum(queue_ms),
    sum(failed), sum(fell_back), sum(abandoned)
  FROM handoff_tally GROUP BY day, site, dimension, value;
INSERT INTO tally (day, site, dimension, value, part, conversations)
  SELECT day, site, dimension, value, 1, count(*) FROM conversation_tally GROUP BY day, site, dimension, value;
INSERT INTO tally (day, site, dimension, value, part, handed_off)
  SELECT day, site, dimension, value, 0, count(*) FROM conversation_tally AS c
  WHERE EXISTS (SELECT 1 FROM handoff WHERE handoff.conversation = c.conversation AND handoff.site = c.site)
  GROUP BY day, site, dimension, value
  ON CONFLICT DO UPDATE SET handed_off = excluded.handed_off;
