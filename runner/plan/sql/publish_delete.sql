-- Live rows that a full batch does not hold. The batch's keys go through a CTE, because a distributed table cannot be joined to a
-- temporary one in DELETE.
WITH k AS MATERIALIZED (
    SELECT {key} FROM {stage} s{aside}
), gone AS (
    DELETE FROM {table} t
    WHERE NOT EXISTS (SELECT FROM k WHERE {match})
    RETURNING 1
)
SELECT count(*) FROM gone
