SELECT count(*),
       (SELECT json_agg(name) FROM (SELECT DISTINCT jsonb_object_keys(q.row) FROM runner.quarantine q WHERE {waiting}) k (name)),
       json_agg(DISTINCT file)
FROM runner.quarantine
WHERE {waiting}
