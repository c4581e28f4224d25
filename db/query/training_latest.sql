-- What was last written of every training set to each of its files.
SELECT DISTINCT ON (name, output) name, output, manifest
FROM runner.training_sets
WHERE schema_name = {schema}
ORDER BY name, output, build DESC
