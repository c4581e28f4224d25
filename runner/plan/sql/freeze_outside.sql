-- A key that was left out can only be added.
WITH waiting AS MATERIALIZED (
    SELECT key FROM runner.quarantine WHERE {waiting}
)
SELECT count(*)
FROM ({source}) b
FULL JOIN {frozen} f ON {match}
LEFT JOIN waiting w ON w.key = {key}
WHERE ({added} OR {removed} OR {differs}) AND (NOT ({added}) OR w.key IS NULL)
