-- A run ends once: whoever comes late, after a lost answer or a sweep, changes nothing.
UPDATE runner.runs SET status = {status}, ended = {ended}, report = {report} WHERE run_id = {run} AND status = 'running'
