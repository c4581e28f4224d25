-- An earlier finished run of the pipeline that read exactly the same files for another partition. A partition that has finished with
-- these files before is asked no more: applying it again changes nothing.
WITH same AS (
    SELECT r.partition, r.run_id
    FROM runner.runs r
    WHERE r.pipeline = {pipeline} AND r.source_hash = {hash} AND r.status = 'succeeded' AND r.whole
      AND EXISTS (SELECT FROM runner.loads l WHERE l.run_id = r.run_id AND l.schema_name = {schema})
)
SELECT partition, run_id
FROM same
WHERE NOT EXISTS (SELECT FROM same WHERE partition = {partition})
ORDER BY run_id
LIMIT 1
