INSERT INTO runner.quarantine (run_id, schema_name, table_name, pipeline, as_of, partition, rules, file, line, key, row, state)
SELECT {run}, {schema}, {name}, {pipeline}, {as_of}, {partition}, {reasons}, ({files})[{place} + 1], {line}, {key}, {row}, {state}
FROM {aside} a
ORDER BY {place}, {line}
