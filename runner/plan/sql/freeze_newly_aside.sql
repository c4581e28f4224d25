SET LOCAL enable_nestloop = off;
WITH waiting AS MATERIALIZED (
    SELECT key FROM runner.quarantine WHERE {waiting}
)
SELECT count(*)
FROM {aside} a
LEFT JOIN {frozen} f ON {match}
LEFT JOIN waiting w ON w.key = {key}
WHERE {missing} AND w.key IS NULL
