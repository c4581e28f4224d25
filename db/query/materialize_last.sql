-- The last materialization of each view of a schema.
SELECT DISTINCT ON (view) view, definition, watermark, upcoming, newest, materialized_at
FROM runner.materializations
WHERE schema_name = {schema}
ORDER BY view, materialization DESC
