-- Rows that their source no longer has.
WITH gone AS (
    DELETE FROM {table} l
    WHERE {where}
    RETURNING 1
)
SELECT count(*) FROM gone
