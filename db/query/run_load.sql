INSERT INTO runner.loads (run_id, schema_name, table_name, as_of, partition, rows_in, inserted, updated, unchanged, deleted, rejected, state)
VALUES {rows}
