SELECT (SELECT count(*) FROM {table} WHERE {null}) + (SELECT count(*) FROM {table}) - (SELECT count(*) FROM (SELECT DISTINCT {key} FROM {table}) d)
