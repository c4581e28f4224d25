-- What the newest successful run of a date measured.
SELECT m.value ->> 'value'
FROM runner.rule_results x
JOIN runner.loads l USING (run_id, table_name)
JOIN runner.runs r USING (run_id)
CROSS JOIN jsonb_array_elements(x.measured) m
WHERE l.schema_name = {schema} AND x.table_name = {table} AND l.as_of = {as_of} AND r.status = 'succeeded'
  AND m.value ->> 'key' = {key}
ORDER BY x.run_id DESC
LIMIT 1
