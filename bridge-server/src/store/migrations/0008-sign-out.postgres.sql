-- As record_2, and then no token that was given until now opens the conversation any more. The delete looks for itself, while the
-- conversation is locked, so that no token which was given a moment ago is missed.
CREATE FUNCTION baton.record_3(
  its_site text, its_conversation text, its_id text, its_digest text, its_receipt uuid, given_now timestamptz,
  known_version int, new_lifecycle text, entries text[], notes text[],
  job_tasks text[], job_inputs text[], job_lanes text[], job_delays bigint[],
  names json, turns int, erases json, by_job bigint, by_attempt int, by_put_back int, ends_job boolean, claim_ms bigint,
  OUT outcome text, OUT at timestamptz, OUT version int, OUT lifecycle json,
  OUT digest text, OUT first_seq int, OUT claimed json, OUT next_due_ms bigint
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  SELECT * INTO outcome, at, version, lifecycle, digest, first_seq, claimed, next_due_ms FROM baton.record_2(
    its_site, its_conversation, its_id, its_digest, its_receipt, given_now, known_version, new_lifecycle, entries, notes,
    job_tasks, job_inputs, job_lanes, job_delays, names, turns, erases, by_job, by_attempt, by_put_back, ends_job, claim_ms);
  IF outcome = 'saved' THEN
    DELETE FROM baton.name AS n WHERE n.site = its_site AND n.conversation = its_conversation AND n.kind = 'token';
  END IF;
END $$;
