SELECT count(*) FROM {table} t WHERE {partition}
