-- Rows whose keys the source does not have. The keys go through a CTE, as in publish_delete.
WITH k AS MATERIALIZED (
    SELECT {keys}
    FROM {rows} r{beside}
    WHERE {where}
), gone AS (
    DELETE FROM {table} l
    WHERE {may} AND NOT EXISTS (SELECT FROM k WHERE {match})
    RETURNING 1
)
SELECT count(*) FROM gone
