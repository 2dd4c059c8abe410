-- As record_2, where the job that the fact came of may be another conversation's: whoever waits for the lane that it leaves waits there,
-- and that conversation is locked as well, so that one which is owed at this moment is either seen here or sees the lane free.
CREATE FUNCTION baton.record_4(
  its_site text, its_conversation text, its_id text, its_digest text, its_receipt uuid, given_now timestamptz,
  known_version int, new_lifecycle text, entries text[], notes text[],
  job_tasks text[], job_inputs text[], job_lanes text[], job_delays bigint[], -- milliseconds from now
  names json, turns int, erases json, by_job bigint, by_attempt int, by_put_back int, ends_job boolean, claim_ms bigint,
  OUT outcome text, OUT at timestamptz, OUT version int, OUT lifecycle json,
  OUT digest text, OUT first_seq int, OUT claimed json, OUT next_due_ms bigint
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  its baton.conversation;
  old baton.fact;
  ended baton.job;
  gone record;
  is_claimed boolean;
  has_claimed boolean := false;
BEGIN
  LOOP
    SELECT * INTO its FROM baton.conversation AS c WHERE c.site = its_site AND c.id = its_conversation FOR NO KEY UPDATE;
    EXIT WHEN FOUND;
    INSERT INTO baton.conversation (site, id) VALUES (its_site, its_conversation) ON CONFLICT DO NOTHING;
  END LOOP;
  at := baton.now_1(given_now); -- not before the lock is held: entries get their times in the order of their numbers
  version := its.version;
  lifecycle := its.lifecycle;

  SELECT * INTO old FROM baton.fact AS f WHERE f.site = its_site AND f.conversation = its_conversation AND f.id = its_id;
  outcome := CASE WHEN old.id IS NOT NULL THEN 'known' WHEN its.version <> known_version THEN 'moved' ELSE 'saved' END;
  IF outcome <> 'known' AND by_job IS NOT NULL THEN
    -- Locked, so that nobody claims it before this is saved.
    PERFORM FROM baton.job AS j WHERE j.id = by_job AND j.attempt = by_attempt AND j.put_back = by_put_back FOR UPDATE;
    IF NOT FOUND THEN outcome := 'lost'; END IF;
  END IF;
  IF outcome IN ('moved', 'lost') THEN RETURN; END IF;

  IF ends_job THEN
    DELETE FROM baton.job AS j WHERE j.id = by_job AND j.attempt = by_attempt AND j.put_back = by_put_back RETURNING * INTO ended;
    IF ended.lane IS NOT NULL THEN
      IF ended.site <> its_site OR ended.conversation <> its_conversation THEN
        PERFORM FROM baton.conversation AS c WHERE c.site = ended.site AND c.id = ended.conversation FOR NO KEY UPDATE;
      END IF;
      IF EXISTS (
        SELECT FROM baton.job AS j WHERE j.site = ended.site AND j.conversation = ended.conversation AND j.lane = ended.lane
      ) THEN next_due_ms := 0; END IF;
    END IF;
  END IF;

  IF outcome = 'known' THEN
    digest := old.digest;
    first_seq := old.first_seq;
    IF old.receipt = its_receipt THEN -- the caller's own, saved by a call whose answer was lost
      outcome := 'saved';
      at := old.at;
      has_claimed := claim_ms IS NOT NULL;
      SELECT least(next_due_ms, min(greatest(0, extract(epoch FROM j.run_at - baton.now_1(given_now)) * 1000)))::bigint INTO next_due_ms
        FROM baton.job AS j WHERE j.site = its_site AND j.conversation = its_conversation AND j.attempt = 0;
    END IF;
  ELSE
    first_seq := CASE WHEN cardinality(entries) > 0 THEN its.last_seq + 1 END;
    IF erases IS NOT NULL THEN
      FOR gone IN SELECT * FROM json_to_recordset(erases) AS one (site text, id text) LOOP
        DELETE FROM baton.entry AS e WHERE e.site = gone.site AND e.conversation = gone.id;
        DELETE FROM baton.note AS n WHERE n.site = gone.site AND n.conversation = gone.id;
        DELETE FROM baton.fact AS f WHERE f.site = gone.site AND f.conversation = gone.id;
        DELETE FROM baton.job AS j WHERE j.site = gone.site AND j.conversation = gone.id;
        DELETE FROM baton.name AS n WHERE n.site = gone.site AND n.conversation = gone.id AND n.kind <> 'vendor_chat';
      END LOOP;
    END IF;
    INSERT INTO baton.fact VALUES (its_site, its_conversation, its_id, at, its_digest, first_seq, its_receipt);
    IF new_lifecycle IS NOT NULL THEN
      version := its.version + 1;
      lifecycle := new_lifecycle;
    END IF;
    IF new_lifecycle IS NOT NULL OR cardinality(entries) > 0 OR cardinality(notes) > 0 THEN
      UPDATE baton.conversation AS c SET
        version = record_4.version, lifecycle = record_4.lifecycle, began_at = coalesce(c.began_at, record_4.at),
        last_at = CASE WHEN first_seq IS NULL THEN c.last_at ELSE record_4.at END,
        last_seq = c.last_seq + cardinality(entries), last_note = c.last_note + cardinality(notes)
      WHERE c.site = its_site AND c.id = its_conversation;
    END IF;
    FOR n IN 1 .. cardinality(entries) LOOP
      INSERT INTO baton.entry VALUES (its_site, its_conversation, its.last_seq + n, at, entries[n]::json);
    END LOOP;
    FOR n IN 1 .. cardinality(notes) LOOP
      INSERT INTO baton.note VALUES (its_site, its_conversation, its.last_note + n, at, notes[n]::json);
    END LOOP;
    IF names IS NOT NULL THEN
      INSERT INTO baton.name -- in one order everywhere, so that two facts with the same names cannot wait for each other
        SELECT new.kind, new.value, its_site, its_conversation, new.handoff, new.expires_at
        FROM json_to_recordset(names) AS new (kind text, value text, handoff text, expires_at timestamptz) ORDER BY kind, value
        ON CONFLICT DO NOTHING;
    END IF;
    FOR n IN 1 .. cardinality(job_tasks) LOOP
      is_claimed := claim_ms IS NOT NULL AND job_delays[n] <= 0 AND (job_lanes[n] IS NULL OR NOT EXISTS (
        SELECT FROM baton.job AS j WHERE j.site = its_site AND j.conversation = its_conversation AND j.lane = job_lanes[n]));
      INSERT INTO baton.job (site, conversation, lane, task, input, since, run_at, attempt, receipt) VALUES (
        its_site, its_conversation, job_lanes[n], job_tasks[n], job_inputs[n]::json,
        at + greatest(job_delays[n], 0) * interval '1 millisecond',
        at + CASE WHEN is_claimed THEN claim_ms ELSE job_delays[n] END * interval '1 millisecond',
        is_claimed::int, CASE WHEN is_claimed THEN its_receipt END);
      IF is_claimed THEN has_claimed := true;
      ELSE next_due_ms := least(next_due_ms, job_delays[n]);
      END IF;
    END LOOP;
    IF turns <> 0 THEN
      INSERT INTO baton.spending AS s VALUES (its_site, (at AT TIME ZONE 'UTC')::date, abs(hashtext(its_conversation) % 16), turns)
        ON CONFLICT (site, day, part) DO UPDATE SET turns = s.turns + excluded.turns;
    END IF;
  END IF;

  IF has_claimed THEN
    SELECT json_agg(json_build_object('id', j.id, 'task', j.task, 'input', j.input) ORDER BY j.id) INTO claimed
      FROM baton.job AS j
      WHERE j.site = its_site AND j.conversation = its_conversation AND j.receipt = its_receipt AND j.attempt = 1 AND j.put_back = 0;
  END IF;
END $$;

-- As record_3.
CREATE FUNCTION baton.record_5(
  its_site text, its_conversation text, its_id text, its_digest text, its_receipt uuid, given_now timestamptz,
  known_version int, new_lifecycle text, entries text[], notes text[],
  job_tasks text[], job_inputs text[], job_lanes text[], job_delays bigint[],
  names json, turns int, erases json, by_job bigint, by_attempt int, by_put_back int, ends_job boolean, claim_ms bigint,
  OUT outcome text, OUT at timestamptz, OUT version int, OUT lifecycle json,
  OUT digest text, OUT first_seq int, OUT claimed json, OUT next_due_ms bigint
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  SELECT * INTO outcome, at, version, lifecycle, digest, first_seq, claimed, next_due_ms FROM baton.record_4(
    its_site, its_conversation, its_id, its_digest, its_receipt, given_now, known_version, new_lifecycle, entries, notes,
    job_tasks, job_inputs, job_lanes, job_delays, names, turns, erases, by_job, by_attempt, by_put_back, ends_job, claim_ms);
  IF outcome = 'saved' THEN
    DELETE FROM baton.name AS n WHERE n.site = its_site AND n.conversation = its_conversation AND n.kind = 'token';
  END IF;
END $$;
