-- What is new of what a view may read: the last freeze of each snapshot, and the last run that wrote each table. The column that tells of
-- drops is newer than the ledgers of some databases, which are read before they are brought up to date.
SELECT snapshot, max(sequence)
FROM runner.freezes f
WHERE schema_name = {schema} AND to_jsonb(f) ->> 'dropped_by' IS NULL
GROUP BY 1
UNION ALL
SELECT table_name, run_id FROM runner.live WHERE schema_name = {schema}
