-- Who holds one of the advisory locks of 64-bit keys (pg_locks shows its halves; objsubid 1 marks the one-key form).
SELECT a.application_name
FROM pg_locks l
JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory'
  AND l.granted
  AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (l.classid::bigint << 32 | l.objid::bigint) IN ({keys})
LIMIT 1
