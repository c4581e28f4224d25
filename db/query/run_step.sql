INSERT INTO runner.steps (run_id, position, name, subject, rows, duration_ms) VALUES {rows}
