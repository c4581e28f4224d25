-- The newest successful batch of a table with a smaller as_of: its date, and the rows of it that were judged.
SELECT l.as_of, l.rows_in - l.rejected
FROM runner.loads l
JOIN runner.runs r USING (run_id)
WHERE l.schema_name = {schema} AND l.table_name = {table} AND r.status = 'succeeded' AND l.as_of < {as_of}
ORDER BY l.as_of DESC, l.run_id DESC
LIMIT 1
