INSERT INTO runner.rule_results (run_id, position, schema_name, table_name, rule, rule_id, severity, verdict, looked, judged, failed, unknown, measured,
    samples, value_counts, file, line, expression, filter, at_least, max_fail, owner, tags, message, reason, cost_ms)
VALUES {rows}
