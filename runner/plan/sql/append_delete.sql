WITH gone AS (DELETE FROM {table} t WHERE {partition} RETURNING 1) SELECT count(*) FROM gone
