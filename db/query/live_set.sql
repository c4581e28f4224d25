INSERT INTO runner.live (schema_name, table_name, pipeline, live_as_of, run_id)
VALUES ({schema}, {table}, {pipeline}, {as_of}, {run})
ON CONFLICT (schema_name, table_name) DO UPDATE SET pipeline = excluded.pipeline, live_as_of = excluded.live_as_of, run_id = excluded.run_id
