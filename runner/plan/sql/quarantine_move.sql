-- Rows that fail leave the batch with the names of all the rules that they fail. Each rule is asked once for each row.
WITH failing AS MATERIALIZED (
    SELECT id, reasons
    FROM (SELECT {id} AS id, array_remove(ARRAY[{reasons}]::text[], NULL) AS reasons FROM {rows} OFFSET 0) x
    WHERE cardinality(reasons) > 0
), moved AS (
    DELETE FROM {stage} d
    USING failing f
    WHERE d.ctid = f.id
    RETURNING d.*, f.reasons
), kept AS (
    INSERT INTO {aside}
    SELECT * FROM moved
    RETURNING 1
)
SELECT count(*) FROM kept
