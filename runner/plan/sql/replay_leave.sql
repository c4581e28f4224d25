WITH leaving AS MATERIALIZED (
    SELECT r.ctid AS id FROM {stage} r{joins} WHERE {leaving}
), moved AS (
    DELETE FROM {stage} d
    USING leaving f
    WHERE d.ctid = f.id
    RETURNING d.*, ARRAY[{reason}]::text[]
), kept AS (
    INSERT INTO {aside}
    SELECT * FROM moved
    RETURNING 1
)
SELECT count(*) FROM kept
