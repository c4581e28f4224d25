SELECT sha256 FROM runner.sources WHERE run_id = {run} AND table_name = {table} ORDER BY position
