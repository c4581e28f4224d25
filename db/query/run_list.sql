SELECT run_id, pipeline, params, status, started, ended,
       CASE WHEN jsonb_typeof(report -> 'errors') = 'array' THEN jsonb_array_length(report -> 'errors') ELSE 0 END,
       report -> 'errors' -> 0 ->> 'message',
       {report}
FROM runner.runs
WHERE {which}
ORDER BY run_id DESC
LIMIT {limit}
