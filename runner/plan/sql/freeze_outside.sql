-- A key that was left out can only be added. The server does not know how many keys wait, so it may not try them one by one.
SET LOCAL enable_nestloop = off;
WITH waiting AS MATERIALIZED (
    SELECT key FROM runner.quarantine WHERE {waiting}
)
SELECT count(*)
FROM ({source}) b
FULL JOIN {frozen} f ON {match}
LEFT JOIN waiting w ON w.key = {key}
WHERE ({added} OR {removed} OR {differs}) AND (NOT ({added}) OR w.key IS NULL)
