-- Locks the row: a run that was swept as crashed in the meantime must not publish.
SELECT status FROM runner.runs WHERE run_id = {run} FOR UPDATE
