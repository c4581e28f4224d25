SELECT run_id, pipeline, table_name, partition, state, count(*),
       (SELECT json_agg(name ORDER BY name) FROM (SELECT DISTINCT unnest(rules) FROM runner.quarantine o
        WHERE o.run_id = q.run_id AND o.schema_name = q.schema_name AND o.table_name = q.table_name AND o.state = q.state) r (name))
FROM runner.quarantine q
WHERE {which}
GROUP BY run_id, schema_name, pipeline, table_name, partition, state
ORDER BY run_id DESC, table_name, state
