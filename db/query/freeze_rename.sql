-- Column names of a freeze, in order, with one of them renamed, and the same in the rows that a restatement has replaced and in those of
-- a table that wait.
UPDATE runner.freezes
SET columns = (SELECT jsonb_agg(CASE WHEN name = {from} THEN {to}::text ELSE name END ORDER BY position)
               FROM jsonb_array_elements_text(columns) WITH ORDINALITY AS c(name, position))
WHERE schema_name = {schema} AND snapshot = {snapshot} AND columns ? {from} AND dropped_by IS NULL;
UPDATE runner.superseded
SET key = CASE WHEN key ? {from} THEN (key - {from}::text) || jsonb_build_object({to}::text, key -> {from}) ELSE key END,
    row = CASE WHEN row ? {from} THEN (row - {from}::text) || jsonb_build_object({to}::text, row -> {from}) ELSE row END
WHERE schema_name = {schema} AND snapshot = {snapshot} AND (key ? {from} OR row ? {from}) AND dropped_by IS NULL;
UPDATE runner.quarantine
SET key = CASE WHEN key ? {from} THEN (key - {from}::text) || jsonb_build_object({to}::text, key -> {from}) ELSE key END,
    row = CASE WHEN row ? {from} THEN (row - {from}::text) || jsonb_build_object({to}::text, row -> {from}) ELSE row END
WHERE schema_name = {schema} AND table_name = {snapshot} AND state = 'waiting' AND row ? {from}
