-- What a topic calls its handoff's state is read by a site's own keys, when the context is read; only older notes are searched by the usual ones.
DROP TRIGGER handoff_changed;
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
    topic_state = CASE
      WHEN NEW.body ->> '$.look.state' IS NOT 'found' THEN topic_state
      WHEN json_type(NEW.body, '$.look.context.topicState') IS NOT NULL THEN substr(NEW.body ->> '$.look.context.topicState', 1, 200)
      ELSE (
        SELECT substr(found.value, 1, 200) FROM json_each(NEW.body, '$.look.context.data') AS found
        WHERE found.key IN ('handoff_state', 'handoff_status', 'state', 'handoff_reason') AND found.type = 'text' AND found.value <> ''
        ORDER BY CASE found.key WHEN 'handoff_state' THEN 1 WHEN 'handoff_status' THEN 2 WHEN 'state' THEN 3 ELSE 4 END LIMIT 1) END,
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
