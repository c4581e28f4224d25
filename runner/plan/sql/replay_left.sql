UPDATE runner.quarantine q
SET message = array_to_string({reasons}, '; ')
FROM {aside} a
WHERE q.id = {entry} AND array_to_string({reasons}, '') <> '' AND q.state = 'waiting'
