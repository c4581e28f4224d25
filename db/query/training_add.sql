-- A training set was written.
INSERT INTO runner.training_sets (schema_name, name, params, output, sha256, row_count, manifest, built_at)
VALUES ({schema}, {name}, {params}, {output}, {hash}, {rows}, {manifest}, {at})
