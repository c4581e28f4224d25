-- Rows of the newest successful batch of each table with a smaller as_of.
SELECT DISTINCT ON (l.table_name) l.table_name, l.rows_in
FROM runner.loads l
JOIN runner.runs r USING (run_id)
WHERE l.schema_name = {schema} AND r.status = 'succeeded' AND l.as_of < {as_of}
ORDER BY l.table_name, l.as_of DESC, l.run_id DESC
