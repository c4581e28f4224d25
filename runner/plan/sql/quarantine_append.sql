SET LOCAL enable_nestloop = off;
WITH waiting AS MATERIALIZED (
    SELECT key FROM runner.quarantine WHERE {waiting}
)
SELECT count(*)
FROM {stage} s
LEFT JOIN {live} t ON {match}
LEFT JOIN waiting w ON w.key = {key}
WHERE {missing} AND w.key IS NULL
