UPDATE runner.runs SET source_hash = {hash} WHERE run_id = {run}
