CREATE INDEX ON {table} USING brin ({column})
