-- The newest run that judged a batch by a rule, or a given one. A replay judges rows that an earlier run has read, and reads no source.
-- Runs recorded before the ledger kept the schema count for every schema.
SELECT x.run_id, r.params, x.failed, x.samples
FROM runner.rule_results x
JOIN runner.runs r USING (run_id)
WHERE x.table_name = {table} AND x.rule = {rule} AND {which} AND coalesce(to_jsonb(x) ->> 'schema_name', {schema}) = {schema}
  AND EXISTS (SELECT FROM runner.sources s WHERE s.run_id = x.run_id AND s.table_name = x.table_name)
  AND x.verdict IN ('pass', 'fail', 'quarantined')
ORDER BY x.run_id DESC
LIMIT 1
