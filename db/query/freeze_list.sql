-- The latest revision of every freeze, oldest as_of first.
SELECT DISTINCT ON (snapshot, as_of) snapshot, sequence, as_of, revision, columns, row_count, fingerprint, algorithm, delta, partial
FROM runner.freezes
WHERE schema_name = {schema}
ORDER BY snapshot, as_of, revision DESC
