-- Waits for a transaction that is still writing the run's end: a COMMIT whose answer was lost may not be over yet.
SELECT status FROM runner.runs WHERE run_id = {run} FOR UPDATE
