SELECT status FROM runner.runs WHERE run_id = {run}
