UPDATE runner.quarantine q
SET state = 'replayed', closed_by = {run}, message = NULL
FROM {stage} s
WHERE q.id = {entry} AND q.state = 'waiting'
