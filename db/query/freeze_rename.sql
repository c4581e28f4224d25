-- Column names of a freeze, in order, with one of them renamed.
UPDATE runner.freezes
SET columns = (SELECT jsonb_agg(CASE WHEN name = {from} THEN {to}::text ELSE name END ORDER BY position)
               FROM jsonb_array_elements_text(columns) WITH ORDINALITY AS c(name, position))
WHERE schema_name = {schema} AND snapshot = {snapshot} AND columns ? {from}
