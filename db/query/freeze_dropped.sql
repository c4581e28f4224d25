-- Snapshots that were dropped on purpose: name, number of frozen dates, the run that did it.
SELECT snapshot, count(DISTINCT as_of), to_jsonb(f) ->> 'dropped_by'
FROM runner.freezes f
WHERE schema_name = {schema} AND to_jsonb(f) ->> 'dropped_by' IS NOT NULL
GROUP BY 1, 3
ORDER BY 1, 3
