-- The same rows without some of their columns.
UPDATE runner.freezes
SET fingerprint = {fingerprint}, columns = {columns}, dropped_columns = dropped_columns || {dropped}
WHERE schema_name = {schema} AND snapshot = {snapshot} AND as_of = {as_of} AND revision = {revision} AND dropped_by IS NULL
