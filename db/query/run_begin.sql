INSERT INTO runner.runs (pipeline, as_of, partition, params, whole, status, started)
VALUES ({pipeline}, {as_of}, {partition}, {params}, {whole}, 'running', {started})
RETURNING run_id
