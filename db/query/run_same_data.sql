-- An earlier finished run of the pipeline that read exactly the same files for another partition.
SELECT partition, run_id
FROM runner.runs
WHERE pipeline = {pipeline} AND source_hash = {hash} AND partition <> {partition} AND status = 'succeeded' AND whole
ORDER BY run_id
LIMIT 1
