-- The runs that dropped a snapshot, or columns of it.
SELECT snapshot, run
FROM runner.freezes f
CROSS JOIN LATERAL (SELECT to_jsonb(f) ->> 'dropped_by' UNION ALL SELECT value FROM jsonb_each_text(coalesce(to_jsonb(f) -> 'dropped_columns', '{}'))) d (run)
WHERE schema_name = {schema} AND run IS NOT NULL
GROUP BY 1, 2
ORDER BY 1, run::bigint
