-- The latest revision of every freeze, oldest as_of first, but for those whose table was dropped on purpose. The columns that tell so are
-- newer than the ledgers of some databases, which are read before they are brought up to date.
SELECT DISTINCT ON (snapshot, as_of) snapshot, sequence, as_of, revision, columns, row_count, fingerprint, algorithm, delta, partial,
       coalesce(to_jsonb(f) -> 'dropped_columns', '{}')
FROM runner.freezes f
WHERE schema_name = {schema} AND to_jsonb(f) ->> 'dropped_by' IS NULL
ORDER BY snapshot, as_of, revision DESC
