CREATE {unique}INDEX ON {table} ({columns})
