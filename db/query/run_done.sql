-- One database may hold the tables of several targets, each in its schema: what was loaded into another one does not count.
SELECT DISTINCT r.partition
FROM runner.runs r
JOIN runner.loads l USING (run_id)
WHERE r.pipeline = {pipeline} AND r.status = 'succeeded' AND r.whole AND l.schema_name = {schema}
