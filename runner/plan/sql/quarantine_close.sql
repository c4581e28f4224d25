-- Whether a row came again is told by its key as JSON, which has an equality whatever became of the types since. The server does not know
-- how many rows wait: a nested loop over millions must not even be thought of.
SET LOCAL enable_nestloop = off;
WITH waiting AS MATERIALIZED (
    SELECT id AS entry, {identity} AS id, partition = {partition} AS mine
    FROM runner.quarantine
    WHERE schema_name = {schema} AND table_name = {name} AND state = 'waiting' AND {scope}
), found AS (
    SELECT w.entry,
           CASE WHEN w.mine AND a.id IS NOT NULL THEN 'repeated'
                WHEN s.id IS NOT NULL THEN 'resolved'
                WHEN w.mine THEN 'gone' END AS state
    FROM waiting w
    LEFT JOIN ({set_aside}) a ON a.id = w.id
    LEFT JOIN (SELECT {staged} AS id FROM {stage} s) s ON s.id = w.id
)
UPDATE runner.quarantine q
SET state = f.state, closed_by = {run}, message = NULL
FROM found f
WHERE q.id = f.entry AND f.state IS NOT NULL;
SET LOCAL enable_nestloop = on
