INSERT INTO runner.sources (run_id, table_name, position, file, bytes, sha256, rows) VALUES {rows}
