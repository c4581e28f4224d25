SELECT run_id FROM runner.runs WHERE status = 'running' ORDER BY run_id
