-- Values come out as text, so that no decimal loses a digit in JSON.
SELECT id, run_id, pipeline, table_name, partition, to_json(rules), file, line,
       (SELECT json_object_agg(k, v) FROM jsonb_each_text(key) e (k, v)),
       (SELECT json_object_agg(k, v) FROM jsonb_each_text(row) e (k, v)),
       state, closed_by, message, count(*) OVER ()
FROM runner.quarantine q
WHERE {which}
ORDER BY run_id, table_name, file, line, id
LIMIT {limit}
