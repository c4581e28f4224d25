-- The newest run that judged a rule, or a given one. Runs recorded before the ledger kept the schema count for every schema.
SELECT x.run_id, r.params, x.failed, x.samples
FROM runner.rule_results x
JOIN runner.runs r USING (run_id)
WHERE x.table_name = {table} AND x.rule = {rule} AND {which} AND coalesce(to_jsonb(x) ->> 'schema_name', {schema}) = {schema}
  AND x.verdict IN ('pass', 'fail', 'quarantined')
ORDER BY x.run_id DESC
LIMIT 1
