-- Every partition with rows that are set aside, the parameters of the newest of its runs, and its tables.
SELECT pipeline, as_of, partition,
       (SELECT params FROM runner.runs r WHERE r.run_id = max(w.run_id)),
       json_agg(json_build_object('Name', table_name, 'Run', run_id, 'Rows', n) ORDER BY table_name)
FROM (
    SELECT pipeline, as_of, partition, table_name, max(run_id) AS run_id, count(*) AS n
    FROM runner.quarantine
    WHERE schema_name = {schema} AND state = 'waiting'
    GROUP BY 1, 2, 3, 4
) w
GROUP BY 1, 2, 3
ORDER BY 2, 1, 3
