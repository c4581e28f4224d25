SELECT run_id, pipeline, params, status, started, ended,
       coalesce(jsonb_array_length(report -> 'errors'), 0),
       report -> 'errors' -> 0 ->> 'message',
       {report}
FROM runner.runs
WHERE {which}
ORDER BY run_id DESC
LIMIT {limit}
