-- Whether a row came again is told by its key as JSON, which has an equality whatever became of the types since.
WITH waiting AS MATERIALIZED (
    SELECT id AS entry, {identity} AS id, partition = {partition} AS mine
    FROM runner.quarantine
    WHERE schema_name = {schema} AND table_name = {name} AND state = 'waiting' AND {scope}
), staged AS (
    SELECT {staged} AS id FROM {stage} s
), aside AS (
    {set_aside}
), found AS (
    SELECT w.entry,
           CASE WHEN w.mine AND EXISTS (SELECT FROM aside a WHERE a.id = w.id) THEN 'repeated'
                WHEN EXISTS (SELECT FROM staged s WHERE s.id = w.id) THEN 'resolved'
                WHEN w.mine THEN 'gone' END AS state
    FROM waiting w
)
UPDATE runner.quarantine q
SET state = f.state, closed_by = {run}, message = NULL
FROM found f
WHERE q.id = f.entry AND f.state IS NOT NULL
