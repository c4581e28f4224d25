INSERT INTO runner.rule_results (run_id, position, table_name, rule, severity, verdict, judged, failed, unknown, measured, samples)
VALUES {rows}
