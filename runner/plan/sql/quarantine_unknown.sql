-- Keys that a partition knows nothing of: it neither holds them nor did an earlier run set them aside. The server does not know how many
-- wait, and would try each against every row.
SET LOCAL enable_nestloop = off;
WITH waiting AS MATERIALIZED (
    SELECT key FROM runner.quarantine WHERE {waiting}
)
SELECT count(*)
FROM {rows} k
LEFT JOIN {known} h ON {match}
LEFT JOIN waiting w ON w.key = {key}
WHERE {missing} AND w.key IS NULL
