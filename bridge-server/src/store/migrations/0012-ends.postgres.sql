-- Ends a job, if it is still the caller's, and tells whether another waits for its lane. With its conversation locked first, so that
-- one that is owed at this moment is either seen here or sees the lane free.
CREATE FUNCTION baton.end_job_1(its_id bigint, its_attempt int, its_put_back int) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  its baton.job;
BEGIN
  SELECT * INTO its FROM baton.job AS j WHERE j.id = its_id AND j.attempt = its_attempt AND j.put_back = its_put_back;
  IF NOT FOUND THEN RETURN false; END IF;
  IF its.lane IS NOT NULL THEN
    PERFORM FROM baton.conversation AS c WHERE c.site = its.site AND c.id = its.conversation FOR NO KEY UPDATE;
  END IF;
  DELETE FROM baton.job AS j WHERE j.id = its_id AND j.attempt = its_attempt AND j.put_back = its_put_back;
  IF NOT FOUND OR its.lane IS NULL THEN RETURN false; END IF;
  RETURN EXISTS (SELECT FROM baton.job AS j WHERE j.site = its.site AND j.conversation = its.conversation AND j.lane = its.lane);
END $$;
