-- Every handoff as it stands, for lists. It follows from the notes: whatever writes one changes it, in the same transaction. What each
-- note does to it is said in conversation/handoff.ts, and stands here once more so that no list needs to read a conversation.
CREATE TABLE handoff (
  number INTEGER PRIMARY KEY, -- the first of its changes: handoffs that began later have higher ones
  change INTEGER NOT NULL UNIQUE, -- counts what happened to handoffs, so that whoever watches asks for what is new
  site TEXT NOT NULL,
  conversation TEXT NOT NULL,
  id TEXT NOT NULL,
  shared_id TEXT,
  assistant_chat TEXT,
  requested_by TEXT,
  destination TEXT, -- its first 200 characters; so are reason and topic_state
  reason TEXT,
  state TEXT, -- NULL: it is erased
  stage TEXT NOT NULL,
  cause TEXT,
  topic_state TEXT,
  connector TEXT,
  queue TEXT,
  agent TEXT,
  tries INTEGER NOT NULL DEFAULT 0, -- that failed and were repeated
  fell_back_to TEXT, -- a JSON array
  resolution TEXT,
  step TEXT NOT NULL, -- the latest
  began_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  UNIQUE (conversation, id, site)
) STRICT;
-- Each filter is answered in order, newest first: an index ends with the row's number by itself.
CREATE INDEX handoff_began ON handoff (began_at);
CREATE INDEX handoff_site ON handoff (site, began_at);
CREATE INDEX handoff_state ON handoff (state, began_at);
CREATE INDEX handoff_stage ON handoff (stage, began_at);
CREATE INDEX handoff_destination ON handoff (destination, began_at);
CREATE INDEX handoff_reason ON handoff (reason, began_at);
CREATE INDEX handoff_connector ON handoff (connector, began_at);
CREATE INDEX handoff_topic_state ON handoff (topic_state, began_at);
CREATE INDEX handoff_id ON handoff (id);
CREATE INDEX handoff_shared_id ON handoff (shared_id);

CREATE TRIGGER handoff_begun AFTER INSERT ON note WHEN NEW.body ->> '$.type' = 'handoff_initiated' BEGIN
  INSERT INTO handoff (number, change, site, conversation, id, shared_id, assistant_chat, requested_by, destination, reason, state, stage, step, began_at, changed_at)
  SELECT last.change + 1, last.change + 1, NEW.site, NEW.conversation, NEW.body ->> '$.handoff', NEW.body ->> '$.sharedId',
    NEW.body ->> '$.assistantChat', NEW.body ->> '$.by', substr(NEW.body ->> '$.destination', 1, 200), substr(NEW.body ->> '$.reason', 1, 200),
    'handoff_initiated', 'initiated', 'initiated', NEW.at, NEW.at
  FROM (SELECT coalesce(max(change), 0) AS change FROM handoff) AS last WHERE NEW.body ->> '$.handoff' IS NOT NULL
  ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER handoff_changed AFTER INSERT ON note
WHEN NEW.body ->> '$.handoff' IS NOT NULL AND NEW.body ->> '$.type' IN ('context', 'routed', 'try_failed', 'queued', 'handoff_completed',
  'agent_changed', 'handoff_failed', 'fell_back', 'message_left', 'handoff_ended', 'outcome_reported')
BEGIN
  UPDATE handoff SET
    change = (SELECT max(change) + 1 FROM handoff),
    changed_at = NEW.at,
    state = CASE WHEN NEW.body ->> '$.type' IN ('handoff_completed', 'handoff_failed') THEN NEW.body ->> '$.type' ELSE state END,
    stage = CASE NEW.body ->> '$.type'
      WHEN 'queued' THEN 'queued' WHEN 'handoff_completed' THEN 'live' WHEN 'handoff_failed' THEN 'failed'
      WHEN 'handoff_ended' THEN iif(NEW.body ->> '$.wasLive', 'ended', 'abandoned') ELSE stage END,
    cause = CASE NEW.body ->> '$.type'
      WHEN 'handoff_failed' THEN NEW.body ->> '$.cause' WHEN 'handoff_ended' THEN NEW.body ->> '$.by' ELSE cause END,
    topic_state = CASE WHEN NEW.body ->> '$.look.state' = 'found' THEN (
      SELECT substr(found.value, 1, 200) FROM json_each(NEW.body, '$.look.context.data') AS found
      WHERE found.key IN ('handoff_state', 'handoff_status', 'state', 'handoff_reason') AND found.type = 'text' AND found.value <> ''
      ORDER BY CASE found.key WHEN 'handoff_state' THEN 1 WHEN 'handoff_status' THEN 2 WHEN 'state' THEN 3 ELSE 4 END LIMIT 1)
      ELSE topic_state END,
    connector = CASE NEW.body ->> '$.type' WHEN 'routed' THEN NEW.body ->> '$.connector' ELSE connector END,
    queue = CASE NEW.body ->> '$.type' WHEN 'routed' THEN NEW.body ->> '$.queue' ELSE queue END,
    agent = CASE WHEN NEW.body ->> '$.type' IN ('handoff_completed', 'agent_changed') THEN NEW.body ->> '$.agent.name' ELSE agent END,
    tries = tries + (NEW.body ->> '$.type' = 'try_failed'),
    fell_back_to = CASE NEW.body ->> '$.type' WHEN 'fell_back' THEN NEW.body -> '$.to' ELSE fell_back_to END,
    resolution = CASE NEW.body ->> '$.type' WHEN 'outcome_reported' THEN NEW.body ->> '$.resolution' ELSE resolution END,
    step = CASE NEW.body ->> '$.type'
      WHEN 'try_failed' THEN 'retried' WHEN 'queued' THEN 'queued' WHEN 'handoff_completed' THEN 'completed'
      WHEN 'agent_changed' THEN iif(NEW.body ->> '$.agent' IS NULL, 'agent_left', 'transferred')
      WHEN 'handoff_failed' THEN 'failed' WHEN 'fell_back' THEN 'fell_back' WHEN 'message_left' THEN 'message_left'
      WHEN 'handoff_ended' THEN iif(NEW.body ->> '$.wasLive', 'ended', 'abandoned')
      WHEN 'outcome_reported' THEN 'outcome_reported' ELSE step END
  WHERE conversation = NEW.conversation AND id = NEW.body ->> '$.handoff' AND site = NEW.site AND stage <> 'erased';
END;

-- That there was one is all that is left of it.
CREATE TRIGGER handoff_erased AFTER INSERT ON note WHEN NEW.body ->> '$.type' = 'erased' BEGIN
  UPDATE handoff SET
    change = (SELECT max(change) FROM handoff) + (
      SELECT count(*) FROM handoff AS its WHERE its.conversation = NEW.conversation AND its.site = NEW.site AND its.number <= handoff.number),
    changed_at = NEW.at, state = NULL, stage = 'erased', step = 'erased', tries = 0, shared_id = NULL, assistant_chat = NULL,
    requested_by = NULL, destination = NULL, reason = NULL, cause = NULL, topic_state = NULL, connector = NULL, queue = NULL, agent = NULL,
    fell_back_to = NULL, resolution = NULL
  WHERE conversation = NEW.conversation AND site = NEW.site;
END;

-- What was noted until now is written once more as it is, so that the triggers see it.
INSERT OR REPLACE INTO note (site, conversation, seq, at, body)
  SELECT site, conversation, seq, at, body FROM note
  WHERE body ->> '$.handoff' IS NOT NULL OR body ->> '$.type' = 'erased' ORDER BY at, site, conversation, seq;
