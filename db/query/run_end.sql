UPDATE runner.runs SET status = {status}, ended = {ended}, report = {report} WHERE run_id = {run}
