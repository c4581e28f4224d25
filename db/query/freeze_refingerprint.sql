-- The same rows under another type, and so perhaps with another text.
UPDATE runner.freezes
SET fingerprint = {fingerprint}
WHERE schema_name = {schema} AND snapshot = {snapshot} AND as_of = {as_of} AND revision = {revision} AND dropped_by IS NULL
