-- What the newest successful run of each partition loaded.
SELECT DISTINCT ON (l.partition, l.table_name) l.partition, l.table_name, l.rows_in, l.state, l.run_id
FROM runner.loads l
JOIN runner.runs r USING (run_id)
WHERE l.schema_name = {schema} AND r.pipeline = {pipeline} AND r.status = 'succeeded'
ORDER BY l.partition, l.table_name, l.run_id DESC
