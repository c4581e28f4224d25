-- The ledger's knowledge of a table or snapshot that was dropped on purpose: what was frozen stays on record, and rows of it wait no more.
UPDATE runner.freezes SET dropped_by = {run} WHERE schema_name = {schema} AND snapshot = {table} AND dropped_by IS NULL;
UPDATE runner.superseded SET dropped_by = {run} WHERE schema_name = {schema} AND snapshot = {table} AND dropped_by IS NULL;
UPDATE runner.quarantine SET state = 'gone', closed_by = {run} WHERE schema_name = {schema} AND table_name = {table} AND state = 'waiting';
DELETE FROM runner.live WHERE schema_name = {schema} AND table_name = {table}
