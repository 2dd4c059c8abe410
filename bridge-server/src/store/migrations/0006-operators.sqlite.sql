-- What operators look for: conversations in a list, and when a person came to a handoff.

-- An index ends with the row's key by itself, so each gives its conversations in order, the latest to begin first.
CREATE INDEX conversation_began ON conversation (began_at);
CREATE INDEX conversation_site ON conversation (site, began_at);
CREATE INDEX conversation_phase ON conversation (lifecycle ->> 'phase', began_at);
CREATE INDEX conversation_id ON conversation (id);
-- Also for whoever erases a conversation, who read every name there was.
CREATE INDEX name_conversation ON name (site, conversation);

ALTER TABLE handoff ADD COLUMN accepted_at INTEGER; -- when the first person came
CREATE INDEX handoff_accepted ON handoff (site, destination, accepted_at) WHERE accepted_at IS NOT NULL;
UPDATE handoff SET accepted_at = (
  SELECT min(at) FROM note
  WHERE note.site = handoff.site AND note.conversation = handoff.conversation
    AND body ->> '$.type' = 'handoff_completed' AND body ->> '$.handoff' = handoff.id);

CREATE TRIGGER handoff_accepted AFTER INSERT ON note WHEN NEW.body ->> '$.type' = 'handoff_completed' BEGIN
  UPDATE handoff SET accepted_at = coalesce(accepted_at, NEW.at)
  WHERE conversation = NEW.conversation AND id = NEW.body ->> '$.handoff' AND site = NEW.site AND stage <> 'erased';
END;

CREATE TRIGGER handoff_steered AFTER INSERT ON note WHEN NEW.body ->> '$.type' = 'steered' BEGIN
  UPDATE handoff SET change = (SELECT max(change) + 1 FROM handoff), changed_at = NEW.at, step = NEW.body ->> '$.did' || '_by_hand'
  WHERE conversation = NEW.conversation AND id = NEW.body ->> '$.handoff' AND site = NEW.site AND stage <> 'erased';
END;

CREATE TRIGGER handoff_acceptance_erased AFTER INSERT ON note WHEN NEW.body ->> '$.type' = 'erased' BEGIN
  UPDATE handoff SET accepted_at = NULL WHERE conversation = NEW.conversation AND site = NEW.site;
END;
