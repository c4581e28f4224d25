-- The guarded write of the online store: rows of a source go in where the store has none, or holds other values that are not newer. The join
-- finds them first, so that an unchanged row costs no lock and no WAL; the conflict clause settles a race. It answers with the rows that
-- were inserted, updated, left because they are the same, and left because the store holds newer ones.
WITH compared AS MATERIALIZED (
    SELECT {values},
           CASE WHEN {missing} THEN {appears} WHEN NOT ({may}) THEN 4 WHEN {differs} THEN 2 ELSE 3 END AS {verdict}
    FROM ({source}) s
    LEFT JOIN {table} l ON {match}
), written AS (
    INSERT INTO {table} AS t ({columns})
    SELECT {values}
    FROM compared s
    WHERE s.{verdict} < 3{order}
    ON CONFLICT ({key}) DO UPDATE SET {set}
    WHERE {may_replace}
    RETURNING (xmax = 0) AS inserted
)
SELECT (SELECT count(*) FILTER (WHERE inserted) FROM written),
       (SELECT count(*) FILTER (WHERE NOT inserted) FROM written),
       count(*) FILTER (WHERE s.{verdict} = 3),
       count(*) FILTER (WHERE s.{verdict} = 4)
FROM compared s
