-- What was last written of a training set to a file.
SELECT manifest
FROM runner.training_sets
WHERE schema_name = {schema} AND name = {name} AND output = {output}
ORDER BY build DESC
LIMIT 1
