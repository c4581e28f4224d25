UPDATE runner.runs SET status = 'crashed', ended = {ended} WHERE run_id = {run} AND status = 'running'
